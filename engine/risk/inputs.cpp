#include "risk/inputs.h"

#include <algorithm>

namespace trd {
namespace {

constexpr RiskInputTraits inputs[] = {
    {RiskInput::gate_state, "gate_state", RiskUnit::count, false,
     "0 active, 1 reducing, 2 halted, 3 killed, 4 reconciling, 5 warming up, 6 a gap in a stream"},
    {RiskInput::tradable, "tradable", RiskUnit::flag, false, "1: listed, not expired, not delisted"},
    {RiskInput::reference, "reference", RiskUnit::price, true,
     "middle of a fresh quote, else the last trade, else the prior close"},
    {RiskInput::worst_mark, "worst_mark", RiskUnit::price, true,
     "the highest of last trade, ask, own last fill and stress mark: what an order is valued at"},
    {RiskInput::bid, "bid", RiskUnit::price, true, "best bid"},
    {RiskInput::ask, "ask", RiskUnit::price, true, "best ask"},
    {RiskInput::tick, "tick", RiskUnit::price, true, "the instrument's tick now"},
    {RiskInput::fx_rate, "fx_rate", RiskUnit::number, true,
     "what a unit of the quote currency is worth in the account's"},
    {RiskInput::atr, "atr", RiskUnit::price, true, "average true range, of one day"},
    {RiskInput::prior_close, "prior_close", RiskUnit::price, true, "the close of the day before"},
    {RiskInput::own_fill_drift, "own_fill_drift", RiskUnit::share, false,
     "how far the average price of own fills in the instrument lies from the first one of the window"},
    {RiskInput::daily_volume, "daily_volume", RiskUnit::quantity, true, "average volume of a day, 30 days"},
    {RiskInput::depth, "depth", RiskUnit::quantity, true, "quantity shown on the side that the order would take"},
    {RiskInput::recent_volume, "recent_volume", RiskUnit::quantity, true,
     "volume of the window that participation counts in"},
    {RiskInput::spread_bps, "spread_bps", RiskUnit::number, false, "ask less bid, in 1/10000 of the middle"},
    {RiskInput::volatility, "volatility", RiskUnit::share, false, "standard deviation of a day's return"},
    {RiskInput::quote_age, "quote_age", RiskUnit::duration, false, "since the last quote of this instrument"},
    {RiskInput::feed_silence, "feed_silence", RiskUnit::duration, false, "since anything came from the feed"},
    {RiskInput::sequence_gap, "sequence_gap", RiskUnit::flag, false,
     "1: messages are missing and have not been recovered"},
    {RiskInput::quote_sigmas, "quote_sigmas", RiskUnit::number, false,
     "the last step from quote to quote, else from trade to trade or close to close, in standard deviations of the 20 "
     "steps before it"},
    {RiskInput::clock_offset, "clock_offset", RiskUnit::duration, false,
     "of this machine against its time source, without sign"},
    {RiskInput::stale_for, "stale_for", RiskUnit::duration, false, "how long the market data has been unfit"},
    {RiskInput::session_open, "session_open", RiskUnit::flag, false, "1: the venue trades this instrument now"},
    {RiskInput::seconds_to_close, "seconds_to_close", RiskUnit::duration, false,
     "until the session closes that is on, or that comes next"},
    {RiskInput::halted, "halted", RiskUnit::flag, false, "1: halted by the venue, or in a limit state"},
    {RiskInput::blackout, "blackout", RiskUnit::flag, false, "1: within a window in which nothing is entered"},
    {RiskInput::borrow_available, "borrow_available", RiskUnit::quantity, false,
     "located or easy to borrow today, and not used yet"},
    {RiskInput::short_restricted, "short_restricted", RiskUnit::flag, false,
     "1: fell by a tenth from the prior close, today or on the day of trading before"},
    {RiskInput::margin_per_unit, "margin_per_unit", RiskUnit::money, false,
     "initial margin of one unit, in the account's currency"},
    {RiskInput::liquidation_distance, "liquidation_distance", RiskUnit::share, false,
     "how far the price may move before the venue closes the position, with the order and what works"},
    {RiskInput::unit_delta, "unit_delta", RiskUnit::number, false, "of one unit, multiplier included"},
    {RiskInput::unit_gamma, "unit_gamma", RiskUnit::number, false, "of one unit, multiplier included"},
    {RiskInput::unit_vega, "unit_vega", RiskUnit::money, false, "of one unit"},
    {RiskInput::unit_theta, "unit_theta", RiskUnit::money, false, "of one unit, a day"},
    {RiskInput::unit_rho, "unit_rho", RiskUnit::money, false, "of one unit"},
    {RiskInput::order_stress_loss, "order_stress_loss", RiskUnit::money, false,
     "what the order adds to the loss of the worst cell of the stress grid"},
    {RiskInput::recent_orders, "recent_orders", RiskUnit::count, false,
     "orders sent within the longest window that is asked about: known when their list is"},
    {RiskInput::order_cost, "order_cost", RiskUnit::money, false,
     "fee and slippage that the order is expected to cost"},
    {RiskInput::order_edge, "order_edge", RiskUnit::money, true, "what the order is expected to earn before its cost"},
    {RiskInput::stop_distance, "stop_distance", RiskUnit::share, false,
     "of the protective stops that come with the order, together as large as it"},
    {RiskInput::would_day_trade, "would_day_trade", RiskUnit::flag, false,
     "1: the order could close what was opened today"},
    {RiskInput::approved, "approved", RiskUnit::flag, false,
     "1: this code and these limits were approved for live trading"},
    {RiskInput::fill_deviation, "fill_deviation", RiskUnit::share, false,
     "of the last own fill from the reference at its time"},
    {RiskInput::position, "position", RiskUnit::quantity, false, "held in the instrument, negative when short"},
    {RiskInput::buying, "buying", RiskUnit::quantity, false, "open quantity of working buys in the instrument"},
    {RiskInput::selling, "selling", RiskUnit::quantity, false, "open quantity of working sells in the instrument"},
    {RiskInput::highest_own_buy, "highest_own_buy", RiskUnit::price, false,
     "the highest price at which a working order of ours would buy; 0: none"},
    {RiskInput::lowest_own_sell, "lowest_own_sell", RiskUnit::price, false,
     "the lowest price at which a working order of ours would sell; 0: none"},
    {RiskInput::equity, "equity", RiskUnit::money, true, "cash, margin and positions at their marks"},
    {RiskInput::gross, "gross", RiskUnit::money, false, "sizes of all positions and working orders, valued"},
    {RiskInput::net_high, "net_high", RiskUnit::money, false,
     "longs less shorts, if all working buys fill and no sell"},
    {RiskInput::net_low, "net_low", RiskUnit::money, false, "longs less shorts, if all working sells fill and no buy"},
    {RiskInput::instrument_high, "instrument_high", RiskUnit::money, false,
     "the instrument's value, if all working buys fill and no sell"},
    {RiskInput::instrument_low, "instrument_low", RiskUnit::money, false,
     "the instrument's value, if all working sells fill and no buy"},
    {RiskInput::sector_gross, "sector_gross", RiskUnit::money, false, "gross of the instrument's sector"},
    {RiskInput::issuer_gross, "issuer_gross", RiskUnit::money, false, "gross of the instrument's issuer"},
    {RiskInput::currency_gross, "currency_gross", RiskUnit::money, false,
     "gross of what is quoted in the instrument's currency"},
    {RiskInput::cluster_gross, "cluster_gross", RiskUnit::money, false, "gross of what moves with the instrument"},
    {RiskInput::buying_power, "buying_power", RiskUnit::money, false,
     "what is left after the cost of all working orders"},
    {RiskInput::settled_cash, "settled_cash", RiskUnit::money, false, "cash that is paid for and not reserved"},
    {RiskInput::margin_used, "margin_used", RiskUnit::money, false, "initial margin of positions and working orders"},
    {RiskInput::margin_excess, "margin_excess", RiskUnit::money, false, "equity less maintenance margin"},
    {RiskInput::long_value, "long_value", RiskUnit::money, false,
     "value of what is held long, if all working buys fill"},
    {RiskInput::open_orders, "open_orders", RiskUnit::count, false, "orders that are working or held"},
    {RiskInput::open_notional, "open_notional", RiskUnit::money, false, "value of working orders"},
    {RiskInput::open_positions, "open_positions", RiskUnit::count, false, "instruments that are held or about to be"},
    {RiskInput::submits_at_once, "submits_at_once", RiskUnit::count, false, "orders sent at this very moment"},
    {RiskInput::submits_in_second, "submits_in_second", RiskUnit::count, false, "orders sent within the last second"},
    {RiskInput::submits_in_day, "submits_in_day", RiskUnit::count, false, "orders sent since the session opened"},
    {RiskInput::amends_in_second, "amends_in_second", RiskUnit::count, false, "amendments sent within the last second"},
    {RiskInput::signal_executions, "signal_executions", RiskUnit::count, false,
     "executions of one signal of the strategy within the window"},
    {RiskInput::round_trips_today, "round_trips_today", RiskUnit::count, false,
     "in the instrument, since the session opened"},
    {RiskInput::day_trades, "day_trades", RiskUnit::count, false, "within five business days"},
    {RiskInput::trades, "trades", RiskUnit::count, false, "within five business days"},
    {RiskInput::trades_today, "trades_today", RiskUnit::count, true, "executions since the session opened, at least 1"},
    {RiskInput::margin_call_days, "margin_call_days", RiskUnit::count, false,
     "business days for which a margin call has been open"},
    {RiskInput::cash_violations, "cash_violations", RiskUnit::count, false,
     "good-faith and free-riding violations of twelve months"},
    {RiskInput::live_sessions, "live_sessions", RiskUnit::count, false,
     "sessions that this version of the strategy has traded live"},
    {RiskInput::delta, "delta", RiskUnit::number, false, "of all positions in the underlying"},
    {RiskInput::gamma, "gamma", RiskUnit::number, false, "of all positions in the underlying"},
    {RiskInput::vega, "vega", RiskUnit::money, false, "of all positions in the underlying"},
    {RiskInput::theta, "theta", RiskUnit::money, false, "of all positions in the underlying, a day"},
    {RiskInput::rho, "rho", RiskUnit::money, false, "of all positions in the underlying"},
    {RiskInput::stress_loss, "stress_loss", RiskUnit::money, false,
     "of the worst cell of the grid of prices and volatilities"},
    {RiskInput::projected_volatility, "projected_volatility", RiskUnit::share, false,
     "of a day's return of the portfolio with the order"},
    {RiskInput::projected_var, "projected_var", RiskUnit::money, false, "value at risk of a day with the order"},
    {RiskInput::projected_es, "projected_es", RiskUnit::money, false, "expected shortfall of a day with the order"},
    {RiskInput::day_pnl, "day_pnl", RiskUnit::money, false, "realised, unrealised and fees since the session opened"},
    {RiskInput::day_start_equity, "day_start_equity", RiskUnit::money, true, "equity when the session opened"},
    {RiskInput::week_pnl, "week_pnl", RiskUnit::money, false, "the same since Monday's session opened"},
    {RiskInput::month_pnl, "month_pnl", RiskUnit::money, false, "the same since the month's first session opened"},
    {RiskInput::window_profit, "window_profit", RiskUnit::money, false, "of the round trips of the window"},
    {RiskInput::peak_equity, "peak_equity", RiskUnit::money, true, "the highest equity so far, open profit included"},
    {RiskInput::peak_balance, "peak_balance", RiskUnit::money, true, "the highest balance at the end of a day"},
    {RiskInput::position_loss, "position_loss", RiskUnit::money, false, "open loss of the position that loses most"},
    {RiskInput::position_loss_share, "position_loss_share", RiskUnit::share, false,
     "the same, of what the position cost"},
    {RiskInput::position_loss_atr, "position_loss_atr", RiskUnit::number, false, "the same, in average true ranges"},
    {RiskInput::consecutive_losses, "consecutive_losses", RiskUnit::count, false, "losing round trips in a row"},
    {RiskInput::since_exit, "since_exit", RiskUnit::duration, false, "since the last round trip ended"},
    {RiskInput::best_day, "best_day", RiskUnit::money, false, "profit of the best day"},
    {RiskInput::total_profit, "total_profit", RiskUnit::money, false, "profit of all days"},
    {RiskInput::rejects, "rejects", RiskUnit::count, false, "refusals by the venue within the window"},
    {RiskInput::errors, "errors", RiskUnit::count, false, "failed requests within the window"},
    {RiskInput::fill_anomalies, "fill_anomalies", RiskUnit::count, false,
     "fills beyond the order, or of an unknown one"},
    {RiskInput::instrument_used, "instrument_used", RiskUnit::flag, false, "1: the instrument is held or about to be"},
    {RiskInput::meets_own, "meets_own", RiskUnit::flag, false, "1: the order would trade with a working one of ours"},
    {RiskInput::range, "range", RiskUnit::price, false,
     "average true range of the instrument's bars; zero where the price has not moved"},
};
static_assert(std::size(inputs) == risk_input_count);

constexpr std::string_view scope_names[risk_scope_count] = {"firm", "account", "venue", "strategy", "instrument"};

}  // namespace

std::string_view name_of(RiskScope scope) { return scope_names[static_cast<size_t>(scope)]; }

std::optional<RiskScope> risk_scope_named(std::string_view name) {
    for (size_t i = 0; i < risk_scope_count; ++i)
        if (scope_names[i] == name) return static_cast<RiskScope>(i);
    return std::nullopt;
}

std::span<const RiskInputTraits> risk_input_table() { return inputs; }
const RiskInputTraits& traits_of(RiskInput input) { return inputs[static_cast<size_t>(input)]; }

std::string_view describe(ReadingState state) {
    switch (state) {
        case ReadingState::missing:
            return "is not known";
        case ReadingState::known:
            return "is known";
        case ReadingState::stale:
            return "is stale";
        case ReadingState::not_finite:
            return "could not be computed";
        case ReadingState::not_positive:
            return "is not above zero";
        case ReadingState::overflow:
            return "leads to an amount beyond what can be held";
    }
    return {};
}

constinit const std::array<bool, risk_input_count> RiskInputs::positive_ = [] {
    std::array<bool, risk_input_count> positive{};
    for (const RiskInputTraits& each : inputs) positive[static_cast<size_t>(each.input)] = each.positive;
    return positive;
}();

const Reading& RiskInputs::find_over(Duration window, RiskInput input, RiskScope scope) const {
    for (const OverWindow& each : over_windows_)
        if (each.window == window && each.place == place(input, scope)) return each.reading;
    return get(input, scope);
}

bool RiskInputs::set_over(Duration window, RiskInput input, RiskScope scope, const std::optional<Decimal>& value) {
    const Reading reading = value ? reading_of(input, *value) : Reading{};
    const auto is_it = [&](const OverWindow& each) {
        return each.window == window && each.place == place(input, scope);
    };
    const auto found = std::find_if(over_windows_.begin(), over_windows_.end(), is_it);
    if (found == over_windows_.end())
        over_windows_.push_back({window, place(input, scope), reading});
    else
        found->reading = reading;
    return reading.state == ReadingState::known;
}

void RiskInputs::set_duration(RiskInput input, RiskScope scope, Duration duration) {
    set(input, scope, Decimal::from_raw(static_cast<Int128>(duration.ns) * 1'000));
}

void RiskInputs::set_signal(RiskInput input, RiskScope scope, double value) {
    const auto exact = from_double<Decimal>(value);
    readings_[place(input, scope)] = exact ? reading_of(input, *exact) : Reading{{}, ReadingState::not_finite};
}

void RiskInputs::set_stale(RiskInput input, RiskScope scope) {
    Reading& reading = readings_[place(input, scope)];
    if (reading.state != ReadingState::missing) reading.state = ReadingState::stale;
}

}  // namespace trd
