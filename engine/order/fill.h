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

// Whether an execution found an order waiting, or was what it waited for. Venues charge by it.
enum class Liquidity : uint8_t { unknown, maker, taker };
std::string_view name_of(Liquidity liquidity);

struct Fill {
    OrderId order;
    TradeId trade;
    VenueId venue;
    AccountId account;
    InstrumentId instrument;
    Side side = Side::buy;
    SideBucket bucket = SideBucket::net;
    Liquidity liquidity = Liquidity::unknown;
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
    unknown_order,        // cancel or amend of an order that is not this strategy's, or long gone
    not_cancellable,      // the order has ended
    price_missing,        // the type needs a limit, a trigger or a distance that was not given
    price_not_wanted,     // a price was given that the type has no use for
    price_not_finite,
    price_not_positive,
    price_too_large,       // beyond what a decimal holds
    price_rounds_to_zero,  // below one tick
    trigger_wrong_side,    // the market is already past it
    unfit_combination,     // type, time in force and flags do not go together
    expiry_missing,        // gtd without a time
    expiry_in_the_past,
    display_unfit,           // above the quantity, or below one lot
    reduce_only_unfit,       // there is no position that the order would reduce
    unknown_parent,          // not this strategy's, or it has ended without a fill
    unknown_group,           // the number is neither the order's own nor that of a living group
    group_mismatch,          // another instrument, side or position than the rest of the group
    bucket_not_kept,         // the account nets; it keeps no long and short side by side
    not_amendable,           // ended, or an answer about it is still on its way
    amendment_below_filled,  // the new total is not above what has traded
    nothing_to_change,       // the amendment says what already holds
    already_at_target,       // the position is, or will be when working orders fill, where it should be
    no_equity,               // a weight of nothing, or of a debt, is no target
    not_in_these_semantics,  // never given: the venue rejects such an order and says so; the number stays taken
    no_rate,                 // the account could not tell what it is worth with it
    risk,                    // a check of the room risk: the decision's record says which, and what it found
};
inline constexpr int denial_count = 39;
std::string_view name_of(Denial denial);   // "quantity_below_minimum"
std::string_view describe(Denial denial);  // a clause for people

// Why a venue refused, ended or did not change an order, in words that are the same for every venue; or why the desk
// took it back. Append-only.
enum class VenueReason : uint8_t {
    none,
    would_take,           // post-only, and the market has come
    cannot_fill_at_once,  // the rest of an IOC, or all of a FOK
    nothing_to_reduce,    // reduce-only, and the position is gone
    insufficient_funds,
    day_over,                // DAY at the close, an auction order after its auction
    date_reached,            // GTD
    unknown_order,           // the venue does not have it (any more)
    nothing_left,            // an amendment to no more than what has traded
    other,                   // see the venue's own text
    not_in_these_semantics,  // the chosen rules of another engine have no such order
    split,                   // what a unit is has changed
    no_closing_bar,          // a close order whose session ended without a bar that closed with it
    bracket_over,            // the desk took the rest of an entry back: an exit traded, or nothing is left to protect
};
inline constexpr int venue_reason_count = 14;
std::string_view name_of(VenueReason reason);
std::string_view describe(VenueReason reason);

}  // namespace trd
