// Which value of a line could not be compared: Lua's message has only its type. Used by LuaMachine's error handler,
// while the frame that failed is still there.
#pragma once

#include <string>
#include <string_view>

struct lua_State;
struct lua_Debug;

namespace trd {

// How Lua's message begins.
inline constexpr std::string_view comparison_fault = "attempt to compare ";

// "'position' is a position and no number: write position.qty", or nothing when the line does not tell. On the stack
// lie the frame's function and above it tools.kind_of (or nil), which says what a handle is. `line` is the text of the
// frame's line.
std::string compared_value(lua_State* state, const lua_Debug& frame, std::string_view line, std::string_view message);

}  // namespace trd
