// When the timers of one strategy are due, by engine time. The strategy asks through its notes; a driver keeps one
// schedule for each strategy and merges it into its order of moments. One thread.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "base/zone.h"
#include "view/notes.h"

namespace trd {

inline constexpr Duration shortest_timer = milliseconds(1);
inline constexpr Duration longest_timer = days(3650);
inline constexpr Timestamp never{INT64_MAX};

// Why a timer cannot be, or nothing. The strategy's end asks too, so that the script's own line is named.
std::optional<std::string_view> refusal_of(TimerMode mode, Duration span, std::string_view zone);

class TimerSchedule {
  public:
    // A note of kind timer, at `now`. False: it makes no sense (foreign bytes).
    bool set(const Note& note, Timestamp now);
    // When the next one is due; never: none.
    Timestamp next() const { return next_; }
    // The number of the timer that is due first, of equals the lowest; it moves on to its next time, after `next()`.
    // Precondition: next() is not never.
    uint16_t pop();

  private:
    struct Timer {
        TimerMode mode;
        Duration span;
        Zone zone;
        Timestamp due;
    };
    static Timestamp due_after(const Timer& timer, Timestamp now);
    void find_next();

    std::vector<std::optional<Timer>> timers_;  // by number
    Timestamp next_ = never;
    uint16_t next_number_ = 0;
};

}  // namespace trd
