// The parameters that a script declares, between C++ and lua/declarations.lua.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "view/strategy.h"

struct lua_State;

namespace trd {

// Parameters as a person gives them: {"fast", "12"}.
using LuaOverrides = std::vector<std::pair<std::string, std::string>>;

// As a table, on top of the stack; returns 1, the number of results.
int push_overrides(lua_State* state, const LuaOverrides& overrides);
// Of the declaration on top of the stack.
std::vector<StrategyParameter> parameters_of(lua_State* state);

}  // namespace trd
