// What a strategy says besides its orders: log lines, values to record and to plot, marks, alerts, and the timers that
// it wants to be woken by. A ring of frames beside the ring of intents: no pointers, the same bytes in process and in a
// mapping shared by two processes. The strategy's end is NoteBatch; the engine's end is NoteReader, which believes no
// byte that it has not checked.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

namespace trd {

enum class NoteKind : uint8_t {
    none,
    log,      // text; level says how loud
    channel,  // names channel `number`, which values go to: text is its name, rest is "pane\nstyle"; flags below
    value,    // `real`, for channel `number`
    mark,     // text, at this moment
    alert,    // text; level says how loud
    timer,    // wakes timer `number` as `timer` says: `integer` nanoseconds, rest is the zone of a time of day
};
inline constexpr uint8_t note_kind_count = 7;

enum class NoteLevel : uint8_t { debug, info, warn, error };
inline constexpr uint8_t note_level_count = 4;
std::string_view name_of(NoteLevel level);

enum class TimerMode : uint8_t {
    after,  // once, `integer` from now; asked again while it waits, it waits anew
    every,  // at every multiple of `integer` since 1970
    daily,  // every day, `integer` after local midnight
};
inline constexpr uint8_t timer_mode_count = 3;

// Of a channel: what its values are for.
enum class ChannelUse : uint8_t { record, plot };
inline constexpr uint8_t channel_use_count = 2;

inline constexpr uint16_t channels_max = 256;  // of one strategy
inline constexpr uint16_t timers_max = 256;    // of one strategy
inline constexpr size_t note_name_max = 64;    // bytes of a channel's or timer's name
inline constexpr size_t note_text_max = 2000;  // bytes of a line; more is cut

// One thing said. Texts are valid until the next one is read or staged.
struct Note {
    NoteKind kind = NoteKind::none;
    NoteLevel level = NoteLevel::info;
    TimerMode timer = TimerMode::after;
    ChannelUse use = ChannelUse::record;
    uint16_t number = 0;
    double real = 0;
    int64_t integer = 0;
    std::string_view text = {};
    std::string_view rest = {};
};

// A frame: this head, then text, then rest, up to a multiple of eight bytes.
struct NoteHead {
    uint32_t frame_bytes = 0;  // of the whole frame
    uint8_t kind = 0;          // NoteKind
    uint8_t detail = 0;        // NoteLevel, TimerMode or ChannelUse
    uint16_t number = 0;
    uint32_t text_bytes = 0;
    uint32_t rest_bytes = 0;
    double real = 0;
    int64_t integer = 0;
};
static_assert(sizeof(NoteHead) == 32);

// Single producer (the strategy), single consumer (the host); positions count bytes since the beginning of time.
struct NoteRing {
    static constexpr uint64_t capacity = 1 << 17;

    std::atomic<uint64_t> committed{0};
    std::atomic<uint64_t> taken{0};
    std::atomic<uint64_t> dropped{0};  // notes that found no room
    uint8_t bytes[capacity];
};

// What one handler says: staged while it runs, then committed whole. Of a handler that fails only the log lines are
// kept: they decide nothing, and they are what its author looks for.
class NoteBatch {
  public:
    NoteBatch() = default;  // of no ring: to be assigned to
    explicit NoteBatch(NoteRing& ring) : ring_(&ring) {}

    bool has_ring() const { return ring_ != nullptr; }
    // False: there was no room; counted in the ring.
    bool stage(const Note& note);
    void commit() {
        if (staged_bytes_ != 0) publish();
    }
    void discard();

  private:
    void publish();

    NoteRing* ring_ = nullptr;
    uint64_t staged_bytes_ = 0;
};

// Reads what has been committed, frame by frame, from memory that may be another process's.
class NoteReader {
  public:
    explicit NoteReader(NoteRing& ring) : ring_(&ring) {}

    bool empty() const {
        return ring_->committed.load(std::memory_order_acquire) == ring_->taken.load(std::memory_order_relaxed);
    }
    // False: that was all. A note that makes no sense is passed over and counted; a frame that does not fit the bytes
    // that are there ends the reading, because nobody knows where the next one begins.
    bool next(Note& note);
    uint64_t refused() const { return refused_; }
    uint64_t dropped() const { return ring_->dropped.load(std::memory_order_relaxed); }

  private:
    bool take(NoteHead& head);
    bool understand(const NoteHead& head, Note& note) const;

    NoteRing* ring_;
    std::string text_;  // copied out: the other side may still write
    uint64_t refused_ = 0;
};

}  // namespace trd
