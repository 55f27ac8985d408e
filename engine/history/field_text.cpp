#include "history/field_text.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace trd {
namespace {

constexpr int64_t second_ns = 1'000'000'000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool all_digits(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_digit); }

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return result;
}

bool says_not_a_number(std::string_view text) {
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
    constexpr std::array<std::string_view, 8> words{"nan", "inf", "infinity", "null", "none", "n/a", "na", "#n/a"};
    return std::find(words.begin(), words.end(), lower(text)) != words.end();
}

// Exponents, more than 18 digits, or nonsense.
Result<DecimalField, FieldError> parse_decimal_slow(std::string_view text) {
    if (says_not_a_number(text)) return Fail{FieldError::not_a_number};
    const auto value = Decimal::parse(text);
    DecimalField field;
    if (value) {
        field.raw = value->raw();
        field.is_wide = !shorten(field.raw, field.scaled);
        return field;
    }
    switch (value.error()) {
        case DecimalError::empty:
            return Fail{FieldError::empty};
        case DecimalError::too_precise:
            return Fail{FieldError::too_precise};
        case DecimalError::overflow:
            return Fail{FieldError::out_of_range};
        case DecimalError::syntax:
        case DecimalError::division_by_zero:
        case DecimalError::not_finite:
            break;
    }
    return Fail{FieldError::syntax};
}

int64_t number_of(std::string_view digits) {
    int64_t number = 0;
    for (const char c : digits) number = number * 10 + (c - '0');
    return number;
}

Result<int64_t, FieldError> day_of(int64_t year, int64_t month, int64_t day) {
    if (month < 1 || month > 12 || day < 1 || day > 31 || year < 1678 || year > 2261)
        return Fail{FieldError::out_of_range};
    const CivilDate date{static_cast<int32_t>(year), static_cast<uint8_t>(month), static_cast<uint8_t>(day)};
    const int64_t days_since_1970 = days_from_civil(date);
    if (civil_from_days(days_since_1970) != date) return Fail{FieldError::out_of_range};
    return days_since_1970;
}

// The years 1678 to 2261, whole: sums with a clock, an offset or a zone cannot overflow.
bool is_in_range(Timestamp wall) {
    const int64_t day = utc_day(wall);
    return day >= days_from_civil({1678, 1, 1}) && day < days_from_civil({2262, 1, 1});
}

// A day, and the clock behind a blank or a T if there is one; of YYYYMMDD also right behind it, as HH, HHMM or HHMMSS.
Result<WallTime, FieldError> day_and_clock(int64_t day, std::string_view rest, bool may_follow = false) {
    WallTime time{Timestamp{} + days(day), false, rest.empty()};
    if (rest.empty()) return time;
    const bool is_hour = may_follow && all_digits(rest) && rest.size() == 2;
    const bool follows = is_hour || (may_follow && all_digits(rest) && (rest.size() == 4 || rest.size() == 6));
    if (!follows && rest.front() != ' ' && rest.front() != 'T') return Fail{FieldError::syntax};
    TRD_TRY(const int64_t ns,
            is_hour ? parse_clock_field(std::string(rest) + "00") : parse_clock_field(follows ? rest : rest.substr(1)));
    time.wall.ns += ns;
    return time;
}

Result<WallTime, FieldError> parse_compact(std::string_view text) {
    if (text.size() < 8 || !all_digits(text.substr(0, 8))) return Fail{FieldError::syntax};
    TRD_TRY(const int64_t day,
            day_of(number_of(text.substr(0, 4)), number_of(text.substr(4, 2)), number_of(text.substr(6, 2))));
    return day_and_clock(day, text.substr(8), true);
}

// Places of the parts of a date of ten characters.
struct DateShape {
    size_t year, month, day;
    size_t first_sign, second_sign;
};
constexpr DateShape month_first_shape{6, 0, 3, 2, 5}, day_first_shape{6, 3, 0, 2, 5}, year_first_shape{0, 5, 8, 4, 7};

Result<WallTime, FieldError> parse_shaped(std::string_view text, const DateShape& shape, char sign) {
    if (text.size() < 10 || text[shape.first_sign] != sign || text[shape.second_sign] != sign)
        return Fail{FieldError::syntax};
    const std::string_view year = text.substr(shape.year, 4), month = text.substr(shape.month, 2),
                           day = text.substr(shape.day, 2);
    if (!all_digits(year) || !all_digits(month) || !all_digits(day)) return Fail{FieldError::syntax};
    TRD_TRY(const int64_t date, day_of(number_of(year), number_of(month), number_of(day)));
    return day_and_clock(date, text.substr(10));
}

bool is_date_sign(char c) { return c == '.' || c == '/'; }

Result<WallTime, FieldError> parse_year_first(std::string_view text) {
    const char sign = text.size() > 4 && is_date_sign(text[4]) ? text[4] : '.';
    return parse_shaped(text, year_first_shape, sign);
}

Result<WallTime, FieldError> parse_iso_field(std::string_view text) {
    const auto time = parse_iso_wall(text);
    if (!time) return Fail{time.error() == TimeError::syntax ? FieldError::syntax : FieldError::out_of_range};
    if (!is_in_range(time->wall)) return Fail{FieldError::out_of_range};
    return WallTime{time->wall - time->offset, time->has_offset, time->date_only};
}

// Not through decimals: nanoseconds since 1970 are beyond their range.
Result<WallTime, FieldError> parse_epoch(std::string_view text, int64_t unit_ns) {
    WallTime time{Timestamp{}, true, false};
    int64_t whole = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, whole);
    if (error == std::errc::result_out_of_range) return Fail{FieldError::out_of_range};
    if (error != std::errc() || (stop != end && (*stop != '.' || stop + 1 == end))) return Fail{FieldError::syntax};
    if (__builtin_mul_overflow(whole, unit_ns, &time.wall.ns) || !is_in_range(time.wall))
        return Fail{FieldError::out_of_range};
    int64_t digit_ns = unit_ns / 10;  // what is finer than a nanosecond is dropped
    for (const char* place = stop == end ? end : stop + 1; place != end; ++place, digit_ns /= 10) {
        if (!is_digit(*place)) return Fail{FieldError::syntax};
        time.wall.ns += digit_ns * (*place - '0');
    }
    return time;
}

constexpr int64_t unit_ns_of(TimeFormat format) {
    if (format == TimeFormat::epoch_seconds) return second_ns;
    if (format == TimeFormat::epoch_milliseconds) return 1'000'000;
    return format == TimeFormat::epoch_microseconds ? 1'000 : 1;
}

// Ten digits are YYYYMMDDHH where they begin with a day of the years 1900 to 2099: as seconds they would be in 2030 to
// 2036. The hour is not looked at: files that count them from 1 to 24 are refused at their first 24, and not taken for
// seconds. Seconds of the years before begin with the years 1000 to 1899.
bool is_day_and_hour(std::string_view text) {
    if (text.size() != 10 || !all_digits(text) || text < "1900" || text >= "2100") return false;
    return parse_compact(text.substr(0, 8)).ok();
}

}  // namespace

std::string_view expected(FieldError error) {
    switch (error) {
        case FieldError::empty:
            return "a value, the field is empty";
        case FieldError::syntax:
            return "a decimal number";
        case FieldError::not_a_number:
            return "a decimal number";
        case FieldError::too_precise:
            return "at most 12 digits after the point";
        case FieldError::out_of_range:
            return "a value inside the range";
    }
    return "";
}

Result<DecimalField, FieldError> parse_decimal_field(std::string_view text) {
    const char* place = text.data();
    const char* end = place + text.size();
    const bool negative = place != end && *place == '-';
    if (negative) ++place;
    if (end - place > 18 || place == end) return parse_decimal_slow(text);  // 18 digits cannot overflow
    const char* digits = place;
    int64_t number = 0;
    for (; place != end && is_digit(*place); ++place) number = number * 10 + (*place - '0');
    DecimalField field;
    if (place - digits > 15) return parse_decimal_slow(text);  // may be beyond the range
    if (place == end) {
        field.scaled.mantissa = negative ? -number : number;
        return field;
    }
    if (*place != '.' || end - place > decimal_places + 1 || place + 1 == end) return parse_decimal_slow(text);
    // Trailing zeros do not count: the value at the last other digit is kept.
    int64_t kept = number;
    uint8_t kept_exponent = 0;
    uint8_t exponent = 0;
    for (++place; place != end; ++place) {
        if (!is_digit(*place)) return parse_decimal_slow(text);
        number = number * 10 + (*place - '0');
        ++exponent;
        if (*place == '0') continue;
        kept = number;
        kept_exponent = exponent;
    }
    field.scaled = {negative ? -kept : kept, kept_exponent};
    return field;
}

std::string_view name_of(TimeFormat format) {
    constexpr std::array<std::string_view, 10> names{
        "ISO 8601",           "YYYYMMDD",          "MM/DD/YYYY", "epoch seconds", "epoch milliseconds",
        "epoch microseconds", "epoch nanoseconds", "YYYY.MM.DD", "DD.MM.YYYY",    "DD/MM/YYYY"};
    return names[static_cast<size_t>(format)];
}

Result<WallTime, FieldError> parse_time_field(std::string_view text, TimeFormat format) {
    if (text.empty()) return Fail{FieldError::empty};
    switch (format) {
        case TimeFormat::iso:
            return parse_iso_field(text);
        case TimeFormat::compact:
            return parse_compact(text);
        case TimeFormat::month_first_strokes:
            return parse_shaped(text, month_first_shape, '/');
        case TimeFormat::day_first_strokes:
            return parse_shaped(text, day_first_shape, '/');
        case TimeFormat::year_first:
            return parse_year_first(text);
        case TimeFormat::day_first:
            return parse_shaped(text, day_first_shape, '.');
        case TimeFormat::epoch_seconds:
        case TimeFormat::epoch_milliseconds:
        case TimeFormat::epoch_microseconds:
        case TimeFormat::epoch_nanoseconds:
            break;
    }
    return parse_epoch(text, unit_ns_of(format));
}

Result<int64_t, FieldError> parse_clock_field(std::string_view text) {
    if (all_digits(text) && (text.size() == 4 || text.size() == 6)) {
        const int64_t hour = number_of(text.substr(0, 2)), minute = number_of(text.substr(2, 2));
        const int64_t second = text.size() == 6 ? number_of(text.substr(4, 2)) : 0;
        if (hour > 23 || minute > 59 || second > 59) return Fail{FieldError::out_of_range};
        return ((hour * 60 + minute) * 60 + second) * second_ns;
    }
    // The clock of any date: the parser of ISO texts knows its fractions.
    std::array<char, 48> iso{};
    constexpr std::string_view date = "1970-01-01T";
    if (text.size() > iso.size() - date.size()) return Fail{FieldError::syntax};
    const auto end = std::copy(text.begin(), text.end(), std::copy(date.begin(), date.end(), iso.begin()));
    const auto time = parse_iso_wall({iso.data(), static_cast<size_t>(end - iso.begin())});
    if (!time || time->has_offset) return Fail{FieldError::syntax};
    return time->wall.ns;
}

std::optional<TimeFormat> time_format_of(std::string_view text) {
    if (text.size() >= 10 && text[4] == '-' && text[7] == '-') return TimeFormat::iso;
    if (text.size() >= 10 && text[2] == '/' && text[5] == '/') return TimeFormat::month_first_strokes;
    if (text.size() >= 10 && text[2] == '.' && text[5] == '.') return TimeFormat::day_first;
    if (text.size() >= 10 && is_date_sign(text[4]) && text[7] == text[4]) return TimeFormat::year_first;
    const std::string_view whole = text.substr(0, text.find('.'));
    if (text.size() > 8 && all_digits(text.substr(0, 8)) && (text[8] == ' ' || text[8] == 'T'))
        return TimeFormat::compact;
    if (!all_digits(whole)) return std::nullopt;
    // Twelve digits are YYYYMMDDHHMM when they can be: as milliseconds they would be in 1976.
    if ((text.size() == 12 || text.size() == 14) && parse_compact(text)) return TimeFormat::compact;
    // Eight digits are a date when they can be one: as seconds they would be a day of the years 1970 to 1973.
    if (text.size() == 8) return parse_compact(text) ? std::optional(TimeFormat::compact) : std::nullopt;
    if (is_day_and_hour(text)) return TimeFormat::compact;
    if (whole.size() >= 9 && whole.size() <= 10) return TimeFormat::epoch_seconds;
    if (whole.size() >= 12 && whole.size() <= 13) return TimeFormat::epoch_milliseconds;
    if (whole.size() >= 15 && whole.size() <= 16) return TimeFormat::epoch_microseconds;
    if (whole.size() >= 18 && whole.size() <= 19) return TimeFormat::epoch_nanoseconds;
    return std::nullopt;
}

}  // namespace trd
