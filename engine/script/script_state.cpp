#include "script/script_state.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <lua.hpp>

#include "base/bytes.h"
#include "script/lua_host.h"
#include "script/lua_machine.h"
#include "script/lua_values.h"
#include "script/script_order_handles.h"

namespace trd {
namespace {

enum class Tag : uint8_t { no, yes, number, text, table };

constexpr int deepest_table = 32;
constexpr char what_is_kept[] = "only numbers, texts, true, false and tables of them are kept";

struct StateKey {
    bool is_text = false;
    double number = 0;
    std::string_view text;
    friend bool operator<(const StateKey& a, const StateKey& b) {
        if (a.is_text != b.is_text) return b.is_text;
        return a.is_text ? a.text < b.text : a.number < b.number;
    }
};

std::string path_to(const std::string& table, const StateKey& key) {
    if (!key.is_text) return fmt::format("{}[{}]", table, shown(key.number));
    return fmt::format("{}.{}", table, key.text);
}

class StateWriter {
  public:
    // `name` is how the script would write it.
    StateWriter(lua_State* state, std::string name) : state_(state), name_(std::move(name)) {}

    void write_all() { write(name_, 0); }
    std::string_view bytes() const { return {reinterpret_cast<const char*>(out_.bytes().data()), out_.bytes().size()}; }

  private:
    // The value on top of the stack.
    void write(const std::string& path, int depth) {
        if (out_.size() > script_state_bytes_max)
            LuaMachine::raise(state_, fmt::format("{} is larger than {} bytes", name_, script_state_bytes_max));
        switch (lua_type(state_, -1)) {
            case LUA_TBOOLEAN:
                return out_.put(lua_toboolean(state_, -1) != 0 ? Tag::yes : Tag::no);
            case LUA_TNUMBER:
                return write_number(lua_tonumber(state_, -1));
            case LUA_TSTRING:
                out_.put(Tag::text);
                return out_.put_text(text_at(state_, -1));
            case LUA_TTABLE:
                return write_table(path, depth);
            default:
                refuse(path);
        }
    }
    // All values that are no number have the same bytes.
    void write_number(double value) {
        out_.put(Tag::number);
        out_.put(std::isnan(value) ? std::numeric_limits<double>::quiet_NaN() : value);
    }

    void write_table(const std::string& path, int depth) {
        check_table(path, depth);
        const std::vector<StateKey> keys = sorted_keys(path);
        luaL_checkstack(state_, 4, nullptr);
        out_.put(Tag::table);
        out_.put(static_cast<uint32_t>(keys.size()));
        for (const StateKey& key : keys) {
            push(key);
            write(path, depth);
            lua_rawget(state_, -2);
            write(path_to(path, key), depth + 1);
            lua_pop(state_, 1);
        }
    }

    // Twice the same table would be two tables afterwards, and one within itself would never end.
    void check_table(const std::string& path, int depth) {
        if (lua_getmetatable(state_, -1) != 0)
            LuaMachine::raise(state_, path + " is no plain table: keep the numbers of bars, series and positions, " +
                                          "not the things themselves");
        if (!seen_.insert(lua_topointer(state_, -1)).second)
            LuaMachine::raise(state_,
                              fmt::format("{} is a table that is in {} twice: each may be there once", path, name_));
        if (depth >= deepest_table)
            LuaMachine::raise(state_, fmt::format("{} lies deeper than {} tables", path, deepest_table));
    }

    std::vector<StateKey> sorted_keys(const std::string& path) {
        std::vector<StateKey> keys;
        lua_pushnil(state_);
        while (lua_next(state_, -2) != 0) {
            lua_pop(state_, 1);
            const int type = lua_type(state_, -1);
            if (type == LUA_TNUMBER)
                keys.push_back({false, lua_tonumber(state_, -1), {}});
            else if (type == LUA_TSTRING)
                keys.push_back({true, 0, text_at(state_, -1)});
            else
                LuaMachine::raise(state_, fmt::format("{} has a key that is a {}: keys are numbers and texts", path,
                                                      luaL_typename(state_, -1)));
        }
        std::sort(keys.begin(), keys.end());
        return keys;
    }
    void push(const StateKey& key) { key.is_text ? push_text(state_, key.text) : lua_pushnumber(state_, key.number); }

    [[noreturn]] void refuse(const std::string& path) {
        if (ScriptOrderHandles::at(state_, lua_gettop(state_)) != nullptr)
            LuaMachine::raise(state_,
                              path + " is an order, which is not kept: keep what you need of it, such as its id");
        LuaMachine::raise(state_, fmt::format("{} is a {}: {}", path, luaL_typename(state_, -1), what_is_kept));
    }

    lua_State* state_;
    const std::string name_;
    ByteWriter out_;
    std::set<const void*> seen_;
};

// Pushes one value, or raises.
class StateReader {
  public:
    StateReader(lua_State* state, std::string_view bytes)
        : state_(state), in_(ByteSpan(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size())) {}

    void read_all() {
        read(0);
        if (!in_.ok() || !in_.at_end() || !lua_istable(state_, -1)) refuse();
    }

  private:
    [[noreturn]] void refuse() { LuaMachine::raise(state_, "the saved state cannot be read: it is damaged"); }

    void read(int depth) {
        if (depth > deepest_table) refuse();
        luaL_checkstack(state_, 4, nullptr);
        const auto tag = in_.get<Tag>();
        if (!in_.ok()) refuse();
        switch (tag) {
            case Tag::no:
            case Tag::yes:
                return lua_pushboolean(state_, tag == Tag::yes ? 1 : 0);
            case Tag::number:
                return lua_pushnumber(state_, in_.get<double>());
            case Tag::text:
                return read_text();
            case Tag::table:
                return read_table(depth);
        }
        refuse();
    }
    void read_text() {
        const auto size = in_.get<uint32_t>();
        if (!in_.ok() || size > in_.left()) refuse();
        push_text(state_, in_.get_bytes(size));
    }
    void read_table(int depth) {
        const auto count = in_.get<uint32_t>();
        lua_newtable(state_);
        for (uint32_t i = 0; i < count; ++i) {
            read(depth);
            const int type = lua_type(state_, -1);
            const bool is_key = type == LUA_TSTRING || (type == LUA_TNUMBER && !std::isnan(lua_tonumber(state_, -1)));
            if (!is_key) refuse();
            read(depth + 1);
            lua_rawset(state_, -3);
        }
    }

    lua_State* state_;
    ByteReader in_;
};

int encode_state(lua_State* state) {
    lua_settop(state, 2);
    std::string name(text_at(state, 2));
    lua_settop(state, 1);
    if (!lua_istable(state, 1))
        LuaMachine::raise(state, fmt::format("{} is what is kept, and must be a table, not {}", name, shown(state, 1)));
    StateWriter writer(state, std::move(name));
    writer.write_all();
    push_text(state, writer.bytes());
    return 1;
}

int decode_state(lua_State* state) {
    lua_settop(state, 1);
    StateReader(state, text_at(state, 1)).read_all();
    return 1;
}

}  // namespace

void add_state_functions(lua_State* state) {
    add_host_function(state, nullptr, "encode_state", encode_state);
    add_host_function(state, nullptr, "decode_state", decode_state);
}

}  // namespace trd
