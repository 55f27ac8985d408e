#include "script/script_indicator.h"

#include <cmath>

#include <lua.hpp>

namespace trd {
namespace {

using Values = std::array<double, IndicatorOutput::of_one_max>;

Values nothing() {
    Values values;
    values.fill(IndicatorOutput::nan);
    return values;
}

}  // namespace

ScriptIndicator::ScriptIndicator(LuaMachine& machine, uint32_t outputs, std::unique_ptr<StrategyFault>& fault)
    : machine_(machine), count_(outputs), fault_(fault), function_(luaL_ref(machine.state(), LUA_REGISTRYINDEX)) {}

// There is nothing to work on before the first value.
void ScriptIndicator::update(double value, IndicatorOutput* outputs) {
    push(std::isnan(value) ? nothing() : call(value), outputs);
}

// The script's bar shows the newest one already.
void ScriptIndicator::update(const BarValues&, IndicatorOutput* outputs) { push(call(IndicatorOutput::nan), outputs); }

void ScriptIndicator::push(const Values& values, IndicatorOutput* outputs) const {
    for (uint32_t i = 0; i < count_; ++i) outputs[i].push(values[i]);
}

ScriptIndicator::Values ScriptIndicator::call(double value) {
    Values values = nothing();
    if (fault_ != nullptr) return values;
    lua_State* const state = machine_.state();
    lua_rawgeti(state, LUA_REGISTRYINDEX, function_);
    lua_pushnumber(state, value);
    const int count = static_cast<int>(count_);
    if (auto called = machine_.call(1, count); !called.ok()) {
        fault_ = std::make_unique<StrategyFault>(std::move(called).error());
        return values;
    }
    for (int i = 0; i < count; ++i)
        if (lua_isnumber(state, i - count) != 0) values[static_cast<size_t>(i)] = lua_tonumber(state, i - count);
    lua_pop(state, count);
    return values;
}

}  // namespace trd
