// When a venue trades: its zone, its regular and extended hours, closed days and early closes, as dated data read from
// text (config/calendars/). Immutable after parse(); any thread may ask, because each question brings its own ZoneClock
// or pays for the look-up.
//
//   venue XNYS                     # what it is called
//   zone America/New_York
//   days Mon Tue Wed Thu Fri
//   valid 1998-01-01 2027-12-31    # outside of these days nothing is known
//   regular 09:30 16:00            # wall clock; 24:00 is the next midnight, 17:00-1d is on the evening before
//   regular 09:00 15:30 break 11:30 12:30 from 2024-11-05   # a pause, and hours that hold from a date on
//   extended 04:00 20:00           # optional
//   closed 2024-12-25
//   early 2024-12-24 13:00         # regular hours end; extended ones end as much later as on other days
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "market/bar_schedule.h"

namespace trd {

enum class TradingHours : uint8_t { regular, extended };

struct CalendarError {
    size_t line = 0;
    std::string what;  // "closed is \"2024-13-01\", expected a date"
};

class Calendar {
  public:
    static Result<Calendar, CalendarError> parse(std::string_view text);
    // All day, every day, by the UTC day.
    static Calendar all_week();

    const std::string& venue() const { return venue_; }
    Zone zone() const { return zone_; }
    bool covers(int64_t local_day) const { return local_day >= first_day_ && local_day <= last_day_; }
    bool has_extended_hours() const { return extended_.has_value(); }

    // The hours of a local date; nothing on closed days, and on days that the calendar does not cover.
    std::optional<Session> session_of(int64_t local_day, TradingHours hours) const;
    bool is_open(Timestamp time, TradingHours hours) const;
    // For BarSchedule; holds a copy of the calendar.
    SessionOfDay sessions(TradingHours hours) const;

    // What it is called and all that it says, in canonical bytes: names it among the inputs of a run.
    void save(ByteWriter& out) const;

  private:
    friend class CalendarParser;
    struct Hours {
        Duration open, close;              // after local midnight; open may be before it
        Duration pause_open, pause_close;  // both zero: none
        int64_t from_day = INT64_MIN;
    };
    struct Early {
        int64_t day;
        Duration close;
    };

    const Hours& regular_of(int64_t day) const;

    std::string venue_;
    Zone zone_ = Zone::utc();
    uint8_t weekdays_ = 0;  // bit 0 is Monday
    int64_t first_day_ = INT64_MIN, last_day_ = INT64_MAX;
    std::vector<Hours> regular_;  // ascending by from_day
    std::optional<Hours> extended_;
    std::vector<int64_t> closed_;  // ascending
    std::vector<Early> early_;     // ascending by day
};

}  // namespace trd
