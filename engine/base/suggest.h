// "did you mean": the known name closest to a mistyped one. Used wherever a person's word is looked up: verbs, keys,
// parameters, symbols, and the names in scripts. Pure functions, any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace trd {

// Letters to insert, delete, replace or swap with their neighbour to turn `a` into `b`; no letter is touched twice
// (optimal string alignment). Upper and lower case ASCII letters count as equal.
size_t edit_distance(std::string_view a, std::string_view b);

// The name nearest to `word`, when it is at most two edits away and at least half of the word is kept; among equals
// the first of the list. Else the only one that begins with `word`, of three letters or more. Never `word` itself: that
// is not a mistake.
std::optional<std::string_view> nearest_name(std::string_view word, std::span<const std::string_view> names);

// " (did you mean 'close'?)", or nothing.
std::string did_you_mean(std::string_view word, std::span<const std::string_view> names);

}  // namespace trd
