#include "desk/desk.h"

#include <algorithm>

#include "base/in_place.h"

namespace trd {

// Bookkeeping of one input.

void Desk::begin(const InputHeader& input, Source source) {
    actions_.clear();
    writer_.begin();
    cause_ = {};
    cause_.cause = input.number;
    cause_.engine_time = input.engine_time;
    cause_.source_time = input.source_time;
    cause_.source = source;
    cause_.epoch = epoch_;
    if (risk_ != nullptr && risk_->tick(input.engine_time)) note_change_of_all();
}

const Actions& Desk::end() {
    if (!unwanted_entries_.empty() || !unprotected_.empty()) finish_brackets();
    if (risk_ != nullptr) watch_limits();
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
    if (risk_ == nullptr) return;
    risk_->anomaly(world(), account);
    note_change_of_all();
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
    if (index == instruments_.size()) {
        instruments_.push_back(event.instrument), markets_.emplace_back();
    } else {
        // What has been gained in it is in sums of this currency.
        TRD_ASSERT(settlement_currency(instruments_[index]) == settlement_currency(event.instrument));
        instruments_[index] = event.instrument;
    }
    writer_.write(header_for(AccountId{}), event.instrument);
    note_margin_rules();
    if (risk_ != nullptr) risk_->define(world(), event.instrument.id);
    return end();
}

const Actions& Desk::on(const InputHeader& input, const AccountOpened& event) {
    begin(input, Source::control);
    TRD_ASSERT(accounts_.empty() || accounts_.back().id() < event.account);
    const Account& opened = add_account(event.account, event.venue, event.base, event.terms);
    note_margin_rules();
    if (risk_ != nullptr) risk_->open(world(), opened);
    return end();
}

const Actions& Desk::on(const InputHeader& input, const StrategyStarted& event) {
    begin(input, Source::control);
    TRD_ASSERT(event.strategy != StrategyId{} && account_of(event.account) != nullptr);
    TRD_ASSERT(strategy_of(event.strategy) == nullptr);
    for (const AccountId further : event.further_accounts) TRD_ASSERT(account_of(further) != nullptr);
    strategies_.push_back({event, 0});
    hears_of_accounts_ = hears_of_accounts_ || event.hears_of_accounts;
    if (risk_ != nullptr) risk_->start(world(), event.strategy, accounts_of(event));
    return end();
}

// Market.

const Actions& Desk::on(const InputHeader& input, const BarClosed& event) {
    begin(input, Source::market);
    const Instrument* instrument = instrument_of(event.instrument);
    TRD_ASSERT(instrument != nullptr);
    markets_[event.instrument.value].has_last = true;
    markets_[event.instrument.value].last_is_trade = false;
    mark(*instrument, event.bar.close, event.place != AtInstant::more_follow);
    if (risk_ != nullptr) risk_->bar(world(), event.instrument, event.bar);
    // With the last one everybody is looked at: those before it are not forgotten.
    if (event.place != AtInstant::alone) [[unlikely]]
        changed_ = {event.place == AtInstant::last, std::nullopt};
    return end();
}

const Actions& Desk::on(const InputHeader& input, const TradePrinted& event) {
    begin(input, Source::market);
    const Instrument* instrument = instrument_of(event.instrument);
    TRD_ASSERT(instrument != nullptr);
    markets_[event.instrument.value].has_last = true;
    markets_[event.instrument.value].last_is_trade = true;
    mark(*instrument, event.trade.price);
    if (risk_ != nullptr) risk_->trade(world(), event.instrument, event.trade.price);
    return end();
}

// Where nothing trades that we see, the middle of the market is the mark.
const Actions& Desk::on(const InputHeader& input, const QuoteChanged& event) {
    begin(input, Source::market);
    const Instrument* instrument = instrument_of(event.instrument);
    TRD_ASSERT(instrument != nullptr);
    Market& market = markets_[event.instrument.value];
    market.quote = event.quote;
    if (!market.has_last) mark(*instrument, middle(event.quote));
    if (risk_ == nullptr) return end();
    if (!market.has_last) risk_->marked(world(), event.instrument, middle(event.quote));
    risk_->quote(world(), event.instrument, event.quote);
    note_change(event.instrument);
    return end();
}

// What was bought at the ask is not worth the ask, nor what slippage made of a price.
std::optional<Price> Desk::market_mark(const Account& account, const Fill& fill) const {
    const Market& market = markets_[fill.instrument.value];
    const Price before = account.position(fill.instrument, fill.bucket).mark;
    if (market.last_is_trade && before.is_positive()) return before;
    const bool is_quoted = !market.has_last && market.quote.bid.is_positive() && market.quote.ask.is_positive();
    return is_quoted ? std::optional(middle(market.quote)) : std::nullopt;
}

void Desk::mark(const Instrument& instrument, Price price, bool looks) {
    for (Account& account : accounts_) {
        account.mark(instrument, price);
        if (account.settle(instrument, posting_)) record_posting(account, 0);
        looks ? watch_margin(account, instrument.id) : touch_margin(account, instrument.id);
    }
    if (risk_ != nullptr) note_change(instrument.id);
}

// Orders.

ChangeOutcome Desk::change(StoredOrder& stored, const OrderChange& wanted) {
    Order& order = stored.order;
    const Quantity arriving_before = arriving_quantity(order);
    const bool ended_before = is_terminal(order.state);
    const ChangeOutcome outcome = apply(order, wanted, cause_.engine_time);
    count_working(order, arriving_before, arriving_quantity(order));
    const bool answered = wanted.event == OrderEventKind::replace || wanted.event == OrderEventKind::refuse_replace;
    if (answered || is_terminal(order.state)) stored.asked = {};
    if (risk_ != nullptr) risk_->follow(world(), order, stored.asked);
    if (!ended_before && is_terminal(order.state)) orders_.ended(stored);
    return outcome;
}

void Desk::record_event(const StoredOrder& stored, OrderEventKind event, OrderState before, VenueReason reason,
                        const VenueText& text) {
    const Order& order = stored.order;
    writer_.write(header_for(stored), OrderEvent{.order = order.intent.id,
                                                 .event = event,
                                                 .before = before,
                                                 .after = order.state,
                                                 .in_doubt = order.in_doubt,
                                                 .reason = reason,
                                                 .filled = order.filled,
                                                 .open = order.open,
                                                 .cancelled = order.cancelled,
                                                 .limit = order.intent.limit,
                                                 .trigger = order.intent.trigger,
                                                 .text = text});
}

void Desk::tell(const Order& order, const News& news) {
    const OrderIntent& intent = order.intent;
    if (intent.strategy == StrategyId{}) return;  // the desk's own: nobody's handler waits for it
    Notice& notice = actions_.notices.emplace_back(MadeBy([&] {
        return Notice{.kind = news.kind,
                      .event = news.event,
                      .state = order.state,
                      .denial = news.denial,
                      .check = news.check,
                      .reason = news.reason,
                      .strategy = intent.strategy,
                      .instrument = intent.instrument,
                      .side = intent.side,
                      .type = intent.type,
                      .time_in_force = intent.time_in_force,
                      .purpose = intent.purpose,
                      .handle = intent.id.sequence(),
                      .quantity = intent.quantity,
                      .filled = order.filled,
                      .open = order.open,
                      .limit = intent.limit,
                      .trigger = intent.trigger,
                      .tag = intent.tag};
    }));
    if (news.fill == nullptr) return;
    notice.fill_quantity = news.fill->quantity;
    notice.fill_price = news.fill->price;
    notice.fill_fee = news.fill->fee;
    notice.fill_liquidity = news.fill->liquidity;
}

void Desk::count_working(const Order& order, Quantity before, Quantity after) {
    if (before == after) return;
    Working& working = working_slot(order.intent.account, order.intent.instrument);
    Quantity* const of_side = order.intent.side == Side::buy ? working.buying : working.selling;
    const Quantity change = after - before;
    of_side[static_cast<size_t>(order.intent.bucket)] += change;
    working.net += signed_quantity(order.intent.side, change);
}

void Desk::hand_over_notices(std::vector<Notice>& queue) {
    if (queue.empty()) return std::swap(queue, actions_.notices);
    queue.insert(queue.end(), actions_.notices.begin(), actions_.notices.end());
    actions_.notices.clear();
}

// Look-ups.

const Order* Desk::find(OrderId id) const {
    const StoredOrder* stored = orders_.find(id);
    return stored == nullptr ? nullptr : &stored->order;
}

Account& Desk::add_account(AccountId id, VenueId venue, Currency base, const AccountTerms& terms) {
    TRD_ASSERT(accounts_.size() < no_place);
    places_.resize(std::max(places_.size(), size_t{id.value} + 1), no_place);
    places_[id.value] = static_cast<uint16_t>(accounts_.size());
    working_.emplace_back();
    margin_watches_.emplace_back();
    return accounts_.emplace_back(id, venue, base, terms);
}

Account* Desk::account_of(AccountId id) {
    const size_t place = place_of(id);
    return place == no_place ? nullptr : &accounts_[place];
}

const Account& Desk::account(AccountId id) const {
    const size_t place = place_of(id);
    TRD_ASSERT(place != no_place);
    return accounts_[place];
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
    const size_t place = place_of(id);
    TRD_ASSERT(place != no_place);
    std::vector<Working>& of_account = working_[place];
    if (instrument.value >= of_account.size()) of_account.resize(size_t{instrument.value} + 1);
    return of_account[instrument.value];
}

const Desk::Working* Desk::working_of(AccountId id, InstrumentId instrument) const {
    const size_t place = place_of(id);
    TRD_ASSERT(place != no_place);
    const std::vector<Working>& of_account = working_[place];
    return instrument.value < of_account.size() ? &of_account[instrument.value] : nullptr;
}

Quantity Desk::working(AccountId id, InstrumentId instrument) const {
    const Working* const working = working_of(id, instrument);
    return working == nullptr ? Quantity::zero() : working->net;
}

Quantity Desk::working(AccountId id, InstrumentId instrument, SideBucket bucket) const {
    const Working* const working = working_of(id, instrument);
    const auto place = static_cast<size_t>(bucket);
    return working == nullptr ? Quantity::zero() : working->buying[place] - working->selling[place];
}

}  // namespace trd
