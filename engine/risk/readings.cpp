#include "risk/readings.h"

#include <array>

#include "market/trading_sessions.h"
#include "risk/readings_book.h"

namespace trd {
namespace {

using namespace readings_detail;

Answer in_seconds(Duration duration) { return Decimal::from_raw(static_cast<Int128>(duration.ns) * 1'000); }
Answer signal(double value) {
    const auto exact = from_double<Decimal>(value);
    return exact && exact->is_positive() ? Answer(*exact) : std::nullopt;
}

constexpr Duration for_ever = days(36'500);

const RiskBook::Cell& cell_of(const Asking& a, const Need& need) {
    return a.book.cell(owner_of(a, need.scope), a.instrument.id);
}
const RiskResult& result_of(const Asking& a, const Need& need) { return a.results.of(owner_of(a, need.scope)); }

// Money of an instrument is its account's.
const RiskResult& funds_of(const Asking& a, const Need& need) {
    return a.results.of(owner_of(a, need.scope == RiskScope::instrument ? RiskScope::account : need.scope));
}

// The market.

bool has_quote(const Asking& a) { return a.market.quote.bid.is_positive() && a.market.quote.ask.is_positive(); }

Answer reference(const Asking& a, const Need&) {
    if (has_quote(a) && a.market.quote.time >= a.market.last_time) return plain(middle(a.market.quote));
    return unless_zero(mark_of(a));
}

// In the account's currency, what one unit of the instrument's is worth.
std::optional<Decimal> rate_of(const Asking& a) {
    return plain(a.world.rates.convert(Money::from_units(1), settlement_currency(a.instrument), a.account.base()));
}

Answer range(const Asking& a, const Need&) {
    const auto known = a.market.statistics.known_range();
    const auto exact = known ? from_double<Decimal>(*known) : Result<Decimal, DecimalError>(Decimal());
    return known && exact ? Answer(*exact) : std::nullopt;
}

Answer spread_in_points(const Asking& a, const Need&) {
    if (!has_quote(a)) return std::nullopt;
    const Decimal spread = plain(a.market.quote.ask - a.market.quote.bid);
    return divide(multiply(spread, Decimal::from_units(10'000)), plain(middle(a.market.quote)));
}

Answer depth_met(const Asking& a, const Need&) {
    if (a.order == nullptr) return std::nullopt;
    return unless_zero(a.order->side == Side::buy ? a.market.quote.ask_size : a.market.quote.bid_size);
}

Answer unfit_for(const Asking& a, const Need&) {
    const Timestamp newest = std::max(a.market.last_time, a.market.quote.time);
    return newest.ns == INT64_MIN ? std::nullopt : in_seconds(a.world.now - newest);
}

Answer is_short_restricted(const Asking& a, const Need&) {
    if (a.market.prior_close.is_zero()) return std::nullopt;
    const int64_t fell = a.market.fell_on;
    return flag(fell != INT64_MIN && (fell == a.day || fell == a.market.prior_day));
}

// Of the average price of own fills since the first one of the window, from that one's price.
Answer own_fill_drift(const Asking& a, const Need& need) {
    Price first, average;
    Quantity quantity;
    for (const OwnFill& own : a.market.fills) {
        if (own.time < a.world.now - need.window) continue;
        if (quantity.is_zero()) first = average = own.price;
        quantity += own.quantity;
        average += mul_div(own.price - average, own.quantity, quantity);
    }
    if (quantity.is_zero()) return Decimal();
    return first.is_zero() ? std::nullopt : Answer(divide(plain(abs(average - first)), plain(abs(first))));
}

Answer quote_sigmas(const Asking& a, const Need&) {
    const auto jump = a.market.statistics.last_jump();
    const auto exact = jump ? from_double<Decimal>(*jump) : Result<Decimal, DecimalError>(Decimal());
    return jump && exact ? Answer(*exact) : std::nullopt;
}

// The session that has been told of, unless it is over and nobody has told of the next one.
const Session* known_session(const Asking& a) {
    return a.market.session && a.world.now < a.market.session->close ? &*a.market.session : nullptr;
}

Answer is_session_open(const Asking& a, const Need&) {
    const Session* const session = known_session(a);
    return session == nullptr ? std::nullopt : flag(session->holds(a.world.now));
}

// Of the session that is on, else of the next one.
Answer time_to_close(const Asking& a, const Need&) {
    const Session* const session = known_session(a);
    if (session == nullptr) return std::nullopt;
    return in_seconds(session->close == no_close ? for_ever : session->close - a.world.now);
}

// Positions and orders.

Answer position(const Asking& a, const Need& need) { return plain(cell_of(a, need).held + a.expected); }
Answer buying(const Asking& a, const Need& need) { return plain(cell_of(a, need).buying); }
Answer selling(const Asking& a, const Need& need) { return plain(cell_of(a, need).selling); }

template <Money RiskBook::Owner::*sum>
Answer owner_sum(const Asking& a, const Need& need) {
    const RiskBook::Owner& owner = book_of(a, need);
    return owner.unknown == 0 ? Answer(plain(owner.*sum)) : std::nullopt;
}
template <Money RiskBook::Cell::*sum>
Answer cell_sum(const Asking& a, const Need& need) {
    const RiskBook::Cell& cell = cell_of(a, need);
    return cell.unknown ? std::nullopt : Answer(plain(cell.*sum));
}
Answer value_of_longs(const Asking& a, const Need& need) {
    const RiskBook::Cell& cell = cell_of(a, need);
    if (need.scope == RiskScope::instrument) return cell.unknown ? std::nullopt : Answer(plain(cell.longs()));
    return owner_sum<&RiskBook::Owner::longs>(a, need);
}

// What somebody has earned.

template <Money RiskResult::*amount>
Answer funds(const Asking& a, const Need& need) {
    const RiskResult& result = funds_of(a, need);
    return result.known ? Answer(plain(result.*amount)) : std::nullopt;
}
template <Money RiskResult::*since>
Answer profit_since(const Asking& a, const Need& need) {
    const RiskResult& result = result_of(a, need);
    return result.known ? Answer(plain(result.profit - result.*since)) : std::nullopt;
}

Answer window_profit(const Asking& a, const Need& need) {
    return plain(result_of(a, need).trips.since(a.world.now - need.window));
}

Answer best_day(const Asking& a, const Need& need) {
    const RiskResult& result = result_of(a, need);
    if (!result.known) return std::nullopt;
    return plain(std::max(result.best_day, result.profit - result.day_start));
}

// visit(InstrumentId, Position), for everything that the owner of the scope holds.
template <class Visit>
void each_position(const Asking& a, RiskScope scope, Visit visit) {
    const auto see = [&](InstrumentId id, SideBucket, const Position& held) {
        if (scope != RiskScope::instrument || id == a.instrument.id) visit(id, held);
    };
    if (scope == RiskScope::strategy) {
        const StrategyId strategy{static_cast<uint16_t>(a.book.owner(owner_of(a, scope)).id)};
        for (const Account& account : a.world.accounts)
            if (const Account* own = a.results.own_account(strategy, account.id())) own->for_each_open(see);
        return;
    }
    for (const Account& account : a.world.accounts)
        if (scope == RiskScope::firm || scope == RiskScope::instrument || account.id() == a.account.id() ||
            (scope == RiskScope::venue && account.venue() == a.account.venue()))
            account.for_each_open(see);
}

Answer worst_loss(const Asking& a, const Need& need) {
    Answer worst = Decimal();
    each_position(a, need.scope, [&](InstrumentId id, const Position& held) {
        const auto loss = a.world.rates.convert(-held.open_profit(), settlement_currency(a.world.instruments[id.value]),
                                                a.account.base());
        worst = worst && loss ? std::max(worst, plain(loss)) : std::nullopt;
    });
    return worst;
}

Answer worst_loss_share(const Asking& a, const Need& need) {
    Decimal worst;
    each_position(a, need.scope, [&](InstrumentId, const Position& held) {
        if (held.entry_value.is_zero()) return;
        worst = std::max(worst, divide(plain(-held.open_profit()), plain(abs(held.entry_value))));
    });
    return worst;
}

Answer loss_in_ranges(const Asking& a, const Position& held) {
    const auto range = signal(a.market.statistics.average_range());
    if (held.is_flat()) return Decimal();
    if (!range) return std::nullopt;
    const Decimal move = is_inverse(a.instrument.kind)
                             ? mul_div(plain(abs(held.market_value)), *range, plain(held.mark))
                             : multiply(multiply(plain(abs(held.quantity)), a.instrument.multiplier), *range);
    if (!move.is_positive()) return std::nullopt;
    return std::max(Decimal(), divide(plain(-held.open_profit()), move));
}

// Of both sides, where an account keeps them.
Answer worst_loss_in_ranges(const Asking& a, const Need&) {
    Answer worst = Decimal();
    for (const SideBucket bucket : {SideBucket::net, SideBucket::long_side, SideBucket::short_side}) {
        const Answer loss = loss_in_ranges(a, a.account.position(a.instrument.id, bucket));
        worst = worst && loss ? std::max(worst, loss) : std::nullopt;
    }
    return worst;
}

Answer fill_deviation(const Asking& a, const Need&) {
    if (a.market.fill_reference.is_zero()) return Decimal();
    return divide(plain(abs(a.market.fill_price - a.market.fill_reference)), plain(a.market.fill_reference));
}

template <EventCount RiskResult::*events>
Answer within(const Asking& a, const Need& need) {
    return whole((result_of(a, need).*events).since(a.world.now - need.window));
}
template <EventCount RiskResult::*events>
Answer within_a_second(const Asking& a, const Need& need) {
    return whole((result_of(a, need).*events).since(a.world.now - seconds(1)));
}
template <EventCount RiskResult::*events>
Answer today(const Asking& a, const Need& need) {
    return whole((result_of(a, need).*events).today());
}

Answer round_trips_today(const Asking& a, const Need& need) {
    const auto& counts = result_of(a, need).trips_today;
    return whole(a.instrument.id.value < counts.size() ? counts[a.instrument.id.value] : 0);
}

Answer since_exit(const Asking& a, const Need& need) {
    const Timestamp last = result_of(a, need).last_exit;
    return in_seconds(last.ns == INT64_MIN ? for_ever : a.world.now - last);
}

Answer would_day_trade(const Asking& a, const Need&) {
    if (a.order == nullptr) return std::nullopt;
    const Position& held = a.account.position(a.instrument.id);
    const bool closes = a.order->side == Side::sell ? held.quantity.is_positive() : held.quantity.is_negative();
    return flag(closes && a.results.day_of(held.trip_start) == a.day);
}

// Where nothing can fail or be late: what a backtest may take for granted.
template <int value>
Answer in_backtest(const Asking& a, const Need&) {
    return a.mode == RiskMode::backtest ? whole(value) : std::nullopt;
}

struct Row {
    RiskInput input;
    RiskReadingFunction tell;
    RiskReadingTraits traits{};
    BacktestAnswer backtest = BacktestAnswer::known;
};
constexpr RiskReadingTraits plain_reading{}, needs_values{true, false, false}, needs_money{false, true, false},
    needs_statistics{false, false, true};
constexpr BacktestAnswer of_quotes = BacktestAnswer::with_quotes, of_calendar = BacktestAnswer::with_calendar,
                         granted = BacktestAnswer::granted;

constexpr Row rows[] = {
    {I::gate_state, [](const Asking& a, const Need&) { return whole(static_cast<uint64_t>(a.gate)); }},
    {I::tradable,
     [](const Asking& a, const Need&) { return flag(a.instrument.terms.front().valid_from <= a.world.now); }},
    {I::reference, reference},
    {I::worst_mark, worst_mark},
    {I::bid, [](const Asking& a, const Need&) { return unless_zero(a.market.quote.bid); }, plain_reading, of_quotes},
    {I::ask, [](const Asking& a, const Need&) { return unless_zero(a.market.quote.ask); }, plain_reading, of_quotes},
    {I::tick, [](const Asking& a, const Need&) { return unless_zero(a.instrument.terms_at(a.world.now).tick); }},
    {I::fx_rate, [](const Asking& a, const Need&) { return rate_of(a); }},
    {I::atr, [](const Asking& a, const Need&) { return signal(a.market.statistics.average_range()); },
     needs_statistics},
    {I::range, range, needs_statistics},
    {I::prior_close, [](const Asking& a, const Need&) { return unless_zero(a.market.prior_close); }},
    {I::own_fill_drift, own_fill_drift},
    {I::daily_volume, [](const Asking& a, const Need&) { return signal(a.market.statistics.day_volume()); },
     needs_statistics},
    {I::depth, depth_met, plain_reading, of_quotes},
    {I::recent_volume, [](const Asking& a, const Need&) { return signal(a.market.statistics.recent_volume()); },
     needs_statistics},
    {I::spread_bps, spread_in_points, plain_reading, of_quotes},
    {I::volatility, [](const Asking& a, const Need&) { return signal(a.market.statistics.day_volatility()); },
     needs_statistics},
    {I::quote_age,
     [](const Asking& a, const Need&) {
         return has_quote(a) ? in_seconds(a.world.now - a.market.quote.time) : std::nullopt;
     },
     plain_reading, of_quotes},
    {I::feed_silence,
     [](const Asking& a, const Need&) {
         return a.feed_time.ns == INT64_MIN ? std::nullopt : in_seconds(a.world.now - a.feed_time);
     }},
    {I::sequence_gap, in_backtest<0>, plain_reading, granted},
    {I::quote_sigmas, quote_sigmas, needs_statistics},
    {I::clock_offset, in_backtest<0>, plain_reading, granted},
    {I::stale_for, unfit_for},
    {I::session_open, is_session_open, plain_reading, of_calendar},
    {I::seconds_to_close, time_to_close, plain_reading, of_calendar},
    {I::halted, in_backtest<0>, plain_reading, granted},
    {I::blackout, in_backtest<0>, plain_reading, granted},
    {I::short_restricted, is_short_restricted},
    {I::margin_per_unit, margin_per_unit},
    {I::liquidation_distance, liquidation_distance},
    {I::recent_orders, [](const Asking&, const Need&) { return whole(0); }},
    {I::order_cost, order_cost},
    {I::stop_distance, [](const Asking& a, const Need&) { return a.stop_distance; }},
    {I::would_day_trade, would_day_trade},
    {I::fill_deviation, fill_deviation},
    {I::position, position},
    {I::buying, buying},
    {I::selling, selling},
    {I::highest_own_buy, highest_own_buy},
    {I::lowest_own_sell, lowest_own_sell},
    {I::meets_own, meets_own},
    {I::equity, funds<&RiskResult::equity>, needs_money},
    {I::gross, gross, needs_values},
    {I::net_high, owner_sum<&RiskBook::Owner::net_high>, needs_values},
    {I::net_low, owner_sum<&RiskBook::Owner::net_low>, needs_values},
    {I::instrument_high, cell_sum<&RiskBook::Cell::high>, needs_values},
    {I::instrument_low, cell_sum<&RiskBook::Cell::low>, needs_values},
    {I::sector_gross, sector_gross, needs_values},
    {I::issuer_gross, issuer_gross, needs_values},
    {I::currency_gross, currency_gross, needs_values},
    {I::buying_power, buying_power},
    {I::margin_used, margin_used},
    {I::margin_excess, margin_excess},
    {I::long_value, value_of_longs, needs_values},
    {I::open_orders, [](const Asking& a, const Need& need) { return whole(book_of(a, need).orders); }},
    {I::open_notional, open_notional},
    {I::open_positions, open_positions},
    {I::instrument_used, is_instrument_used},
    {I::submits_at_once,
     [](const Asking& a, const Need& need) { return whole(result_of(a, need).submits.since(a.world.now)); }},
    {I::submits_in_second, within_a_second<&RiskResult::submits>},
    {I::submits_in_day, today<&RiskResult::submits>},
    {I::amends_in_second, within_a_second<&RiskResult::amends>},
    {I::signal_executions, within<&RiskResult::executions>},
    {I::round_trips_today, round_trips_today},
    {I::trades_today,
     [](const Asking& a, const Need& need) {
         return whole(std::max<uint64_t>(1, result_of(a, need).executions.today()));
     }},
    {I::day_pnl, profit_since<&RiskResult::day_start>, needs_money},
    {I::day_start_equity, funds<&RiskResult::day_start_equity>, needs_money},
    {I::week_pnl, profit_since<&RiskResult::week_start>, needs_money},
    {I::month_pnl, profit_since<&RiskResult::month_start>, needs_money},
    {I::window_profit, window_profit, needs_money},
    {I::peak_equity, funds<&RiskResult::peak_equity>, needs_money},
    {I::peak_balance, funds<&RiskResult::peak_balance>, needs_money},
    {I::position_loss, worst_loss, needs_money},
    {I::position_loss_share, worst_loss_share, needs_money},
    {I::position_loss_atr, worst_loss_in_ranges, needs_statistics},
    {I::consecutive_losses, [](const Asking& a, const Need& need) { return whole(result_of(a, need).losses_in_a_row); },
     needs_money},
    {I::since_exit, since_exit, needs_money},
    {I::best_day, best_day, needs_money},
    {I::total_profit, funds<&RiskResult::profit>, needs_money},
    {I::rejects, within<&RiskResult::rejects>},
    {I::errors, in_backtest<0>, plain_reading, granted},
    {I::fill_anomalies, [](const Asking& a, const Need& need) { return whole(result_of(a, need).anomalies); }},
};

constexpr auto by_input = [] {
    std::array<const Row*, risk_input_count> places{};
    for (const Row& row : rows) places[static_cast<size_t>(row.input)] = &row;
    return places;
}();

}  // namespace

RiskReadingFunction reading_function(RiskInput input) {
    const Row* const row = by_input[static_cast<size_t>(input)];
    return row == nullptr ? nullptr : row->tell;
}

RiskReadingTraits reading_traits(RiskInput input) {
    const Row* const row = by_input[static_cast<size_t>(input)];
    return row == nullptr ? plain_reading : row->traits;
}

std::string_view name_of(BacktestAnswer answer) {
    constexpr std::string_view names[] = {"known", "granted", "calendar", "quotes", "unknown"};
    return names[static_cast<size_t>(answer)];
}

BacktestAnswer backtest_answer(RiskInput input) {
    const Row* const row = by_input[static_cast<size_t>(input)];
    return row == nullptr ? BacktestAnswer::unknown : row->backtest;
}

RiskInput worst_reading(const RiskRule& rule) {
    return *std::max_element(rule.needs.begin(), rule.needs.end(),
                             [](RiskInput a, RiskInput b) { return backtest_answer(a) < backtest_answer(b); });
}

BacktestAnswer backtest_answer(const RiskRule& rule) {
    return rule.needs.count == 0 ? BacktestAnswer::known : backtest_answer(worst_reading(rule));
}

BacktestUse backtest_use(const RiskCheck& check) {
    if (!includes(check.modes, RiskMode::backtest)) return BacktestUse::none;
    const auto unknown = std::count_if(check.rules.begin(), check.rules.end(), [](const RiskRule& rule) {
        return backtest_answer(rule) == BacktestAnswer::unknown;
    });
    if (unknown == 0) return BacktestUse::all;
    return static_cast<size_t>(unknown) == check.rules.size() ? BacktestUse::none : BacktestUse::partly;
}

}  // namespace trd
