// Limits that ship inside the binary: config/NAME.toml, put there by cmake/EmbedLua.cmake.
#pragma once

#include <string_view>

namespace trd {

// Empty: there is no such file.
std::string_view limits_text(std::string_view name);
inline std::string_view default_limits_text() { return limits_text("limits-default"); }

}  // namespace trd
