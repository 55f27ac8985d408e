#include "risk/control.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"

namespace trd {
namespace {

constexpr uint32_t no_seat = UINT32_MAX;
constexpr uint16_t no_strategy = 0;

const Account* account_of(const RiskWorld& world, AccountId id) {
    const auto found = std::find_if(world.accounts.begin(), world.accounts.end(),
                                    [id](const Account& account) { return account.id() == id; });
    return found == world.accounts.end() ? nullptr : &*found;
}

std::string name_or_number(const std::string* name, uint32_t id) {
    return name != nullptr ? *name : std::to_string(id);
}

RiskDay day_of(const RiskLimits& limits) {
    const auto zone = Zone::find(limits.zone);
    return {zone ? *zone : Zone::utc(), limits.day_begins};
}

// One more than the limit lets through, as far as there can be as many.
size_t most_events_of(Decimal limit) {
    constexpr int64_t most = int64_t{1} << 24;
    const Decimal least = std::min(limit, Decimal::from_units(most));
    return static_cast<size_t>(least.raw() / decimal_scale) + 1;
}

constexpr RiskCode state_check{'R', 2};

// Visits what works of the account on the order's side, for or against the same position.
template <class Visit>
void each_beside(const RiskAsking& asking, Visit visit) {
    constexpr auto account = static_cast<size_t>(RiskScope::account);
    for (const RiskBook::WorkingOrder& each : asking.book.orders_in(asking.instrument.id))
        if (each.has_left && each.side == asking.order->side && each.bucket == asking.order->bucket &&
            each.owners[account] == asking.owners[account])
            visit(each);
}

bool are_only_exits(const RiskAsking& asking) {
    bool only = asking.order->reduce_only;
    if (only) each_beside(asking, [&](const RiskBook::WorkingOrder& each) { only = only && each.reduce_only; });
    return only;
}

// `held`: by whom the scope says, whose orders count too.
RiskSide side_of(const RiskAsking& asking, RiskScope scope, Quantity held) {
    RiskSide side{held, {}};
    if (asking.order->reduce_only) side.held += asking.expected;  // of a parent that opens what it is to close
    const auto whose = static_cast<size_t>(scope);
    each_beside(asking, [&](const RiskBook::WorkingOrder& each) {
        if (each.owners[whose] == asking.owners[whose]) side.working += each.open;
    });
    const Quantity all = asking.order->side == Side::buy ? side.held + side.working : side.held - side.working;
    side.worth = asking.book.value_of(asking.world, asking.instrument.id, all, asking.account.base());
    return side;
}

RiskLimits limits_on_state(const RiskSetup& setup) {
    RiskLimits limits;
    for (uint16_t check = 0; check < setup.table.size(); ++check) {
        if (setup.table[check].code != state_check) continue;
        RiskLimit& limit = limits.limits.emplace_back();
        limit.check = check;
        limit.value = Decimal::from_units(1);
    }
    return limits;
}

}  // namespace

RiskControl::RiskControl(RiskConfig config, OutsideRules* rules)
    : config_(std::move(config)),
      gate_(config_.setup),
      monitors_(config_.setup),
      outside_(rules),
      results_(day_of(config_.limits)),
      state_limits_(limits_on_state(config_.setup)),
      state_plan_(compile_plan(config_.setup, state_limits_, {})),
      state_needs_{Need({RiskInput::gate_state, RiskScope::firm, {}})} {
    gate_.set_limits(config_.limits);
    monitors_.set_limits(config_.limits);
    book_.owner(RiskScope::strategy, no_strategy, {});  // the desk's own orders
    keep_for_rules();
}

const std::string* RiskControl::name_in(const RiskDirectory::Names& names, uint32_t id) {
    for (const auto& [number, name] : names)
        if (number == id) return &name;
    return nullptr;
}

// Who and what there is.

void RiskControl::define(const RiskWorld& world, InstrumentId instrument) {
    margins_.touch_all();
    const bool is_new = instrument.value >= markets_.size();
    if (is_new) markets_.resize(size_t{instrument.value} + 1);
    book_.define(world.instruments[instrument.value]);
    for (const Trader& trader : traders_) seat(world, trader, instrument);
    if (is_new) compile(world);
}

void RiskControl::open(const RiskWorld& world, const Account& account) {
    margins_.touch_all();
    book_.owner(RiskScope::firm, 0, account.base());
    const uint32_t venue = book_.owner(RiskScope::venue, account.venue().value, account.base());
    const uint32_t owner = book_.owner(RiskScope::account, account.id().value, account.base());
    results_.add_account(account, owner, venue);
    for (const Instrument& instrument : world.instruments)
        book_.owner(RiskScope::instrument, instrument.id.value, account.base());
}

void RiskControl::start(const RiskWorld& world, StrategyId strategy, std::vector<AccountId> accounts) {
    traders_.push_back({strategy, std::move(accounts)});
    const Account& first = *account_of(world, traders_.back().accounts.front());
    results_.add_strategy(strategy, book_.owner(RiskScope::strategy, strategy.value, first.base()),
                          book_.index_of(RiskScope::account, first.id().value));
    for (const Instrument& instrument : world.instruments) seat(world, traders_.back(), instrument.id);
    compile(world);
}

void RiskControl::adopt(const RiskWorld& world, std::span<const Order* const> orders) {
    margins_.touch_all();
    for (const Instrument& instrument : world.instruments) take_positions(world, instrument.id);
    for (const Order* order : orders)
        if (order->state != OrderState::denied) follow(world, *order);
    results_.start_from_here(world);
    results_.look(world);
}

size_t RiskControl::account_for(const RiskWorld& world, const Trader& trader, const Instrument& instrument) const {
    AccountId chosen = trader.accounts.front();
    for (const AccountId id : trader.accounts) {
        if (account_of(world, id)->venue() != instrument.venue) continue;
        chosen = id;
        break;
    }
    return static_cast<size_t>(account_of(world, chosen) - world.accounts.data());
}

void RiskControl::seat(const RiskWorld& world, const Trader& trader, InstrumentId id) {
    const Instrument& instrument = world.instruments[id.value];
    const size_t position = account_for(world, trader, instrument);
    const Account& account = world.accounts[position];
    RiskSubject names{name_or_number(name_in(config_.names.accounts, account.id().value), account.id().value),
                      name_or_number(name_in(config_.names.venues, account.venue().value), account.venue().value),
                      name_or_number(name_in(config_.names.strategies, trader.strategy.value), trader.strategy.value),
                      instrument.symbol};
    gate_.add(trader.strategy, id, names);
    if (seat_index_.size() <= trader.strategy.value) seat_index_.resize(trader.strategy.value + size_t{1});
    auto& row = seat_index_[trader.strategy.value];
    if (row.size() <= id.value) row.resize(id.value + size_t{1}, no_seat);
    if (row[id.value] != no_seat) return;  // its symbol is what it was
    row[id.value] = static_cast<uint32_t>(seats_.size());
    const size_t number = monitors_.add(names);
    seats_.push_back(
        {id, position, std::move(names), owners_of(account, trader.strategy, id), number, nullptr, {}, {}});
}

// The same ones are asked for several times an order: the last ones are kept. They stay what they are.
RiskOwners RiskControl::owners_of(const Account& account, StrategyId strategy, InstrumentId instrument) {
    const OwnersKey key{account.id(), strategy, instrument};
    auto& last = last_owners_[strategy.value == no_strategy ? 0 : 1];
    if (last && last->first == key) return last->second;
    const Currency base = account.base();
    const RiskOwners owners{0, book_.owner(RiskScope::account, account.id().value, base),
                            book_.owner(RiskScope::venue, account.venue().value, base),
                            book_.owner(RiskScope::strategy, strategy.value, base),
                            book_.owner(RiskScope::instrument, instrument.value, base)};
    last.emplace(key, owners);
    return owners;
}

RiskControl::Seat* RiskControl::seat_of(StrategyId strategy, InstrumentId instrument) {
    if (strategy.value >= seat_index_.size() || instrument.value >= seat_index_[strategy.value].size()) return nullptr;
    const uint32_t place = seat_index_[strategy.value][instrument.value];
    return place == no_seat ? nullptr : &seats_[place];
}

const RiskSubject& RiskControl::subject_of(StrategyId strategy, InstrumentId instrument) const {
    static const RiskSubject nobody;
    const Seat* const found = const_cast<RiskControl*>(this)->seat_of(strategy, instrument);
    return found == nullptr ? nobody : found->names;
}

// What the armed rules ask for, once each, and once for each window.
void RiskControl::compile(const RiskWorld& world) {
    if (outside_.has_rules() && !traders_.empty()) keep_book_for_rules(world);
    has_monitors_ = watches_silence_ = false;
    recent_kept_ = {};
    fills_kept_ = {};
    const auto want = [&](std::vector<Need>& needs, RiskInput input, RiskScope scope, const ArmedRule* armed) {
        const Duration window = armed == nullptr ? Duration{} : armed->window;
        const RiskScope whose = is_scoped(input) ? scope : RiskScope::firm;
        for (Need& need : needs)
            if (need.input == input && need.scope == whose && need.window == window) return;
        needs.emplace_back(RiskNeed{input, whose, window});
        keep_what_is_needed(world, needs.back());
    };
    for (Seat& seat : seats_) {
        seat.before.clear();
        seat.always.clear();
    }
    for (const Trader& trader : traders_)
        for (uint32_t i = 0; i < seat_index_[trader.strategy.value].size(); ++i) {
            Seat& seat = *seat_of(trader.strategy, {i});
            seat.plan = gate_.plan_of(trader.strategy, {i});
            for (const RiskInput input : {RiskInput::position, RiskInput::buying, RiskInput::selling})
                want(seat.before, input, RiskScope::account, nullptr);
            for (const RiskInput input : {RiskInput::worst_mark, RiskInput::fx_rate})
                if (outside_.has_rules()) want(seat.before, input, RiskScope::firm, nullptr);
            for (const ArmedRule& armed : seat.plan->before) {
                for (const RiskInput input : armed.rule->needs) want(seat.before, input, armed.scope, &armed);
                if (armed.rule->needs.count > 0 && *armed.rule->needs.begin() == RiskInput::recent_orders)
                    recent_kept_ = std::max(recent_kept_, Duration{static_cast<int64_t>(armed.limit.raw() / 1'000)});
            }
            for (const ArmedRule& armed : seat.plan->monitors) {
                if (armed.scope == RiskScope::strategy) results_.keep_strategies(true);  // they may have to be closed
                for (const RiskInput input : armed.rule->needs) {
                    want(seat.always, input, armed.scope, &armed);
                    watches_silence_ = watches_silence_ || input == RiskInput::stale_for;
                }
            }
            for (const Need& need : seat.before)
                if (need.input == RiskInput::own_fill_drift) fills_kept_ = std::max(fills_kept_, need.window);
            has_monitors_ = has_monitors_ || !seat.plan->monitors.empty();
        }
    keep_what_is_counted();
}

void RiskControl::keep_what_is_counted() {
    EventsKept events;
    Duration trips;
    for (const Seat& seat : seats_)
        for (const auto* rules : {&seat.plan->before, &seat.plan->monitors})
            for (const ArmedRule& armed : *rules) {
                events.time = std::max(events.time, armed.window);
                trips = std::max(trips, armed.window);
                if (armed.rule->unit == RiskUnit::count)
                    events.most = std::max(events.most, most_events_of(armed.limit));
            }
    results_.keep_events(events);
    results_.keep_trips(trips);
}

void RiskControl::keep_what_is_needed(const RiskWorld& world, const RiskNeed& need) {
    const RiskReadingTraits traits = reading_traits(need.input);
    if (is_scoped(need.input)) book_.keep_scope(world, need.scope);
    if (traits.values) book_.keep_values(world);
    if (traits.money) results_.keep_money(true);
    keeps_statistics_ = keeps_statistics_ || traits.statistics;
    const bool keeps_sides = std::any_of(world.accounts.begin(), world.accounts.end(),
                                         [](const Account& account) { return account.terms().hedging; });
    if ((traits.money || keeps_sides) && need.scope == RiskScope::strategy) results_.keep_strategies(true);
}

Quantity RiskControl::held_by(StrategyId strategy, const Account& account, InstrumentId instrument,
                              SideBucket bucket) const {
    const Account* const own = results_.own_account(strategy, account.id());
    if (own != nullptr) return own->position(instrument, bucket).quantity;
    return book_.cell(book_.index_of(RiskScope::strategy, strategy.value), instrument).held;
}

void RiskControl::set_limits(const RiskWorld& world, RiskLimits limits) {
    const bool kept_money = results_.keeps_money(), kept_strategies = results_.keeps_strategies();
    config_.limits = std::move(limits);
    gate_.set_limits(config_.limits);
    monitors_.set_limits(config_.limits);
    compile(world);
    if (kept_strategies != results_.keeps_strategies()) take_up_strategies(world);
    if (kept_money == results_.keeps_money()) return;
    results_.look(world);
}

// What each holds, as if it had come to it now, at the market: what a strategy has earned counts from here.
void RiskControl::take_up_strategies(const RiskWorld& world) {
    for (const Trader& trader : traders_)
        for (const Instrument& instrument : world.instruments) {
            const Account& account = world.accounts[seat_of(trader.strategy, instrument.id)->account];
            const uint32_t owner = book_.index_of(RiskScope::strategy, trader.strategy.value);
            results_.take_up(world, trader.strategy, account, instrument, book_.cell(owner, instrument.id).held);
        }
}

void RiskControl::schedule(InstrumentId instrument, const std::optional<Session>& session) {
    market(instrument).session = session;
}

// What happens.

void RiskControl::begin_day(Timestamp now) {
    results_.begin_day(now);
    day_began_ = true;
    for (InstrumentId id{0}; id.value < markets_.size(); ++id.value) {
        RiskMarket& of = market(id);
        of.set_prior_close(book_.mark(id));
        if (of.last_time.ns != INT64_MIN) of.prior_day = results_.day_of(of.last_time);
    }
}

void RiskControl::bar(const RiskWorld& world, InstrumentId instrument, const Bar& bar) {
    if (keeps_statistics_) {
        market(instrument).statistics.add(bar, results_.day());
        market(instrument).statistics.add_price(PriceSource::bar, to_double(bar.close));
    }
    marked(world, instrument, bar.close);
}

void RiskControl::trade(const RiskWorld& world, InstrumentId instrument, Price price) {
    if (keeps_statistics_) market(instrument).statistics.add_price(PriceSource::trade, to_double(price));
    marked(world, instrument, price);
}

void RiskControl::quote(const RiskWorld& world, InstrumentId instrument, const Quote& quote) {
    market(instrument).quote = quote;
    market(instrument).last_fill = {};
    feed_time_ = world.now;
    if (keeps_statistics_ && quote.bid.is_positive() && quote.ask.is_positive())
        market(instrument).statistics.add_price(PriceSource::quote, to_double(middle(quote)));
}

void RiskControl::marked(const RiskWorld& world, InstrumentId instrument, Price price) {
    margins_.touch(instrument);
    RiskMarket& of = market(instrument);
    of.last_time = feed_time_ = world.now;
    of.last_fill = {};
    if (!of.prior_close.is_zero() && price <= of.falls_at) of.fell_on = results_.day();
    book_.mark(world, instrument, price);
    if (!results_.keeps_money()) return;
    results_.each_own(world, instrument, [&](Account& own, const Instrument& what, Posting& posting) {
        own.mark(what, price);
        own.settle(what, posting);
    });
}

void RiskControl::take_positions(const RiskWorld& world, InstrumentId instrument) {
    for (const Account& account : world.accounts) book_.set_held(world, account, instrument);
}

void RiskControl::follow(const RiskWorld& world, const Order& order, const OrderAmendment& asked) {
    margins_.touch(order.intent.instrument);
    if (book_.follow(world, order, asked)) return;
    const OrderIntent& intent = order.intent;
    const Account& account = *account_of(world, intent.account);
    book_.add(order, owners_of(account, cause_of(intent.strategy, intent.account), intent.instrument));
    book_.follow(world, order, asked);
}

StrategyId RiskControl::cause_of(StrategyId strategy, AccountId account) const {
    if (strategy != StrategyId{}) return strategy;
    StrategyId only;
    for (const Trader& trader : traders_) {
        if (std::find(trader.accounts.begin(), trader.accounts.end(), account) == trader.accounts.end()) continue;
        if (only != StrategyId{}) return {};
        only = trader.strategy;
    }
    return only;
}

void RiskControl::fill(const RiskWorld& world, const Fill& fill, StrategyId asked_by,
                       const std::optional<ClosedTrade>& closed) {
    margins_.touch(fill.instrument);
    const StrategyId strategy = cause_of(asked_by, fill.account);
    const Account& account = *account_of(world, fill.account);
    const RiskOwners owners = owners_of(account, strategy, fill.instrument);
    RiskMarket& of = market(fill.instrument);
    const Price known = book_.mark(fill.instrument);
    if (!known.is_zero()) of.fill_price = fill.price, of.fill_reference = known;
    of.last_fill = fill.price;
    if (fills_kept_.ns != 0) {
        std::erase_if(of.fills, [&](const OwnFill& own) { return own.time < world.now - fills_kept_; });
        of.fills.push_back({world.now, fill.price, fill.quantity});
    }
    take_positions(world, fill.instrument);
    book_.add_held(world, owners[static_cast<size_t>(RiskScope::strategy)], fill.instrument,
                   signed_quantity(fill.side, fill.quantity));
    for (const uint32_t owner : owners) results_.of(owner).executions.add(world.now, results_.events_kept());
    results_.fill(world, fill, strategy);
    if (!closed) return;
    const RiskRoundTrip trip(*closed, world.rates, account.base());
    for (const RiskScope scope : {RiskScope::firm, RiskScope::account, RiskScope::venue, RiskScope::instrument})
        results_.trip(owners[static_cast<size_t>(scope)], trip);
    if (!results_.keeps_strategies()) results_.trip(owners[static_cast<size_t>(RiskScope::strategy)], trip);
}

void RiskControl::mark_own(const RiskWorld& world, InstrumentId instrument, Price price) {
    results_.each_own(world, instrument,
                      [&](Account& own, const Instrument& what, Posting&) { own.mark(what, price); });
}

void RiskControl::transfer(const RiskWorld& world, AccountId account, Currency currency, Money amount) {
    results_.transfer(world, account, currency, amount);
}

void RiskControl::fund(const RiskWorld& world, InstrumentId instrument, Decimal rate, Price mark) {
    results_.each_own(world, instrument, [&](Account& own, const Instrument& what, Posting& posting) {
        own.fund(what, rate, mark, posting);
    });
}

void RiskControl::pay_dividend(const RiskWorld& world, InstrumentId instrument, Price amount) {
    results_.each_own(world, instrument, [&](Account& own, const Instrument& what, Posting& posting) {
        own.pay_dividend(what, amount, posting);
    });
}

void RiskControl::charge_borrowing(const RiskWorld& world, InstrumentId instrument, uint16_t days) {
    results_.each_own(world, instrument, [&](Account& own, const Instrument& what, Posting& posting) {
        own.charge_borrowing(what, days, posting);
    });
}

// A strategy's part follows the ratio, down to whole lots, as the account's does.
void RiskControl::split(const RiskWorld& world, InstrumentId instrument, Decimal ratio) {
    margins_.touch(instrument);
    const Quantity lot = world.instruments[instrument.value].terms_at(world.now).lot;
    std::vector<ClosedTrade> closed;
    results_.each_own(world, instrument, [&](Account& own, const Instrument& what, Posting& posting) {
        own.split(what, ratio, world.now, posting, closed);
    });
    for (const RiskBook::Owner& owner : book_.owners()) {
        if (owner.scope != RiskScope::strategy) continue;
        const auto index = static_cast<uint32_t>(&owner - book_.owners().data());
        const Quantity held = book_.cell(index, instrument).held;
        const Quantity after = round_to_step(multiply(held, ratio), lot, Rounding::toward_zero);
        book_.add_held(world, index, instrument, after - held);
    }
    take_positions(world, instrument);
    const auto new_mark = checked_divide(book_.mark(instrument), ratio);
    if (new_mark) book_.mark(world, instrument, *new_mark);
    market(instrument).quote = {};
    market(instrument).last_fill = {};
    market(instrument).statistics.split(to_double(ratio));
    std::vector<OwnFill> fills;  // those that still have a price and a quantity
    for (const OwnFill& own : market(instrument).fills) {
        const auto price = checked_divide(own.price, ratio);
        const Quantity quantity = multiply(own.quantity, ratio);
        if (price && quantity.is_positive()) fills.push_back({own.time, *price, quantity});
    }
    market(instrument).fills = std::move(fills);
    if (const auto prior = checked_divide(market(instrument).prior_close, ratio))
        market(instrument).set_prior_close(*prior);
}

void RiskControl::rate_changed(const RiskWorld& world) {
    margins_.touch_all();
    book_.revalue(world);
}

void RiskControl::money_moved(const RiskWorld& world) { results_.look(world); }

void RiskControl::rejected(const RiskWorld& world, const Order& order) {
    const OrderIntent& intent = order.intent;
    for (const uint32_t owner : owners_of(*account_of(world, intent.account), intent.strategy, intent.instrument))
        results_.of(owner).rejects.add(world.now, results_.events_kept());
}

void RiskControl::anomaly(const RiskWorld& world, AccountId account) {
    const Account* const found = account_of(world, account);
    if (found == nullptr) return;
    ++results_.of(0).anomalies;
    ++results_.of(book_.index_of(RiskScope::venue, found->venue().value)).anomalies;
    ++results_.of(book_.index_of(RiskScope::account, account.value)).anomalies;
}

// Asking.

RiskAsking RiskControl::asking(const RiskWorld& world, const Seat& seat) const {
    RiskAsking asking{book_,
                      results_,
                      margins_,
                      world,
                      markets_[seat.instrument.value],
                      world.accounts[seat.account],
                      world.instruments[seat.instrument.value],
                      seat.owners};
    asking.feed_time = feed_time_;
    asking.day = results_.day();
    asking.mode = config_.setup.mode;
    return asking;
}

// What has been stopped is stopped whether or not the limits arm the check of the state: without it, what a monitor
// does would last until the next order.
std::optional<RiskVerdict> RiskControl::stopped_by_state(const RiskAsking& asking, const Seat& seat, RiskQuery query) {
    if (has_code(*seat.plan, state_check)) return std::nullopt;  // asked in its place
    query.all_known = read(asking, state_needs_);
    const RiskVerdict verdict = decide(state_plan_, query);
    return verdict.allowed ? std::nullopt : std::optional(verdict);
}

RiskVerdict RiskControl::ask(const RiskWorld& world, const RiskOrder& order) {
    RiskQuery query{.order = order.intent, .inputs = &inputs_, .now = world.now, .action = order.action};
    query.traded = order.traded;
    Seat* const seat =
        order.action == DecisionAction::cancel ? nullptr : seat_of(order.intent->strategy, order.intent->instrument);
    if (seat == nullptr) return gate_.decide(query);
    query.instrument = &world.instruments[seat->instrument.value];
    RiskAsking asking = this->asking(world, *seat);
    asking.order = order.intent;
    asking.expected = order.expected;
    asking.stop_distance = order.stop_distance;
    asking.gate = monitors_.gate_state(seat->monitors);
    query.only_exits = are_only_exits(asking);
    if (const SideBucket bucket = order.intent->bucket; bucket != SideBucket::net) {
        const Quantity own = held_by(order.intent->strategy, asking.account, seat->instrument, bucket);
        query.side = side_of(asking, RiskScope::account, asking.account.position(seat->instrument, bucket).quantity);
        query.own_side = side_of(asking, RiskScope::strategy, own);
    }
    query.all_known = read(asking, seat->before);
    TRD_ASSERT(!checks_what_is_kept || margins_.is_right(book_, world));
    if (asking.gate != GateState::active || !given_.empty()) [[unlikely]]
        if (const auto stopped = stopped_by_state(asking, *seat, query)) return *stopped;
    inputs_.recent = recent_;
    const RiskVerdict verdict = decide(*seat->plan, query);
    if (!asks_outside() || !verdict.allowed || order.only_shrinks) [[likely]]
        return verdict;
    if (!verdict.reduces && !order.intent->reduce_only) return ask_outside(asking, *seat, query);
    tell_outside(asking, *seat, query);
    return verdict;
}

void RiskControl::sent(const OrderIntent& intent, DecisionAction action, Timestamp now) {
    Seat* const seat = seat_of(intent.strategy, intent.instrument);
    if (seat == nullptr || action == DecisionAction::cancel) return;
    const bool amends = action == DecisionAction::amend;
    for (const uint32_t owner : seat->owners) {
        RiskResult& result = results_.of(owner);
        (amends ? result.amends : result.submits).add(now, results_.events_kept());
    }
    if (amends || recent_kept_.ns == 0) return;
    std::erase_if(recent_, [&](const RecentOrder& sent) { return sent.time < now - recent_kept_; });
    recent_.push_back({now, intent.account, intent.strategy, intent.instrument, intent.side, intent.type, intent.limit,
                       intent.trigger, intent.quantity, intent.trail_amount, intent.trail_percent});
}

void RiskControl::watch(const RiskWorld& world, std::optional<InstrumentId> instrument,
                        std::vector<RiskAlarm>& alarms) {
    results_.look(world);
    if (rules_watch_) watch_outside(world, instrument);
    alarms.insert(alarms.end(), halts_.begin(), halts_.end());
    halts_.clear();
    if (std::exchange(day_began_, false)) monitors_.session_opened(alarms);
    if (!has_monitors_) return;
    if (watches_silence_) instrument.reset();  // of a market that is silent nothing comes that would have it asked
    for (const Trader& trader : traders_)
        for (InstrumentId id = instrument.value_or(InstrumentId{0}); id.value < markets_.size(); ++id.value) {
            watch_seat(world, *seat_of(trader.strategy, id), alarms);
            if (instrument) break;
        }
}

void RiskControl::watch_seat(const RiskWorld& world, Seat& seat, std::vector<RiskAlarm>& alarms) {
    RiskAsking asking = this->asking(world, seat);
    asking.gate = monitors_.gate_state(seat.monitors);
    read(asking, seat.always);
    monitors_.watch(seat.monitors, inputs_, world.now, alarms);
}

std::vector<RiskCode> RiskControl::armed() const {
    std::vector<RiskCode> codes;
    for (const RiskCheck& check : config_.setup.table) {
        const auto has = [&](const Seat& seat) {
            const auto is_it = [&](const ArmedRule& armed) { return armed.code == check.code; };
            return seat.plan != nullptr && (std::any_of(seat.plan->before.begin(), seat.plan->before.end(), is_it) ||
                                            std::any_of(seat.plan->monitors.begin(), seat.plan->monitors.end(), is_it));
        };
        const bool holds_what_monitors_do = check.code == state_check && has_monitors_;
        if (holds_what_monitors_do || std::any_of(seats_.begin(), seats_.end(), has)) codes.push_back(check.code);
    }
    return codes;
}

}  // namespace trd
