#include "script/script_parameters.h"

#include <algorithm>
#include <iterator>

#include <lua.hpp>

#include "script/lua_values.h"

namespace trd {
namespace {

StrategyParameter::Type type_named(std::string_view name) {
    using Type = StrategyParameter::Type;
    constexpr std::pair<std::string_view, Type> types[] = {
        {"integer", Type::integer}, {"decimal", Type::decimal}, {"boolean", Type::boolean}, {"choice", Type::choice}};
    const auto* found =
        std::find_if(std::begin(types), std::end(types), [&](const auto& type) { return type.first == name; });
    TRD_ASSERT(found != std::end(types));
    return found->second;
}

// Of the parameter on top of the stack.
std::vector<std::string> choices_of(lua_State* state) {
    std::vector<std::string> choices;
    for_each_in(state, "choices", [&] { choices.emplace_back(text_at(state, -1)); });
    return choices;
}

}  // namespace

int push_overrides(lua_State* state, const LuaOverrides& overrides) {
    lua_newtable(state);
    for (const auto& [key, value] : overrides) {
        push_text(state, key);
        push_text(state, value);
        lua_rawset(state, -3);
    }
    return 1;
}

std::vector<StrategyParameter> parameters_of(lua_State* state) {
    std::vector<StrategyParameter> parameters;
    for_each_in(state, "parameters", [&] {
        parameters.push_back({text_field(state, -1, "name"), type_named(text_field(state, -1, "type")),
                              text_field(state, -1, "value_text"), text_field(state, -1, "fallback_text"),
                              text_field(state, -1, "doc"), text_field(state, -1, "min_text"),
                              text_field(state, -1, "max_text"), choices_of(state)});
    });
    return parameters;
}

}  // namespace trd
