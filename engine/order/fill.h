// One execution as a venue reports it, and the answer of the gate to an intent.
#pragma once

#include <string_view>

#include "order/order.h"

namespace trd {

// What makes an execution the same execution, within a venue and an account. Venues number or name their trades: a name
// that is empty means that the number counts.
struct TradeId {
    uint64_t number = 0;
    VenueText name;

    friend bool operator==(const TradeId&, const TradeId&) = default;
    friend auto operator<=>(const TradeId&, const TradeId&) = default;
};

struct Fill {
    OrderId order;
    TradeId trade;
    VenueId venue;
    AccountId account;
    InstrumentId instrument;
    Side side = Side::buy;
    Price price;
    Quantity quantity;  // positive
    Money fee;          // positive: paid; negative: a rebate
    Currency fee_currency;
    Timestamp time;

    friend bool operator==(const Fill&, const Fill&) = default;
};

// Why the desk refuses an intent before any byte leaves. Append-only: the value is in canonical bytes.
enum class Denial : uint16_t {
    none,
    malformed,  // a field of the raw intent is outside its range
    unknown_instrument,
    quantity_not_finite,
    quantity_not_positive,
    quantity_too_large,  // beyond what a decimal holds
    quantity_rounds_to_zero,
    quantity_below_minimum,
    quantity_above_maximum,
    notional_below_minimum,
    no_market_yet,        // a rule needs a price and none has been seen
    nothing_to_close,     // flat, or everything is already on its way out
    handle_out_of_order,  // handles rise by a strategy's own count; a repeated one is a repeated order
    unknown_order,        // cancel of an order that is not this strategy's, or long gone
    not_cancellable,      // the order has ended
};
inline constexpr int denial_count = 15;
std::string_view name_of(Denial denial);   // "quantity_below_minimum"
std::string_view describe(Denial denial);  // a clause for people

}  // namespace trd
