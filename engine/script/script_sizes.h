// The functions of stats/sizing.h for lua/sizes.lua, which has checked their arguments.
#pragma once

struct lua_State;

namespace trd {

// host.sizes = { kelly = f, ... }, for the host table on top of the stack.
void add_size_functions(lua_State* state);

}  // namespace trd
