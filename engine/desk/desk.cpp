#include "desk/desk.h"

#include <algorithm>

namespace trd {
namespace {

// What an order may still trade at the venue.
Quantity working_quantity(const Order& order) { return is_working(order.state) ? order.open : Quantity::zero(); }

}  // namespace

// Bookkeeping of one input.

void Desk::begin(const InputHeader& input, Source source) {
    actions_.clear();
    writer_.clear();
    cause_ = {};
    cause_.cause = input.number;
    cause_.engine_time = input.engine_time;
    cause_.source_time = input.source_time;
    cause_.source = source;
    cause_.epoch = epoch_;
}

const Actions& Desk::end() {
    actions_.records = writer_.bytes();
    return actions_;
}

RecordHeader Desk::header_for(AccountId account, uint64_t correlation) const {
    RecordHeader header = cause_;
    header.account = account;
    header.correlation = correlation;
    return header;
}

RecordHeader Desk::header_for(const StoredOrder& stored) const {
    RecordHeader header = header_for(stored.order.intent.account, stored.correlation);
    header.actor = stored.order.intent.strategy.value;
    header.venue = account(header.account).venue();
    return header;
}

void Desk::report_anomaly(const Anomaly& anomaly, AccountId account) {
    writer_.write(header_for(account), anomaly);
    actions_.anomalies.push_back(anomaly);
}

void Desk::record_posting(const Account& account, uint64_t correlation) {
    RecordHeader header = header_for(account.id(), correlation);
    header.venue = account.venue();
    writer_.write(header, posting_);
}

// Set-up.

const Actions& Desk::on(const InputHeader& input, const InstrumentDefined& event) {
    begin(input, Source::control);
    const size_t index = event.instrument.id.value;
    TRD_ASSERT(index <= instruments_.size() && !event.instrument.terms.empty());
    for (const Terms& terms : event.instrument.terms) TRD_ASSERT(terms.lot.is_positive());
    if (index == instruments_.size())
        instruments_.push_back(event.instrument);
    else
        instruments_[index] = event.instrument;
    writer_.write(header_for(AccountId{}), event.instrument);
    return end();
}

const Actions& Desk::on(const InputHeader& input, const AccountOpened& event) {
    begin(input, Source::control);
    TRD_ASSERT(accounts_.empty() || accounts_.back().id() < event.account);
    accounts_.emplace_back(event.account, event.venue, event.base);
    working_.emplace_back();
    return end();
}

const Actions& Desk::on(const InputHeader& input, const StrategyStarted& event) {
    begin(input, Source::control);
    TRD_ASSERT(account_of(event.account) != nullptr && strategy_of(event.strategy) == nullptr);
    strategies_.push_back({event, 0});
    return end();
}

const Actions& Desk::on(const InputHeader& input, const MoneyTransferred& event) {
    begin(input, Source::control);
    Account* account = account_of(event.account);
    TRD_ASSERT(account != nullptr);
    account->transfer(event.currency, event.amount, posting_);
    record_posting(*account, 0);
    return end();
}

// Market.

const Actions& Desk::on(const InputHeader& input, const BarClosed& event) {
    begin(input, Source::market);
    const Instrument* instrument = instrument_of(event.instrument);
    TRD_ASSERT(instrument != nullptr);
    for (Account& account : accounts_) {
        account.mark(*instrument, event.bar.close);
        if (account.settle(*instrument, posting_)) record_posting(account, 0);
    }
    return end();
}

// Intents.

const Actions& Desk::on(const InputHeader& input, const IntentsCommitted& event) {
    begin(input, Source::strategy);
    cause_.actor = event.strategy.value;
    StrategyEntry* strategy = strategy_of(event.strategy);
    TRD_ASSERT(strategy != nullptr);
    for (const RawIntent& raw : event.intents) take(*strategy, raw);
    return end();
}

void Desk::take(StrategyEntry& strategy, const RawIntent& raw) {
    if (raw.kind == static_cast<uint8_t>(RawIntentKind::cancel))
        take_cancel(strategy, raw);
    else
        take_order(strategy, raw);
}

void Desk::take_order(StrategyEntry& strategy, const RawIntent& raw) {
    const StrategyStarted& who = strategy.started;
    const IntakeContext context{who.strategy, who.account, who.profile, who.incarnation, strategy.last_handle};
    const Decision decision = take_in(raw, context, intake_position(who.account, {raw.instrument}));
    RecordHeader header = header_for(who.account);
    header.venue = account(who.account).venue();
    const uint64_t correlation = writer_.write(header, decision);

    const bool allowed = decision.denial == Denial::none;
    Notice notice{.kind = allowed ? Notice::Kind::allowed : Notice::Kind::denied, .denial = decision.denial};
    if (decision.intent.id.is_null()) {  // not even an order: the strategy still hears of it
        notice.handle = raw.handle;
        notice.strategy = who.strategy;
        notice.state = OrderState::denied;
        actions_.notices.push_back(notice);
        return;
    }
    strategy.last_handle = raw.handle;
    const OrderState initial = allowed ? OrderState::pending_submission : OrderState::denied;
    StoredOrder& stored = orders_.add(make_order(decision.intent, initial, cause_.engine_time), correlation);
    tell(stored.order, notice);
    if (!allowed) return orders_.ended(decision.intent.id);
    count_working(stored.order, Quantity::zero(), working_quantity(stored.order));
    actions_.venue.push_back({VenueActionKind::submit, decision.intent.id});
}

void Desk::take_cancel(StrategyEntry& strategy, const RawIntent& raw) {
    StoredOrder* stored = nullptr;
    Denial denial = check_form(raw, strategy.last_handle);
    if (denial == Denial::none) {
        strategy.last_handle = raw.handle;
        stored = find_own(strategy, raw.target);
        denial = stored == nullptr ? Denial::unknown_order : Denial::none;
    }
    if (denial == Denial::none && is_terminal(stored->order.state)) denial = Denial::not_cancellable;

    Decision decision{.action = DecisionAction::cancel, .intent = {}, .denial = denial, .limits_version = 0};
    decision.intent.strategy = strategy.started.strategy;
    decision.intent.account = strategy.started.account;
    if (stored != nullptr) decision.intent = stored->order.intent;
    writer_.write(header_for(strategy.started.account, stored == nullptr ? 0 : stored->correlation), decision);
    if (denial == Denial::none) return cancel_order(*stored);

    Notice notice{.kind = Notice::Kind::denied, .denial = denial};
    if (stored != nullptr) return tell(stored->order, notice);
    notice.handle = raw.target;
    notice.strategy = strategy.started.strategy;
    actions_.notices.push_back(notice);
}

// Precondition: not terminal. An order that the venue has not seen ends here; a second request is not sent again.
void Desk::cancel_order(StoredOrder& stored) {
    const OrderState before = stored.order.state;
    const OrderEventKind event = before == OrderState::held ? OrderEventKind::cancel : OrderEventKind::request_cancel;
    change(stored, {event});
    record_event(stored, event, before);
    tell(stored.order, {.kind = Notice::Kind::event, .event = event});
    if (stored.order.state == OrderState::pending_cancel && before != OrderState::pending_cancel)
        actions_.venue.push_back({VenueActionKind::cancel, stored.order.intent.id});
}

StoredOrder* Desk::find_own(const StrategyEntry& strategy, uint64_t handle) {
    if (handle == 0 || handle > strategy.last_handle) return nullptr;
    const StrategyStarted& who = strategy.started;
    const IntakeContext context{who.strategy, who.account, who.profile, who.incarnation, 0};
    for (int purpose = 0; purpose < purpose_count; ++purpose)
        if (StoredOrder* found = orders_.find(id_of(context, handle, static_cast<Purpose>(purpose)))) return found;
    return nullptr;
}

// Venue.

const Actions& Desk::on(const InputHeader& input, const VenueReport& event) {
    begin(input, Source::venue);
    StoredOrder* stored = orders_.find(event.order);
    if (stored == nullptr) {
        report_anomaly({Anomaly::Kind::report_of_unknown_order, event.order, event.event, OrderState::held}, {});
        return end();
    }
    const OrderState before = stored->order.state;
    if (change(*stored, {event.event, event.quantity}) == ChangeOutcome::impossible) {
        report_anomaly({Anomaly::Kind::impossible_transition, event.order, event.event, before},
                       stored->order.intent.account);
        return end();
    }
    if (!event.venue_id.empty()) stored->order.venue_ids.push_back(event.venue_id);
    record_event(*stored, event.event, before);
    tell(stored->order, {.kind = Notice::Kind::event, .event = event.event});
    return end();
}

const Actions& Desk::on(const InputHeader& input, const Fill& fill) {
    begin(input, Source::venue);
    if (!is_sound(fill)) return end();
    Account& account = *account_of(fill.account);
    const Account::Booked booked = account.apply(fill, *instrument_of(fill.instrument), posting_);
    if (booked.duplicate) {
        report_anomaly({Anomaly::Kind::duplicate_fill, fill.order, OrderEventKind::fill, OrderState::held},
                       fill.account);
        return end();
    }
    if (booked.closed) actions_.closed_trades.push_back(*booked.closed);
    fill_order(fill);
    return end();
}

bool Desk::is_sound(const Fill& fill) {
    if (instrument_of(fill.instrument) == nullptr) {
        report_anomaly({Anomaly::Kind::unknown_instrument, fill.order, OrderEventKind::fill, OrderState::held},
                       fill.account);
        return false;
    }
    if (account_of(fill.account) == nullptr || !fill.quantity.is_positive()) {
        report_anomaly({Anomaly::Kind::unsound_fill, fill.order, OrderEventKind::fill, OrderState::held}, fill.account);
        return false;
    }
    return true;
}

// The account has booked it; the order follows, whether we know it or not: money that moved is never left out.
void Desk::fill_order(const Fill& fill) {
    StoredOrder* stored = orders_.find(fill.order);
    if (stored == nullptr) {
        writer_.write(header_for(fill.account), FillRecord{fill, OrderState::filled, fill.quantity, Quantity::zero()});
        record_posting(account(fill.account), 0);
        report_anomaly({Anomaly::Kind::fill_of_unknown_order, fill.order, OrderEventKind::fill, OrderState::held},
                       fill.account);
        return;
    }
    const OrderState before = stored->order.state;
    const ChangeOutcome outcome = change(*stored, {OrderEventKind::fill, fill.quantity});
    const Order& order = stored->order;
    writer_.write(header_for(*stored), FillRecord{fill, order.state, order.filled, order.open});
    record_posting(account(fill.account), stored->correlation);
    if (outcome == ChangeOutcome::impossible)
        report_anomaly({Anomaly::Kind::impossible_transition, fill.order, OrderEventKind::fill, before}, fill.account);
    if (outcome == ChangeOutcome::overfill)
        report_anomaly({Anomaly::Kind::overfill, fill.order, OrderEventKind::fill, before}, fill.account);
    tell(order, {.kind = Notice::Kind::event,
                 .event = order.open.is_zero() ? OrderEventKind::complete : OrderEventKind::fill,
                 .fill_quantity = fill.quantity,
                 .fill_price = fill.price,
                 .fill_fee = fill.fee});
}

// Orders.

ChangeOutcome Desk::change(StoredOrder& stored, const OrderChange& wanted) {
    Order& order = stored.order;
    const Quantity working_before = working_quantity(order);
    const bool ended_before = is_terminal(order.state);
    const ChangeOutcome outcome = apply(order, wanted, cause_.engine_time);
    count_working(order, working_before, working_quantity(order));
    if (!ended_before && is_terminal(order.state)) orders_.ended(order.intent.id);
    return outcome;
}

void Desk::record_event(const StoredOrder& stored, OrderEventKind event, OrderState before) {
    const Order& order = stored.order;
    writer_.write(header_for(stored), OrderEvent{.order = order.intent.id,
                                                 .event = event,
                                                 .before = before,
                                                 .after = order.state,
                                                 .in_doubt = order.in_doubt,
                                                 .filled = order.filled,
                                                 .open = order.open,
                                                 .cancelled = order.cancelled});
}

// Fills in what every notice says about its order.
void Desk::tell(const Order& order, Notice notice) {
    notice.state = order.state;
    notice.strategy = order.intent.strategy;
    notice.instrument = order.intent.instrument;
    notice.side = order.intent.side;
    notice.handle = order.intent.id.parts().sequence;
    notice.quantity = order.intent.quantity;
    notice.filled = order.filled;
    notice.open = order.open;
    notice.tag = order.intent.tag;
    actions_.notices.push_back(notice);
}

void Desk::count_working(const Order& order, Quantity before, Quantity after) {
    if (before == after) return;
    Working& working = working_slot(order.intent.account, order.intent.instrument);
    (order.intent.side == Side::buy ? working.buying : working.selling) += after - before;
}

// Look-ups.

const Order* Desk::find(OrderId id) const {
    const StoredOrder* stored = orders_.find(id);
    return stored == nullptr ? nullptr : &stored->order;
}

Account* Desk::account_of(AccountId id) {
    const auto found =
        std::find_if(accounts_.begin(), accounts_.end(), [&](const Account& account) { return account.id() == id; });
    return found == accounts_.end() ? nullptr : &*found;
}

const Account& Desk::account(AccountId id) const {
    const Account* found = const_cast<Desk*>(this)->account_of(id);
    TRD_ASSERT(found != nullptr);
    return *found;
}

const Instrument* Desk::instrument_of(InstrumentId id) const {
    return id.value < instruments_.size() ? &instruments_[id.value] : nullptr;
}

Desk::StrategyEntry* Desk::strategy_of(StrategyId id) {
    for (StrategyEntry& entry : strategies_)
        if (entry.started.strategy == id) return &entry;
    return nullptr;
}

Desk::Working& Desk::working_slot(AccountId id, InstrumentId instrument) {
    std::vector<Working>& of_account = working_[static_cast<size_t>(&account(id) - accounts_.data())];
    if (instrument.value >= of_account.size()) of_account.resize(size_t{instrument.value} + 1);
    return of_account[instrument.value];
}

Quantity Desk::working(AccountId id, InstrumentId instrument) const {
    const std::vector<Working>& of_account = working_[static_cast<size_t>(&account(id) - accounts_.data())];
    if (instrument.value >= of_account.size()) return Quantity::zero();
    return of_account[instrument.value].buying - of_account[instrument.value].selling;
}

IntakePosition Desk::intake_position(AccountId id, InstrumentId instrument) {
    IntakePosition result;
    result.instrument = instrument_of(instrument);
    result.now = cause_.engine_time;
    if (result.instrument == nullptr) return result;
    const Position& position = account(id).position(instrument);
    const Working& working = working_slot(id, instrument);
    result.held = position.quantity;
    result.mark = position.mark;
    result.leaving = position.quantity.is_negative() ? working.buying : working.selling;
    return result;
}

// Snapshot.

namespace {
constexpr uint32_t snapshot_magic = 0x53445254;  // "TRDS"
constexpr uint32_t snapshot_version = 1;
}  // namespace

Bytes Desk::snapshot() const {
    ByteWriter out;
    out.put(snapshot_magic);
    out.put(snapshot_version);
    out.put(epoch_);
    out.put(writer_.next_sequence());
    out.put(static_cast<uint32_t>(instruments_.size()));
    for (const Instrument& instrument : instruments_) encode(out, instrument);
    out.put(static_cast<uint32_t>(accounts_.size()));
    for (const Account& account : accounts_) {
        out.put(account.id().value);
        out.put(account.venue().value);
        out.put(account.base().packed());
        account.save(out);
    }
    out.put(static_cast<uint32_t>(strategies_.size()));
    for (const StrategyEntry& entry : strategies_) {
        out.put(entry.started.strategy.value);
        out.put(entry.started.account.value);
        out.put(entry.started.profile);
        out.put(entry.started.incarnation);
        out.put(entry.last_handle);
    }
    orders_.save(out);
    return out.take();
}

bool Desk::restore(ByteSpan bytes) {
    *this = Desk(0);
    ByteReader in(bytes);
    try {
        if (load(in) && in.at_end()) return true;
    } catch (const DecimalOverflow&) {
        // Quantities that no desk could have: refused like any other nonsense.
    }
    *this = Desk(0);
    return false;
}

bool Desk::load(ByteReader& in) {
    if (in.get<uint32_t>() != snapshot_magic || in.get<uint32_t>() != snapshot_version) return false;
    epoch_ = in.get<uint32_t>();
    writer_.set_next_sequence(in.get<uint64_t>());
    const auto instrument_count = in.get<uint32_t>();
    for (uint32_t i = 0; i < instrument_count && in.ok(); ++i)
        if (!decode(in, instruments_.emplace_back()) || instruments_.back().id.value != i) return false;
    const auto account_count = in.get<uint32_t>();
    for (uint32_t i = 0; i < account_count && in.ok(); ++i) {
        const AccountId id{in.get<uint16_t>()};
        const VenueId venue{in.get<uint16_t>()};
        if (!accounts_.empty() && !(accounts_.back().id() < id)) return false;
        accounts_.emplace_back(id, venue, Currency::from_packed(in.get<uint64_t>()));
        working_.emplace_back();
        if (!accounts_.back().load(in)) return false;
    }
    const auto strategy_count = in.get<uint32_t>();
    for (uint32_t i = 0; i < strategy_count && in.ok(); ++i) {
        StrategyEntry entry;
        entry.started.strategy.value = in.get<uint16_t>();
        entry.started.account.value = in.get<uint16_t>();
        entry.started.profile = in.get<uint16_t>();
        entry.started.incarnation = in.get<uint32_t>();
        entry.last_handle = in.get<uint64_t>();
        if (strategy_of(entry.started.strategy) != nullptr || account_of(entry.started.account) == nullptr)
            return false;
        strategies_.push_back(entry);
    }
    return in.ok() && orders_.load(in) && restore_working();
}

bool Desk::restore_working() {
    for (const StoredOrder* stored : orders_.sorted()) {
        const Order& order = stored->order;
        if (account_of(order.intent.account) == nullptr) return false;
        // A denied order may have asked for an instrument that does not exist; nothing else may.
        if (order.state != OrderState::denied && instrument_of(order.intent.instrument) == nullptr) return false;
        count_working(order, Quantity::zero(), working_quantity(order));
    }
    return true;
}

Digest Desk::state_hash() const {
    const Bytes bytes = snapshot();
    return sha256(ByteSpan{bytes});
}

}  // namespace trd
