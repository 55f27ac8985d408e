#include "risk/results.h"

#include <algorithm>

namespace trd {
namespace {

// What became of the sum of two that may not be known.
void add(std::optional<Money>& sum, const std::optional<Money>& part) {
    sum = sum && part ? std::optional(*sum + *part) : std::nullopt;
}

template <class T>
void put_all(ByteWriter& out, std::initializer_list<T> values) {
    for (const T& value : values) out.put(value.raw());
}

bool get_money(ByteReader& in, Money& value) {
    const auto read = Money::checked_from_raw(in.get<Int128>());
    if (!read.ok())
        in.fail();
    else
        value = *read;
    return in.ok();
}

}  // namespace

// Days.

int64_t RiskDay::number_of(Timestamp time) const { return utc_day(zone_.to_wall(time - nanoseconds(1)) - begins_); }

Timestamp RiskDay::end_of(int64_t day) const {
    return zone_.to_utc(Timestamp{(day + 1) * days(1).ns} + begins_).earlier;
}

// Counts.

void EventCount::add(Timestamp time, EventsKept kept) {
    ++today_;
    const Timestamp oldest = time - kept.time;
    while (kept_ > 0 && at(0) < oldest) drop_oldest();
    while (kept_ >= kept.most) drop_oldest();
    append(time);
}

void EventCount::append(Timestamp time) {
    if (kept_ == mask_ + 1) [[unlikely]]
        grow();
    ring_[(first_ + kept_++) & mask_] = time;
}

void EventCount::grow() {
    std::vector<Timestamp> larger(std::max<size_t>(16, ring_.size() * 2));
    for (size_t i = 0; i < kept_; ++i) larger[i] = at(i);
    ring_ = std::move(larger);
    mask_ = ring_.size() - 1;
    first_ = 0;
}

// In strides from the newest back: what is asked for is nearly always few of many.
uint32_t EventCount::since(Timestamp from) const {
    size_t within = 0, beyond = 1;  // so many of the newest are; so many are not all, or there are fewer
    while (beyond <= kept_ && at(kept_ - beyond) >= from) {
        within = beyond;
        beyond *= 2;
    }
    beyond = std::min(beyond, kept_ + 1);
    while (beyond - within > 1) {
        const size_t middle = within + (beyond - within) / 2;
        (at(kept_ - middle) >= from ? within : beyond) = middle;
    }
    return static_cast<uint32_t>(within);
}

void EventCount::save(ByteWriter& out) const {
    out.put(today_);
    out.put(static_cast<uint32_t>(kept_));
    for (size_t i = 0; i < kept_; ++i) out.put(at(i).ns);
}

bool EventCount::load(ByteReader& in, EventsKept kept) {
    *this = EventCount{};
    today_ = in.get<uint64_t>();
    const auto count = in.get<uint32_t>();
    if (count > kept.most) in.fail();
    for (uint32_t i = 0; i < count && in.ok(); ++i) {
        const Timestamp time{in.get<int64_t>()};
        if (kept_ > 0 && time < at(kept_ - 1)) in.fail();
        append(time);
    }
    return in.ok();
}

// Round trips.

void TripResults::add(Timestamp closed_at, Money net, Duration kept) {
    if (!trips_.empty()) closed_at = std::max(closed_at, trips_.back().closed_at);  // clocks of venues differ
    trips_.push_back({closed_at, net, (trips_.empty() ? Money::zero() : trips_.back().so_far) + net});
    while (trips_.front().closed_at < closed_at - kept) trips_.pop_front();
}

Money TripResults::since(Timestamp from) const {
    const auto first =
        std::partition_point(trips_.begin(), trips_.end(), [from](const Trip& trip) { return trip.closed_at < from; });
    return first == trips_.end() ? Money::zero() : trips_.back().so_far - first->so_far + first->net;
}

void TripResults::save(ByteWriter& out) const {
    out.put(static_cast<uint32_t>(trips_.size()));
    for (const Trip& trip : trips_) {
        out.put(trip.closed_at.ns);
        out.put(trip.net.raw());
    }
}

bool TripResults::load(ByteReader& in) {
    trips_.clear();
    const auto count = in.get<uint32_t>();
    for (uint32_t i = 0; i < count && in.ok(); ++i) {
        const Timestamp closed_at{in.get<int64_t>()};
        Money net;
        if (!get_money(in, net)) break;
        if (!trips_.empty() && closed_at < trips_.back().closed_at) in.fail();
        const auto so_far = checked_add(trips_.empty() ? Money::zero() : trips_.back().so_far, net);
        so_far.ok() ? void(trips_.push_back({closed_at, net, *so_far})) : in.fail();
    }
    return in.ok();
}

// One owner's results.

void RiskResult::save(ByteWriter& out) const {
    put_all(out, {equity, profit, day_start_equity, day_start, week_start, month_start, peak_equity, peak_balance,
                  best_day});
    out.put(known);
    out.put(is_begun);
    out.put(losses_in_a_row);
    out.put(last_exit.ns);
    out.put(anomalies);
    trips.save(out);
    out.put(static_cast<uint32_t>(trips_today.size()));
    for (const uint32_t count : trips_today) out.put(count);
    for (const EventCount* count : {&submits, &amends, &executions, &rejects}) count->save(out);
}

bool RiskResult::load(ByteReader& in, EventsKept kept) {
    for (Money* value : {&equity, &profit, &day_start_equity, &day_start, &week_start, &month_start, &peak_equity,
                         &peak_balance, &best_day})
        get_money(in, *value);
    known = in.get_bool();
    is_begun = in.get_bool();
    losses_in_a_row = in.get<uint32_t>();
    last_exit.ns = in.get<int64_t>();
    anomalies = in.get<uint32_t>();
    if (!trips.load(in)) return false;
    const auto instruments = in.get<uint32_t>();
    trips_today.clear();
    for (uint32_t i = 0; i < instruments && in.ok(); ++i) trips_today.push_back(in.get<uint32_t>());
    for (EventCount* count : {&submits, &amends, &executions, &rejects})
        if (in.ok()) count->load(in, kept);
    return in.ok();
}

// Everybody's.

const RiskResult& RiskResults::of(uint32_t owner) const {
    static const RiskResult none;
    return owner < results_.size() ? results_[owner] : none;
}

void RiskResults::add_account(const Account&, uint32_t owner, uint32_t venue_owner) {
    purses_.push_back({.owner = owner, .venue_owner = venue_owner, .paid_in = {}});
}

void RiskResults::add_strategy(StrategyId strategy, uint32_t owner, uint32_t account_owner) {
    strategies_.push_back({strategy, owner, account_owner});
}

void RiskResults::start_from_here(const RiskWorld& world) {
    for (size_t i = 0; i < purses_.size(); ++i) {
        const auto equity = world.accounts[i].equity_in(world.accounts[i].base(), world.rates);
        purses_[i].paid_known = equity.has_value();
        purses_[i].paid_in = equity.value_or(Money::zero());
    }
}

RiskResults::Own& RiskResults::own(StrategyId strategy, const Account& like) {
    for (Own& each : owns_)
        if (each.strategy == strategy && each.account.id() == like.id()) return each;
    uint32_t owner = 0;
    for (const StrategyRow& row : strategies_)
        if (row.strategy == strategy) owner = row.owner;
    owns_.push_back({strategy, owner, Account(like.id(), like.venue(), like.base(), like.terms())});
    return owns_.back();
}

const Account* RiskResults::own_account(StrategyId strategy, AccountId account) const {
    for (const Own& each : owns_)
        if (each.strategy == strategy && each.account.id() == account) return &each.account;
    return nullptr;
}

void RiskResults::fill(const RiskWorld& world, const Fill& fill, StrategyId strategy) {
    if (!keeps_strategies_ || strategy == StrategyId{}) return;
    const Instrument& instrument = world.instruments[fill.instrument.value];
    for (const Account& account : world.accounts) {
        if (account.id() != fill.account) continue;
        Own& mine = own(strategy, account);
        const Account::Booked booked = mine.account.apply(fill, instrument, posting_);
        if (booked.closed) trip(mine.owner, {*booked.closed, world.rates, mine.account.base()});
    }
}

void RiskResults::keep_events(EventsKept kept) {
    events_kept_ = kept;
    for (RiskResult& result : results_)
        for (EventCount* count : {&result.submits, &result.amends, &result.executions, &result.rejects})
            count->keep(kept.most);
}

void RiskResults::transfer(const RiskWorld& world, AccountId id, Currency currency, Money amount) {
    for (size_t i = 0; i < world.accounts.size(); ++i) {
        const Account& account = world.accounts[i];
        if (account.id() != id) continue;
        Purse& purse = purses_[i];
        const auto worth = world.rates.convert(amount, currency, account.base());
        purse.paid_known = purse.paid_known && worth.has_value();
        if (!worth) return;
        purse.paid_in += *worth;
        // Money that is paid in or out is neither a gain nor a fall from the peak.
        for (const uint32_t owner : {purse.owner, purse.venue_owner, uint32_t{0}}) {
            RiskResult& result = of(owner);
            const auto paid = world.rates.convert(*worth, account.base(), currency_of(owner, world));
            if (!result.is_begun || !paid) continue;
            for (Money* level : {&result.peak_equity, &result.peak_balance, &result.day_start_equity}) *level += *paid;
        }
    }
}

// The firm and a venue are told in the currency of their first account.
Currency RiskResults::currency_of(uint32_t owner, const RiskWorld& world) const {
    const auto first = std::find_if(purses_.begin(), purses_.end(), [owner](const Purse& purse) {
        return owner == 0 || purse.owner == owner || purse.venue_owner == owner;
    });
    return world.accounts[static_cast<size_t>(first - purses_.begin())].base();
}

RiskRoundTrip::RiskRoundTrip(const ClosedTrade& trade, const FxRates& rates, Currency currency)
    : closed_at(trade.closed_at),
      net(rates.convert(trade.net(), trade.currency, currency).value_or(Money::zero())),
      has_lost(trade.net().is_negative()),
      instrument(trade.instrument) {}

void RiskResults::trip(uint32_t owner, const RiskRoundTrip& trip) {
    RiskResult& result = of(owner);
    result.last_exit = trip.closed_at;
    result.losses_in_a_row = trip.has_lost ? result.losses_in_a_row + 1 : 0;
    if (trips_kept_.ns != 0) result.trips.add(trip.closed_at, trip.net, trips_kept_);
    if (trip.instrument.value >= result.trips_today.size())
        result.trips_today.resize(size_t{trip.instrument.value} + 1);
    ++result.trips_today[trip.instrument.value];
}

void RiskResults::take_up(const RiskWorld& world, StrategyId strategy, const Account& account,
                          const Instrument& instrument, Quantity held) {
    Own& mine = own(strategy, account);
    if (held == account.held(instrument.id)) {  // all of it is its own
        account.for_each_open([&](InstrumentId id, SideBucket bucket, const Position& position) {
            if (id == instrument.id) take_up(world, mine, instrument, bucket, position.quantity, position.mark);
        });
    } else {
        const SideBucket side = held.is_negative() ? SideBucket::short_side : SideBucket::long_side;
        const SideBucket bucket = account.terms().hedging ? side : SideBucket::net;
        take_up(world, mine, instrument, bucket, held, account.position(instrument.id, bucket).mark);
    }
}

void RiskResults::take_up(const RiskWorld& world, Own& mine, const Instrument& instrument, SideBucket bucket,
                          Quantity held, Price price) {
    if (held.is_zero() || price.is_zero()) return;
    Fill fill;
    fill.account = mine.account.id();
    fill.instrument = instrument.id;
    fill.side = held.is_negative() ? Side::sell : Side::buy;
    fill.bucket = bucket;
    fill.price = price;
    fill.quantity = abs(held);
    fill.time = world.now;
    fill.fee_currency = settlement_currency(instrument);
    mine.account.apply(fill, instrument, posting_);
}

void RiskResults::look(const RiskWorld& world) {
    if (!keeps_money_) return;
    look_at_accounts(world);
    look_at_strategies(world);
}

RiskResults::Sum& RiskResults::sum_of(uint32_t owner, Currency currency) {
    for (Sum& each : sums_)
        if (each.owner == owner) return each;
    return sums_.emplace_back(Sum{owner, currency, Money::zero(), Money::zero()});
}

// The firm and its venues are sums of accounts, told in the currency of the first.
void RiskResults::look_at_accounts(const RiskWorld& world) {
    sums_.clear();
    for (size_t i = 0; i < purses_.size(); ++i) {
        const Purse& purse = purses_[i];
        const auto equity = world.accounts[i].equity_in(world.accounts[i].base(), world.rates);
        const auto profit = equity && purse.paid_known ? std::optional(*equity - purse.paid_in) : std::nullopt;
        set(purse.owner, equity, profit);
        add_to_sums(world, purse, world.accounts[i], equity, profit);
    }
    for (const Sum& sum : sums_) set(sum.owner, sum.equity, sum.profit);
}

void RiskResults::add_to_sums(const RiskWorld& world, const Purse& purse, const Account& account,
                              std::optional<Money> equity, std::optional<Money> profit) {
    for (const uint32_t owner : {uint32_t{0}, purse.venue_owner}) {
        Sum& sum = sum_of(owner, account.base());
        const auto worth = [&](const std::optional<Money>& part) {
            if (!part || account.base() == sum.currency) return part;
            return world.rates.convert(*part, account.base(), sum.currency);
        };
        add(sum.equity, worth(equity));
        add(sum.profit, worth(profit));
    }
}

// A strategy trades with the equity of its account; what it has earned is its own.
void RiskResults::look_at_strategies(const RiskWorld& world) {
    if (!keeps_strategies_) return;
    for (const StrategyRow& row : strategies_) {
        std::optional<Money> profit = Money::zero();
        std::optional<Currency> currency;
        for (const Own& each : owns_) {
            if (each.strategy != row.strategy) continue;
            if (!currency) currency = each.account.base();
            const auto equity = each.account.equity_in(each.account.base(), world.rates);
            add(profit, equity ? world.rates.convert(*equity, each.account.base(), *currency) : std::nullopt);
        }
        const RiskResult& account = of(row.account_owner);
        set(row.owner, account.known ? std::optional(account.equity) : std::nullopt, profit);
    }
}

void RiskResults::set(uint32_t owner, std::optional<Money> equity, std::optional<Money> profit) {
    RiskResult& result = of(owner);
    result.known = equity && profit;
    if (!result.known) return;
    result.equity = *equity;
    result.profit = *profit;
    if (!result.is_begun) {
        result.is_begun = true;
        result.day_start_equity = result.peak_equity = result.peak_balance = *equity;
        result.day_start = result.week_start = result.month_start = *profit;
    }
    result.peak_equity = std::max(result.peak_equity, *equity);
}

void RiskResults::begin_day(Timestamp now) {
    const int64_t day = day_.number_of(now);
    const bool first = day_end_.ns == INT64_MIN;
    const auto week_of = [this](int64_t number) {
        const int64_t date = day_.date_of(number);
        return date - weekday_of(date);
    };
    const auto month_of = [this](int64_t number) {
        const CivilDate date = civil_from_days(day_.date_of(number));
        return date.year * 12 + date.month;
    };
    for (RiskResult& result : results_) {
        for (EventCount* count : {&result.submits, &result.amends, &result.executions, &result.rejects})
            count->new_day();
        std::fill(result.trips_today.begin(), result.trips_today.end(), 0u);
        if (first || !result.is_begun) continue;
        result.best_day = std::max(result.best_day, result.profit - result.day_start);
        result.peak_balance = std::max(result.peak_balance, result.equity);
        result.day_start = result.profit;
        result.day_start_equity = result.equity;
        if (week_of(day) != week_of(day_number_)) result.week_start = result.profit;
        if (month_of(day) != month_of(day_number_)) result.month_start = result.profit;
    }
    day_number_ = day;
    day_end_ = day_.end_of(day);
}

void RiskResults::save(ByteWriter& out, const RiskBook& book) const {
    out.put(day_end_.ns);
    out.put(day_number_);
    for (const Purse& purse : purses_) {
        out.put(purse.paid_in.raw());
        out.put(purse.paid_known);
    }
    out.put(static_cast<uint32_t>(owns_.size()));
    for (const Own& each : owns_) {
        out.put(each.strategy.value);
        out.put(each.account.id().value);
        each.account.save(out);
    }
    out.put(static_cast<uint32_t>(book.owners().size()));
    for (const uint32_t index : book.sorted_owners()) {
        out.put(book.owner(index).scope);
        out.put(book.owner(index).id);
        of(index).save(out);
    }
}

bool RiskResults::load_own(ByteReader& in, const RiskWorld& world) {
    const StrategyId strategy{in.get<uint16_t>()};
    const AccountId id{in.get<uint16_t>()};
    const auto like = std::find_if(world.accounts.begin(), world.accounts.end(),
                                   [id](const Account& account) { return account.id() == id; });
    if (like == world.accounts.end()) return false;
    Own& mine = own(strategy, *like);
    return mine.account.load(in, world.instruments);
}

bool RiskResults::load(ByteReader& in, const RiskWorld& world, RiskBook& book) {
    day_end_.ns = in.get<int64_t>();
    day_number_ = in.get<int64_t>();
    for (Purse& purse : purses_) {
        if (!get_money(in, purse.paid_in)) return false;
        purse.paid_known = in.get_bool();
    }
    const auto own_count = in.get<uint32_t>();
    for (uint32_t i = 0; i < own_count && in.ok(); ++i)
        if (!load_own(in, world)) return false;
    const auto count = in.get<uint32_t>();
    for (uint32_t i = 0; i < count && in.ok(); ++i) {
        const auto scope = in.get<uint8_t>();
        const auto id = in.get<uint32_t>();
        if (scope >= risk_scope_count || id > UINT16_MAX + world.instruments.size()) return false;
        if (!of(book.owner(static_cast<RiskScope>(scope), id, {})).load(in, events_kept_)) return false;
    }
    return in.ok();
}

}  // namespace trd
