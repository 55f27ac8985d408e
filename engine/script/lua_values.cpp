#include "script/lua_values.h"

#include <cmath>

#include <fmt/core.h>
#include <lua.hpp>

namespace trd {

std::string_view text_at(lua_State* state, int index) {
    size_t size = 0;
    const char* text = lua_tolstring(state, index, &size);
    return text == nullptr ? std::string_view() : std::string_view(text, size);
}

void push_text(lua_State* state, std::string_view text) { lua_pushlstring(state, text.data(), text.size()); }
void push_text_or_nil(lua_State* state, std::string_view text) {
    text.empty() ? lua_pushnil(state) : push_text(state, text);
}

std::string text_field(lua_State* state, int index, const char* name) {
    lua_getfield(state, index, name);
    std::string text(text_at(state, -1));
    lua_pop(state, 1);
    return text;
}

double number_field(lua_State* state, int index, const char* name, double otherwise) {
    lua_getfield(state, index, name);
    const double value = lua_isnumber(state, -1) != 0 ? lua_tonumber(state, -1) : otherwise;
    lua_pop(state, 1);
    return value;
}

bool true_field(lua_State* state, int index, const char* name) {
    lua_getfield(state, index, name);
    const bool value = lua_toboolean(state, -1) != 0;
    lua_pop(state, 1);
    return value;
}

void for_each_in(lua_State* state, const char* name, const std::function<void()>& each) {
    lua_getfield(state, -1, name);
    const int size = static_cast<int>(lua_objlen(state, -1));
    for (int i = 1; i <= size; ++i) {
        lua_rawgeti(state, -1, i);
        each();
        lua_pop(state, 1);
    }
    lua_pop(state, 1);
}

// A NaN's sign is nobody's business.
std::string shown(double number) { return std::isnan(number) ? "nan" : fmt::format("{:.14g}", number); }

std::string shown(lua_State* state, int index) {
    switch (lua_type(state, index)) {
        case LUA_TSTRING:
            return fmt::format("'{}'", text_at(state, index));
        case LUA_TNUMBER:
            return shown(lua_tonumber(state, index));
        case LUA_TBOOLEAN:
            return lua_toboolean(state, index) != 0 ? "true" : "false";
        default:
            return luaL_typename(state, index);
    }
}

}  // namespace trd
