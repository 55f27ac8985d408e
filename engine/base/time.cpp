#include "base/time.h"

#include <array>
#include <charconv>

namespace trd {
namespace {

constexpr int64_t second_ns = 1'000'000'000;

struct DurationUnit {
    std::string_view name;
    int64_t ns;
};
// Largest first: a duration is written in the largest unit that divides it.
constexpr std::array<DurationUnit, 8> duration_units{{{"w", days(7).ns},
                                                      {"d", days(1).ns},
                                                      {"h", hours(1).ns},
                                                      {"m", minutes(1).ns},
                                                      {"s", second_ns},
                                                      {"ms", 1'000'000},
                                                      {"us", 1'000},
                                                      {"ns", 1}}};

// Reads fixed-width fields from the front of a text.
class Scanner {
  public:
    explicit Scanner(std::string_view text) : text_(text) {}

    bool digits(int count, int64_t& value) {
        if (text_.size() < static_cast<size_t>(count)) return false;
        value = 0;
        for (int i = 0; i < count; ++i) {
            const int digit = text_[static_cast<size_t>(i)] - '0';
            if (digit < 0 || digit > 9) return false;
            value = value * 10 + digit;
        }
        text_.remove_prefix(static_cast<size_t>(count));
        return true;
    }
    bool one_of(std::string_view wanted) {
        if (text_.empty() || wanted.find(text_.front()) == std::string_view::npos) return false;
        text_.remove_prefix(1);
        return true;
    }
    char peek() const { return text_.empty() ? '\0' : text_.front(); }
    bool at_end() const { return text_.empty(); }

  private:
    std::string_view text_;
};

constexpr int days_in_month(int64_t year, int64_t month) {
    constexpr std::array<int, 12> lengths{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return lengths[static_cast<size_t>(month - 1)] + (month == 2 && leap ? 1 : 0);
}

bool scan_date(Scanner& in, int64_t& day_number) {
    int64_t year = 0, month = 0, day = 0;
    if (!in.digits(4, year) || !in.one_of("-") || !in.digits(2, month) || !in.one_of("-") || !in.digits(2, day))
        return false;
    if (month < 1 || month > 12 || day < 1 || day > days_in_month(year, month)) return false;
    day_number = days_from_civil({static_cast<int32_t>(year), static_cast<uint8_t>(month), static_cast<uint8_t>(day)});
    return true;
}

bool scan_fraction(Scanner& in, int64_t& ns) {
    int64_t unit = second_ns / 10;
    int64_t digit = 0;
    int count = 0;
    while (in.digits(1, digit)) {
        if (++count > 9) return false;
        ns += digit * unit;
        unit /= 10;
    }
    return count > 0;
}

// Seconds and their fraction may be left out.
bool scan_clock(Scanner& in, int64_t& ns_of_day) {
    int64_t hour = 0, minute = 0, second = 0, fraction = 0;
    if (!in.digits(2, hour) || !in.one_of(":") || !in.digits(2, minute)) return false;
    if (in.one_of(":")) {
        if (!in.digits(2, second)) return false;
        if (in.one_of(".,") && !scan_fraction(in, fraction)) return false;
    }
    if (hour > 23 || minute > 59 || second > 59) return false;
    ns_of_day = ((hour * 60 + minute) * 60 + second) * second_ns + fraction;
    return true;
}

// 'Z', or +02:00, +0200, +02.
bool scan_offset(Scanner& in, Duration& offset) {
    if (in.one_of("Zz")) return true;
    const bool negative = in.peek() == '-';
    int64_t hour = 0, minute = 0;
    if (!in.one_of("+-") || !in.digits(2, hour)) return false;
    in.one_of(":");
    if (!in.at_end() && !in.digits(2, minute)) return false;
    if (hour > 23 || minute > 59) return false;
    offset = minutes(hour * 60 + minute) * (negative ? -1 : 1);
    return true;
}

void append_padded(std::string& out, int64_t value, int width) {
    std::array<char, 20> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    const auto length = end - digits.data();
    if (length < width) out.append(static_cast<size_t>(width - length), '0');
    out.append(digits.data(), end);
}

void append_date(std::string& out, int64_t day_number) {
    const CivilDate date = civil_from_days(day_number);
    append_padded(out, date.year, 4);
    out += '-';
    append_padded(out, date.month, 2);
    out += '-';
    append_padded(out, date.day, 2);
}

std::string iso_text(Timestamp t, int fraction_digits) {
    const int64_t day = utc_day(t);
    // Not t - day * 86400e9: the first day of the range begins before the first representable instant.
    const int64_t ns_of_day = (t.ns % days(1).ns + days(1).ns) % days(1).ns;
    const int64_t second = ns_of_day / second_ns;
    std::string out;
    append_date(out, day);
    out += 'T';
    append_padded(out, second / 3600, 2);
    out += ':';
    append_padded(out, second / 60 % 60, 2);
    out += ':';
    append_padded(out, second % 60, 2);
    if (fraction_digits > 0) {
        int64_t fraction = ns_of_day % second_ns;
        for (int i = fraction_digits; i < 9; ++i) fraction /= 10;
        out += '.';
        append_padded(out, fraction, fraction_digits);
    }
    out += 'Z';
    return out;
}

int digits_needed(Timestamp t) {
    if (t.ns % second_ns == 0) return 0;
    if (t.ns % 1'000'000 == 0) return 3;
    return t.ns % 1'000 == 0 ? 6 : 9;
}

}  // namespace

std::string to_iso(Timestamp t) { return iso_text(t, digits_needed(t)); }

std::string to_iso_nanoseconds(Timestamp t) { return iso_text(t, 9); }

std::string to_iso_date(Timestamp t) {
    std::string out;
    append_date(out, utc_day(t));
    return out;
}

Result<IsoTime, TimeError> parse_iso_wall(std::string_view text) {
    Scanner in(text);
    IsoTime time;
    int64_t day = 0, ns_of_day = 0;
    if (!scan_date(in, day)) return Fail{TimeError::syntax};
    time.date_only = in.at_end();
    if (!time.date_only) {
        if (!in.one_of("Tt ") || !scan_clock(in, ns_of_day)) return Fail{TimeError::syntax};
        time.has_offset = !in.at_end();
        if (time.has_offset && !scan_offset(in, time.offset)) return Fail{TimeError::syntax};
        if (!in.at_end()) return Fail{TimeError::syntax};
    }
    const __int128 ns = static_cast<__int128>(day) * days(1).ns + ns_of_day;
    if (ns > INT64_MAX || ns < INT64_MIN) return Fail{TimeError::out_of_range};
    time.wall.ns = static_cast<int64_t>(ns);
    return time;
}

Result<Timestamp, TimeError> parse_iso(std::string_view text) {
    TRD_TRY(const IsoTime time, parse_iso_wall(text));
    Timestamp result;
    if (__builtin_sub_overflow(time.wall.ns, time.offset.ns, &result.ns)) return Fail{TimeError::out_of_range};
    return result;
}

Result<Duration, TimeError> parse_duration(std::string_view text) {
    int64_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error == std::errc::result_out_of_range) return Fail{TimeError::out_of_range};
    if (error != std::errc() || text.front() == '-') return Fail{TimeError::syntax};
    const std::string_view name(end, static_cast<size_t>(text.data() + text.size() - end));
    for (const DurationUnit& unit : duration_units) {
        if (unit.name != name) continue;
        Duration result;
        if (__builtin_mul_overflow(count, unit.ns, &result.ns)) return Fail{TimeError::out_of_range};
        return result;
    }
    return Fail{TimeError::syntax};
}

std::string to_text(Duration d) {
    if (d.ns == 0) return "0s";
    for (const DurationUnit& unit : duration_units)
        if (d.ns % unit.ns == 0) return std::to_string(d.ns / unit.ns).append(unit.name);
    return {};  // never: everything is a multiple of the last unit
}

}  // namespace trd
