// The fields of a text row as numbers and times, without copies or allocation. Called once a field by the importers, so
// at tens of nanoseconds each. Pure functions, and a clock that remembers the last date.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/zone.h"
#include "history/scaled.h"

namespace trd {

enum class FieldError : uint8_t { empty, syntax, not_a_number, too_precise, out_of_range };

// What is wrong with it, as the end of a sentence: "expected a decimal number".
std::string_view expected(FieldError error);

// A decimal; values of more than 64 bits come back in `raw` and Scaled is not used.
struct DecimalField {
    Scaled scaled;
    Int128 raw = 0;
    bool is_wide = false;
};
Result<DecimalField, FieldError> parse_decimal_field(std::string_view text);

// How times are written.
enum class TimeFormat : uint8_t {
    iso,                  // 2013-10-07, 2013-10-07T13:30:00Z, 2013-10-07 13:30
    compact,              // 20131007, 20131007 13:30, 20131007 133000
    month_first_strokes,  // 10/07/2013, 10/07/2013 13:30
    epoch_seconds,        // with or without a fraction
    epoch_milliseconds,
    epoch_microseconds,
    epoch_nanoseconds,
    year_first,         // 2013.10.07, 2013/10/07 13:30
    day_first,          // 07.10.2013, 07.10.2013 13:30
    day_first_strokes,  // 07/10/2013, 07/10/2013 13:30
};
std::string_view name_of(TimeFormat format);

struct WallTime {
    Timestamp wall;       // as IsoTime::wall
    bool is_utc = false;  // epoch, or a text with its own offset (already applied)
    bool date_only = false;
};
Result<WallTime, FieldError> parse_time_field(std::string_view text, TimeFormat format);
// 13:30, 13:30:00.5, 133000: nanoseconds since midnight.
Result<int64_t, FieldError> parse_clock_field(std::string_view text);
// Which format a field is in, by its shape; nothing when it is no time. With strokes the month is taken to come first:
// one field cannot tell (import_dates.h).
std::optional<TimeFormat> time_format_of(std::string_view text);

}  // namespace trd
