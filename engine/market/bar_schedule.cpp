#include "market/bar_schedule.h"

#include <algorithm>

#include "base/assert.h"

namespace trd {
namespace {

constexpr int64_t first_monday = 4;  // 1970-01-05

int64_t floor_divide(int64_t value, int64_t divisor) {
    const int64_t quotient = value / divisor;
    return value % divisor < 0 ? quotient - 1 : quotient;
}

}  // namespace

BarSchedule::BarSchedule(Duration timeframe, Zone zone, Duration day_start)
    : timeframe_(timeframe), clock_(zone), day_start_(day_start) {
    TRD_ASSERT(timeframe.ns > 0 && (timeframe < days(1) || timeframe.ns % days(1).ns == 0));
}

BarSchedule::BarSchedule(Duration timeframe, Zone zone, SessionOfDay sessions) : BarSchedule(timeframe, zone) {
    sessions_ = std::move(sessions);
}

int64_t BarSchedule::local_day_of(Timestamp time) { return utc_day(clock_.to_wall(time) - day_start_); }

Timestamp BarSchedule::day_begin(int64_t day) { return clock_.to_utc(Timestamp{} + days(day) + day_start_).earlier; }

const std::optional<Session>& BarSchedule::session_of(int64_t day) {
    Known& known = known_[static_cast<size_t>(day & 1)];
    if (day == known.day) return known.session;
    known.day = day;
    if (sessions_)
        known.session = sessions_(day);
    else
        known.session = Session{{day_begin(day), day_begin(day + 1)}, {}};
    return known.session;
}

std::optional<BarInterval> BarSchedule::days_interval(int64_t day) {
    const int64_t count = timeframe_.ns / days(1).ns;
    const int64_t first = floor_divide(day - first_monday, count) * count + first_monday;
    if (!sessions_) return BarInterval{day_begin(first), day_begin(first + count)};
    std::optional<BarInterval> whole;
    for (int64_t each = first; each < first + count; ++each) {
        const auto session = sessions_(each);
        if (!session) continue;
        if (!whole) whole = *session;
        whole->close = session->close;
    }
    return whole;
}

// An evening belongs to the session of the next day.
std::optional<int64_t> BarSchedule::session_day_of(Timestamp time) {
    const int64_t day = local_day_of(time);
    const auto holds = [&](int64_t each) { return session_of(each) && session_of(each)->holds(time); };
    if (holds(day)) return day;
    return sessions_ && holds(day + 1) ? std::optional(day + 1) : std::nullopt;
}

std::optional<BarInterval> BarSchedule::interval_of(Timestamp time) {
    const auto day = session_day_of(time);
    if (!day) return std::nullopt;
    if (timeframe_ >= days(1)) return days_interval(*day);
    const Session& session = *session_of(*day);
    BarInterval part = session;
    if (session.pause && time < session.pause->open) part.close = session.pause->open;
    if (session.pause && time >= session.pause->close) part.open = session.pause->close;
    const Timestamp open = part.open + timeframe_ * ((time - part.open).ns / timeframe_.ns);
    return BarInterval{open, std::min(open + timeframe_, part.close)};
}

}  // namespace trd
