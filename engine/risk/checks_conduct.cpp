// R16 to R24: how often, against whom, and when.
#include "risk/rule_parts.h"

namespace trd::risk_detail {
namespace {

template <I sent>
RiskFigure new_orders(const RuleQuery& q) {
    return number(q.amends() ? Decimal() : q[sent] + one());
}
RiskFigure new_amendments(const RuleQuery& q) {
    return number(q.amends() ? q[I::amends_in_second] + one() : Decimal());
}

bool is_the_same(const RecentOrder& sent, const OrderIntent& order) {
    return sent.account == order.account && sent.strategy == order.strategy && sent.instrument == order.instrument &&
           sent.side == order.side && sent.type == order.type && sent.limit == order.limit &&
           sent.trigger == order.trigger && sent.quantity == order.quantity &&
           sent.trail_amount == order.trail_amount && sent.trail_percent == order.trail_percent;
}

// Since the newest of the orders that are the same, in seconds.
RiskFigure age_of_same(const RuleQuery& q) {
    if (q.amends()) return number(Decimal::max());
    const auto& recent = q.query.inputs->recent;
    int64_t newest = INT64_MIN;
    for (const RecentOrder& sent : recent)
        if (is_the_same(sent, q.order())) newest = std::max(newest, sent.time.ns);
    if (newest == INT64_MIN) return number(Decimal::max());
    return number(Decimal::from_raw((static_cast<Int128>(q.query.now.ns) - newest) * 1'000));
}

// Where the order would trade: its limit, its trigger, or at any price.
bool reaches(const RuleQuery& q, Decimal theirs) {
    const OrderIntent& order = q.order();
    const Price own = has_limit(order.type) ? order.limit : order.trigger;
    if (own.is_zero()) return true;
    const Decimal price = Decimal::from_raw(own.raw());
    return q.buys() ? price >= theirs : price <= theirs;
}

// Of what works on the other side the nearest; zero: nothing does.
Decimal nearest_own(const RuleQuery& q) { return q[q.buys() ? I::lowest_own_sell : I::highest_own_buy]; }
RiskFigure faces_own(const RuleQuery& q) { return faults(!nearest_own(q).is_zero()); }

RiskFigure short_quantity(const RuleQuery& q) { return number(sold_short(q, q.scope())); }
RiskFigure not_located(const RuleQuery& q) {
    return number(not_below_zero(sold_short(q, q.scope()) - q[I::borrow_available]));
}
RiskFigure hits_bid_short(const RuleQuery& q) {
    return faults(!sold_short(q, q.scope()).is_zero() && q.is_set(I::short_restricted) && reaches(q, q[I::bid]));
}

// The order could be the fourth day trade of five days, and day trades more than 6 % of all trades.
RiskFigure pattern_equity(const RuleQuery& q) {
    const Decimal day_trades = q[I::day_trades] + one();
    const bool pattern =
        q.is_set(I::would_day_trade) && day_trades >= Decimal::from_units(4) &&
        multiply(day_trades, Decimal::from_units(100)) > multiply(q[I::trades] + one(), Decimal::from_units(6));
    return number(pattern ? q[I::equity] : Decimal::max());
}
RiskFigure equity_of_longs(const RuleQuery& q) {
    const Decimal longs = q[I::long_value] + (q.buys() ? q.value : Decimal());
    return longs.is_positive() ? share(q[I::equity], longs) : number(Decimal::max());
}
RiskFigure unsettled_part(const RuleQuery& q) {
    return number(q.buys() ? not_below_zero(q.value + q[I::order_cost] - q[I::settled_cash]) : Decimal());
}

constexpr RiskRule r16[] = {{"max_submits_at_once",
                             U::count,
                             at_most,
                             asks_all,
                             {I::submits_at_once},
                             new_orders<I::submits_at_once>,
                             "New orders at one moment."},
                            {"max_submits_per_second",
                             U::count,
                             at_most,
                             asks_all,
                             {I::submits_in_second},
                             new_orders<I::submits_in_second>,
                             "New orders within any second."},
                            {"max_submits_per_day",
                             U::count,
                             at_most,
                             asks_all,
                             {I::submits_in_day},
                             new_orders<I::submits_in_day>,
                             "New orders of a session."},
                            {"max_amends_per_second",
                             U::count,
                             at_most,
                             asks_all,
                             {I::amends_in_second},
                             new_amendments,
                             "Amendments within any second. Cancels are never counted out."}};
constexpr RiskRule r17[] = {{"window",
                             U::duration,
                             at_least,
                             asks_all,
                             {I::recent_orders},
                             age_of_same,
                             "How long the same order (side, type, price, quantity) is not sent again."}};
constexpr RiskRule r18[] = {{"max_executions",
                             U::count,
                             at_most,
                             asks_all,
                             {I::signal_executions},
                             one_more<I::signal_executions>,
                             "Executions of one signal within the window.",
                             {"window", U::duration, "Over how long."}}};
constexpr RiskRule r19[] = {{"forbid",
                             U::flag,
                             is_zero,
                             asks_all,
                             {I::meets_own},
                             when_set<I::meets_own>,
                             "An order that would trade with an own working order is denied."}};
constexpr RiskRule r20[] = {{"forbid_opposite",
                             U::flag,
                             is_zero,
                             asks_all,
                             {I::highest_own_buy, I::lowest_own_sell},
                             faces_own,
                             "No order while one of the other side works in the instrument that is not its entry."},
                            {"max_round_trips",
                             U::count,
                             at_most,
                             exits_pass,
                             {I::round_trips_today},
                             one_more<I::round_trips_today>,
                             "Round trips in one instrument on one day."}};
constexpr RiskRule r21[] = {
    {"forbid", U::flag, is_zero, exits_pass, {I::position, I::selling}, short_quantity, "Nothing is sold short."},
    {"require_locate",
     U::flag,
     is_zero,
     exits_pass,
     {I::position, I::selling, I::borrow_available},
     not_located,
     "What is sold short has been located today."},
    {"rule_201",
     U::flag,
     is_zero,
     exits_pass,
     {I::position, I::selling, I::short_restricted, I::bid},
     hits_bid_short,
     "After a fall of a tenth, short sales only above the bid, that day and the next of trading."}};
constexpr RiskRule r22[] = {{"min_pattern_equity",
                             U::money,
                             at_least,
                             exits_pass,
                             {I::would_day_trade, I::day_trades, I::trades, I::equity},
                             pattern_equity,
                             "Legacy regime: the equity of a pattern day trader."},
                            {"min_equity_share",
                             U::share,
                             at_least,
                             exits_pass,
                             {I::equity, I::long_value, I::worst_mark, I::fx_rate},
                             equity_of_longs,
                             "Intraday margin: equity, of the value of all longs with the order and what works."},
                            {"max_call_days",
                             U::count,
                             at_most,
                             exits_pass,
                             {I::margin_call_days},
                             reading<I::margin_call_days>,
                             "Intraday margin: days that a margin call may stay open before only closing is allowed."}};
constexpr RiskRule r23[] = {{"settled_only",
                             U::flag,
                             is_zero,
                             exits_pass,
                             {I::settled_cash, I::order_cost, I::worst_mark, I::fx_rate},
                             unsettled_part,
                             "What is bought is paid with settled cash."},
                            {"max_violations",
                             U::count,
                             at_most,
                             exits_pass,
                             {I::cash_violations},
                             reading<I::cash_violations>,
                             "Good-faith and free-riding violations within twelve months."}};
constexpr RiskRule r24[] = {{"require_open",
                             U::flag,
                             is_zero,
                             asks_all,
                             {I::session_open},
                             unless_set<I::session_open>,
                             "The venue trades the instrument now."},
                            {"forbid_halted",
                             U::flag,
                             is_zero,
                             asks_all,
                             {I::halted},
                             when_set<I::halted>,
                             "The instrument is not halted and in no limit state."},
                            {"no_entries_before_close",
                             U::duration,
                             at_least,
                             exits_pass,
                             {I::seconds_to_close},
                             reading<I::seconds_to_close>,
                             "How long before the close nothing is entered any more."},
                            {"blackout",
                             U::flag,
                             is_zero,
                             exits_pass,
                             {I::blackout},
                             when_set<I::blackout>,
                             "Nothing is entered within a window of news."}};

constexpr RiskCheck checks[] = {
    {{'R', 16}, "MSG_RATE", before_orders, "A loop that sends without end is stopped.", r16},
    {{'R', 17}, "DUPLICATE", before_orders, "The same order twice is a mistake.", r17},
    {{'R', 18}, "REPEAT_EXEC", before_orders, "One signal does not trade again and again.", r18},
    {{'R', 19}, "SELF_TRADE", before_orders, "Own orders do not trade with each other.", r19},
    {{'R', 20}, "WASH", before_orders, "No trades that only look like trades.", r20},
    {{'R', 21}, "SHORT_SALE", before_orders, "Short sales follow their rules.", r21},
    {{'R', 22}, "DAYTRADE_REGIME", before_orders, "Day trades follow the regime of the broker.", r22},
    {{'R', 23}, "CASH_RULES", before_orders, "A cash account pays with settled cash.", r23},
    {{'R', 24}, "SESSION", before_orders, "Trading keeps to its hours.", r24},
};

}  // namespace

std::span<const RiskCheck> conduct_checks() { return checks; }

}  // namespace trd::risk_detail
