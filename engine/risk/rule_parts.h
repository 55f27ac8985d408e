// What the tables of rules are written with. Only checks_*.cpp include this.
#pragma once

#include <algorithm>

#include "risk/check.h"

namespace trd::risk_detail {

using I = RiskInput;
using U = RiskUnit;

inline constexpr RiskModes before_orders = 7;  // backtest, paper and live
inline constexpr bool exits_pass = true;
inline constexpr bool asks_all = false;

inline RiskFigure number(Decimal value) { return {value, {}}; }
inline RiskFigure count(int64_t value) { return {Decimal::from_units(value), {}}; }
inline RiskFigure faults(bool fault) { return count(fault ? 1 : 0); }
inline RiskFigure share(Decimal part, Decimal whole) { return {part, whole}; }
inline Decimal one() { return Decimal::from_units(1); }
inline Decimal not_below_zero(Decimal value) { return std::max(value, Decimal::zero()); }

template <I input>
RiskFigure reading(const RuleQuery& q) {
    return number(q[input]);
}
template <I input>
RiskFigure one_more(const RuleQuery& q) {
    return number(q[input] + one());
}
// A flag that has to be 1, or has to be 0.
template <I input>
RiskFigure unless_set(const RuleQuery& q) {
    return faults(!q.is_set(input));
}
template <I input>
RiskFigure when_set(const RuleQuery& q) {
    return faults(q.is_set(input));
}
template <I input>
RiskFigure loss(const RuleQuery& q) {
    return number(-q[input]);
}
template <I part, I whole>
RiskFigure share_of(const RuleQuery& q) {
    return share(q[part], q[whole]);
}
// What belongs to a group, with the order, of equity.
template <I gross>
RiskFigure grown_share(const RuleQuery& q) {
    return share(q[gross] + q.value, q[I::equity]);
}
// How much of the order would be sold short if everything that sells fills before it, of what the scope holds.
inline Decimal sold_short(const RuleQuery& q, RiskScope scope) {
    if (q.buys() || q.order().bucket == SideBucket::long_side) return {};
    if (q.order().bucket == SideBucket::short_side) return q.quantity;
    const auto of = [&](I input) { return q.query.inputs->get(input, scope).value; };
    return std::min(q.quantity, not_below_zero(of(I::selling) + q.quantity - of(I::position)));
}
// The largest the order could make what is long or short, whatever else fills: `high` is with all buys, `low` with all
// sells.
inline Decimal grown(const RuleQuery& q, I high, I low, Decimal by) {
    return not_below_zero(q.buys() ? q[high] + by : by - q[low]);
}

}  // namespace trd::risk_detail
