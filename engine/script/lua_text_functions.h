// string.find, match, gmatch and gsub for scripts, on patterns with a budget (script/lua_pattern.h); the same answers
// as the library's.
#pragma once

struct lua_State;

namespace trd {

// host.text = { find = f, ... }, for the host table on top of the stack.
void add_text_functions(lua_State* state);

}  // namespace trd
