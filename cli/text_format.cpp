#include "cli/text_format.h"

#include <charconv>

#include "base/assert.h"

namespace trd {

std::string with_separators(std::string_view digits) {
    const size_t start = digits.find_first_of("0123456789");
    if (start == std::string_view::npos) return std::string(digits);
    size_t end = start;
    while (end < digits.size() && digits[end] >= '0' && digits[end] <= '9') ++end;
    std::string out(digits.substr(0, start));
    for (size_t i = start; i < end; ++i) {
        if (i > start && (end - i) % 3 == 0) out += ',';
        out += digits[i];
    }
    return out.append(digits.substr(end));
}

std::string fixed(double value, int places) {
    char buffer[400];
    const auto [end, problem] = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed, places);
    TRD_ASSERT(problem == std::errc());
    std::string text(buffer, end);
    const bool is_zero = text.find_first_of("123456789") == std::string::npos;
    return is_zero && text.starts_with('-') ? text.substr(1) : text;
}

std::string percent(double fraction) { return with_separators(fixed(fraction * 100, 2)) + " %"; }

namespace {

template <class Number>
std::string sign_of(Number value) {
    if (value == 0) return {};
    return value > 0 ? "+" : "-";
}

}  // namespace

std::string signed_percent(double fraction) { return sign_of(fraction) + percent(fraction < 0 ? -fraction : fraction); }

std::string amount_text(double value, int places) {
    constexpr int places_max = 12;
    double scaled = value < 0 ? -value : value;
    for (int i = 0; i < places; ++i) scaled *= 10;
    if (scaled == 0 || scaled >= 1) return fixed(value, places);
    int shown = places;
    for (; shown < places_max && scaled < 100; ++shown) scaled *= 10;
    std::string text = fixed(value, shown);
    const size_t least = text.find('.') + 1 + static_cast<size_t>(places);
    while (text.size() > least && text.ends_with('0')) text.pop_back();
    return text;
}

std::string money_text(Money amount, std::string_view currency) {
    return with_separators(amount_text(amount, 2)).append(" ").append(currency);
}

std::string signed_money_text(Money amount, std::string_view currency) {
    return sign_of(amount.sign()) + money_text(amount.sign() < 0 ? -amount : amount, currency);
}

std::string span_text(Duration duration) {
    const int64_t ms = duration.ns / 1'000'000;
    const auto two = [](int64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
    if (ms < 1000) return std::to_string(ms) + " ms";
    if (ms < 60'000) return fixed(static_cast<double>(ms) / 1000, 1) + " s";
    const int64_t s = ms / 1000;
    if (s < 3600) return std::to_string(s / 60) + " min " + two(s % 60) + " s";
    if (s < 86'400) return std::to_string(s / 3600) + " h " + two(s / 60 % 60) + " min";
    return std::to_string(s / 86'400) + " d " + two(s / 3600 % 24) + " h";
}

std::string padded_left(std::string text, size_t width) {
    const size_t used = display_width(text);
    return used < width ? std::string(width - used, ' ') + text : text;
}

std::string padded_right(std::string text, size_t width) {
    const size_t used = display_width(text);
    return used < width ? text + std::string(width - used, ' ') : text;
}

std::string wrapped_text(std::string_view text, size_t indent, size_t columns) {
    const size_t width = columns > indent + 20 ? columns - indent : 20;
    std::string out;
    size_t used = 0;
    while (!text.empty()) {
        const size_t end = std::min(text.find_first_of(" \n"), text.size());
        const std::string_view word = text.substr(0, end);
        if (used > 0 && used + 1 + word.size() > width) {
            out += "\n" + std::string(indent, ' ');
            used = 0;
        }
        if (used > 0) out += ' ';
        out.append(word);
        used += word.size() + (used > 0 ? 1 : 0);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

std::string for_terminal(std::string_view text) {
    constexpr size_t most_bytes = 16384;
    const std::string_view kept = text.substr(0, most_bytes);
    std::string out = harmless(kept);
    if (kept.size() < text.size()) out += "... (" + std::to_string(text.size() - kept.size()) + " more bytes)";
    return out;
}

}  // namespace trd
