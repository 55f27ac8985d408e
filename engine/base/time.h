// Time inside the engine is UTC nanoseconds since 1970; zones exist only at the edges (base/zone.h) and in calendars.
// Nothing here reads a clock: base/clock.h does, and only drivers may use it.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace trd {

struct Duration {
    int64_t ns = 0;

    friend constexpr auto operator<=>(Duration, Duration) = default;
    constexpr Duration operator-() const { return {-ns}; }
    friend constexpr Duration operator+(Duration a, Duration b) { return {a.ns + b.ns}; }
    friend constexpr Duration operator-(Duration a, Duration b) { return {a.ns - b.ns}; }
    friend constexpr Duration operator*(Duration a, int64_t n) { return {a.ns * n}; }
};

constexpr Duration nanoseconds(int64_t n) { return {n}; }
constexpr Duration microseconds(int64_t n) { return {n * 1'000}; }
constexpr Duration milliseconds(int64_t n) { return {n * 1'000'000}; }
constexpr Duration seconds(int64_t n) { return {n * 1'000'000'000}; }
constexpr Duration minutes(int64_t n) { return seconds(n * 60); }
constexpr Duration hours(int64_t n) { return minutes(n * 60); }
constexpr Duration days(int64_t n) { return hours(n * 24); }

struct Timestamp {
    int64_t ns = 0;  // since 1970-01-01T00:00:00Z; 1677..2262

    friend constexpr auto operator<=>(Timestamp, Timestamp) = default;
    friend constexpr Timestamp operator+(Timestamp t, Duration d) { return {t.ns + d.ns}; }
    friend constexpr Timestamp operator-(Timestamp t, Duration d) { return {t.ns - d.ns}; }
    friend constexpr Duration operator-(Timestamp a, Timestamp b) { return {a.ns - b.ns}; }
};

// Days since 1970-01-01 of the UTC day that holds `t` (floor, right before 1970 too).
constexpr int64_t utc_day(Timestamp t) {
    constexpr int64_t day_ns = days(1).ns;
    const int64_t quotient = t.ns / day_ns;
    return t.ns % day_ns < 0 ? quotient - 1 : quotient;
}

// A day of the proleptic Gregorian calendar.
struct CivilDate {
    int32_t year = 1970;
    uint8_t month = 1;  // 1..12
    uint8_t day = 1;    // 1..31

    friend constexpr auto operator<=>(const CivilDate&, const CivilDate&) = default;
};

// Days since 1970-01-01 and back, by the 400-year eras of Hinnant's "chrono-compatible low-level date algorithms":
// years begin in March there, so that the leap day is the last day of a year.
constexpr int64_t days_from_civil(CivilDate date) {
    const int64_t year = date.year - (date.month <= 2 ? 1 : 0);
    const int64_t era = (year >= 0 ? year : year - 399) / 400;
    const int64_t year_of_era = year - era * 400;
    const int64_t day_of_year = (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;
    return era * 146'097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719'468;
}
constexpr CivilDate civil_from_days(int64_t days_since_1970) {
    const int64_t days = days_since_1970 + 719'468;
    const int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
    const int64_t day_of_era = days - era * 146'097;
    const int64_t year_of_era = (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
    const int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const int64_t month_from_march = (5 * day_of_year + 2) / 153;
    const auto day = static_cast<uint8_t>(day_of_year - (153 * month_from_march + 2) / 5 + 1);
    const auto month = static_cast<uint8_t>(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
    return {static_cast<int32_t>(year_of_era + era * 400 + (month <= 2 ? 1 : 0)), month, day};
}
// 0 is Monday, 6 is Sunday.
constexpr int weekday_of(int64_t days_since_1970) {
    const int64_t index = (days_since_1970 + 3) % 7;
    return static_cast<int>(index < 0 ? index + 7 : index);
}

// "2013-10-07T13:30:00Z"; a fraction of 3, 6 or 9 digits only when it is not zero.
std::string to_iso(Timestamp t);
// Always nine digits: what machine output carries.
std::string to_iso_nanoseconds(Timestamp t);
// "2013-10-07"
std::string to_iso_date(Timestamp t);

enum class TimeError : uint8_t { syntax, out_of_range };

// A date, or a date and time with 'T' or a blank between, fraction up to nine digits, and 'Z', an offset such as
// +02:00, or nothing (UTC). Anything after it is a syntax error.
Result<Timestamp, TimeError> parse_iso(std::string_view text);

// The same text before any zone is applied: `wall` is the clock on the wall, written as if it were UTC.
struct IsoTime {
    Timestamp wall;
    Duration offset;          // of the text, zero for 'Z'
    bool has_offset = false;  // the text names its zone; otherwise it is for the caller to say
    bool date_only = false;
};
Result<IsoTime, TimeError> parse_iso_wall(std::string_view text);

// "1m" "15m" "1h" "4h" "1d" "1w" "30s" "500ms": a count and a unit.
Result<Duration, TimeError> parse_duration(std::string_view text);
std::string to_text(Duration d);

}  // namespace trd
