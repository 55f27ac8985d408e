#include "script/compared_values.h"

#include <algorithm>
#include <optional>
#include <vector>

#include <fmt/core.h>
#include <lua.hpp>

#include "script/lua_tokens.h"

namespace trd {
namespace {

using Kind = LuaToken::Kind;

// The type that is to blame: of the two in the message, the one that is no number, and rather nil than another.
std::string_view blamed_type(std::string_view message) {
    constexpr std::string_view two = "two ", with = " with ";
    message.remove_prefix(comparison_fault.size());
    if (message.starts_with(two)) return message.substr(two.size(), message.find(' ', two.size()) - two.size());
    const size_t split = message.find(with);
    if (split == std::string_view::npos) return {};
    const std::string_view first = message.substr(0, split), second = message.substr(split + with.size());
    return first == "number" || second == "nil" ? second : first;
}

bool is_one_of(const LuaToken& token, std::initializer_list<std::string_view> symbols) {
    for (const std::string_view symbol : symbols)
        if (token.is(symbol)) return true;
    return false;
}

// self.entry.price: its tokens; those of a call or of a computation are none.
struct Path {
    size_t first = 0, last = 0;
};
std::optional<Path> path_before(const LuaTokens& tokens, size_t sign) {
    size_t first = sign;
    if (tokens.before(sign, 1).kind != Kind::name) return {};
    for (first = sign - 1; tokens.before(first, 1).is(".") && tokens.before(first, 2).kind == Kind::name;) first -= 2;
    if (is_one_of(tokens.before(first, 1), {".", ":", "..", "+", "-", "*", "/", "%", "^", "#"})) return {};
    return Path{first, sign - 1};
}
std::optional<Path> path_after(const LuaTokens& tokens, size_t sign) {
    size_t last = sign + 1;
    if (tokens.at(last).kind != Kind::name) return {};
    while (tokens.at(last + 1).is(".") && tokens.at(last + 2).kind == Kind::name) last += 2;
    if (is_one_of(tokens.at(last + 1), {".", ":", "(", "[", "{", "..", "+", "-", "*", "/", "%", "^"})) return {};
    return Path{sign + 1, last};
}

// Of a comparison's operand that is a call of a method `position`: its text.
std::string position_call(const LuaTokens& tokens, std::string_view line, size_t sign) {
    size_t open = sign;
    while (open > 0 && !tokens.at(open).is("(")) --open;
    size_t closed = open;
    while (closed < sign && !tokens.at(closed).is(")")) ++closed;
    if (closed + 1 == sign && open >= 3 && tokens.at(open - 1).text == "position")
        return std::string(line.substr(tokens.at(open - 3).begin, tokens.at(sign - 1).end - tokens.at(open - 3).begin));
    size_t close = sign + 4;
    if (tokens.at(sign + 3).text != "position" || !tokens.at(close).is("(")) return {};
    while (close < tokens.size() && !tokens.at(close).is(")")) ++close;
    if (is_one_of(tokens.at(close + 1), {".", ":", "["})) return {};
    return std::string(line.substr(tokens.at(sign + 1).begin, tokens.at(close).end - tokens.at(sign + 1).begin));
}

class Values {
  public:
    Values(lua_State* state, const lua_Debug& frame) : state_(state), frame_(frame), kind_of_(lua_gettop(state)) {}

    // Pushes what the path is now; false, and nothing pushed: it cannot be told without running the script's own code.
    bool push(const LuaTokens& tokens, Path path) {
        const std::string root(tokens.at(path.first).text);
        if (!push_local(root) && !push_upvalue(root)) return false;
        for (size_t i = path.first + 2; i <= path.last; i += 2) {
            lua_pushlstring(state_, tokens.at(i).text.data(), tokens.at(i).text.size());
            if (read_field()) continue;
            lua_pop(state_, 1);
            return false;
        }
        return true;
    }
    // What tools.kind_of says of the value on top: "a position" and ".qty"; empty: nothing.
    struct Handle {
        std::string kind, number;
    };
    Handle handle() {
        Handle found;
        lua_pushvalue(state_, kind_of_);
        lua_pushvalue(state_, -2);
        const bool is_told = lua_pcall(state_, 1, 2, 0) == 0;
        if (is_told && lua_isstring(state_, -1) != 0) found = {lua_tostring(state_, -2), lua_tostring(state_, -1)};
        lua_pop(state_, is_told ? 2 : 1);
        return found;
    }
    std::string_view type() const { return luaL_typename(state_, -1); }
    void pop() { lua_pop(state_, 1); }

  private:
    // In place of a table and a key on top: the field. False, and nil or a message: it cannot be told.
    bool read_field() {
        if (is_of_the_script(-2)) {
            lua_pop(state_, 1);
            return false;
        }
        lua_pushcfunction(state_, field_of);
        lua_insert(state_, -3);
        return lua_pcall(state_, 2, 1, 0) == 0;
    }
    static int field_of(lua_State* state) {
        lua_gettable(state, 1);
        return 1;
    }
    // Whether reading of the value may call a function of the script.
    bool is_of_the_script(int index) {
        constexpr int longest_chain = 16;
        const int top = lua_gettop(state_);
        lua_pushvalue(state_, index);
        bool is = false, goes_on = true;
        for (int i = 0; goes_on && !is; ++i) {
            goes_on = luaL_getmetafield(state_, -1, "__index") != 0;
            if (!goes_on) break;
            is = i == longest_chain || is_function_of_the_script();
            goes_on = lua_istable(state_, -1);
        }
        lua_settop(state_, top);
        return is;
    }
    bool is_function_of_the_script() {
        if (!lua_isfunction(state_, -1) || lua_iscfunction(state_, -1) != 0) return false;
        lua_Debug of{};
        lua_pushvalue(state_, -1);
        lua_getinfo(state_, ">S", &of);
        return std::string_view(of.source) == frame_.source;
    }
    bool push_local(const std::string& name) {
        int found = 0;  // of several, the last is the one in sight
        lua_Debug frame = frame_;
        for (int i = 1; const char* each = lua_getlocal(state_, &frame, i); ++i) {
            if (name == each) found = i;
            lua_pop(state_, 1);
        }
        if (found != 0) lua_getlocal(state_, &frame, found);
        return found != 0;
    }
    bool push_upvalue(const std::string& name) {
        for (int i = 1; const char* each = lua_getupvalue(state_, kind_of_ - 1, i); ++i) {
            if (name == each) return true;
            lua_pop(state_, 1);
        }
        return false;
    }

    lua_State* state_;
    const lua_Debug& frame_;
    int kind_of_;
};

std::string text_of(const std::string& path, std::string_view type, const Values::Handle& handle) {
    if (!handle.kind.empty())
        return fmt::format("'{0}' is {1} and no number: write {0}{2}", path, handle.kind, handle.number);
    if (type == "nil")
        return fmt::format("'{}' is nil here, and compared with a value{}", path,
                           path.starts_with("self.") ? " (nothing was put there yet: begin with it in on_start)" : "");
    if (type == "string") return fmt::format("'{0}' is a text and no number: tonumber({0}) makes one of it", path);
    if (type == "function") return fmt::format("'{0}' is a function and no number: call it, as {0}(...)", path);
    return fmt::format("'{}' is a {} and no number", path, type);
}

}  // namespace

namespace {

std::string path_text(const LuaTokens& tokens, std::string_view line, Path path) {
    const size_t begin = tokens.at(path.first).begin;
    return std::string(line.substr(begin, tokens.at(path.last).end - begin));
}

// `x and x > 1`: where x is nil, that is not asked.
bool is_asked_first(const LuaTokens& tokens, std::string_view line, size_t sign, const std::string& name) {
    for (size_t i = 0; i < sign; ++i) {
        if (!tokens.at(i).is("and")) continue;
        const auto before = path_before(tokens, i);
        if (before && path_text(tokens, line, *before) == name) return true;
    }
    return false;
}

}  // namespace

std::string compared_value(lua_State* state, const lua_Debug& frame, std::string_view line, std::string_view message) {
    const std::string_view blamed = blamed_type(message);
    const LuaTokens tokens(line);
    Values values(state, frame);
    std::vector<std::string> texts;  // of several nobody knows which it was
    const auto add = [&texts](std::string text) {
        if (!text.empty() && std::find(texts.begin(), texts.end(), text) == texts.end())
            texts.push_back(std::move(text));
    };
    for (size_t i = 0; i < tokens.size(); ++i) {
        if (!is_one_of(tokens.at(i), {"<", ">", "<=", ">="})) continue;
        bool is_told = false;
        for (const auto& path : {path_before(tokens, i), path_after(tokens, i)}) {
            if (!path || !values.push(tokens, *path)) continue;
            const std::string name = path_text(tokens, line, *path);
            const bool is_blamed =
                values.type() == blamed && !(blamed == "nil" && is_asked_first(tokens, line, i, name));
            if (is_blamed && !is_told) add(text_of(name, blamed, values.handle()));
            is_told = is_told || is_blamed;
            values.pop();
        }
        if (!is_told && blamed == "table") {
            const std::string call = position_call(tokens, line, i);
            if (!call.empty()) add(text_of(call, blamed, {"a position", ".qty"}));
        }
    }
    return texts.size() == 1 ? texts.front() : std::string();
}

}  // namespace trd
