// The rules of other engines, as far as docs/semantics.md has them: what a bar does to an order that was there before
// it opened. Pure functions.
#pragma once

#include "match/models.h"
#include "order/order.h"

namespace trd {

// False: those rules do not have such an order, and the venue rejects it.
bool allows(Semantics semantics, const OrderIntent& intent);

struct RulePrices {
    Price open, high, low, close;
};
struct RuleOrder {
    OrderType type = OrderType::market;
    Side side = Side::buy;
    Price limit, trigger;
    bool triggered = false;
};
struct RuleOutcome {
    bool triggers = false;
    bool fills = false;
    Price price;
};

// Limit, stop and stop-limit orders, by the trade bar alone.
RuleOutcome backtrader_outcome(const RuleOrder& order, const RulePrices& bar);
// Limit orders by the trade bar; stops and stop-limits by `quoted`, the side of the quote bar that the order would
// trade at, which is the trade bar where there is none; limit-if-touched by both.
RuleOutcome lean_outcome(const RuleOrder& order, const RulePrices& bar, const RulePrices& quoted);

}  // namespace trd
