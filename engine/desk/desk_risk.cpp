// What limits forbid, and what monitors do about it. The numbers are the room risk's; here they meet orders.
#include <algorithm>
#include <cmath>

#include "desk/desk.h"
#include "desk/intake_parts.h"

namespace trd {
namespace {

void assign_cut(VenueText& text, std::string_view whole) {
    TRD_ASSERT(text.assign(whole.substr(0, VenueText::max_size())));
}

bool closes_positions(RiskAction action) { return action == RiskAction::flatten || action == RiskAction::reduce; }

// What the parent will have bought, less sold, beside what counts as working: that is on the side of the order already.
Quantity expected_of(const Order& parent, const OrderIntent& child) {
    const bool is_counted = parent.intent.side == child.side && parent.state != OrderState::held;
    return is_counted ? Quantity::zero() : signed_quantity(parent.intent.side, parent.open);
}

bool is_same_going_on(const RiskAlarm& a, const RiskAlarm& b) {
    return a.again && b.again && a.rule == b.rule && a.scope == b.scope && a.subject == b.subject &&
           a.symbol == b.symbol && a.reduce_to == b.reduce_to;
}

bool is_for_all(const RiskAlarm& alarm) {
    return alarm.scope == RiskScope::firm || alarm.action == RiskAction::halt_all || alarm.action == RiskAction::kill;
}

bool would_stop(const RawIntent& raw, const OrderIntent& entry) {
    return raw.kind == static_cast<uint8_t>(RawIntentKind::submit) && raw.type < order_type_count &&
           is_stop(static_cast<OrderType>(raw.type)) && raw.instrument == entry.instrument.value &&
           raw.side == static_cast<uint8_t>(opposite(entry.side));
}

// How far from the market as it is the stops are that protect an entry, the farthest of them, and how much they do.
class StopCover {
  public:
    explicit StopCover(Price mark) : market_(Decimal::from_raw(mark.raw())), known_(!mark.is_zero()) {}

    void add(const OrderIntent& exit, Quantity quantity) {
        const auto plain = [](Price price) { return Decimal::from_raw(price.raw()); };
        if (!exit.trigger.is_zero()) return add_at(plain(exit.trigger), quantity);
        if (exit.trail_percent.is_positive()) return add_away(exit.trail_percent, quantity);
        add_away(checked_divide(plain(exit.trail_amount), market_), quantity);
    }
    void add(const RawIntent& raw) {
        const bool trails = raw.type == static_cast<uint8_t>(OrderType::trailing_stop) && std::isnan(raw.trigger);
        const auto number = from_double<Decimal>(trails ? raw.trail : raw.trigger);
        const auto quantity = from_double<Quantity>(raw.quantity);
        known_ = known_ && number && number->is_positive() && quantity && quantity->is_positive();
        if (!known_) return;
        if (!trails) return add_at(*number, *quantity);
        if ((raw.flags & intent_trail_percent) != 0) return add_away(*number, *quantity);
        add_away(checked_divide(*number, market_), *quantity);
    }
    // Nothing: they do not protect as much, or make no sense.
    std::optional<Decimal> distance(Quantity entry) const {
        return known_ && covered_ >= entry ? std::optional(farthest_) : std::nullopt;
    }

  private:
    void add_at(Decimal trigger, Quantity quantity) {
        if (known_) add_away(checked_divide(abs(market_ - trigger), market_), quantity);
    }
    void add_away(Result<Decimal, DecimalError> distance, Quantity quantity) {
        const auto covered = checked_add(covered_, quantity);
        known_ = known_ && distance.ok() && covered.ok();
        if (!known_) return;
        farthest_ = std::max(farthest_, *distance);
        covered_ = *covered;
    }

    Decimal market_, farthest_;
    Quantity covered_;
    bool known_;
};

}  // namespace

std::vector<AccountId> Desk::accounts_of(const StrategyStarted& who) {
    std::vector<AccountId> accounts{who.account};
    accounts.insert(accounts.end(), who.further_accounts.begin(), who.further_accounts.end());
    return accounts;
}

void Desk::arm(RiskConfig config) {
    risk_ = std::make_unique<RiskControl>(std::move(config), rules_);
    for (const Instrument& instrument : instruments_) risk_->define(world(), instrument.id);
    for (const Account& account : accounts_) risk_->open(world(), account);
    for (const StrategyEntry& entry : strategies_)
        risk_->start(world(), entry.started.strategy, accounts_of(entry.started));
    std::vector<const Order*> orders;
    for (const StoredOrder* stored : orders_.sorted()) orders.push_back(&stored->order);
    risk_->adopt(world(), orders);
    for (const StoredOrder* stored : orders_.sorted())
        if (stored->asked.quantity.is_positive()) risk_->follow(world(), stored->order, stored->asked);
}

const Actions& Desk::on(const InputHeader& input, const LimitsChanged& event) {
    begin(input, Source::control);
    if (risk_ == nullptr)
        arm(event.config);
    else
        risk_->set_limits(world(), event.config.limits);
    note_change_of_all();
    return end();
}

const Actions& Desk::on(const InputHeader& input, const ReadingGiven& event) {
    begin(input, Source::market);
    if (risk_ != nullptr) risk_->give(event.reading);
    note_change_of_all();
    return end();
}

const Actions& Desk::on(const InputHeader& input, const SessionScheduled& event) {
    begin(input, Source::market);
    TRD_ASSERT(instrument_of(event.instrument) != nullptr);
    if (risk_ != nullptr) risk_->schedule(event.instrument, event.session);
    return end();
}

const Actions& Desk::on(const InputHeader& input, const MonitorReset& event) {
    begin(input, Source::person);
    if (risk_ != nullptr) {
        std::vector<RiskAlarm> alarms;
        risk_->monitors().reset(event.code, event.rule, event.scope, event.subject, alarms);
        for (const RiskAlarm& alarm : alarms) heed(alarm);
    }
    return end();
}

// Orders.

void Desk::ask_limits(Decision& decision, uint64_t handle) {
    const OrderIntent& intent = decision.intent;
    RiskOrder order{.intent = &intent};
    std::optional<OrderIntent> cut;  // no more than its parent can fill, which a rule may have made smaller
    if (const Order* const parent = find(intent.parent); parent != nullptr && !is_terminal(parent->state)) {
        order.expected = expected_of(*parent, intent);
        if (parent->intent.quantity < intent.quantity) {
            order.intent = &cut.emplace(intent);
            cut->quantity = parent->intent.quantity;
        }
    }
    if (batch_.size() > 1) order.stop_distance = stop_distance(intent, handle);
    apply_verdict(risk_->ask(world(), order), decision);
    if (decision.denial == Denial::none && intent.parent.is_null())
        risk_->sent(intent, DecisionAction::submit, cause_.engine_time);
}

// Of the stops that follow the order in the same batch.
std::optional<Decimal> Desk::stop_distance(const OrderIntent& intent, uint64_t handle) const {
    StopCover cover(risk_->book().mark(intent.instrument));
    for (const RawIntent& raw : batch_)
        if (raw.parent == handle && would_stop(raw, intent)) cover.add(raw);
    return cover.distance(intent.quantity);
}

// Of the stops that an order has which is to have this total.
std::optional<Decimal> Desk::stop_distance(const Order& entry, Quantity total) {
    StopCover cover(risk_->book().mark(entry.intent.instrument));
    groups_.for_each_child(entry.intent.id, [&](const OrderGroups::Group& group) {
        for (const OrderGroups::Member& member : group.members) {
            const OrderIntent& exit = find(member.order)->intent;
            const bool leads_out = exit.instrument == entry.intent.instrument && exit.side != entry.intent.side;
            if (leads_out && is_stop(exit.type)) cover.add(exit, member.asked);
        }
    });
    return cover.distance(total);
}

// As it would be, and without what it is now.
void Desk::ask_limits_to_change(const StoredOrder& stored, Decision& decision) {
    Order gone = stored.order;
    gone.state = OrderState::cancelled;
    risk_->follow(world(), gone);
    OrderIntent wanted = stored.order.intent;
    wanted.quantity = decision.amendment.quantity - stored.order.filled - stored.order.cancelled;
    wanted.limit = decision.amendment.limit;
    wanted.trigger = decision.amendment.trigger;
    const OrderIntent& now = stored.order.intent;
    RiskOrder order{.intent = &wanted, .action = DecisionAction::amend, .traded = stored.order.filled};
    order.only_shrinks =
        wanted.quantity <= stored.order.open && wanted.limit == now.limit && wanted.trigger == now.trigger;
    if (const Order* const parent = find(wanted.parent); parent != nullptr && !is_terminal(parent->state))
        order.expected = expected_of(*parent, wanted);
    order.stop_distance = stop_distance(stored.order, decision.amendment.quantity);
    apply_verdict(risk_->ask(world(), order), decision);
    risk_->follow(world(), stored.order);
    if (decision.denial == Denial::none) risk_->sent(wanted, DecisionAction::amend, cause_.engine_time);
}

// The market is not what it was when the order was taken in: it is asked about again. True: it has ended here.
// Otherwise the total is what it may have, now and later.
bool Desk::deny_release(StoredOrder& stored, Quantity& total) {
    Decision decision;
    decision.intent = stored.order.intent;
    decision.intent.quantity = total;
    apply_verdict(risk_->ask(world(), {.intent = &decision.intent}), decision);
    if (decision.denial == Denial::none) {
        risk_->sent(decision.intent, DecisionAction::submit, cause_.engine_time);
        if (decision.intent.quantity != total) ask_for(stored, decision.intent.quantity);
        total = decision.intent.quantity;
        return false;
    }
    writer_.write(header_for(stored), decision);
    const OrderState before = stored.order.state;
    change(stored, {OrderEventKind::deny});
    record_event(stored, OrderEventKind::deny, before);
    tell(stored.order,
         {.kind = Notice::Kind::denied, .denial = decision.denial, .check = RiskCode::unpacked(decision.grounds.code)});
    follow_up(stored);
    exit_ended(stored.order, false, VenueReason::none);
    return true;
}

void Desk::apply_verdict(const RiskVerdict& verdict, Decision& decision) {
    decision.limits_version = risk_->config().limits.version;
    if (!risk_->said_by_rules().empty()) record_what_rules_said(decision.intent);
    if (verdict.allowed) {
        if (!verdict.resized.is_zero()) shrink(decision, verdict.resized);
        return;
    }
    decision.denial = Denial::risk;
    decision.grounds.code = verdict.code.packed();
    decision.grounds.scope = static_cast<uint8_t>(verdict.scope);
    assign_cut(decision.grounds.rule, verdict.outside_rule.empty() ? name_of_rule(verdict.rule) : verdict.outside_rule);
    if (verdict.reading != ReadingState::known) assign_cut(decision.grounds.input, name_of(verdict.input));
    decision.grounds.found = verdict.found;
    decision.grounds.limit = verdict.limit;
}

// What a rule from outside leaves of an order is an order like any other.
void Desk::shrink(Decision& decision, Quantity quantity) const {
    OrderIntent& intent = decision.intent;
    intent.quantity = quantity;
    intent.display = std::min(intent.display, quantity);
    const Instrument& instrument = *instrument_of(intent.instrument);
    const Price price = has_limit(intent.type) ? intent.limit : risk_->book().mark(intent.instrument);
    decision.denial = intake::check_quantity(quantity, price, instrument.terms_at(cause_.engine_time), instrument);
}

// Inputs as they came, before what follows from them.
void Desk::record_what_rules_said(const OrderIntent& about) {
    RecordHeader header = header_for(about.account);
    header.actor = about.strategy.value;
    header.venue = account(about.account).venue();
    for (const RuleVerdict& verdict : risk_->said_by_rules()) {
        writer_.write(header, verdict);
        if (verdict.answer == RuleAnswer::halt) note_change(about.instrument);
    }
    risk_->forget_what_was_said();
}

void Desk::record_what_watches_said() {
    for (const RuleVerdict& verdict : risk_->said_by_rules()) writer_.write(header_for(AccountId{}), verdict);
    risk_->forget_what_was_said();
}

// Monitors.

void Desk::note_change(InstrumentId instrument) {
    const bool other = changed_.anything && changed_.instrument != instrument;
    changed_ = {true, other ? std::nullopt : std::optional(instrument)};
}

void Desk::watch_limits() {
    if (!std::exchange(changed_.anything, false) || !risk_->may_say_something()) return;
    std::vector<RiskAlarm> alarms;
    risk_->watch(world(), changed_.instrument, alarms);
    if (!risk_->said_by_rules().empty()) record_what_watches_said();
    for (size_t i = 0; i < alarms.size(); ++i) {
        // A monitor is asked about everything that its subject trades, and goes on once.
        const auto told = std::find_if(alarms.begin(), alarms.begin() + static_cast<std::ptrdiff_t>(i),
                                       [&](const RiskAlarm& other) { return is_same_going_on(other, alarms[i]); });
        if (told == alarms.begin() + static_cast<std::ptrdiff_t>(i)) heed(alarms[i]);
    }
}

void Desk::heed(const RiskAlarm& alarm) {
    if (alarm.again && (closings_for(alarm).empty() || is_closing_for(alarm))) return;
    record_alarm(alarm);
    actions_.alarms.push_back(alarm);
    tell_of_alarm(alarm);
    if (alarm.kind != RiskAlarm::Kind::acted || alarm.action <= RiskAction::deny) return;
    cancel_for(alarm, alarm.action == RiskAction::flatten);
    if (closes_positions(alarm.action)) close_for(alarm);
}

void Desk::record_alarm(const RiskAlarm& alarm) {
    RiskRecord record;
    record.kind = static_cast<uint8_t>(alarm.kind);
    record.code = alarm.code.packed();
    record.scope = static_cast<uint8_t>(alarm.scope);
    assign_cut(record.subject, alarm.subject);
    assign_cut(record.rule, alarm.outside_rule.empty() ? name_of_rule(alarm.rule) : alarm.outside_rule);
    record.percent = alarm.percent;
    record.action = static_cast<uint8_t>(alarm.action);
    record.found = alarm.found;
    record.limit = alarm.limit;
    writer_.write(header_for(AccountId{}), record);
}

bool Desk::concerns(const RiskAlarm& alarm, AccountId account, StrategyId strategy, InstrumentId instrument) const {
    const bool spares_others = !alarm.symbol.empty() && alarm.action < RiskAction::halt_all;
    if (spares_others && instruments_[instrument.value].symbol != alarm.symbol) return false;
    if (is_for_all(alarm)) return true;
    if (alarm.scope == RiskScope::instrument) return instruments_[instrument.value].symbol == alarm.subject;
    for (const StrategyEntry& entry : strategies_) {
        const bool asks = strategy == StrategyId{} || entry.started.strategy == strategy;
        if (asks && account_for(entry, instrument) == account &&
            risk_->subject_of(entry.started.strategy, instrument).of(alarm.scope) == alarm.subject)
            return true;
    }
    return false;
}

bool Desk::could_open(const Order& order) const {
    const Quantity held = account(order.intent.account).position(order.intent.instrument, order.intent.bucket).quantity;
    const bool against = order.intent.side == Side::buy ? held.is_negative() : held.is_positive();
    return !order.intent.reduce_only && (!against || order.open > abs(held));
}

// Held orders follow their parents.
void Desk::cancel_for(const RiskAlarm& alarm, bool exits_too) {
    std::vector<OrderId> meant;
    for (const StoredOrder* stored : orders_.sorted()) {
        const Order& order = stored->order;
        const OrderIntent& intent = order.intent;
        if (!is_working(order.state) || intent.strategy == StrategyId{}) continue;
        if (concerns(alarm, intent.account, intent.strategy, intent.instrument) && (exits_too || could_open(order)))
            meant.push_back(intent.id);
    }
    for (const OrderId id : meant) withdraw(id);
}

// An order of the desk's own is on its way in something that the alarm is about.
bool Desk::is_closing_for(const RiskAlarm& alarm) const {
    bool found = false;
    orders_.each([&](const StoredOrder& stored) {
        const OrderIntent& intent = stored.order.intent;
        found = found || (intent.strategy == StrategyId{} && arriving_quantity(stored.order).is_positive() &&
                          concerns(alarm, intent.account, {}, intent.instrument));
    });
    return found;
}

std::vector<Desk::Closing> Desk::closings_for(const RiskAlarm& alarm) const {
    const Decimal share = alarm.action == RiskAction::flatten ? Decimal() : alarm.reduce_to;
    std::vector<Closing> wanted;
    for (const Account& account : accounts_)
        account.for_each_open([&](InstrumentId id, SideBucket bucket, const Position& held) {
            if (!concerns(alarm, account.id(), {}, id)) return;
            const Quantity lot = instruments_[id.value].terms_at(cause_.engine_time).lot;
            const Quantity whole = closable(alarm, account, id, bucket, held);
            if (whole.is_zero()) return;
            const Quantity stays = round_to_step(multiply(whole, share), lot, Rounding::down);
            const Quantity closing = whole - stays - closing_already(account.id(), id, bucket);
            if (closing.is_positive()) wanted.push_back({&account, id, bucket, closing});
        });
    return wanted;
}

void Desk::close_for(const RiskAlarm& alarm) {
    for (const Closing& each : closings_for(alarm))
        close_by_force(*each.account, each.instrument, each.bucket, each.quantity, to_text(alarm.code));
}

// Of a strategy only what it holds itself.
Quantity Desk::closable(const RiskAlarm& alarm, const Account& account, InstrumentId instrument, SideBucket bucket,
                        const Position& held) const {
    const Quantity whole = abs(held.quantity);
    if (alarm.scope != RiskScope::strategy) return whole;
    Quantity own;
    for (const StrategyEntry& entry : strategies_)
        if (account_for(entry, instrument) == account.id() &&
            risk_->subject_of(entry.started.strategy, instrument).strategy == alarm.subject)
            own += risk_->held_by(entry.started.strategy, account, instrument, bucket);
    return held.quantity.is_negative() == own.is_negative() ? std::min(abs(own), whole) : Quantity::zero();
}

}  // namespace trd
