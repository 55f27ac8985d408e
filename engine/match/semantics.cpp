#include "match/semantics.h"

#include <algorithm>

namespace trd {
namespace {

// What closes a position is a market order that only reduces; other orders that do are not among theirs.
bool is_plain(const OrderIntent& intent) {
    return !intent.post_only && (!intent.reduce_only || intent.type == OrderType::market) && intent.display.is_zero() &&
           intent.bucket == SideBucket::net;
}

// Prices as a buyer sees them: for a seller everything is turned around, so that each rule is written once.
RulePrices seen_by(Side side, const RulePrices& bar) {
    if (side == Side::buy) return bar;
    return {-bar.open, -bar.low, -bar.high, -bar.close};
}
RuleOrder seen(const RuleOrder& order) {
    if (order.side == Side::buy) return order;
    RuleOrder turned = order;
    turned.limit = -order.limit;
    turned.trigger = -order.trigger;
    return turned;
}
RuleOutcome turned_back(Side side, RuleOutcome outcome) {
    if (side == Side::sell) outcome.price = -outcome.price;
    return outcome;
}

RuleOutcome fills_at(Price price) { return {.triggers = true, .fills = true, .price = price}; }

RuleOutcome backtrader_limit(Price limit, const RulePrices& bar) {
    if (limit >= bar.open) return fills_at(bar.open);
    return limit >= bar.low ? fills_at(limit) : RuleOutcome{};
}

// Within the bar that triggers it, a limit below the trigger is filled only when the close proves that the price came
// back: a buyer's bar that fell.
RuleOutcome backtrader_stop_limit(const RuleOrder& order, const RulePrices& bar, bool came_back) {
    if (order.triggered) return backtrader_limit(order.limit, bar);
    RuleOutcome outcome;
    if (bar.open >= order.trigger) {
        outcome = backtrader_limit(order.limit, bar);
    } else if (bar.high >= order.trigger) {
        if (order.limit >= order.trigger) return fills_at(order.trigger);
        if (came_back && order.limit >= bar.close) outcome = fills_at(order.limit);
    } else {
        return {};
    }
    outcome.triggers = true;
    return outcome;
}

RuleOutcome backtrader_buy(const RuleOrder& order, const RulePrices& bar, bool came_back) {
    if (order.type == OrderType::limit) return backtrader_limit(order.limit, bar);
    if (order.type == OrderType::stop_limit) return backtrader_stop_limit(order, bar, came_back);
    if (order.type != OrderType::stop) return {};
    if (bar.open >= order.trigger) return fills_at(bar.open);
    return bar.high >= order.trigger ? fills_at(order.trigger) : RuleOutcome{};
}

RuleOutcome lean_buy(const RuleOrder& order, const RulePrices& bar, const RulePrices& quoted) {
    if (order.type == OrderType::limit)
        return bar.low < order.limit ? fills_at(std::min(bar.high, order.limit)) : RuleOutcome{};
    if (order.type == OrderType::stop)
        return quoted.high > order.trigger ? fills_at(std::max(order.trigger, quoted.close)) : RuleOutcome{};
    RuleOutcome outcome;
    if (order.type == OrderType::stop_limit) {
        outcome.triggers = order.triggered || quoted.high > order.trigger;
        if (outcome.triggers && quoted.close < order.limit) return fills_at(std::min(quoted.high, order.limit));
    } else if (order.type == OrderType::limit_if_touched) {
        outcome.triggers = order.triggered || bar.low <= order.trigger;
        if (outcome.triggers && quoted.close <= order.limit) return fills_at(quoted.close);
    }
    return outcome;
}

}  // namespace

bool allows(Semantics semantics, const OrderIntent& intent) {
    if (semantics == Semantics::trd) return true;
    if (!is_plain(intent)) return false;
    const bool gtc = intent.time_in_force == TimeInForce::gtc;
    const bool lean = semantics == Semantics::lean;
    if (intent.type == OrderType::market)
        return gtc || (lean &&
                       (intent.time_in_force == TimeInForce::at_open || intent.time_in_force == TimeInForce::at_close));
    if (!gtc) return false;
    return intent.type == OrderType::limit || intent.type == OrderType::stop || intent.type == OrderType::stop_limit ||
           (lean && intent.type == OrderType::limit_if_touched);
}

// A bar whose open equals its close counts as a buyer's bar that rose and as a seller's bar that did not fall.
RuleOutcome backtrader_outcome(const RuleOrder& order, const RulePrices& bar) {
    const bool came_back = order.side == Side::buy ? bar.open > bar.close : bar.open <= bar.close;
    return turned_back(order.side, backtrader_buy(seen(order), seen_by(order.side, bar), came_back));
}

RuleOutcome lean_outcome(const RuleOrder& order, const RulePrices& bar, const RulePrices& quoted) {
    return turned_back(order.side, lean_buy(seen(order), seen_by(order.side, bar), seen_by(order.side, quoted)));
}

}  // namespace trd
