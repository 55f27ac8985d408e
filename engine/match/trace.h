// Why an order filled where, when and at what price it did, or did not: told while it is decided, as numbers. Text is
// made at the edge by describe(). Nobody listens unless somebody asks, and then it costs what it costs.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "order/fill.h"

namespace trd {

// The comment of each says what level, price, quantity and other mean there; a member not named is unused.
enum class TraceKind : uint8_t {
    sent,            // quantity: open
    accepted,        // quantity: open
    refused,         // reason
    not_reached,     // price: the nearest that the market came, level: what it had to reach
    gapped,          // the market jumped beyond the level; price: where it is now
    touched,         // the market came to the level
    triggered,       // a stop or if-touched order; level: its trigger, price: the market
    trailed,         // level: the new trigger, price: the market that moved it
    joined_queue,    // level: its limit, quantity: in front of it
    queue_moved,     // quantity: traded or withdrawn, other: still in front
    no_volume_left,  // level: its limit or zero, other: the volume that own orders may have of it
    limited,         // quantity: what may trade, other: what was wanted; by participation, position or shown size
    not_marketable,  // price: the market, level: its limit
    slipped,         // level: the price met, price: the price paid
    filled,          // price, quantity, other: still open, fee, liquidity
    cancelled,       // reason
    expired,         // reason
    amended,         // quantity: open now, price: limit, level: trigger; flag: it lost its place
    refused_change,  // reason
};
inline constexpr int trace_kind_count = 19;
std::string_view name_of(TraceKind kind);

struct TraceEntry {
    TraceKind kind = TraceKind::sent;
    OrderId order{};
    Timestamp time{};
    Price price{}, level{};
    Quantity quantity{}, other{};
    Money fee{};
    VenueReason reason = VenueReason::none;
    Liquidity liquidity = Liquidity::unknown;
    bool flag = false;
    Side side = Side::buy;
};

class MatchTrace {
  public:
    virtual ~MatchTrace() = default;
    // Asked once for every decision about the order; cheap.
    virtual bool watches(OrderId order) const = 0;
    virtual void on_entry(const TraceEntry& entry) = 0;
};

// Keeps what is told, one line for each run of the same non-event.
class TraceLog : public MatchTrace {
  public:
    struct Line {
        TraceEntry entry;  // of a run: the nearest approach, or the last
        uint64_t count = 1;
        Timestamp first, last;
    };

    // A null id: every order.
    explicit TraceLog(OrderId watched = {}) : watched_(watched) {}
    bool watches(OrderId order) const override { return watched_.is_null() || watched_ == order; }
    void on_entry(const TraceEntry& entry) override;
    const std::vector<Line>& lines() const { return lines_; }

  private:
    OrderId watched_;
    std::vector<Line> lines_;
    std::map<OrderId, size_t> last_line_;
};

// One sentence in plain English, without a full stop or the order's id.
std::string describe(const TraceEntry& entry);
// "2024-01-02T00:00:00Z low came ..."; a run says how often, from when to when.
std::string describe(const TraceLog::Line& line);

}  // namespace trd
