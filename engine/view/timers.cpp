#include "view/timers.h"

namespace trd {

std::optional<std::string_view> refusal_of(TimerMode mode, Duration span, std::string_view zone) {
    if (mode == TimerMode::daily) {
        if (span < Duration{} || span >= days(1)) return "a time of day from 00:00 to 23:59:59";
        if (!Zone::find(zone)) return "a zone such as America/New_York or UTC";
        return std::nullopt;
    }
    if (span < shortest_timer || span > longest_timer) return "a duration from 1ms to 3650d";
    return std::nullopt;
}

bool TimerSchedule::set(const Note& note, Timestamp now) {
    const Duration span{note.integer};
    if (note.number >= timers_max || refusal_of(note.timer, span, note.rest)) return false;
    const bool is_daily = note.timer == TimerMode::daily;
    Timer timer{note.timer, span, is_daily ? *Zone::find(note.rest) : Zone::utc(), {}};
    timer.due = timer.mode == TimerMode::after ? now + span : due_after(timer, now);
    if (timers_.size() <= note.number) timers_.resize(note.number + size_t{1});
    timers_[note.number] = timer;
    find_next();
    return true;
}

// A wall clock time that is skipped when clocks are set forward counts at the moment of the change; one that comes
// twice counts the first time.
Timestamp TimerSchedule::due_after(const Timer& timer, Timestamp now) {
    if (timer.mode == TimerMode::after) return never;
    if (timer.mode == TimerMode::every) {
        const int64_t rest = ((now.ns % timer.span.ns) + timer.span.ns) % timer.span.ns;
        return now + (timer.span - Duration{rest});
    }
    for (int64_t day = utc_day(timer.zone.to_wall(now)) - 1;; ++day) {
        const Timestamp due = timer.zone.to_utc(Timestamp{} + days(day) + timer.span).earlier;
        if (due > now) return due;
    }
}

void TimerSchedule::find_next() {
    next_ = never;
    for (size_t i = 0; i < timers_.size(); ++i) {
        if (!timers_[i] || timers_[i]->due >= next_) continue;
        next_ = timers_[i]->due;
        next_number_ = static_cast<uint16_t>(i);
    }
}

uint16_t TimerSchedule::pop() {
    const uint16_t number = next_number_;
    Timer& timer = *timers_[number];
    timer.due = due_after(timer, next_);
    find_next();
    return number;
}

}  // namespace trd
