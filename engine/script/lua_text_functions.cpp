#include "script/lua_text_functions.h"

#include <algorithm>
#include <cstring>
#include <lua.hpp>
#include <string>
#include <string_view>

#include "script/lua_machine.h"
#include "script/lua_pattern.h"

namespace trd {
namespace {

// Errors of the matcher are thrown through C++ frames only, and raised in Lua where no C++ object is left to destroy.
template <class Call>
int with_errors(lua_State* state, Call call) {
    const char* problem = nullptr;
    try {
        return call();
    } catch (PatternError error) {
        problem = describe(error);
    }
    LuaMachine::raise(state, problem);
}

std::string_view text_argument(lua_State* state, int index) {
    size_t size = 0;
    const char* const text = luaL_checklstring(state, index, &size);
    return {text, size};
}

void push_capture(lua_State* state, const PatternMatcher& matcher, std::string_view subject, int index,
                  const char* begin, const char* end) {
    if (index >= matcher.capture_count()) {
        if (index != 0) throw PatternError::capture_index;
        lua_pushlstring(state, begin, static_cast<size_t>(end - begin));
        return;
    }
    const PatternCapture& capture = matcher.capture(index);
    if (capture.size == PatternCapture::unfinished) throw PatternError::unfinished_capture;
    if (capture.size == PatternCapture::position) {
        lua_pushnumber(state, static_cast<double>(capture.begin - subject.data() + 1));
    } else {
        lua_pushlstring(state, capture.begin, static_cast<size_t>(capture.size));
    }
}

// All captures, or the whole match when there are none and `whole` says so.
int push_captures(lua_State* state, const PatternMatcher& matcher, std::string_view subject, const char* begin,
                  const char* end, bool whole) {
    const int count = matcher.capture_count() == 0 && whole ? 1 : matcher.capture_count();
    luaL_checkstack(state, count, "too many captures");
    for (int i = 0; i < count; ++i) push_capture(state, matcher, subject, i, begin, end);
    return count;
}

size_t start_argument(lua_State* state, int index, size_t size) {
    const auto length = static_cast<int64_t>(size);
    int64_t start = luaL_optint(state, index, 1);
    start = start < 0 ? start + length : start - 1;
    return static_cast<size_t>(std::clamp<int64_t>(start, 0, length));
}

bool has_specials(std::string_view pattern) { return pattern.find_first_of("^$*+?.([%-") != std::string_view::npos; }

int find_text(lua_State* state, std::string_view subject, std::string_view text, size_t start) {
    // Not string_view::find, which takes the product of both sizes on a hostile pair.
    const void* const place = memmem(subject.data() + start, subject.size() - start, text.data(), text.size());
    if (place == nullptr) {
        lua_pushnil(state);
        return 1;
    }
    const auto found = static_cast<size_t>(static_cast<const char*>(place) - subject.data());
    lua_pushnumber(state, static_cast<double>(found + 1));
    lua_pushnumber(state, static_cast<double>(found + text.size()));
    return 2;
}

int find_pattern(lua_State* state, std::string_view subject, std::string_view pattern, size_t start, bool positions) {
    const bool anchored = !pattern.empty() && pattern.front() == '^';
    PatternMatcher matcher(subject, pattern.substr(anchored ? 1 : 0));
    const char* const subject_end = subject.data() + subject.size();
    for (const char* at = subject.data() + start; at <= subject_end; ++at) {
        if (const char* const end = matcher.match(at); end != nullptr) {
            if (!positions) return push_captures(state, matcher, subject, at, end, true);
            lua_pushnumber(state, static_cast<double>(at - subject.data() + 1));
            lua_pushnumber(state, static_cast<double>(end - subject.data()));
            return 2 + push_captures(state, matcher, subject, at, end, false);
        }
        if (anchored) break;
    }
    lua_pushnil(state);
    return 1;
}

int find(lua_State* state) {
    const std::string_view subject = text_argument(state, 1), pattern = text_argument(state, 2);
    const size_t start = start_argument(state, 3, subject.size());
    if (lua_toboolean(state, 4) != 0 || !has_specials(pattern)) return find_text(state, subject, pattern, start);
    return with_errors(state, [&] { return find_pattern(state, subject, pattern, start, true); });
}

int match(lua_State* state) {
    const std::string_view subject = text_argument(state, 1), pattern = text_argument(state, 2);
    const size_t start = start_argument(state, 3, subject.size());
    return with_errors(state, [&] { return find_pattern(state, subject, pattern, start, false); });
}

// Upvalues: subject, pattern, where to go on.
int next_match(lua_State* state) {
    const std::string_view subject = text_argument(state, lua_upvalueindex(1));
    const std::string_view pattern = text_argument(state, lua_upvalueindex(2));
    const auto from = static_cast<size_t>(lua_tonumber(state, lua_upvalueindex(3)));
    return with_errors(state, [&] {
        PatternMatcher matcher(subject, pattern);
        const char* const subject_end = subject.data() + subject.size();
        for (const char* at = subject.data() + from; at <= subject_end; ++at) {
            const char* const end = matcher.match(at);
            if (end == nullptr) continue;
            lua_pushnumber(state, static_cast<double>(end - subject.data() + (end == at ? 1 : 0)));
            lua_replace(state, lua_upvalueindex(3));
            return push_captures(state, matcher, subject, at, end, true);
        }
        return 0;
    });
}

int gmatch(lua_State* state) {
    text_argument(state, 1);
    text_argument(state, 2);
    lua_settop(state, 2);
    lua_pushnumber(state, 0);
    lua_pushcclosure(state, next_match, 3);
    return 1;
}

// ---- gsub: the new text is gathered in a buffer that Lua owns, because callbacks may raise ----

struct Substitution {
    lua_State* state;
    std::string_view subject;
    PatternMatcher& matcher;
    luaL_Buffer buffer;
    int replacement_type;
};

void add_text(Substitution& s, const char* begin, const char* end) {
    std::string_view text;
    size_t size = 0;
    const char* const replacement = lua_tolstring(s.state, 3, &size);
    text = {replacement, size};
    for (size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            luaL_addchar(&s.buffer, text[i]);
            continue;
        }
        const char after = ++i < text.size() ? text[i] : '\0';
        if (after < '0' || after > '9') {
            luaL_addchar(&s.buffer, after);
        } else if (after == '0') {
            luaL_addlstring(&s.buffer, begin, static_cast<size_t>(end - begin));
        } else {
            push_capture(s.state, s.matcher, s.subject, after - '1', begin, end);
            luaL_addvalue(&s.buffer);
        }
    }
}

void add_replacement(Substitution& s, const char* begin, const char* end) {
    if (s.replacement_type == LUA_TSTRING || s.replacement_type == LUA_TNUMBER) return add_text(s, begin, end);
    if (s.replacement_type == LUA_TTABLE) {
        push_capture(s.state, s.matcher, s.subject, 0, begin, end);
        lua_gettable(s.state, 3);
    } else {
        lua_pushvalue(s.state, 3);
        lua_call(s.state, push_captures(s.state, s.matcher, s.subject, begin, end, true), 1);
    }
    if (lua_toboolean(s.state, -1) == 0) {
        lua_pop(s.state, 1);
        lua_pushlstring(s.state, begin, static_cast<size_t>(end - begin));
    } else if (lua_isstring(s.state, -1) == 0) {
        LuaMachine::raise(s.state, std::string("invalid replacement value (a ") + luaL_typename(s.state, -1) + ")");
    }
    luaL_addvalue(&s.buffer);
}

int substitute(lua_State* state, std::string_view subject, std::string_view pattern, int64_t most) {
    const bool anchored = !pattern.empty() && pattern.front() == '^';
    PatternMatcher matcher(subject, pattern.substr(anchored ? 1 : 0));
    Substitution substitution{state, subject, matcher, {}, lua_type(state, 3)};
    luaL_buffinit(state, &substitution.buffer);
    const char* at = subject.data();
    const char* const subject_end = subject.data() + subject.size();
    int64_t count = 0;
    while (count < most) {
        const char* const end = matcher.match(at);
        if (end != nullptr) {
            ++count;
            add_replacement(substitution, at, end);
        }
        if (end != nullptr && end > at) {
            at = end;
        } else if (at < subject_end) {
            luaL_addchar(&substitution.buffer, *at++);
        } else {
            break;
        }
        if (anchored) break;
    }
    luaL_addlstring(&substitution.buffer, at, static_cast<size_t>(subject_end - at));
    luaL_pushresult(&substitution.buffer);
    lua_pushnumber(state, static_cast<double>(count));
    return 2;
}

// The calls of gsub that have not come back, by where they lie on the stack, which grows downwards: what lies below the
// call that begins has been left, perhaps by an error. Lua does not count them, and each takes kilobytes.
struct LiveCalls {
    static constexpr size_t most = 100;
    size_t count;
    uintptr_t frames[most];
};

void enter_gsub(lua_State* state, uintptr_t frame) {
    auto& live = *static_cast<LiveCalls*>(lua_touserdata(state, lua_upvalueindex(1)));
    while (live.count > 0 && live.frames[live.count - 1] <= frame) --live.count;
    if (live.count == LiveCalls::most)
        LuaMachine::raise(state, "gsub calls itself more than " + std::to_string(LiveCalls::most) + " deep");
    live.frames[live.count++] = frame;
}

int gsub(lua_State* state) {
    enter_gsub(state, reinterpret_cast<uintptr_t>(__builtin_frame_address(0)));
    const std::string_view subject = text_argument(state, 1), pattern = text_argument(state, 2);
    const int type = lua_type(state, 3);
    const bool usable = type == LUA_TNUMBER || type == LUA_TSTRING || type == LUA_TTABLE || type == LUA_TFUNCTION;
    if (!usable) {
        const std::string found = luaL_typename(state, 3);
        LuaMachine::raise(state, "bad argument #3 to 'gsub' (string/function/table expected, got " + found + ")");
    }
    const int64_t most = luaL_optint(state, 4, static_cast<int>(std::min<size_t>(subject.size() + 1, INT32_MAX)));
    return with_errors(state, [&] { return substitute(state, subject, pattern, most); });
}

}  // namespace

void add_text_functions(lua_State* state) {
    constexpr luaL_Reg functions[] = {{"find", find}, {"match", match}, {"gmatch", gmatch}};
    lua_newtable(state);
    for (const luaL_Reg& entry : functions) {
        lua_pushcfunction(state, entry.func);
        lua_setfield(state, -2, entry.name);
    }
    static_cast<LiveCalls*>(lua_newuserdata(state, sizeof(LiveCalls)))->count = 0;
    lua_pushcclosure(state, gsub, 1);
    lua_setfield(state, -2, "gsub");
    lua_setfield(state, -2, "text");
}

}  // namespace trd
