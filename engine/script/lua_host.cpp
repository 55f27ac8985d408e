#include "script/lua_host.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <lua.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/portable_math.h"
#include "base/time.h"
#include "script/foreign_names.h"
#include "script/lua_machine.h"
#include "script/lua_text_functions.h"
#include "script/script_methods.h"

namespace trd {
namespace {

std::string_view text_at(lua_State* state, int index) {
    size_t size = 0;
    const char* text = lua_tolstring(state, index, &size);
    return {text, size};
}

// ---- mathematics: the same C functions by FFI when the JIT is on, by the C API when it is off ----

using Unary = double (*)(double);
using Binary = double (*)(double, double);

double fraction_of(double x) {
    int exponent = 0;
    return std::frexp(x, &exponent);
}
double exponent_of(double x) {
    int exponent = 0;
    if (std::isfinite(x)) std::frexp(x, &exponent);
    return exponent;
}
double scaled(double x, double exponent) {
    if (std::isnan(exponent)) return exponent;
    return std::ldexp(x, static_cast<int>(std::clamp(exponent, -5000.0, 5000.0)));
}

struct UnaryEntry {
    const char* name;
    Unary function;
};
struct BinaryEntry {
    const char* name;
    Binary function;
};
constexpr UnaryEntry unary_table[] = {
    {"exp", portable::exp},    {"log", portable::log},    {"log10", portable::log10}, {"sin", portable::sin},
    {"cos", portable::cos},    {"tan", portable::tan},    {"asin", portable::asin},   {"acos", portable::acos},
    {"atan", portable::atan},  {"sinh", portable::sinh},  {"cosh", portable::cosh},   {"tanh", portable::tanh},
    {"fraction", fraction_of}, {"exponent", exponent_of},
};
constexpr BinaryEntry binary_table[] = {
    {"pow", portable::pow}, {"atan2", portable::atan2}, {"fmod", portable::fmod}, {"scale", scaled}};

int call_unary(lua_State* state) {
    const auto* entry = static_cast<const UnaryEntry*>(lua_touserdata(state, lua_upvalueindex(1)));
    lua_pushnumber(state, entry->function(lua_tonumber(state, 1)));
    return 1;
}
int call_binary(lua_State* state) {
    const auto* entry = static_cast<const BinaryEntry*>(lua_touserdata(state, lua_upvalueindex(1)));
    lua_pushnumber(state, entry->function(lua_tonumber(state, 1), lua_tonumber(state, 2)));
    return 1;
}
double next_random(LuaMachine* machine) { return machine->random(); }
int call_random(lua_State* state) {
    lua_pushnumber(state, static_cast<LuaMachine*>(owner_of(state))->random());
    return 1;
}

template <class Entry>
void add_functions(lua_State* state, const Entry& entry, lua_CFunction by_api) {
    lua_pushlightuserdata(state, reinterpret_cast<void*>(entry.function));
    lua_setfield(state, -3, entry.name);
    lua_pushlightuserdata(state, const_cast<Entry*>(&entry));
    lua_pushcclosure(state, by_api, 1);
    lua_setfield(state, -2, entry.name);
}

// host.address[name]: what FFI casts; host.api[name]: the same function for the C API.
void add_mathematics(lua_State* state, LuaMachine& machine) {
    lua_newtable(state);
    lua_newtable(state);
    for (const UnaryEntry& entry : unary_table) add_functions(state, entry, call_unary);
    for (const BinaryEntry& entry : binary_table) add_functions(state, entry, call_binary);
    lua_pushlightuserdata(state, reinterpret_cast<void*>(next_random));
    lua_setfield(state, -3, "random");
    add_host_function(state, &machine, "random", call_random);
    lua_setfield(state, -3, "api");
    lua_setfield(state, -2, "address");
}

// ---- ordered keys ----

// Numbers ascending, then strings by bytes, then false and true. Other keys have no order that two runs share.
struct Key {
    int rank = 0;  // 1 number, 2 string, 3 boolean
    double number = 0;
    std::string_view text;
    bool is_true = false;
    friend bool operator<(const Key& a, const Key& b) {
        if (a.rank != b.rank) return a.rank < b.rank;
        if (a.rank == 1) return a.number < b.number;
        if (a.rank == 2) return a.text < b.text;
        return a.is_true < b.is_true;
    }
};

Key key_at(lua_State* state, int index) {
    switch (lua_type(state, index)) {
        case LUA_TNUMBER:
            return {1, lua_tonumber(state, index), {}, false};
        case LUA_TSTRING:
            return {2, 0, text_at(state, index), false};
        case LUA_TBOOLEAN:
            return {3, 0, {}, lua_toboolean(state, index) != 0};
        default:
            return {};
    }
}
[[noreturn]] void refuse_key(lua_State* state) {
    const std::string type = luaL_typename(state, -2);
    LuaMachine::raise(state, "pairs and next cannot order a table that has a " + type +
                                 " as a key (use numbers, strings or booleans)");
}
void push_key(lua_State* state, const Key& key) {
    if (key.rank == 1) return lua_pushnumber(state, key.number);
    if (key.rank == 2) return lua_pushlstring(state, key.text.data(), key.text.size());
    lua_pushboolean(state, key.is_true ? 1 : 0);
}

// sorted_keys(table): an array of its keys, and how many there are.
int sorted_keys(lua_State* state) {
    std::vector<Key> keys;
    lua_pushnil(state);
    while (lua_next(state, 1) != 0) {
        keys.push_back(key_at(state, -2));
        if (keys.back().rank == 0) refuse_key(state);
        lua_pop(state, 1);
    }
    if (!std::is_sorted(keys.begin(), keys.end())) std::sort(keys.begin(), keys.end());
    lua_createtable(state, static_cast<int>(keys.size()), 0);
    for (size_t i = 0; i < keys.size(); ++i) {
        push_key(state, keys[i]);
        lua_rawseti(state, -2, static_cast<int>(i + 1));
    }
    lua_pushnumber(state, static_cast<double>(keys.size()));
    return 2;
}

// key_after(table, key or nil): the next key in that order and its value; nothing at the end.
int key_after(lua_State* state) {
    const bool first = lua_isnoneornil(state, 2);
    const Key last = first ? Key{} : key_at(state, 2);
    Key best;
    lua_settop(state, 2);
    lua_pushnil(state);
    while (lua_next(state, 1) != 0) {
        const Key key = key_at(state, -2);
        if (key.rank == 0) refuse_key(state);
        if (last < key && (best.rank == 0 || key < best)) best = key;
        lua_pop(state, 1);
    }
    if (best.rank == 0) {
        lua_pushnil(state);
        return 1;
    }
    push_key(state, best);
    lua_pushvalue(state, -1);
    lua_rawget(state, 1);
    return 2;
}

// unknown_key(table, known): the first key, in that order, that `known` does not have; nothing if there is none.
int unknown_key(lua_State* state) {
    Key first;
    lua_settop(state, 2);
    lua_pushnil(state);
    while (lua_next(state, 1) != 0) {
        lua_pop(state, 1);
        lua_pushvalue(state, -1);
        lua_rawget(state, 2);
        if (lua_isnil(state, -1)) {
            const Key key = key_at(state, -2);
            if (key.rank == 0) refuse_key(state);
            if (first.rank == 0 || key < first) first = key;
        }
        lua_pop(state, 1);
    }
    if (first.rank == 0) return 0;
    push_key(state, first);
    return 1;
}

// ---- words ----

// (word, table): what `say` says of the word and the table's string keys in order; "" when the word is no text.
template <class Say>
int push_suggestion(lua_State* state, Say say) {
    std::vector<std::string_view> names;
    lua_settop(state, 2);
    lua_pushnil(state);
    while (lua_next(state, 2) != 0) {
        if (lua_type(state, -2) == LUA_TSTRING) names.push_back(text_at(state, -2));
        lua_pop(state, 1);
    }
    std::sort(names.begin(), names.end());
    const std::string text = lua_type(state, 1) == LUA_TSTRING ? say(text_at(state, 1), names) : std::string();
    lua_pushlstring(state, text.data(), text.size());
    return 1;
}

// suggest(word, table): " (did you mean 'x'?)", or "".
int suggest(lua_State* state) { return push_suggestion(state, meant_name); }
// meant_hook(method, hooks): the same for a method of a strategy that is no hook.
int suggest_hook(lua_State* state) { return push_suggestion(state, meant_hook); }

int raise_message(lua_State* state) { LuaMachine::raise(state, std::string(text_at(state, 1))); }

// parse_duration("1h"): nanoseconds, or nothing.
int parse_duration_text(lua_State* state) {
    const auto parsed = parse_duration(text_at(state, 1));
    if (!parsed) return 0;
    lua_pushnumber(state, static_cast<double>(parsed->ns));
    return 1;
}

// ---- shared memory, for machines without the JIT; with it the prelude reads through FFI ----

const void* cell_at(lua_State* state) {
    const auto* cells = static_cast<const double*>(lua_touserdata(state, 1));
    return cells + static_cast<ptrdiff_t>(lua_tonumber(state, 2));
}
int cell_number(lua_State* state) {
    double value = 0;
    std::memcpy(&value, cell_at(state), sizeof value);
    lua_pushnumber(state, value);
    return 1;
}
int cell_integer(lua_State* state) {
    int64_t value = 0;
    std::memcpy(&value, cell_at(state), sizeof value);
    lua_pushnumber(state, static_cast<double>(value));
    return 1;
}

}  // namespace

void* owner_of(lua_State* state) { return lua_touserdata(state, lua_upvalueindex(1)); }

void add_host_function(lua_State* state, void* owner, const char* name, int (*function)(lua_State*)) {
    lua_pushlightuserdata(state, owner);
    lua_pushcclosure(state, function, 1);
    lua_setfield(state, -2, name);
}

void register_host(lua_State* state, LuaMachine& machine) {
    lua_pushboolean(state, machine.jit() ? 1 : 0);
    lua_setfield(state, -2, "jit");
    lua_pushlightuserdata(state, &machine);
    lua_setfield(state, -2, "machine");
    add_mathematics(state, machine);
    add_text_functions(state);
    add_host_function(state, &machine, "sorted_keys", sorted_keys);
    add_host_function(state, &machine, "key_after", key_after);
    add_host_function(state, &machine, "unknown_key", unknown_key);
    add_host_function(state, &machine, "suggest", suggest);
    add_host_function(state, &machine, "meant_hook", suggest_hook);
    add_host_function(state, &machine, "raise", raise_message);
    add_host_function(state, &machine, "parse_duration", parse_duration_text);
    add_host_function(state, &machine, "cell_number", cell_number);
    add_host_function(state, &machine, "cell_integer", cell_integer);
}

}  // namespace trd
