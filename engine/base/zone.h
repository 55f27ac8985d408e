// Time zones of the IANA database, at the edges only: imports, calendars, what a person reads. Local time to UTC says
// what happened at the two clock changes a year instead of guessing. Zone is a handle on a table that lives for ever;
// ZoneClock remembers the last offset and is meant for one thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace trd {

enum class ZoneError : uint8_t { unknown, no_database };

// What a wall clock reading can be.
enum class LocalKind : uint8_t {
    unique,
    ambiguous,    // the clock was set back over it: it happened twice
    nonexistent,  // the clock was set forward over it: it never happened
};

struct ZoneOffset {
    Duration offset;  // local minus UTC
    Timestamp begin;  // inclusive: from when it holds
    Timestamp end;    // exclusive
};

struct LocalTime {
    LocalKind kind = LocalKind::unique;
    Timestamp earlier;  // unique: the instant; ambiguous: the first of the two; nonexistent: the moment of the change
    Timestamp later;    // the second of the two; otherwise the same as earlier
};

class Zone {
  public:
    // "America/New_York", "UTC".
    static Result<Zone, ZoneError> find(std::string_view name);
    static Zone utc();

    std::string_view name() const;
    ZoneOffset offset_at(Timestamp time) const;
    // `wall` is the wall clock written as if it were UTC, as IsoTime::wall is.
    LocalTime to_utc(Timestamp wall) const;
    Timestamp to_wall(Timestamp time) const { return time + offset_at(time).offset; }

    friend bool operator==(Zone, Zone) = default;

  private:
    explicit Zone(const void* entry) : entry_(entry) {}
    const void* entry_;  // of the database; null is UTC
};

// Names for suggestions, sorted. Empty when there is no database.
std::vector<std::string> zone_names();

// The same answers at a few nanoseconds each while neighbouring times are asked.
class ZoneClock {
  public:
    explicit ZoneClock(Zone zone) : zone_(zone) {}

    Zone zone() const { return zone_; }
    LocalTime to_utc(Timestamp wall) {
        // Two days from a change there is no doubt: no zone's offset exceeds 26 hours.
        const Timestamp guess = wall - known_.offset;
        if (guess >= safe_begin_ && guess < safe_end_) return {LocalKind::unique, guess, guess};
        return slow_to_utc(wall);
    }
    Timestamp to_wall(Timestamp time) {
        if (time < known_.begin || time >= known_.end) remember(zone_.offset_at(time));
        return time + known_.offset;
    }

  private:
    LocalTime slow_to_utc(Timestamp wall);
    void remember(const ZoneOffset& offset);

    Zone zone_;
    ZoneOffset known_{};  // empty interval: nothing known yet
    Timestamp safe_begin_{}, safe_end_{};
};

}  // namespace trd
