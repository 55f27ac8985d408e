// When bars of a timeframe begin and end: in UTC, by the days of a zone, or inside the sessions of a venue. The one
// answer for resampled history and for live bars. Copyable; one thread (it remembers the last day).
#pragma once

#include <array>
#include <functional>
#include <optional>

#include "base/zone.h"

namespace trd {

struct BarInterval {
    Timestamp open;   // inclusive
    Timestamp close;  // exclusive

    bool holds(Timestamp time) const { return time >= open && time < close; }
    friend bool operator==(const BarInterval&, const BarInterval&) = default;
};

// The trading hours of one day. They may begin on the evening before, and stop for lunch or maintenance in between.
struct Session : BarInterval {
    std::optional<BarInterval> pause;  // inside of the hours

    bool holds(Timestamp time) const { return BarInterval::holds(time) && !(pause && pause->holds(time)); }
};
// Nothing when the venue is closed on that trading day.
using SessionOfDay = std::function<std::optional<Session>(int64_t day)>;

class BarSchedule {
  public:
    // A trading day begins `day_start` after local midnight, in wall clock time; negative: on the evening before, as
    // the currency market does with -7h in New York. Preconditions: timeframe above zero, and from one day on a whole
    // number of days.
    BarSchedule(Duration timeframe, Zone zone, Duration day_start = {});
    // Only what lies in a session counts; a bar never crosses a session's end.
    BarSchedule(Duration timeframe, Zone zone, SessionOfDay sessions);

    Duration timeframe() const { return timeframe_; }

    // The interval that holds `time`; nothing outside of sessions.
    //
    // Below a day, bars are counted in elapsed time from the beginning of the day or session, so a day of 25 hours has
    // 25 bars of an hour, and the last bar of a day may be short; after a pause the count begins anew. From a day on, a
    // bar holds whole days or sessions; weeks begin on Monday. A bar of sessions opens with the first and closes with
    // the last of them.
    std::optional<BarInterval> interval_of(Timestamp time);

    // Of a time inside an interval: whether it lies in one of its sessions. Between the sessions of a week, and in the
    // pause of a day, it does not.
    bool is_in_session(Timestamp time) { return !may_hold_closed_hours() || session_day_of(time).has_value(); }

  private:
    bool may_hold_closed_hours() const { return sessions_ && timeframe_ >= days(1); }
    std::optional<int64_t> session_day_of(Timestamp time);
    int64_t local_day_of(Timestamp time);
    Timestamp day_begin(int64_t day);
    const std::optional<Session>& session_of(int64_t day);
    std::optional<BarInterval> days_interval(int64_t day);

    Duration timeframe_;
    ZoneClock clock_;
    Duration day_start_;
    SessionOfDay sessions_;
    // The last even and the last odd day that were asked for: an evening belongs to the next day's session.
    struct Known {
        int64_t day = INT64_MIN;
        std::optional<Session> session;
    };
    std::array<Known, 2> known_;
};

}  // namespace trd
