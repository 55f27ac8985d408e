#include "cli/unicode.h"

#include <algorithm>
#include <span>

#include "cli/unicode_width_table.h"

namespace trd {
namespace {

constexpr char hex_digits[] = "0123456789abcdef";

bool is_continuation(unsigned char byte) { return (byte & 0xC0) == 0x80; }

bool is_in(std::span<const CodePointRange> ranges, char32_t c) {
    const auto after =
        std::upper_bound(ranges.begin(), ranges.end(), c,
                         [](char32_t value, const CodePointRange& range) { return value < range.first; });
    return after != ranges.begin() && c <= std::prev(after)->last;
}

// Controls, and marks that change the direction of what follows.
bool steers(char32_t c) {
    const bool control = c < 0x20 || (c >= 0x7F && c < 0xA0);
    const bool line_break = c == 0x2028 || c == 0x2029;
    const bool direction =
        c == 0x200E || c == 0x200F || c == 0x061C || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
    return control || line_break || direction;
}

void append_byte(std::string& out, unsigned char byte) {
    out += "\\x";
    out += hex_digits[byte >> 4];
    out += hex_digits[byte & 15];
}

void append_shown(std::string& out, char32_t c) {
    if (c < 0x100) return append_byte(out, static_cast<unsigned char>(c));
    std::string digits;
    for (; c != 0; c >>= 4) digits.insert(digits.begin(), hex_digits[c & 15]);
    out.append("\\u{").append(digits).append("}");
}

// Line ends, tabs and backslashes.
bool append_layout(std::string& out, char32_t c, Lines lines) {
    if (c != '\n' && c != '\t' && c != '\\') return false;
    if (lines == Lines::shown) out += '\\';
    const bool is_named = lines == Lines::shown && c != '\\';
    out += is_named ? (c == '\n' ? 'n' : 't') : static_cast<char>(c);
    return true;
}

// "\033[31m" at the front of `text`, as Paint writes it.
size_t color_size(std::string_view text) {
    if (!text.starts_with("\033[")) return 0;
    const size_t end = text.find_first_not_of("0123456789;", 2);
    return end != std::string_view::npos && text[end] == 'm' ? end + 1 : 0;
}

struct Step {
    size_t bytes, width;
};

Step step_of(std::string_view text) {
    if (const size_t color = color_size(text); color != 0) return {color, 0};
    const size_t size = utf8_size(text);
    return size == 0 ? Step{1, 1} : Step{size, width_of(code_point(text.substr(0, size)))};
}

}  // namespace

size_t utf8_size(std::string_view text) {
    const auto at = [text](size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = at(0);
    if (lead < 0x80) return 1;
    const size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() < size) return 0;
    for (size_t i = 1; i < size; ++i)
        if (!is_continuation(at(i))) return 0;
    const unsigned char second = at(1);
    const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
    const bool outside = (lead == 0xED && second > 0x9F) || (lead == 0xF4 && second > 0x8F);
    return overlong || outside ? 0 : size;
}

char32_t code_point(std::string_view sequence) {
    const auto at = [sequence](size_t i) { return static_cast<unsigned char>(sequence[i]); };
    if (sequence.size() == 1) return at(0);
    char32_t c = at(0) & (0x7Fu >> sequence.size());
    for (size_t i = 1; i < sequence.size(); ++i) c = (c << 6) | (at(i) & 0x3Fu);
    return c;
}

size_t width_of(char32_t c) {
    if (c < 0x300) return 1;
    if (is_in(zero_width_ranges, c)) return 0;
    return is_in(double_width_ranges, c) ? 2 : 1;
}

size_t display_width(std::string_view text) {
    size_t width = 0;
    while (!text.empty()) {
        const Step step = step_of(text);
        width += step.width;
        text.remove_prefix(step.bytes);
    }
    return width;
}

std::string_view fitting_front(std::string_view text, size_t width) {
    size_t size = 0;
    while (size < text.size()) {
        const Step step = step_of(text.substr(size));
        if (step.width > width) break;
        width -= step.width;
        size += step.bytes;
    }
    return text.substr(0, size);
}

std::string harmless(std::string_view text, Lines lines) {
    std::string out;
    while (!text.empty()) {
        const size_t size = utf8_size(text);
        const std::string_view sequence = text.substr(0, std::max<size_t>(size, 1));
        text.remove_prefix(sequence.size());
        const char32_t c = size == 0 ? 0 : code_point(sequence);
        if (size == 0)
            append_byte(out, static_cast<unsigned char>(sequence[0]));
        else if (append_layout(out, c, lines))
            continue;
        else if (steers(c))
            append_shown(out, c);
        else
            out.append(sequence);
    }
    return out;
}

std::string harmless_in_colour(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const size_t plain = std::min(text.find('\033'), text.size());
        const size_t painted = color_size(text.substr(plain));
        // An escape that begins no colour is shown with what comes before it.
        const size_t shown = painted > 0 ? plain : std::min(plain + 1, text.size());
        out.append(harmless(text.substr(0, shown))).append(text.substr(shown, painted));
        text.remove_prefix(shown + painted);
    }
    return out;
}

}  // namespace trd
