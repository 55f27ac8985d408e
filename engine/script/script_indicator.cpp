#include "script/script_indicator.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <lua.hpp>

namespace trd {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

}  // namespace

ScriptIndicator::ScriptIndicator(LuaMachine& machine, std::unique_ptr<StrategyFault>& fault)
    : machine_(machine), fault_(fault), function_(luaL_ref(machine.state(), LUA_REGISTRYINDEX)) {}

// There is nothing to work on before the first value.
void ScriptIndicator::update_value(double value, std::span<double> outputs) {
    if (!std::isnan(value)) return call(value, outputs);
    std::fill(outputs.begin(), outputs.end(), nan);
}

// The script's bar shows the newest one already.
void ScriptIndicator::update_bar(const BarValues&, std::span<double> outputs) { call(nan, outputs); }

void ScriptIndicator::call(double value, std::span<double> outputs) {
    std::fill(outputs.begin(), outputs.end(), nan);
    if (fault_ != nullptr) return;
    lua_State* const state = machine_.state();
    lua_rawgeti(state, LUA_REGISTRYINDEX, function_);
    lua_pushnumber(state, value);
    const int count = static_cast<int>(outputs.size());
    if (auto called = machine_.call(1, count); !called.ok()) {
        fault_ = std::make_unique<StrategyFault>(std::move(called).error());
        return;
    }
    for (int i = 0; i < count; ++i)
        if (lua_isnumber(state, i - count) != 0) outputs[static_cast<size_t>(i)] = lua_tonumber(state, i - count);
    lua_pop(state, count);
}

}  // namespace trd
