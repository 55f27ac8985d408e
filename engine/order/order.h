// An order: what was asked for (OrderIntent), where it is in its life, and how much of it traded. The quantities obey
// filled + open + cancelled = quantity at every step; what a venue fills beyond that is kept apart in `overfilled`.
#pragma once

#include <string_view>
#include <vector>

#include "base/decimal.h"
#include "base/fixed_text.h"
#include "base/ids.h"
#include "base/time.h"
#include "order/lifecycle.h"

namespace trd {

// Append-only enums: the values are in canonical bytes.
enum class Side : uint8_t { buy, sell };

enum class OrderType : uint8_t {
    market,
    limit,
    stop,               // becomes a market order when the price reaches the trigger from the better side
    stop_limit,         // becomes a limit order then
    trailing_stop,      // a stop whose trigger follows the price at a distance, and never goes back
    market_if_touched,  // becomes a market order when the price comes to the trigger from the worse side
    limit_if_touched,
};
inline constexpr int order_type_count = 7;

enum class TimeInForce : uint8_t {
    gtc,
    ioc,       // what does not trade at once is cancelled
    fok,       // all of it at once, or nothing
    day,       // until the session closes
    gtd,       // until OrderIntent::expires
    at_open,   // in the next session's opening only
    at_close,  // in the session's closing only
};
inline constexpr int time_in_force_count = 7;

// Which of an instrument's positions: one that nets, or a long and a short side by side at venues that keep both.
enum class SideBucket : uint8_t { net, long_side, short_side };
inline constexpr uint32_t side_bucket_count = 3;

// The names of orders and of their parts, as scripts, files and tables write them.
std::string_view name_of(Side side);
std::string_view name_of(OrderType type);
std::string_view name_of(TimeInForce time_in_force);
std::string_view name_of(SideBucket bucket);

// What the type says about the prices that the order needs.
bool has_limit(OrderType type);
bool has_trigger(OrderType type);  // given by whoever asks; a trailing stop may start from the market instead
bool is_stop(OrderType type);      // triggered by a price that gets worse
bool is_if_touched(OrderType type);

// What in an order does not go together. One rule, for scripts, which are told at their line, and for the desk.
enum class Misfit : uint8_t {
    none,
    trigger,              // a time in force that is now, in an order that waits for a price
    post_only,            // the same, in one that may only wait
    display,              // the same, in one that hides a part
    post_only_unlimited,  // without a limit there is nothing to wait at
    display_unlimited,
};
Misfit misfit_of(OrderType type, TimeInForce time_in_force, bool post_only, bool shows_part);

constexpr Side opposite(Side side) { return side == Side::buy ? Side::sell : Side::buy; }
// +quantity for a buy, -quantity for a sell.
inline Quantity signed_quantity(Side side, Quantity quantity) { return side == Side::buy ? quantity : -quantity; }

using Tag = FixedText<22>;
using VenueText = FixedText<39>;  // an order or trade id as a venue writes it

struct OrderIntent {
    OrderId id;
    InstrumentId instrument;
    AccountId account;
    StrategyId strategy;
    Side side = Side::buy;
    OrderType type = OrderType::market;
    TimeInForce time_in_force = TimeInForce::gtc;
    Purpose purpose = Purpose::entry;
    SideBucket bucket = SideBucket::net;
    bool post_only = false;    // refused by the venue rather than traded on arrival
    bool reduce_only = false;  // never opens or adds: the venue trades no more of it than is held against it
    Quantity quantity;
    Price limit;            // zero unless has_limit(type)
    Price trigger;          // zero unless has_trigger(type); of a trailing stop: where it starts, zero: from the market
    Price trail_amount;     // trailing stops have one of these two
    Decimal trail_percent;  // a share of the price: 0.02
    Quantity display;       // zero: all of it is shown
    Timestamp expires;      // gtd only
    OrderId parent;         // held until this one fills; null: none
    uint64_t group = 0;     // orders of one strategy with the same number share one quantity; 0: none
    Tag tag;

    friend bool operator==(const OrderIntent&, const OrderIntent&) = default;
};

// New terms for an order that is already there: the whole of them, what stays the same included.
struct OrderAmendment {
    Quantity quantity;  // the new total, filled and cancelled parts included
    Price limit, trigger;
    Quantity display;

    friend bool operator==(const OrderAmendment&, const OrderAmendment&) = default;
};

// A further instrument of a combination; the first one is in the intent.
struct Leg {
    InstrumentId instrument;
    Side side = Side::buy;
    Quantity ratio;  // units for each unit of the order

    friend bool operator==(const Leg&, const Leg&) = default;
};

struct Order {
    OrderIntent intent;
    OrderState state = OrderState::pending_submission;
    bool in_doubt = false;  // an answer is missing: it is looked up, never sent again
    Quantity filled, open, cancelled, overfilled;
    Timestamp created_at, changed_at;
    std::vector<VenueText> venue_ids;  // amendments may give new ones; the last one counts
    std::vector<Leg> further_legs;

    friend bool operator==(const Order&, const Order&) = default;
};

// What of the order is on its way whatever prices do: a market order's open part, unless its end has been asked for.
// An order that waits for a price may never trade.
inline Quantity arriving_quantity(const Order& order) {
    const bool arrives =
        order.intent.type == OrderType::market && is_working(order.state) && order.state != OrderState::pending_cancel;
    return arrives ? order.open : Quantity::zero();
}

// Makes a new order of whatever `order` was; what that has allocated is used again.
void begin_order(Order& order, const OrderIntent& intent, OrderState initial, Timestamp now);
Order make_order(const OrderIntent& intent, OrderState initial, Timestamp now);

// What happened to an order. `quantity` is the traded amount for fill and bust, the new total for replace and release
// (zero there: as it is), else unused. The prices count for replace; zero: as they are.
struct OrderChange {
    OrderEventKind event;
    Quantity quantity{};
    Price limit{}, trigger{};
    Quantity display{};
};

enum class ChangeOutcome : uint8_t {
    applied,
    impossible,  // the table forbids it here; the order is unchanged
    overfill,    // applied, and more traded than was asked for: somebody must be told
};

// The only place that changes an order. A fill is turned into `complete` here when it takes the last open quantity.
ChangeOutcome apply(Order& order, const OrderChange& change, Timestamp now);

}  // namespace trd
