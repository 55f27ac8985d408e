// What a strategy sees and says: one flat block of plain numbers that the host writes and the strategy only reads, and
// a ring of intents that the strategy writes. The same bytes serve a call in process and a mapping shared by two
// processes: no pointers, only offsets. The script prelude declares the same layout; a test compares every offset.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "market/bar_values.h"
#include "order/raw_intent.h"

namespace trd {

inline constexpr uint32_t view_magic = 0x56445254;  // "TRDV"
inline constexpr uint32_t view_layout_version = 8;
// For each instrument: the net position, then the long and the short side; as SideBucket.
inline constexpr uint32_t view_sides = 3;

enum class ViewEventKind : uint32_t {
    none,
    start,        // once, before the first data
    bar,          // series[event_series].bar has just closed
    order,        // notice: something happened to an order of this strategy
    stop,         // once, after the last data
    timer,        // timer event_number is due
    session,      // the venue's session opens (event_number 1) or closes (0)
    bars,         // every series that closes at this instant has closed
    quote,        // tick: the best prices of feed event_series have changed
    trade,        // tick: something has traded
    book,         // tick: a level of the book has changed; its best prices are there too
    margin_call,  // the account's equity has fallen below margin_call.maintenance
    account,      // news: something has happened to an account that it trades on, whoever did it
};

// One data series that the strategy asked for: those of bars first, then the others, of which only the instrument
// counts.
struct ViewSeries {
    uint32_t instrument = 0;
    uint32_t reserved = 0;
    uint64_t bars = 0;  // closed so far
    BarValues bar;      // the newest
    // What a move of the price by one makes of one unit of the instrument, in the currency of the account's equity. 0:
    // that is no fixed number.
    double point_value = 0;
};

// One instrument, in this strategy's account; as of the event being handled. The net position of an account that keeps
// both sides is their sum.
struct ViewPosition {
    double quantity = 0;       // negative: short
    double average_price = 0;  // 0 when flat
    double mark = 0;           // last price seen, 0 before the first
    double unrealized = 0;
    double realized = 0;
    double working = 0;       // signed quantity of market orders on their way
    int64_t keeps_sides = 0;  // of the net position: 1 when the account keeps a long and a short side
    int64_t account = 0;      // which of the accounts, where there are several
};

// What a feed has just said. Fields that the event does not have are zero.
struct ViewTick {
    int64_t time_ns = 0;  // of the source
    double bid = 0, ask = 0, bid_size = 0, ask_size = 0;
    double price = 0, size = 0;  // of a trade; of a book's level
    uint32_t side = 0;           // of a trade: Aggressor; of a book's level: BookSide
    uint32_t instrument = 0;
};

// In the run's currency.
struct ViewAccount {
    double cash = 0;
    double equity = 0;
};

struct ViewMarginCall {
    double equity = 0;  // of the account that is short, in its own currency
    double maintenance = 0;
};

enum class ViewNewsKind : uint32_t { holding, funding, dividend, split, alarm };

// Fields that the kind does not have are zero; texts end with a zero.
struct ViewNews {
    uint32_t kind = 0;  // ViewNewsKind
    uint32_t instrument = 0;
    uint32_t is_of_one = 0;  // of an alarm: 1 when it is about that instrument
    uint32_t percent = 0;    // of the limit, when an alarm warns
    double held_more = 0;    // holding, split: what is held now less what was before
    double price = 0;        // of the trade, the mark of funding, the dividend on one unit
    double fee = 0;
    double rate = 0;     // of funding, of a split
    double amount = 0;   // what came in, in the currency that the instrument settles in
    char what[16] = {};  // why something else is held; what has become of an alarm
    char check[8] = {};
    char action[16] = {};
    char tag[24] = {};  // of the order that traded
};

struct ViewNotice {
    uint64_t handle = 0;
    uint32_t event = 0;   // OrderEventKind, view_event_allowed or view_event_denied
    uint32_t state = 0;   // OrderState after it
    uint32_t denial = 0;  // Denial, 0 unless denied
    uint32_t reason = 0;  // VenueReason
    uint32_t instrument = 0;
    uint8_t side = 0;           // Side
    uint8_t type = 0;           // OrderType
    uint8_t time_in_force = 0;  // TimeInForce
    uint8_t purpose = 0;        // Purpose
    uint32_t liquidity = 0;     // Liquidity; fill and complete only, as the next three
    uint32_t tag_size = 0;
    double quantity = 0;
    double filled = 0;
    double open = 0;
    double limit = 0;    // 0: none
    double trigger = 0;  // 0: none yet
    double fill_quantity = 0;
    double fill_price = 0;
    double fill_fee = 0;
    char tag[24] = {};
};

struct ViewBlock {
    uint32_t magic = view_magic;
    uint32_t layout_version = view_layout_version;
    uint32_t total_bytes = 0;
    uint32_t series_count = 0;
    uint32_t instrument_count = 0;
    uint32_t series_offset = 0;    // ViewSeries[series_count]
    uint32_t position_offset = 0;  // ViewPosition[instrument_count * view_sides]
    uint32_t account_count = 0;    // 0: there is one, and `account` is it
    uint32_t account_offset = 0;   // ViewAccount[account_count]
    uint32_t event_kind = 0;       // ViewEventKind
    uint32_t event_series = 0;
    uint32_t event_number = 0;
    int64_t now_ns = 0;
    uint64_t input_number = 0;
    ViewAccount account;  // all of them together
    ViewNotice notice;
    ViewTick tick;
    ViewMarginCall margin_call;
    ViewNews news;
};

// Notices that are not life-cycle events: the gate's answer to an intent.
inline constexpr uint32_t view_event_allowed = 100;
inline constexpr uint32_t view_event_denied = 101;

// Single producer (the strategy), single consumer (the host). A handler stages intents at `committed + staged` and
// publishes them together when it returns; a handler that fails publishes none.
struct IntentRing {
    static constexpr uint32_t capacity = 1024;

    std::atomic<uint64_t> committed{0};
    std::atomic<uint64_t> taken{0};
    uint64_t next_handle = 1;
    RawIntent slots[capacity];
};

}  // namespace trd
