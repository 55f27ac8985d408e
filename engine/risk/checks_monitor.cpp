// T01 to T19: asked at every event, without an order. A loss that reaches its limit has broken it.
#include "risk/rule_parts.h"

namespace trd::risk_detail {
namespace {

template <I peak>
RiskFigure drop_below(const RuleQuery& q) {
    return number(q[peak] - q[I::equity]);
}
RiskFigure drawdown(const RuleQuery& q) { return share(q[I::peak_equity] - q[I::equity], q[I::peak_equity]); }
RiskFigure day_loss_share(const RuleQuery& q) { return share(-q[I::day_pnl], q[I::day_start_equity]); }

// The floor follows the peak at the limit's distance, and stops at the lock level when one is set.
template <I peak>
RiskFigure trailing_drop(const RuleQuery& q) {
    const Decimal top = q.setting().is_zero() ? q[peak] : std::min(q[peak], q.setting() + q.limit());
    return number(top - q[I::equity]);
}
// What today adds can be held back. A day that is over is only made a smaller part by earning more.
RiskFigure best_day_share(const RuleQuery& q) {
    const bool is_today = q[I::day_pnl] >= q[I::best_day];
    return is_today && q[I::total_profit].is_positive() ? share(q[I::best_day], q[I::total_profit]) : number({});
}
// Who has not traded within the window has earned too little of nothing.
RiskFigure window_profit(const RuleQuery& q) {
    return number(q[I::since_exit] > q.setting() ? q.limit() : q[I::window_profit]);
}

constexpr RiskSetting lock_level{"lock_level", U::money, "Where the floor stops rising."};
constexpr RiskSetting window{"window", U::duration, "Over how long."};

constexpr RiskRule t01[] = {{"max_loss",
                             U::money,
                             below,
                             false,
                             {I::day_pnl},
                             loss<I::day_pnl>,
                             "Loss since the session opened: realised, unrealised and fees."},
                            {"max_loss_share",
                             U::share,
                             below,
                             false,
                             {I::day_pnl, I::day_start_equity},
                             day_loss_share,
                             "The same, of the equity at the open."}};
constexpr RiskRule t02[] = {{"max_drawdown_share",
                             U::share,
                             below,
                             false,
                             {I::peak_equity, I::equity},
                             drawdown,
                             "Fall from the highest equity, of it."},
                            {"max_drawdown",
                             U::money,
                             below,
                             false,
                             {I::peak_equity, I::equity},
                             drop_below<I::peak_equity>,
                             "Fall from the highest equity."}};
constexpr RiskRule t03[] = {{"trailing_intraday",
                             U::money,
                             below,
                             false,
                             {I::peak_equity, I::equity},
                             trailing_drop<I::peak_equity>,
                             "Distance of the floor from the highest equity, open profit included.",
                             lock_level},
                            {"trailing_end_of_day",
                             U::money,
                             below,
                             false,
                             {I::peak_balance, I::equity},
                             trailing_drop<I::peak_balance>,
                             "Distance of the floor from the highest balance at the end of a day.",
                             lock_level}};
constexpr RiskRule t04[] = {
    {"max_loss", U::money, below, false, {I::position_loss}, reading<I::position_loss>, "Open loss of one position."},
    {"max_loss_share",
     U::share,
     below,
     false,
     {I::position_loss_share},
     reading<I::position_loss_share>,
     "The same, of what the position cost."},
    {"max_loss_atr",
     U::number,
     below,
     false,
     {I::position_loss_atr},
     reading<I::position_loss_atr>,
     "The same, in average true ranges."}};
constexpr RiskRule t05[] = {{"max_losses",
                             U::count,
                             below,
                             false,
                             {I::consecutive_losses},
                             reading<I::consecutive_losses>,
                             "Losing round trips in a row that stop trading; after the stop they count anew."}};
constexpr RiskRule t06[] = {{"max_loss",
                             U::money,
                             below,
                             false,
                             {I::day_pnl},
                             loss<I::day_pnl>,
                             "Loss of a strategy since the session opened."}};
constexpr RiskRule t07[] = {
    {"max_week_loss", U::money, below, false, {I::week_pnl}, loss<I::week_pnl>, "Loss of the week."},
    {"max_month_loss", U::money, below, false, {I::month_pnl}, loss<I::month_pnl>, "Loss of the month."}};
constexpr RiskRule t08[] = {{"min_profit",
                             U::money,
                             at_least,
                             false,
                             {I::window_profit, I::since_exit},
                             window_profit,
                             "What the round trips of the window have to earn, once there are any.",
                             window}};
constexpr RiskRule t09[] = {{"cooldown",
                             U::duration,
                             at_least,
                             false,
                             {I::since_exit},
                             reading<I::since_exit>,
                             "How long nothing is entered after a round trip."}};
constexpr RiskRule t10[] = {{"max_best_day_share",
                             U::share,
                             at_most,
                             false,
                             {I::best_day, I::day_pnl, I::total_profit},
                             best_day_share,
                             "The best day, of all profit, when it is today."}};
constexpr RiskRule t11[] = {{"max_stale",
                             U::duration,
                             at_most,
                             false,
                             {I::stale_for},
                             reading<I::stale_for>,
                             "How long the market data may be unfit."}};
constexpr RiskRule t14[] = {{"max_rejects",
                             U::count,
                             below,
                             false,
                             {I::rejects},
                             reading<I::rejects>,
                             "Refusals by the venue within the window.",
                             window}};
constexpr RiskRule t15[] = {{"max_errors",
                             U::count,
                             below,
                             false,
                             {I::errors},
                             reading<I::errors>,
                             "Failed requests within the window.",
                             window}};
constexpr RiskRule t16[] = {{"max_deviation",
                             U::share,
                             at_most,
                             false,
                             {I::fill_deviation},
                             reading<I::fill_deviation>,
                             "How far a fill may be from the reference."},
                            {"max_anomalies",
                             U::count,
                             below,
                             false,
                             {I::fill_anomalies},
                             reading<I::fill_anomalies>,
                             "Fills beyond an order, or of an unknown one."}};
constexpr RiskRule t17[] = {{"min_excess",
                             U::money,
                             at_least,
                             false,
                             {I::margin_excess},
                             reading<I::margin_excess>,
                             "What has to be left above maintenance margin."}};
constexpr RiskRule t18[] = {{"min_distance",
                             U::share,
                             at_least,
                             false,
                             {I::liquidation_distance},
                             reading<I::liquidation_distance>,
                             "How far the price must be from where the venue closes the position."}};
constexpr RiskRule t19[] = {
    {"max_spread_bps",
     U::number,
     at_most,
     false,
     {I::spread_bps},
     reading<I::spread_bps>,
     "The widest spread, in 1/10000 of the price."},
    {"max_volatility", U::share, at_most, false, {I::volatility}, reading<I::volatility>, "Volatility of a day."}};

constexpr RiskModes all = every_risk_mode;
// Of requests over a network: in a backtest none can fail.
constexpr RiskModes where_requests_are = every_risk_mode & ~static_cast<uint8_t>(RiskMode::backtest);
using A = RiskAction;
using R = RiskReset;

constexpr RiskCheck checks[] = {
    {{'T', 1}, "DAILY_LOSS", all, "A day that goes wrong ends.", t01, A::reducing, R::session},
    {{'T', 2}, "PEAK_DRAWDOWN", all, "A fall from the peak ends trading.", t02, A::reducing, R::person},
    {{'T', 3},
     "PROP_TRAILING",
     all,
     "The floor of a funded account, before the firm acts.",
     t03,
     A::flatten,
     R::person},
    {{'T', 4}, "POSITION_LOSS", all, "One position does not take the rest with it.", t04, A::flatten, R::session},
    {{'T', 5}, "CONSEC_LOSS", all, "After losses in a row comes a pause.", t05, A::cancel_entries, R::time},
    {{'T', 6}, "STRATEGY_LOSS", all, "A strategy that loses stops alone.", t06, A::halt_strategy, R::session},
    {{'T', 7}, "PERIOD_LOSS", all, "A week or a month that goes wrong ends.", t07, A::reducing, R::person},
    {{'T', 8}, "LOW_PROFIT", all, "What does not earn is not entered.", t08, A::cancel_entries, R::session},
    {{'T', 9}, "COOLDOWN", all, "After an exit comes a pause.", t09, A::cancel_entries, R::at_once},
    {{'T', 10}, "CONSISTENCY", all, "No single day makes all of the profit.", t10, A::cancel_entries, R::session},
    {{'T', 11}, "STALE_HALT", all, "Nothing rests while prices are unfit.", t11, A::reducing, R::at_once},
    {{'T', 14},
     "REJECT_RATE",
     all,
     "A venue that refuses again and again is left alone.",
     t14,
     A::halt_strategy,
     R::person},
    {{'T', 15},
     "ERROR_RATE",
     where_requests_are,
     "Requests that fail again and again stop.",
     t15,
     A::reducing,
     R::time},
    {{'T', 16}, "FILL_ANOMALY", all, "Fills that cannot be right stop everything.", t16, A::halt_all, R::person},
    {{'T', 17}, "MARGIN_CALL", all, "Positions shrink before the broker shrinks them.", t17, A::reduce, R::at_once},
    {{'T', 18}, "LIQ_DISTANCE", all, "Positions shrink before the venue closes them.", t18, A::reduce, R::at_once},
    {{'T', 19}, "SPREAD_VOL", all, "Wild markets are left.", t19, A::cancel_entries, R::at_once},
};

}  // namespace

std::span<const RiskCheck> monitor_checks() { return checks; }

}  // namespace trd::risk_detail
