// The C functions that lua/sandbox.lua stands on: mathematics, ordered keys, suggestions, reading of shared memory.
// They are fields of the `host` table, which only our own Lua sees. Called by LuaMachine while it builds a state.
#pragma once

struct lua_State;

namespace trd {

class LuaMachine;

// Fills the table on top of the stack. Raises a Lua error when there is no memory.
void register_host(lua_State* state, LuaMachine& machine);

// host[name] = function, for the table on top of the stack; the function finds its owner with owner_of().
void add_host_function(lua_State* state, void* owner, const char* name, int (*function)(lua_State*));
void* owner_of(lua_State* state);

}  // namespace trd
