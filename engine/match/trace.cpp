#include "match/trace.h"

#include <array>

#include "base/assert.h"

namespace trd {
namespace {

constexpr std::array<std::string_view, trace_kind_count> kind_names = {
    "sent",    "accepted",     "refused",     "not_reached",    "gapped",        "touched",        "triggered",
    "trailed", "joined_queue", "queue_moved", "no_volume_left", "limited",       "not_marketable", "slipped",
    "filled",  "cancelled",    "expired",     "amended",        "refused_change"};

// What says the same again when nothing came between.
bool is_non_event(TraceKind kind) {
    return kind == TraceKind::not_reached || kind == TraceKind::trailed || kind == TraceKind::queue_moved ||
           kind == TraceKind::no_volume_left || kind == TraceKind::not_marketable;
}

bool same_run(const TraceEntry& a, const TraceEntry& b) {
    return a.kind == b.kind && is_non_event(a.kind) && (a.kind != TraceKind::not_reached || a.level == b.level);
}

Price gap(const TraceEntry& entry) { return abs(entry.price - entry.level); }

void merge(TraceLog::Line& line, const TraceEntry& entry) {
    ++line.count;
    line.last = entry.time;
    if (entry.kind == TraceKind::queue_moved) {
        const Quantity moved = line.entry.quantity + entry.quantity;
        line.entry = entry;
        line.entry.quantity = moved;
    } else if (entry.kind != TraceKind::not_reached || gap(entry) < gap(line.entry)) {
        line.entry = entry;
    }
}

std::string because(const TraceEntry& entry) { return ": " + std::string(describe(entry.reason)); }
std::string text_of(Price price) { return to_string(price); }
std::string text_of(Quantity quantity) { return to_string(quantity); }

std::string describe_fill(const TraceEntry& entry) {
    std::string text = "filled " + text_of(entry.quantity) + " at " + text_of(entry.price);
    if (entry.liquidity != Liquidity::unknown) text += " as a " + std::string(name_of(entry.liquidity));
    text += ", fee " + to_string(entry.fee);
    return text + (entry.other.is_zero() ? ", nothing left open" : ", " + text_of(entry.other) + " left open");
}

std::string describe_amendment(const TraceEntry& entry) {
    std::string text = "amended: " + text_of(entry.quantity) + " open";
    if (!entry.price.is_zero()) text += ", limit " + text_of(entry.price);
    if (!entry.level.is_zero()) text += ", trigger " + text_of(entry.level);
    return text + (entry.flag ? ", at the back of the queue" : ", its place kept");
}

// Which way the market had to go.
std::string describe_distance(const TraceEntry& entry) {
    const bool above = entry.level > entry.price;
    return "the market came no nearer than " + text_of(entry.price) + ", " + (above ? "below " : "above ") +
           text_of(entry.level) + " that the order waits for";
}

std::string describe_touch(const TraceEntry& entry) {
    if (entry.kind == TraceKind::gapped)
        return "the market jumped beyond " + text_of(entry.level) + " to " + text_of(entry.price);
    if (entry.kind == TraceKind::touched) return "the market came to " + text_of(entry.level);
    if (entry.kind == TraceKind::triggered)
        return "triggered at " + text_of(entry.level) + ", the market was at " + text_of(entry.price);
    return "the trigger followed the market at " + text_of(entry.price) + " to " + text_of(entry.level);
}

std::string describe_limits(const TraceEntry& entry) {
    if (entry.kind == TraceKind::no_volume_left)
        return "own orders may have " + text_of(entry.other) + " more of the volume, too little to trade";
    if (entry.kind == TraceKind::limited)
        return "no more than " + text_of(entry.quantity) + " of " + text_of(entry.other) + " could trade";
    if (entry.kind == TraceKind::not_marketable)
        return "the market at " + text_of(entry.price) + " is beyond the limit " + text_of(entry.level);
    return "slipped from " + text_of(entry.level) + " to " + text_of(entry.price);
}

// Nobody knows how long some queues are.
constexpr Quantity unknown_at_least = Quantity::from_units(decimal_max_units / 2);
std::string queue_text(Quantity size) { return size > unknown_at_least ? "an unknown number" : text_of(size); }

std::string describe_queue(const TraceEntry& entry) {
    if (entry.kind == TraceKind::joined_queue)
        return "waits at " + text_of(entry.level) + " behind " + queue_text(entry.quantity);
    return queue_text(entry.quantity) + " in front of it went away, " + queue_text(entry.other) + " left";
}

}  // namespace

std::string_view name_of(TraceKind kind) { return kind_names[static_cast<size_t>(kind)]; }

std::string describe(const TraceEntry& entry) {
    switch (entry.kind) {
        case TraceKind::sent:
            return "sent to the venue, " + text_of(entry.quantity) + " open";
        case TraceKind::accepted:
            return "reached the venue";
        case TraceKind::refused:
            return "refused" + because(entry);
        case TraceKind::not_reached:
            return describe_distance(entry);
        case TraceKind::gapped:
        case TraceKind::touched:
        case TraceKind::triggered:
        case TraceKind::trailed:
            return describe_touch(entry);
        case TraceKind::filled:
            return describe_fill(entry);
        case TraceKind::cancelled:
            return entry.reason == VenueReason::none ? "cancelled" : "cancelled" + because(entry);
        case TraceKind::expired:
            return "expired" + because(entry);
        case TraceKind::amended:
            return describe_amendment(entry);
        case TraceKind::refused_change:
            return "the change was refused" + because(entry);
        case TraceKind::joined_queue:
        case TraceKind::queue_moved:
            return describe_queue(entry);
        case TraceKind::no_volume_left:
        case TraceKind::limited:
        case TraceKind::not_marketable:
        case TraceKind::slipped:
            return describe_limits(entry);
    }
    TRD_ASSERT(false);
}

std::string describe(const TraceLog::Line& line) {
    if (line.count == 1) return to_iso(line.first) + " " + describe(line.entry);
    return to_iso(line.first) + " " + describe(line.entry) + " (" + std::to_string(line.count) + " times, until " +
           to_iso(line.last) + ")";
}

void TraceLog::on_entry(const TraceEntry& entry) {
    const auto found = last_line_.find(entry.order);
    if (found != last_line_.end() && same_run(lines_[found->second].entry, entry))
        return merge(lines_[found->second], entry);
    last_line_[entry.order] = lines_.size();
    lines_.push_back({entry, 1, entry.time, entry.time});
}

}  // namespace trd
