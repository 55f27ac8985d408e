// The moments between bars at which strategies want to be called: their timers, and the beginning and the end of
// their instrument's sessions. A runner merges them into its own order. One thread.
#pragma once

#include <optional>
#include <vector>

#include "market/session_clock.h"
#include "view/layout.h"
#include "view/timers.h"

namespace trd {

struct Wake {
    size_t seat = 0;
    ViewEventKind kind = ViewEventKind::timer;
    uint32_t number = 0;  // of the timer; of a session 1: it opens, 0: it closes
};

class Wakes {
  public:
    void add_seat() { seats_.emplace_back(); }
    void set_session(size_t seat, SessionClock clock);
    // A note of kind timer; false: it makes no sense.
    bool set_timer(size_t seat, const Note& note, Timestamp now);

    // never: nobody wants to be called.
    Timestamp next() const { return next_; }
    // What is due at next(): sessions that close, then timers, then sessions that open; of equals the first seat's.
    Wake pop();

  private:
    struct Seat {
        TimerSchedule timers;
        std::optional<SessionClock> session;
    };
    bool session_is_due(const Seat& seat, bool opens) const {
        return seat.session && seat.session->next() == next_ && seat.session->opens() == opens;
    }
    Wake pop_session(size_t seat);
    void find_next();

    std::vector<Seat> seats_;
    Timestamp next_ = never;
};

}  // namespace trd
