#include "script/script_notes.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>
#include <lua.hpp>

#include "base/suggest.h"
#include "script/lua_host.h"
#include "script/lua_machine.h"
#include "view/timers.h"

namespace trd {
namespace {

constexpr size_t early_lines_max = 1000;
constexpr size_t fields_max = 64;

std::string_view text_at(lua_State* state, int index) {
    size_t size = 0;
    const char* text = lua_tolstring(state, index, &size);
    return text == nullptr ? std::string_view() : std::string_view(text, size);
}

std::string number_text(double number) { return std::isnan(number) ? "nan" : fmt::format("{:.14g}", number); }

bool is_bare(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c != '"' && c != '='; });
}

// What a field shows; never an address.
std::string field_text(lua_State* state, int index) {
    switch (lua_type(state, index)) {
        case LUA_TNUMBER:
            return number_text(lua_tonumber(state, index));
        case LUA_TSTRING: {
            const std::string_view text = text_at(state, index);
            return is_bare(text) ? std::string(text) : fmt::format("\"{}\"", text);
        }
        case LUA_TBOOLEAN:
            return lua_toboolean(state, index) != 0 ? "true" : "false";
        default:
            return luaL_typename(state, index);
    }
}

// " px=1.5 qty=3": the fields of the table at `index`, by name.
std::string fields_text(lua_State* state, int index) {
    std::vector<std::string> fields;
    lua_pushnil(state);
    while (lua_next(state, index) != 0) {
        if (fields.size() == fields_max)
            LuaMachine::raise(state, fmt::format("more than {} fields in one line of the log", fields_max));
        const std::string key =
            lua_type(state, -2) == LUA_TSTRING ? std::string(text_at(state, -2)) : field_text(state, -2);
        fields.push_back(fmt::format(" {}={}", key, field_text(state, -1)));
        lua_pop(state, 1);
    }
    std::sort(fields.begin(), fields.end());
    std::string text;
    for (const std::string& field : fields) text += field;
    return text;
}

std::string zone_hint(TimerMode mode, std::string_view zone) {
    if (mode != TimerMode::daily || Zone::find(zone)) return {};
    const std::vector<std::string> names = zone_names();
    return fmt::format(", not '{}'{}", zone,
                       did_you_mean(zone, std::vector<std::string_view>(names.begin(), names.end())));
}

}  // namespace

ScriptNotes& ScriptNotes::owner(lua_State* state) { return *static_cast<ScriptNotes*>(owner_of(state)); }

void ScriptNotes::add_functions(lua_State* state) {
    struct Entry {
        const char* name;
        int (*function)(lua_State*);
    };
    constexpr Entry functions[] = {{"log", log_line}, {"value", value}, {"plot_series", plot_series},
                                   {"mark", mark},    {"alert", alert}, {"timer", timer}};
    lua_newtable(state);
    for (const Entry& entry : functions) add_host_function(state, this, entry.name, entry.function);
    lua_setfield(state, -2, "notes");
}

void ScriptNotes::bind(ViewPort port) {
    batch_ = NoteBatch(port.notes());
    for (const std::string& line : early_) say({.kind = NoteKind::log, .text = line});
    early_.clear();
}

// ---- what lua/notes.lua calls; it has checked the arguments ----

// (level, text, fields or nil)
int ScriptNotes::log_line(lua_State* state) {
    ScriptNotes& self = owner(state);
    std::string line(text_at(state, 2));
    if (lua_istable(state, 3)) line += fields_text(state, 3);
    if (self.batch_.has_ring()) {
        self.say({.kind = NoteKind::log, .level = static_cast<NoteLevel>(lua_tointeger(state, 1)), .text = line});
    } else if (self.early_.size() < early_lines_max) {
        self.early_.push_back(std::move(line));
    }
    return 0;
}

// (text)
int ScriptNotes::mark(lua_State* state) {
    owner(state).say({.kind = NoteKind::mark, .text = text_at(state, 1)});
    return 0;
}

// (level, text)
int ScriptNotes::alert(lua_State* state) {
    owner(state).say(
        {.kind = NoteKind::alert, .level = static_cast<NoteLevel>(lua_tointeger(state, 1)), .text = text_at(state, 2)});
    return 0;
}

// The number of the channel (use, name, pane and style), made at its first use.
uint16_t ScriptNotes::channel(lua_State* state) {
    const auto use = static_cast<ChannelUse>(lua_tointeger(state, 1));
    const std::string_view name = text_at(state, 2);
    const auto found = channels_.find(name);
    if (found != channels_.end()) {
        if (found->second.use == use) return found->second.number;
        LuaMachine::raise(state, fmt::format("'{}' is {} already: give the other one another name", name,
                                             use == ChannelUse::plot ? "recorded" : "plotted"));
    }
    if (channels_.size() == channels_max)
        LuaMachine::raise(state, fmt::format("more than {} names are recorded and plotted", channels_max));
    const auto number = static_cast<uint16_t>(channels_.size());
    channels_.emplace(name, Channel{use, number});
    say({.kind = NoteKind::channel, .use = use, .number = number, .text = name, .rest = text_at(state, 3)});
    return number;
}

// (use, name, pane and style, number)
int ScriptNotes::value(lua_State* state) {
    ScriptNotes& self = owner(state);
    const uint16_t number = self.channel(state);
    self.say({.kind = NoteKind::value, .number = number, .real = lua_tonumber(state, 4)});
    return 0;
}

// (use, name, pane and style, the series' address, the number of the data series it belongs to)
int ScriptNotes::plot_series(lua_State* state) {
    ScriptNotes& self = owner(state);
    const auto* const values = static_cast<const ScriptSeries*>(lua_touserdata(state, 4));
    self.plots_.push_back({static_cast<uint32_t>(lua_tointeger(state, 5)), values, self.channel(state)});
    return 0;
}

void ScriptNotes::sample(uint32_t index) {
    for (const Plot& plot : plots_) {
        if (plot.series != index) continue;
        const double value = plot.values->ago(0);
        if (std::isfinite(value)) say({.kind = NoteKind::value, .number = plot.channel, .real = value});
    }
}

// ---- timers ----

uint16_t ScriptNotes::timer_number(lua_State* state, std::string_view name, TimerMode mode) {
    const auto found =
        std::find_if(timers_.begin(), timers_.end(), [&](const Timer& timer) { return timer.name == name; });
    if (found != timers_.end()) {
        if (mode == TimerMode::after && found->mode == mode) return static_cast<uint16_t>(found - timers_.begin());
        LuaMachine::raise(state, fmt::format("there is a timer '{}' already", name));
    }
    if (timers_.size() == timers_max) LuaMachine::raise(state, fmt::format("more than {} timers", timers_max));
    timers_.push_back({std::string(name), mode});
    return static_cast<uint16_t>(timers_.size() - 1);
}

// (what is called, mode, nanoseconds, zone, name)
int ScriptNotes::timer(lua_State* state) {
    ScriptNotes& self = owner(state);
    const auto mode = static_cast<TimerMode>(lua_tointeger(state, 2));
    Note note{.kind = NoteKind::timer, .timer = mode};
    note.integer = static_cast<int64_t>(lua_tonumber(state, 3));
    note.rest = text_at(state, 4);
    if (const auto expected = refusal_of(mode, Duration{note.integer}, note.rest))
        LuaMachine::raise(state,
                          fmt::format("{} needs {}{}", text_at(state, 1), *expected, zone_hint(mode, note.rest)));
    note.text = text_at(state, 5);
    note.number = self.timer_number(state, note.text, mode);
    if (!self.batch_.stage(note)) LuaMachine::raise(state, "too much was said in one handler to set a timer");
    return 0;
}

}  // namespace trd
