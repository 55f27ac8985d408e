// Reading and pushing of plain values, and how messages show them. For C functions that scripts call.
#pragma once

#include <functional>
#include <string>
#include <string_view>

struct lua_State;

namespace trd {

// Precondition: a string lies there. Valid as long as the script holds it.
std::string_view text_at(lua_State* state, int index);
void push_text(lua_State* state, std::string_view text);
void push_text_or_nil(lua_State* state, std::string_view text);

// Fields of the table at `index`; what is not there is empty, `otherwise` or false.
std::string text_field(lua_State* state, int index, const char* name);
double number_field(lua_State* state, int index, const char* name, double otherwise);
bool true_field(lua_State* state, int index, const char* name);
// Calls `each` with every element of the array in field `name` of the table on top of the stack; the element is on top.
void for_each_in(lua_State* state, const char* name, const std::function<void()>& each);

// 'text', 1.5, true, table; never an address.
std::string shown(lua_State* state, int index);
std::string shown(double number);

}  // namespace trd
