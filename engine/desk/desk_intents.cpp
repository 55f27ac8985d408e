// What strategies ask for: decided, recorded, and on its way.
#include <algorithm>
#include <cmath>

#include "base/in_place.h"
#include "desk/desk.h"

namespace trd {

const Actions& Desk::on(const InputHeader& input, const IntentsCommitted& event) {
    begin(input, Source::strategy);
    cause_.actor = event.strategy.value;
    StrategyEntry* strategy = strategy_of(event.strategy);
    TRD_ASSERT(strategy != nullptr);
    batch_ = event.intents;
    for (const RawIntent& raw : event.intents) take(*strategy, raw);
    batch_ = {};
    return end();
}

void Desk::take(StrategyEntry& strategy, const RawIntent& raw) {
    const bool changes = raw.kind == static_cast<uint8_t>(RawIntentKind::cancel) ||
                         raw.kind == static_cast<uint8_t>(RawIntentKind::amend);
    changes ? take_change(strategy, raw) : take_order(strategy, raw);
}

// New orders.

void Desk::take_order(StrategyEntry& strategy, const RawIntent& raw) {
    const StrategyStarted& who = strategy.started;
    const AccountId id = account_for(strategy, {raw.instrument});
    const IntakeContext context{who.strategy, id, who.profile, who.incarnation, strategy.last_handle};
    Decision decision = take_in(raw, context, intake_position(strategy, id, raw));
    if (decision.denial == Denial::none) decision.denial = check_worth(raw, id, instrument_of({raw.instrument}));
    if (risk_ != nullptr && decision.denial == Denial::none) ask_limits(decision, raw.handle);
    RecordHeader header = header_for(id);
    header.venue = account(id).venue();
    const uint64_t correlation = writer_.write(header, decision);
    if (!decision.intent.id.is_null()) {
        strategy.last_handle = raw.handle;
        admit(decision, correlation);
        if (decision.denial != Denial::none) protection_refused(strategy, raw, decision.denial);
        return;
    }
    Notice& notice = actions_.notices.emplace_back();  // not even an order: still heard of
    notice.kind = Notice::Kind::denied;
    notice.denial = decision.denial;
    notice.handle = raw.handle;
    notice.strategy = who.strategy;
    notice.state = OrderState::denied;
}

void Desk::admit(const Decision& decision, uint64_t correlation) {
    const OrderIntent& intent = decision.intent;
    const bool allowed = decision.denial == Denial::none;
    const bool waits = !intent.parent.is_null();
    const OrderState initial = !allowed ? OrderState::denied
                               : waits  ? OrderState::held
                                        : OrderState::pending_submission;
    StoredOrder& stored = orders_.add(intent, initial, cause_.engine_time, correlation);
    tell(stored.order, {.kind = allowed ? Notice::Kind::allowed : Notice::Kind::denied,
                        .denial = decision.denial,
                        .check = RiskCode::unpacked(decision.grounds.code)});
    if (!allowed) return orders_.ended(stored);
    count_working(stored.order, Quantity::zero(), arriving_quantity(stored.order));
    if (risk_ != nullptr) risk_->follow(world(), stored.order);
    if (!waits) actions_.venue.emplace_back(MadeBy([&] { return VenueAction{VenueActionKind::submit, intent.id}; }));
    if (waits || intent.group != 0) steer(groups_.join(intent, find(intent.parent)));
}

// An entry whose stop was refused would stand unprotected: what has not traded of it is taken back, before it leaves
// where both came in one batch.
void Desk::protection_refused(const StrategyEntry& strategy, const RawIntent& raw, Denial denial) {
    if (raw.parent == 0 || raw.purpose != static_cast<uint8_t>(Purpose::protective_stop)) return;
    StoredOrder* const entry = find_own(strategy, raw.parent);
    if (entry == nullptr || is_terminal(entry->order.state)) return;
    const OrderIntent& opening = entry->order.intent;
    const bool leads_out = opening.instrument.value == raw.instrument && static_cast<uint8_t>(opening.side) != raw.side;
    if (!leads_out) return;
    record_decision(DecisionAction::cancel, *entry, {});
    const OrderId id = opening.id;
    const auto unsent = std::find_if(actions_.venue.begin(), actions_.venue.end(), [id](const VenueAction& action) {
        return action.kind == VenueActionKind::submit && action.order == id;
    });
    if (unsent == actions_.venue.end()) return cancel_order(*entry);
    actions_.venue.erase(unsent);
    const OrderState before = entry->order.state;
    change(*entry, {OrderEventKind::cancel});
    record_event(*entry, OrderEventKind::cancel, before);
    tell(entry->order, {.kind = Notice::Kind::event, .event = OrderEventKind::cancel, .denial = denial});
    follow_up(*entry);
}

AccountId Desk::account_for(const StrategyEntry& strategy, InstrumentId instrument) const {
    const Instrument* const known = instrument_of(instrument);
    const StrategyStarted& who = strategy.started;
    if (known == nullptr || account(who.account).venue() == known->venue) return who.account;
    for (const AccountId further : who.further_accounts)
        if (account(further).venue() == known->venue) return further;
    return who.account;
}

// Nothing is opened in a currency that the account could not value: its equity would not be known any more.
Denial Desk::check_worth(const RawIntent& raw, AccountId id, const Instrument* instrument) const {
    const bool closes =
        raw.kind == static_cast<uint8_t>(RawIntentKind::close_position) || (raw.flags & intent_reduce_only) != 0;
    if (closes || rates_.knows(settlement_currency(*instrument), account(id).base())) return Denial::none;
    return Denial::no_rate;
}

IntakePosition Desk::intake_position(const StrategyEntry& strategy, AccountId id, const RawIntent& raw) {
    IntakePosition result;
    const InstrumentId instrument{raw.instrument};
    result.instrument = instrument_of(instrument);
    result.now = cause_.engine_time;
    if (result.instrument == nullptr) return result;
    const Account& of = account(id);
    const Working& working = working_slot(id, instrument);
    result.account = &of.terms();
    for (uint32_t i = 0; i < (of.terms().hedging ? side_bucket_count : 1); ++i) {
        const Position& position = of.position(instrument, static_cast<SideBucket>(i));
        result.held[i] = {position.quantity, working.buying[i], working.selling[i]};
        if (!position.mark.is_zero()) result.mark = position.mark;
    }
    if (raw.kind == static_cast<uint8_t>(RawIntentKind::target_position))
        result.equity = of.equity_in(settlement_currency(*result.instrument), rates_);
    if (raw.parent != 0 || raw.group != 0) find_relatives(strategy, raw, result);
    return result;
}

void Desk::find_relatives(const StrategyEntry& strategy, const RawIntent& raw, IntakePosition& result) {
    if (const StoredOrder* parent = find_own(strategy, raw.parent))
        if (!is_terminal(parent->order.state) || parent->order.filled.is_positive()) result.parent = &parent->order;
    if (const StoredOrder* first = find_own(strategy, raw.group))
        if (groups_.of(first->order.intent) != nullptr) result.group_first = &first->order;
}

// Changes of orders that are there.

void Desk::take_change(StrategyEntry& strategy, const RawIntent& raw) {
    const bool cancels = raw.kind == static_cast<uint8_t>(RawIntentKind::cancel);
    StoredOrder* stored = nullptr;
    Decision decision{.action = cancels ? DecisionAction::cancel : DecisionAction::amend,
                      .intent = {},
                      .amendment = {},
                      .denial = check_form(raw, strategy.last_handle),
                      .limits_version = 0,
                      .grounds = {}};
    decision.intent.strategy = strategy.started.strategy;
    decision.intent.account = strategy.started.account;
    if (decision.denial == Denial::none) {
        strategy.last_handle = raw.handle;
        stored = find_own(strategy, raw.target);
        decision.denial = stored == nullptr ? Denial::unknown_order : check_change(raw, *stored, decision);
    }
    if (stored != nullptr) decision.intent = stored->order.intent;
    if (risk_ != nullptr && !cancels && decision.denial == Denial::none) ask_limits_to_change(*stored, decision);
    writer_.write(header_for(decision.intent.account, stored == nullptr ? 0 : stored->correlation), decision);
    if (decision.denial != Denial::none) return refuse_change(strategy, raw, stored, decision);
    if (cancels) return cancel_order(*stored);
    const bool sizes = !std::isnan(raw.quantity) || decision.amendment.quantity != stored->order.intent.quantity;
    if (sizes) ask_for(*stored, decision.amendment.quantity);
    amend_order(*stored, decision.amendment);
}

Denial Desk::check_change(const RawIntent& raw, const StoredOrder& stored, Decision& decision) const {
    const Order& order = stored.order;
    if (decision.action == DecisionAction::cancel)
        return is_terminal(order.state) ? Denial::not_cancellable : Denial::none;
    const bool amendable = order.state == OrderState::held || order.state == OrderState::submitted ||
                           order.state == OrderState::partially_filled;
    if (!amendable) return Denial::not_amendable;
    const Terms& terms = instrument_of(order.intent.instrument)->terms_at(cause_.engine_time);
    return read_amendment(raw, order, terms, decision.amendment);
}

void Desk::refuse_change(const StrategyEntry& strategy, const RawIntent& raw, const StoredOrder* stored,
                         const Decision& decision) {
    const RiskCode check = RiskCode::unpacked(decision.grounds.code);
    if (stored != nullptr)
        return tell(stored->order, {.kind = Notice::Kind::denied, .denial = decision.denial, .check = check});
    Notice& notice = actions_.notices.emplace_back();
    notice.kind = Notice::Kind::denied;
    notice.denial = decision.denial;
    notice.check = check;
    notice.handle = raw.target;
    notice.strategy = strategy.started.strategy;
}

// Precondition: not terminal. An order that the venue has not seen ends here; a second request is not sent again.
void Desk::cancel_order(StoredOrder& stored, VenueReason reason) {
    const OrderState before = stored.order.state;
    const OrderEventKind event = before == OrderState::held ? OrderEventKind::cancel : OrderEventKind::request_cancel;
    change(stored, {event});
    record_event(stored, event, before, reason);
    tell(stored.order, {.kind = Notice::Kind::event, .event = event, .reason = reason});
    if (stored.order.state == OrderState::pending_cancel && before != OrderState::pending_cancel)
        actions_.venue.push_back({VenueActionKind::cancel, stored.order.intent.id});
    follow_up(stored);
}

// Precondition: held, submitted or partially filled. What the venue has not seen changes here.
void Desk::amend_order(StoredOrder& stored, const OrderAmendment& amendment) {
    const OrderState before = stored.order.state;
    OrderChange wanted{OrderEventKind::request_replace};
    if (before == OrderState::held)
        wanted = {OrderEventKind::replace, amendment.quantity, amendment.limit, amendment.trigger, amendment.display};
    else
        stored.asked = amendment;
    change(stored, wanted);
    record_event(stored, wanted.event, before);
    tell(stored.order, {.kind = Notice::Kind::event, .event = wanted.event});
    if (wanted.event == OrderEventKind::request_replace)
        actions_.venue.push_back({VenueActionKind::amend, stored.order.intent.id, amendment});
}

StoredOrder* Desk::find_own(const StrategyEntry& strategy, uint64_t handle) {
    if (handle == 0 || handle > strategy.last_handle) return nullptr;
    if (StoredOrder* const found = find_own(strategy, strategy.started.account, handle)) return found;
    for (const AccountId further : strategy.started.further_accounts)
        if (StoredOrder* const found = find_own(strategy, further, handle)) return found;
    return nullptr;
}

StoredOrder* Desk::find_own(const StrategyEntry& strategy, AccountId account, uint64_t handle) {
    const StrategyStarted& who = strategy.started;
    const IntakeContext context{who.strategy, account, who.profile, who.incarnation, 0};
    for (int purpose = 0; purpose < purpose_count; ++purpose)
        if (StoredOrder* found = orders_.find(id_of(context, handle, static_cast<Purpose>(purpose)))) return found;
    return nullptr;
}

}  // namespace trd
