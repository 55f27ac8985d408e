// What goes into the desk and what comes out. The driver numbers every input as it enters; the desk reads no clock. A
// new kind of input is a struct here and an overload of Desk::on.
#pragma once

#include <span>
#include <vector>

#include "account/account.h"
#include "market/bar.h"
#include "order/raw_intent.h"
#include "record/record.h"

namespace trd {

struct InputHeader {
    uint64_t number = 0;  // rises by one with every input, market data included
    Timestamp engine_time;
    Timestamp source_time;
};

// Inputs.

struct InstrumentDefined {
    Instrument instrument;  // ids are dense: 0, 1, 2 ...; a known id means changed terms
};

struct AccountOpened {
    AccountId account;
    VenueId venue;
    Currency base;
};

struct StrategyStarted {
    StrategyId strategy;
    AccountId account;
    uint16_t profile = 0;
    uint32_t incarnation = 0;  // durable before the first send; part of every order id
};

struct MoneyTransferred {
    AccountId account;
    Currency currency;
    Money amount;  // negative: paid out
};

struct BarClosed {
    InstrumentId instrument;
    Bar bar;
};

// A whole batch of one handler, copied out of the strategy's ring.
struct IntentsCommitted {
    StrategyId strategy;
    std::span<const RawIntent> intents;
};

// Anything but a fill that a venue says about an order.
struct VenueReport {
    OrderId order;
    OrderEventKind event = OrderEventKind::accept;
    VenueText venue_id;   // empty: not told, or not new
    Quantity quantity{};  // replace: the new total; bust: what was annulled
};

// Outputs.

enum class VenueActionKind : uint8_t { submit, cancel };

struct VenueAction {
    VenueActionKind kind = VenueActionKind::submit;
    OrderId order;  // Desk::find() has the rest
};

// What a strategy is told about one of its orders.
struct Notice {
    enum class Kind : uint8_t { allowed, denied, event };
    Kind kind = Kind::event;
    OrderEventKind event = OrderEventKind::accept;  // Kind::event only
    OrderState state = OrderState::held;
    Denial denial = Denial::none;
    StrategyId strategy{};
    InstrumentId instrument{};
    Side side = Side::buy;
    uint64_t handle = 0;
    Quantity quantity{}, filled{}, open{};
    Quantity fill_quantity{};
    Price fill_price{};
    Money fill_fee{};
    Tag tag{};
};

// Cleared by the next input.
struct Actions {
    std::vector<VenueAction> venue;
    std::vector<Notice> notices;
    std::vector<ClosedTrade> closed_trades;
    std::vector<Anomaly> anomalies;  // each one also a record; somebody must be told
    ByteSpan records;                // canonical bytes, in order

    void clear() {
        venue.clear();
        notices.clear();
        closed_trades.clear();
        anomalies.clear();
        records = {};
    }
};

}  // namespace trd
