#include "script/lua_values.h"

#include <cmath>

#include <fmt/core.h>
#include <lua.hpp>

namespace trd {

std::string_view text_at(lua_State* state, int index) {
    size_t size = 0;
    const char* text = lua_tolstring(state, index, &size);
    return {text, size};
}

void push_text(lua_State* state, std::string_view text) { lua_pushlstring(state, text.data(), text.size()); }
void push_text_or_nil(lua_State* state, std::string_view text) {
    text.empty() ? lua_pushnil(state) : push_text(state, text);
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
