// A machine with the sandbox and nothing else: runs a text, gives back what it returns. For tests of the room.
#pragma once

#include <lua.hpp>
#include <string>

#include "script/lua_machine.h"
#include "support/catch.h"

namespace trd {

class SandboxBench {
  public:
    explicit SandboxBench(LuaOptions options = {}) : machine_("dir/test.lua", options) {
        const auto opened = machine_.open({}, &SandboxBench::keep_trace_info, this);
        if (!opened) FAIL(opened.error().message);
    }

    // The returned value as text ("nil" for nothing), or the fault's message after "! ".
    std::string run(const std::string& text) {
        lua_State* const state = machine_.state();
        lua_settop(state, 1);
        auto outcome = machine_.compile(text);
        if (outcome.ok()) outcome = machine_.call(2, 1);
        if (!outcome.ok()) {
            kind = outcome.error().kind;
            return "! " + outcome.error().message;
        }
        size_t size = 0;
        const char* value = lua_tolstring(state, -1, &size);
        std::string result = value == nullptr ? luaL_typename(state, -1) : std::string(value, size);
        lua_settop(state, 1);
        return result;
    }
    // How many traces the JIT has compiled.
    int traces() {
        lua_State* const state = machine_.state();
        for (int count = 0;; ++count) {
            lua_rawgeti(state, LUA_REGISTRYINDEX, trace_info_);
            lua_pushnumber(state, count + 1);
            lua_call(state, 1, 1);
            const bool exists = !lua_isnil(state, -1);
            lua_pop(state, 1);
            if (!exists) return count;
        }
    }
    LuaMachine& machine() { return machine_; }

    StrategyFault::Kind kind = StrategyFault::Kind::error;  // of the last fault

  private:
    static void keep_trace_info(lua_State* state, void* context) {
        lua_getglobal(state, "require");
        lua_pushliteral(state, "jit.util");
        lua_call(state, 1, 1);
        lua_getfield(state, -1, "traceinfo");
        static_cast<SandboxBench*>(context)->trace_info_ = luaL_ref(state, LUA_REGISTRYINDEX);
        lua_pop(state, 1);
    }

    int trace_info_ = 0;
    LuaMachine machine_;
};

}  // namespace trd
