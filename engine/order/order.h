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
enum class OrderType : uint8_t { market };
enum class TimeInForce : uint8_t { gtc };

std::string_view name_of(Side side);
std::string_view name_of(OrderType type);
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
    Quantity quantity;
    Tag tag;

    friend bool operator==(const OrderIntent&, const OrderIntent&) = default;
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

Order make_order(const OrderIntent& intent, OrderState initial, Timestamp now);

// What happened to an order. `quantity` is the traded amount for fill and bust, the new total for replace, else unused.
struct OrderChange {
    OrderEventKind event;
    Quantity quantity{};
};

enum class ChangeOutcome : uint8_t {
    applied,
    impossible,  // the table forbids it here; the order is unchanged
    overfill,    // applied, and more traded than was asked for: somebody must be told
};

// The only place that changes an order. A fill is turned into `complete` here when it takes the last open quantity.
ChangeOutcome apply(Order& order, const OrderChange& change, Timestamp now);

}  // namespace trd
