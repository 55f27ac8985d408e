#include "backtest/wakes.h"

#include <algorithm>

namespace trd {

void Wakes::set_session(size_t seat, SessionClock clock) {
    seats_[seat].session = std::move(clock);
    find_next();
}

bool Wakes::set_timer(size_t seat, const Note& note, Timestamp now) {
    const bool understood = seats_[seat].timers.set(note, now);
    find_next();
    return understood;
}

void Wakes::find_next() {
    next_ = never;
    for (const Seat& seat : seats_) {
        next_ = std::min(next_, seat.timers.next());
        if (seat.session) next_ = std::min(next_, seat.session->next());
    }
}

Wake Wakes::pop_session(size_t seat) {
    SessionClock& clock = *seats_[seat].session;
    const Wake wake{seat, ViewEventKind::session, clock.opens() ? 1u : 0u};
    clock.advance();
    find_next();
    return wake;
}

Wake Wakes::pop() {
    for (size_t i = 0; i < seats_.size(); ++i)
        if (session_is_due(seats_[i], false)) return pop_session(i);
    for (size_t i = 0; i < seats_.size(); ++i) {
        if (seats_[i].timers.next() != next_) continue;
        const Wake wake{i, ViewEventKind::timer, seats_[i].timers.pop()};
        find_next();
        return wake;
    }
    for (size_t i = 0; i < seats_.size(); ++i)
        if (session_is_due(seats_[i], true)) return pop_session(i);
    TRD_ASSERT(false);
}

}  // namespace trd
