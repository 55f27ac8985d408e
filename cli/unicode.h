// Text of other people on a terminal: where a code point ends, how many places it takes, and what of it must be shown
// instead of sent. The same in every locale. Pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace trd {

// Bytes of the well-formed UTF-8 sequence at the front of `text` (RFC 3629: no surrogates, nothing overlong, nothing
// above U+10FFFF), or 0. Precondition: `text` is not empty.
size_t utf8_size(std::string_view text);
// The code point of a well-formed sequence.
char32_t code_point(std::string_view sequence);

// 0 for marks that sit on the letter before them, 2 for what East Asian typography makes wide, else 1.
size_t width_of(char32_t c);
// How many places of a terminal the text takes: our own colour sequences left out, a bad byte counts as one.
size_t display_width(std::string_view text);
// The longest front of `text` that takes at most `width` places.
std::string_view fitting_front(std::string_view text, size_t width);

enum class Lines : uint8_t { kept, shown };

// With all that could steer a terminal, or turn the text around, shown as \x1b or \u{202e}: control characters (C0,
// DEL, C1), bidirectional overrides, bytes that are not UTF-8. Line ends and tabs stay, or are shown as \n and \t; then
// a backslash is shown as \\, so that what is shown can be read back.
std::string harmless(std::string_view text, Lines lines = Lines::kept);
// The same with line ends kept, and colours as Paint writes them.
std::string harmless_in_colour(std::string_view text);

}  // namespace trd
