// R25 to R35: the state of the market, the shape of the portfolio, and what a strategy may do at first.
#include "risk/rule_parts.h"

namespace trd::risk_detail {
namespace {

RiskFigure crossed(const RuleQuery& q) { return faults(q[I::bid] >= q[I::ask]); }

template <I total, I unit>
RiskFigure projected_greek(const RuleQuery& q) {
    const Decimal change = multiply(q.quantity, q[unit]);
    return number(abs(q.buys() ? q[total] + change : q[total] - change));
}

// The move that is to be survived: the average true range, but never less than the floor.
Decimal expected_move(const RuleQuery& q) { return std::max(q[I::range], multiply(q[I::reference], q.setting())); }

RiskFigure risk_share(const RuleQuery& q) {
    const Instrument& instrument = *q.query.instrument;
    if (!expected_move(q).is_positive()) return number(Decimal::max());  // nothing says how much it may lose
    if (is_inverse(instrument.kind)) {
        const Money value = notional_of(instrument, Price::from_raw(q[I::reference].raw()), q.order().quantity);
        const Decimal lost = mul_div(Decimal::from_raw(value.raw()), expected_move(q), q[I::reference]);
        return share(multiply(lost, q[I::fx_rate]), q[I::equity]);
    }
    const Decimal move = multiply(multiply(expected_move(q), instrument.multiplier), q[I::fx_rate]);
    return share(multiply(q.quantity, move), q[I::equity]);
}
RiskFigure first_quantity(const RuleQuery& q) {
    return number(q[I::live_sessions] < q.setting() ? q.quantity : Decimal());
}
// One more when the order would enter an instrument that is neither held nor about to be.
RiskFigure positions_with(const RuleQuery& q) {
    return number(q[I::open_positions] + (q.is_set(I::instrument_used) ? Decimal() : one()));
}

constexpr RiskRule r25[] = {
    {"max_quote_age",
     U::duration,
     at_most,
     asks_all,
     {I::quote_age},
     reading<I::quote_age>,
     "How old the last quote may be."},
    {"max_feed_silence",
     U::duration,
     at_most,
     asks_all,
     {I::feed_silence},
     reading<I::feed_silence>,
     "How long the feed may say nothing."},
    {"no_gap",
     U::flag,
     is_zero,
     asks_all,
     {I::sequence_gap},
     when_set<I::sequence_gap>,
     "No messages of the feed are missing."},
    {"no_crossed", U::flag, is_zero, asks_all, {I::bid, I::ask}, crossed, "The bid is below the ask."},
    {"max_sigmas",
     U::number,
     at_most,
     asks_all,
     {I::quote_sigmas},
     reading<I::quote_sigmas>,
     "How far one quote may jump, in standard deviations."},
    {"max_clock_offset",
     U::duration,
     at_most,
     asks_all,
     {I::clock_offset},
     reading<I::clock_offset>,
     "How far the machine's clock may be off."}};
constexpr RiskRule r26[] = {{"max_delta",
                             U::number,
                             at_most,
                             exits_pass,
                             {I::delta, I::unit_delta},
                             projected_greek<I::delta, I::unit_delta>,
                             "Delta with the order, either way."},
                            {"max_gamma",
                             U::number,
                             at_most,
                             exits_pass,
                             {I::gamma, I::unit_gamma},
                             projected_greek<I::gamma, I::unit_gamma>,
                             "Gamma with the order, either way."},
                            {"max_vega",
                             U::money,
                             at_most,
                             exits_pass,
                             {I::vega, I::unit_vega},
                             projected_greek<I::vega, I::unit_vega>,
                             "Vega with the order, either way."},
                            {"max_theta",
                             U::money,
                             at_most,
                             exits_pass,
                             {I::theta, I::unit_theta},
                             projected_greek<I::theta, I::unit_theta>,
                             "Theta of a day with the order, either way."},
                            {"max_rho",
                             U::money,
                             at_most,
                             exits_pass,
                             {I::rho, I::unit_rho},
                             projected_greek<I::rho, I::unit_rho>,
                             "Rho with the order, either way."},
                            {"max_stress_loss",
                             U::money,
                             at_most,
                             exits_pass,
                             {I::stress_loss, I::order_stress_loss},
                             [](const RuleQuery& q) { return number(q[I::stress_loss] + q[I::order_stress_loss]); },
                             "The worst loss on a grid of prices and volatilities."}};
constexpr RiskRule r27[] = {{"max_volatility",
                             U::share,
                             at_most,
                             exits_pass,
                             {I::projected_volatility},
                             reading<I::projected_volatility>,
                             "Volatility of a day of the portfolio with the order."},
                            {"max_cluster_share",
                             U::share,
                             at_most,
                             exits_pass,
                             {I::cluster_gross, I::equity, I::worst_mark, I::fx_rate},
                             grown_share<I::cluster_gross>,
                             "What moves together, of equity."}};
constexpr RiskRule r28[] = {{"max_risk_share",
                             U::share,
                             at_most,
                             exits_pass,
                             {I::range, I::reference, I::fx_rate, I::equity},
                             risk_share,
                             "What the order loses when the price moves one average true range, of equity.",
                             {"floor", U::share, "The least move to count with, of the price."}}};
constexpr RiskRule r29[] = {{"max_var_share",
                             U::share,
                             at_most,
                             exits_pass,
                             {I::projected_var, I::equity},
                             share_of<I::projected_var, I::equity>,
                             "Value at risk of a day with the order, of equity."},
                            {"max_es_share",
                             U::share,
                             at_most,
                             exits_pass,
                             {I::projected_es, I::equity},
                             share_of<I::projected_es, I::equity>,
                             "Expected shortfall of a day with the order, of equity."}};
constexpr RiskRule r30[] = {{"max_distance",
                             U::share,
                             at_most,
                             exits_pass,
                             {I::stop_distance},
                             reading<I::stop_distance>,
                             "How far from the market the stop may be that every entry brings, as large as itself."}};
constexpr RiskRule r31[] = {{"max_share",
                             U::share,
                             at_most,
                             asks_all,
                             {I::recent_volume},
                             [](const RuleQuery& q) { return share(q.quantity, q[I::recent_volume]); },
                             "The order, of recent volume."},
                            {"max_orders_per_trade",
                             U::number,
                             at_most,
                             exits_pass,
                             {I::submits_in_day, I::trades_today},
                             [](const RuleQuery& q) { return share(q[I::submits_in_day] + one(), q[I::trades_today]); },
                             "Orders sent for each one that traded."}};
constexpr RiskRule r32[] = {{"max_spread_bps",
                             U::number,
                             at_most,
                             exits_pass,
                             {I::spread_bps},
                             reading<I::spread_bps>,
                             "The widest spread, in 1/10000 of the price."},
                            {"min_depth",
                             U::number,
                             at_least,
                             exits_pass,
                             {I::depth},
                             [](const RuleQuery& q) { return share(q[I::depth], q.quantity); },
                             "The quantity shown, in multiples of the order."}};
constexpr RiskRule r33[] = {{"max_first_quantity",
                             U::quantity,
                             at_most,
                             exits_pass,
                             {I::live_sessions},
                             first_quantity,
                             "The largest order of a version that is new.",
                             {"sessions", U::count, "For how many sessions it is new."}},
                            {"approved",
                             U::flag,
                             is_zero,
                             exits_pass,
                             {I::approved},
                             unless_set<I::approved>,
                             "This code and these limits were approved."}};
constexpr RiskRule r34[] = {{"max_share",
                             U::share,
                             at_most,
                             exits_pass,
                             {I::order_cost, I::order_edge},
                             share_of<I::order_cost, I::order_edge>,
                             "The cost, of what the order is to earn."}};
constexpr RiskRule r35[] = {{"max_positions",
                             U::count,
                             at_most,
                             exits_pass,
                             {I::open_positions, I::instrument_used},
                             positions_with,
                             "Instruments that are held or about to be."}};

constexpr RiskModes live_only = static_cast<RiskModes>(RiskMode::live);

constexpr RiskCheck checks[] = {
    {{'R', 25}, "STALE_DATA", before_orders, "Nobody trades on prices that are old or broken.", r25},
    {{'R', 26}, "GREEKS", before_orders, "Options stay within their Greeks.", r26},
    {{'R', 27}, "CORRELATION", before_orders, "Positions that move together count together.", r27},
    {{'R', 28}, "VOL_SIZE", before_orders, "Size follows how far prices move.", r28},
    {{'R', 29}, "VAR_ES", before_orders, "The portfolio's tail stays short.", r29},
    {{'R', 30}, "STOP_REQUIRED", before_orders, "No entry without a stop.", r30},
    {{'R', 31}, "PARTICIPATION", before_orders, "No order is too much of the market.", r31},
    {{'R', 32}, "LIQUIDITY", before_orders, "No entry into a market too thin.", r32},
    {{'R', 33}, "FIRST_LIVE", live_only, "What is new begins small.", r33},
    {{'R', 34}, "COST", before_orders, "The cost does not eat the gain.", r34},
    {{'R', 35}, "MAX_POSITIONS", before_orders, "Not too many positions at once.", r35},
};

}  // namespace

std::span<const RiskCheck> market_checks() { return checks; }

}  // namespace trd::risk_detail
