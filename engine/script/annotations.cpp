#include "script/annotations.h"

#include <lua.hpp>

#include "script/lua_rule.h"
#include "script/lua_strategy.h"

namespace trd {

std::string editor_annotations() {
    return LuaStrategy::annotations() + LuaRule::annotations() + "---@type trd\nlocal trd\nreturn trd\n";
}

std::string editor_settings() {
    return R"({
  "runtime.version": "LuaJIT",
  "runtime.builtin": {
    "debug": "disable", "ffi": "disable", "io": "disable", "jit": "disable", "jit.profile": "disable",
    "jit.util": "disable", "os": "disable", "package": "disable", "string.buffer": "disable",
    "table.clear": "disable", "table.new": "disable", "utf8": "disable"
  },
  "workspace.library": ["trd.d.lua"],
  "workspace.checkThirdParty": false
}
)";
}

}  // namespace trd
