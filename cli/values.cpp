#include "cli/values.h"

#include <algorithm>
#include <charconv>

#include "cli/unicode.h"

namespace trd {
namespace {

constexpr size_t quoted_bytes_max = 80;

// A cut never leaves half a UTF-8 sequence behind.
std::string_view shortened(std::string_view text) {
    if (text.size() <= quoted_bytes_max) return text;
    size_t size = quoted_bytes_max;
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
    return text.substr(0, size);
}

// "1D", "1 day" and "60min" as "1d" and "60m"; nothing where it may be another length, as 1M may be a month.
std::optional<std::string> span_meant(std::string_view text) {
    struct Spelling {
        std::string_view written, unit;
    };
    constexpr Spelling spellings[] = {{"S", "s"},      {"H", "h"},   {"D", "d"},  {"W", "w"},    {"s", "s"},
                                      {"h", "h"},      {"d", "d"},   {"w", "w"},  {"m", "m"},    {"sec", "s"},
                                      {"second", "s"}, {"min", "m"}, {"hr", "h"}, {"hour", "h"}, {"day", "d"},
                                      {"minute", "m"}, {"week", "w"}};
    const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const std::string count(digits == 0 ? "1" : text.substr(0, digits));
    std::string unit(text.substr(digits));
    std::erase(unit, ' ');
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    if (unit.size() > 1) std::ranges::transform(unit, unit.begin(), lower);
    if (unit.size() > 2 && unit.ends_with('s')) unit.pop_back();
    for (const Spelling& each : spellings) {
        if (each.written != unit) continue;
        const std::string meant = count + std::string(each.unit);
        const auto span = parse_duration(meant);
        if (span && span->ns > 0) return meant;
    }
    return std::nullopt;
}

}  // namespace

std::string in_quotes(std::string_view text) {
    std::string out = "\"";
    for (const char c : harmless(shortened(text), Lines::shown)) {
        if (c == '"') out += '\\';
        out += c;
    }
    return out + (text.size() > quoted_bytes_max ? "...\"" : "\"");
}

Error bad_value(std::string_view flag, std::string_view found, std::string_view expected, std::string hint) {
    std::string message(flag);
    message.append(" is ").append(in_quotes(found)).append(", expected ").append(expected);
    return {ExitCode::usage, "E_VALUE", std::move(message), std::move(hint)};
}

namespace values_detail {

Error bad_decimal(std::string_view flag, std::string_view found, DecimalError why, std::string_view what) {
    if (why == DecimalError::too_precise)
        return bad_value(flag, found, "at most 12 digits after the point", "amounts are exact to 0.000000000001");
    if (why == DecimalError::overflow) return bad_value(flag, found, "a number of at most 1000000000000000");
    return bad_value(flag, found, what, "digits with a point for the fraction, no separators and no currency");
}

Error bad_sign(std::string_view flag, std::string_view found, Sign sign) {
    return bad_value(flag, found, sign == Sign::positive ? "a number above zero" : "zero or more");
}

}  // namespace values_detail

Result<std::optional<uint64_t>> count_value(const Arguments& arguments, std::string_view flag) {
    const auto text = arguments.value(flag);
    if (!text) return std::optional<uint64_t>();
    uint64_t number = 0;
    const char* const end = text->data() + text->size();
    const auto [stop, problem] = std::from_chars(text->data(), end, number);
    if (problem != std::errc() || stop != end)
        return Fail{bad_value(flag, *text, "a whole number from 0 to 18446744073709551615")};
    return std::optional(number);
}

Result<std::optional<Timestamp>> time_value(const Arguments& arguments, std::string_view flag) {
    const auto text = arguments.value(flag);
    if (!text) return std::optional<Timestamp>();
    const auto time = parse_iso(*text);
    if (time) return std::optional(*time);
    if (time.error() == TimeError::out_of_range)
        return Fail{bad_value(flag, *text, "a date of the calendar between 1678 and 2261")};
    return Fail{bad_value(flag, *text, "a date such as 2024-03-01, or a time such as 2024-03-01T14:30:00Z",
                          "times without an offset are UTC")};
}

Result<std::optional<Duration>> duration_value(const Arguments& arguments, std::string_view flag) {
    const auto text = arguments.value(flag);
    if (!text) return std::optional<Duration>();
    const auto duration = parse_duration(*text);
    if (!duration || duration->ns <= 0) {
        const auto meant = span_meant(*text);
        return Fail{
            bad_value(flag, *text, "a length of time such as 1m, 15m, 1h or 1d",
                      (meant ? "did you mean " + *meant + "? " : "") + "a whole number and one of ms, s, m, h, d, w")};
    }
    return std::optional(*duration);
}

}  // namespace trd
