// Is a file text at all, and how a message quotes from one that may not be. Used by history/import_*.cpp only. Pure
// functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace trd {

// "this is a picture, expected rows of text", and what to do about it.
struct OtherContent {
    std::string what, hint;
};
// Nothing: it looks like text. By the first bytes, or by a byte that no text has.
std::optional<OtherContent> what_else_it_is(std::string_view sample);

// A word of a file as a message can show it: cut when it is long, bytes that are no text as \x1b.
std::string quotable(std::string_view text);

}  // namespace trd
