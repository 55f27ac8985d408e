// What people read below and behind the message of a script's error: its line, a caret, and what was meant.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace trd {

// With blanks for tabs, so that a caret stands where it should. Empty: there is no such line.
std::string line_of(std::string_view text, int line);
// Under what is wrong, as far as the message tells; otherwise under the line's first character.
size_t caret_column(std::string_view line, std::string_view message);
// Behind Lua's own words; empty: they need none.
std::string_view hint_for(std::string_view message);

}  // namespace trd
