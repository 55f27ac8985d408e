// The Lua that ships inside the binary: lua/NAME.lua, put there by cmake/EmbedLua.cmake.
#pragma once

#include <string_view>

namespace trd {

// Empty: there is no such file.
std::string_view lua_text(std::string_view name);

}  // namespace trd
