// The C functions that lua/strategy.lua calls, as fields of its host table: memory of the view, indicators, orders.
// Part of LuaStrategy, in a file of its own.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

struct lua_State;

namespace trd {

struct LuaStrategyHost {
    // LuaMachine::Register; `strategy` is the LuaStrategy.
    static void add(lua_State* state, void* strategy);

    static int overrides(lua_State* state);
    static int unused_methods(lua_State* state);
    static int take_manifest(lua_State* state);
    static int block(lua_State* state);
    static int bar(lua_State* state);
    static int bar_series(lua_State* state);
    static int series_value(lua_State* state);
    static int crossing(lua_State* state);
    static int instrument(lua_State* state);
    static int position(lua_State* state);
    static int account(lua_State* state);
    static void charge_for_indicator(lua_State* state, const std::string& what, size_t outputs,
                                     const std::vector<double>& values);
    static int add_indicator(lua_State* state);
    static int add_script_indicator(lua_State* state);
    static int indicator_output(lua_State* state);
    static int instrument_of(lua_State* state);
    static int unit(lua_State* state);
};

}  // namespace trd
