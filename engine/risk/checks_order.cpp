// R01 to R08: the order by itself.
#include "risk/rule_parts.h"

namespace trd::risk_detail {
namespace {

// What the price will be when the order can trade: the reference now, or where it is triggered.
Decimal collar_of(const RuleQuery& q) {
    const Price trigger = q.order().trigger;
    return trigger.is_positive() ? Decimal::from_raw(trigger.raw()) : q[I::reference];
}

// How far a limit is on the side that would trade at once, beyond that.
Decimal beyond_reference(const RuleQuery& q) {
    if (!has_limit(q.order().type)) return {};
    const Decimal limit = Decimal::from_raw(q.order().limit.raw());
    return not_below_zero(q.buys() ? limit - collar_of(q) : collar_of(q) - limit);
}

bool is_for_auction(const OrderIntent& order) {
    return order.time_in_force == TimeInForce::at_open || order.time_in_force == TimeInForce::at_close;
}

RiskFigure beyond_in_session(const RuleQuery& q) {
    return share(is_for_auction(q.order()) ? Decimal() : beyond_reference(q), collar_of(q));
}
RiskFigure beyond_in_auction(const RuleQuery& q) {
    return share(is_for_auction(q.order()) ? beyond_reference(q) : Decimal(), collar_of(q));
}
RiskFigure beyond_in_ticks(const RuleQuery& q) { return share(beyond_reference(q), q[I::tick]); }
RiskFigure beyond_in_atr(const RuleQuery& q) { return share(beyond_reference(q), q[I::atr]); }

bool is_price_unfit(Price price, bool needed, const Terms& terms) {
    if (!needed) return !price.is_zero();
    return !price.is_positive() || (terms.tick.is_positive() && !is_multiple_of(price, terms.tick));
}

bool is_quantity_unfit(Quantity quantity, const Terms& terms) {
    if (!quantity.is_positive() || quantity < terms.min_quantity) return true;
    if (terms.max_quantity.is_positive() && quantity > terms.max_quantity) return true;
    return terms.lot.is_positive() && !is_multiple_of(quantity, terms.lot);
}

bool is_date_unfit(const OrderIntent& order, Timestamp now) {
    return order.time_in_force == TimeInForce::gtd && order.expires <= now;
}

// Which part of the order is not as the instrument's terms want it.
RiskFigure format_faults(const RuleQuery& q) {
    const OrderIntent& order = q.order();
    const Terms& terms = q.query.instrument->terms_at(q.query.now);
    const bool trailing = order.type == OrderType::trailing_stop;
    return count(static_cast<int>(is_quantity_unfit(order.quantity, terms)) +
                 static_cast<int>(is_price_unfit(order.limit, has_limit(order.type), terms)) +
                 static_cast<int>(!trailing && is_price_unfit(order.trigger, has_trigger(order.type), terms)) +
                 static_cast<int>(is_date_unfit(order, q.query.now)));
}

// The number of the state when it does not let the order through.
RiskFigure closed_gate(const RuleQuery& q) {
    const Decimal reducing = Decimal::from_units(static_cast<int>(GateState::reducing));
    return number(q.reduces && q[I::gate_state] == reducing ? Decimal() : q[I::gate_state]);
}

RiskFigure order_type_bit(const RuleQuery& q) { return count(int64_t{1} << static_cast<int>(q.order().type)); }
RiskFigure on_the_list(const RuleQuery&) { return count(1); }
// The whole order, what has traded of it included: growing as it trades does not make it another one.
Quantity whole_order(const RuleQuery& q) { return q.order().quantity + q.query.traded; }
RiskFigure order_quantity(const RuleQuery& q) { return number(Decimal::from_raw(whole_order(q).raw())); }
RiskFigure order_value(const RuleQuery& q) {
    return number(q.query.traded.is_zero() ? q.value : worst_value(q.query, whole_order(q)));
}

constexpr RiskRule r01[] = {{"enforce",
                             U::flag,
                             is_zero,
                             asks_all,
                             {},
                             format_faults,
                             "Quantity, prices and dates are as the instrument's terms of the day want them."}};
constexpr RiskRule r02[] = {
    {"enforce",
     U::flag,
     is_zero,
     asks_all,
     {I::gate_state},
     closed_gate,
     "The gate is active; while it is reducing, only orders pass that provably reduce; cancels always pass."}};
constexpr RiskRule r03[] = {
    {"instruments", U::symbols, at_most, asks_all, {}, on_the_list, "Only these instruments are traded."},
    {"order_types", U::order_types, is_among, asks_all, {}, order_type_bit, "Only these types of order are sent."}};
constexpr RiskRule r04[] = {
    {"instruments", U::symbols, at_most, asks_all, {}, on_the_list, "None of these instruments is traded.", {}, true},
    {"tradable",
     U::flag,
     is_zero,
     asks_all,
     {I::tradable},
     unless_set<I::tradable>,
     "The instrument is listed, and neither expired nor delisted."}};
constexpr RiskRule r05[] = {
    {"max_deviation",
     U::share,
     at_most,
     asks_all,
     {I::reference},
     beyond_in_session,
     "How far a limit may lie beyond the reference, or the order's trigger, on the side that trades at once."},
    {"max_auction_deviation",
     U::share,
     at_most,
     asks_all,
     {I::reference},
     beyond_in_auction,
     "The same for orders of an auction."},
    {"max_ticks", U::number, at_most, asks_all, {I::reference, I::tick}, beyond_in_ticks, "The same, in ticks."},
    {"max_atr",
     U::number,
     at_most,
     asks_all,
     {I::reference, I::atr},
     beyond_in_atr,
     "The same, in average true ranges."}};
constexpr RiskRule r06[] = {{"max_drift",
                             U::share,
                             at_most,
                             asks_all,
                             {I::own_fill_drift},
                             reading<I::own_fill_drift>,
                             "How far the average price of own fills may move within the window.",
                             {"window", U::duration, "Over how long."}}};
constexpr RiskRule r07[] = {
    {"max_quantity", U::quantity, at_most, asks_all, {}, order_quantity, "The largest order, in units."},
    {"max_volume_share",
     U::share,
     at_most,
     asks_all,
     {I::daily_volume},
     [](const RuleQuery& q) { return share(q.quantity, q[I::daily_volume]); },
     "The largest order, of the average volume of a day."},
    {"max_depth_share",
     U::share,
     at_most,
     asks_all,
     {I::depth},
     [](const RuleQuery& q) { return share(q.quantity, q[I::depth]); },
     "The largest order, of the quantity shown."}};
constexpr RiskRule r08[] = {{"max_notional",
                             U::money,
                             at_most,
                             asks_all,
                             {I::worst_mark, I::fx_rate},
                             order_value,
                             "The largest order, valued at the worst mark."}};

constexpr RiskCheck checks[] = {
    {{'R', 1}, "FORMAT", before_orders, "Orders are well formed.", r01},
    {{'R', 2}, "STATE", before_orders, "Nothing leaves while trading is stopped.", r02},
    {{'R', 3}, "PERMISSION", before_orders, "Only what is permitted is traded.", r03},
    {{'R', 4}, "RESTRICTED", before_orders, "What is restricted is not traded.", r04},
    {{'R', 5}, "PRICE_COLLAR", before_orders, "Prices far from the market are mistakes.", r05},
    {{'R', 6}, "COLLAR_WINDOW", before_orders, "A strategy that chases the price is stopped.", r06},
    {{'R', 7}, "MAX_QTY", before_orders, "Quantities too large are mistakes.", r07},
    {{'R', 8}, "MAX_NOTIONAL", before_orders, "Values too large are mistakes.", r08},
};

}  // namespace

std::span<const RiskCheck> order_checks() { return checks; }

}  // namespace trd::risk_detail
