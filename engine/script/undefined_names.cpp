#include "script/undefined_names.h"

#include <algorithm>

#include <fmt/core.h>
#include <lua.hpp>

#include "script/lua_machine.h"
#include "script/lua_values.h"
#include "script/script_slips.h"
#include "script/unknown_members.h"

namespace trd {

namespace {

void add_keys(lua_State* state, std::set<std::string, std::less<>>& names) {
    if (lua_istable(state, -1))
        for (lua_pushnil(state); lua_next(state, -2) != 0; lua_pop(state, 1)) names.emplace(text_at(state, -2));
    lua_pop(state, 1);
}

KnownMembers known_members(LuaMachine& machine) {
    lua_State* const state = machine.state();
    KnownMembers known;
    machine.push_tool("api");
    if (lua_istable(state, -1)) {
        lua_getfield(state, -1, "hooks");
        add_keys(state, known.hooks);
        lua_getfield(state, -1, "ctx");
        add_keys(state, known.ctx);
    }
    lua_pop(state, 1);
    machine.push_tool("methods");
    add_keys(state, known.ctx);
    return known;
}

void add_unknown_members(LuaMachine& machine, std::vector<ScriptFinding>& findings) {
    const KnownMembers known = known_members(machine);
    if (known.hooks.empty()) return;
    for (const UnknownMember& each : unknown_members(machine.source(), known))
        findings.push_back({each.line, machine.load_fault(each.line, each.message).message});
}

}  // namespace

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
        const std::string message = true_field(state, -1, "write")
                                        ? text_field(state, -1, "text")
                                        : fmt::format("undefined name '{}'{}", name, text_field(state, -1, "hint"));
        findings.push_back({line, machine.load_fault(line, message).message});
    });
    add_unknown_members(machine, findings);
    for (const ScriptSlip& each : script_slips(machine.source()))
        findings.push_back({each.line, machine.load_fault(each.line, each.message).message});
    std::stable_sort(findings.begin(), findings.end(),
                     [](const ScriptFinding& a, const ScriptFinding& b) { return a.line < b.line; });
    return findings;
}

}  // namespace trd
