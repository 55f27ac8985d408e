// Reading and pushing of plain values, and how messages show them. For C functions that scripts call.
#pragma once

#include <string>
#include <string_view>

struct lua_State;

namespace trd {

// Precondition: a string lies there. Valid as long as the script holds it.
std::string_view text_at(lua_State* state, int index);
void push_text(lua_State* state, std::string_view text);
void push_text_or_nil(lua_State* state, std::string_view text);

// 'text', 1.5, true, table; never an address.
std::string shown(lua_State* state, int index);
std::string shown(double number);

}  // namespace trd
