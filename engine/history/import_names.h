// Which of our columns the header of a text file means. Used by history/import_layout.cpp only. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "history/kinds.h"

namespace trd {

// Lower case; blanks, points, dashes and slashes as underscores.
std::string normal_name(std::string_view text);
// By its own name alone.
std::optional<size_t> column_named(const KindSpec& spec, std::string_view name);
// The column of the kind that a name in normal form means, by its own name or by one that files give to it.
std::optional<size_t> column_meant(const KindSpec& spec, std::string_view name);

}  // namespace trd
