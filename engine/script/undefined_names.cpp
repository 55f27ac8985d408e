#include "script/undefined_names.h"

#include <algorithm>

#include <fmt/core.h>
#include <lua.hpp>

#include "script/lua_machine.h"
#include "script/lua_values.h"

namespace trd {

std::vector<ScriptFinding> undefined_names(LuaMachine& machine) {
    lua_State* const state = machine.state();
    lua_settop(state, 1);
    machine.push_tool("global_names");
    machine.push_chunk();
    std::vector<ScriptFinding> findings;
    if (!machine.call(1, 1).ok()) return findings;
    lua_newtable(state);
    lua_insert(state, -2);
    lua_setfield(state, -2, "names");
    for_each_in(state, "names", [&] {
        const int line = static_cast<int>(number_field(state, -1, "line", 0));
        const std::string name = text_field(state, -1, "name");
        const std::string message =
            true_field(state, -1, "write")
                ? fmt::format("a script has no globals: write 'local {}', or keep it in self", name)
                : fmt::format("undefined name '{}'{}", name, text_field(state, -1, "hint"));
        findings.push_back({line, machine.load_fault(line, message).message});
    });
    std::stable_sort(findings.begin(), findings.end(),
                     [](const ScriptFinding& a, const ScriptFinding& b) { return a.line < b.line; });
    return findings;
}

}  // namespace trd
