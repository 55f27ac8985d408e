#include "script/lua_machine.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>

#include <fmt/core.h>
#include <lua.hpp>

#include "script/code_place.h"
#include "script/compared_values.h"
#include "script/lua_host.h"
#include "script/lua_text.h"
#include "script/script_error_text.h"
#include "script/script_names.h"
#include "script/script_rewrite.h"
#include "script/syntax_help.h"

namespace trd {
namespace {

// Of UTF-8: bytes that go on with one are none of their own.
size_t characters_in(std::string_view text) {
    return static_cast<size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// Registry keys: addresses of these.
char machine_key, environment_key, tools_key, chunk_key;

void set_registry(lua_State* state, char& key) {  // pops the value
    lua_pushlightuserdata(state, &key);
    lua_insert(state, -2);
    lua_rawset(state, LUA_REGISTRYINDEX);
}
void get_registry(lua_State* state, char& key) {
    lua_pushlightuserdata(state, &key);
    lua_rawget(state, LUA_REGISTRYINDEX);
}

// The registry's own list of loaded modules stays: no script can reach it, and LuaJIT's FFI keeps pointers into what it
// holds (it crashed in lua_close without).
void clear_globals(lua_State* state) {
    lua_pushnil(state);
    while (lua_next(state, LUA_GLOBALSINDEX) != 0) {
        lua_pop(state, 1);
        lua_pushvalue(state, -1);
        lua_pushnil(state);
        lua_rawset(state, LUA_GLOBALSINDEX);
    }
}

// The name of a file without its folders, cut to what LuaJIT shows whole.
std::string short_name(std::string_view path) {
    const size_t slash = path.rfind('/');
    const std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
    return std::string(name.substr(0, 50));
}

// "name:12: rest" -> 12 and rest; 0 when the text does not begin so.
int split_position(std::string_view& message, std::string_view name) {
    if (message.substr(0, name.size() + 1) != std::string(name) + ":") return 0;
    int line = 0;
    const char* const begin = message.data() + name.size() + 1;
    const char* const end = message.data() + message.size();
    const auto [after, error] = std::from_chars(begin, end, line);
    if (error != std::errc() || end - after < 2 || after[0] != ':') return 0;
    message.remove_prefix(static_cast<size_t>(after - message.data()) + 2);
    return line;
}

lua_State* new_state() {
    keep_compiled_code_together();
    return luaL_newstate();
}

uint64_t split_mix(uint64_t& seed) {
    uint64_t z = seed += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

}  // namespace

LuaMachine::LuaMachine(std::string path, const LuaOptions& options)
    : path_(std::move(path)),
      chunk_name_("=" + short_name(path_)),
      options_(options),
      state_(new_state()),
      watched_(options.time_limit_ms, [this] { stop(); }) {
    TRD_ASSERT(state_ != nullptr);
    memory_.machine = this;
    memory_.limit = options_.memory_limit;
    memory_.used = static_cast<size_t>(lua_gc(state_, LUA_GCCOUNT, 0)) * 1024;
    memory_.allocate = lua_getallocf(state_, &memory_.context);
    lua_setallocf(state_, &LuaMachine::allocate, &memory_);
    seed_random(options_.seed);
}

LuaMachine::~LuaMachine() {
    lua_setallocf(state_, memory_.allocate, memory_.context);  // or the library would not free its arena
    lua_close(state_);
}

void LuaMachine::seed_random(uint64_t seed) {
    for (uint64_t& word : random_state_) word = split_mix(seed);
}

// xoshiro256++ of Blackman and Vigna, public domain.
double LuaMachine::random() {
    uint64_t* const s = random_state_;
    const uint64_t result = std::rotl(s[0] + s[3], 23) + s[0];
    const uint64_t shifted = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = std::rotl(s[3], 45);
    return static_cast<double>(result >> 11) * 0x1p-53;
}

// Beyond the limit the script is asked to stop, which names its line; a quarter more and there is no memory at all.
void* LuaMachine::allocate(void* context, void* block, size_t old_size, size_t new_size) {
    Memory& memory = *static_cast<Memory*>(context);
    const size_t growth = new_size > old_size ? new_size - old_size : 0;
    if (memory.used + growth > memory.limit && growth > 0) {
        if (!memory.limit_hit) memory.machine->stop();
        memory.limit_hit = true;
        if (memory.used + growth > memory.limit + memory.limit / 4) {
            memory.machine->note_refused_memory();
            return nullptr;
        }
    }
    void* const result = memory.allocate(memory.context, block, old_size, new_size);
    if (result != nullptr || new_size == 0) memory.used += new_size - old_size;
    return result;
}

// ---- building ----

int LuaMachine::build(lua_State* state) {
    auto& machine = *static_cast<LuaMachine*>(lua_touserdata(state, 1));
    lua_pushlightuserdata(state, &machine);
    set_registry(state, machine_key);
    luaL_openlibs(state);
    luaJIT_setmode(state, 0, LUAJIT_MODE_ENGINE | (machine.options_.jit ? LUAJIT_MODE_ON : LUAJIT_MODE_OFF));

    lua_newtable(state);
    register_host(state, machine);
    machine.add_stop(state);
    if (machine.register_host_ != nullptr) machine.register_host_(state, machine.register_context_);
    lua_newtable(state);
    run_module(state, "sandbox");
    for (const std::string_view module : machine.modules_) run_module(state, module);
    lua_getfield(state, -1, "environment");
    set_registry(state, environment_key);
    set_registry(state, tools_key);
    clear_globals(state);
    return 0;
}

// Below the module's function lie the host and the tools table, its two arguments.
void LuaMachine::run_module(lua_State* state, std::string_view module) {
    const std::string_view text = lua_text(module);
    TRD_ASSERT(!text.empty());
    if (luaL_loadbufferx(state, text.data(), text.size(), "=trd", "t") != 0) lua_error(state);
    lua_pushvalue(state, -3);
    lua_pushvalue(state, -3);
    lua_call(state, 2, 0);
}

Status<StrategyFault> LuaMachine::open(std::span<const std::string_view> modules, Register register_host,
                                       void* context) {
    modules_ = modules;
    register_host_ = register_host;
    register_context_ = context;
    const int status = lua_cpcall(state_, &LuaMachine::build, this);
    if (status != 0) return Fail{fault(status)};
    lua_pushcfunction(state_, &LuaMachine::handle_error);
    return done;
}

void LuaMachine::push_tool(const char* name) {
    get_registry(state_, tools_key);
    lua_getfield(state_, -1, name);
    lua_remove(state_, -2);
}

void LuaMachine::push_chunk() { get_registry(state_, chunk_key); }

// ---- compiling and calling ----

int LuaMachine::compile_protected(lua_State* state) {
    auto& machine = *static_cast<LuaMachine*>(lua_touserdata(state, 1));
    const std::string& source = machine.compiled_;
    if (luaL_loadbufferx(state, source.data(), source.size(), machine.chunk_name_.c_str(), "t") != 0)
        return lua_error(state);
    get_registry(state, environment_key);
    lua_setfenv(state, -2);
    set_registry(state, chunk_key);
    return 0;
}

Status<StrategyFault> LuaMachine::compile(std::string source) {
    source_ = std::move(source);
    // Its first byte says so; the line itself is nothing to show.
    if (source_.starts_with('\x1b'))
        return Fail{
            StrategyFault{StrategyFault::Kind::load, path_ + ":1: this is Lua byte code; the source text is expected"}};
    compiled_ = source_;
    if (const int status = lua_cpcall(state_, &LuaMachine::compile_protected, this); status != 0)
        return Fail{status == LUA_ERRRUN && !memory_.limit_hit ? syntax_fault() : fault(status)};
    auto rewritten = rewrite_script(source_, options_.jit);
    if (!rewritten) return Fail{load_fault(rewritten.error().line, rewritten.error().message)};
    if (*rewritten != source_) {
        compiled_ = std::move(*rewritten);
        if (const int status = lua_cpcall(state_, &LuaMachine::compile_protected, this); status != 0)
            return Fail{fault(status)};
    }
    get_registry(state_, chunk_key);
    push_tool("power");
    push_tool("check");
    return done;
}

Status<StrategyFault> LuaMachine::call(int arguments, int results) {
    constexpr int handler = 1;  // open() put it there
    watched_.enter();
    const int status = lua_pcall(state_, arguments, results, handler);
    watched_.leave();
    if (status == 0 && !memory_.limit_hit && !stopped_) [[likely]]
        return done;
    return Fail{fault(status)};
}

// ---- time ----

// Compiled code sees the flag at its next check. Without the JIT there are no checks: a hook does it, at every
// instruction from now on, because a script can swallow an error with pcall. Setting a hook from another thread is
// allowed.
void LuaMachine::stop() {
    stop_asked_.store(1, std::memory_order_relaxed);
    if (!options_.jit) lua_sethook(state_, &LuaMachine::hook_out_of_time, LUA_MASKCOUNT, 1);
}

void LuaMachine::end_script(lua_State* state) {
    if (!stopped_) {  // the first place is the one to name, whatever the script does with the error
        note_frames(state);
        stop_lines_ = lines_;
    }
    stopped_ = true;
    raise(state, "stopped");
}

int LuaMachine::out_of_memory(lua_State* state) {
    auto& machine = *static_cast<LuaMachine*>(owner_of(state));
    machine.memory_.limit_hit = true;
    machine.stop();
    machine.end_script(state);
}

int LuaMachine::out_of_stack(lua_State* state) {
    auto& machine = *static_cast<LuaMachine*>(owner_of(state));
    machine.overflowed_ = true;
    machine.stop();
    machine.end_script(state);
}

int LuaMachine::out_of_time(lua_State* state) { static_cast<LuaMachine*>(owner_of(state))->end_script(state); }

void LuaMachine::hook_out_of_time(lua_State* state, lua_Debug*) {
    get_registry(state, machine_key);
    auto& machine = *static_cast<LuaMachine*>(lua_touserdata(state, -1));
    lua_pop(state, 1);
    machine.end_script(state);
}

void LuaMachine::add_stop(lua_State* state) {
    uint32_t (*const stop_asked)(LuaMachine*) = [](LuaMachine* machine) {
        return machine->stop_asked_.load(std::memory_order_relaxed);
    };
    lua_pushlightuserdata(state, reinterpret_cast<void*>(stop_asked));
    lua_setfield(state, -2, "stop_asked");
    add_host_function(state, this, "out_of_time", &LuaMachine::out_of_time);
    add_host_function(state, this, "out_of_memory", &LuaMachine::out_of_memory);
    add_host_function(state, this, "out_of_stack", &LuaMachine::out_of_stack);
    lua_pushnumber(state, static_cast<double>(options_.memory_limit));
    lua_setfield(state, -2, "memory_limit");
}

// ---- errors ----

bool LuaMachine::is_script(const lua_Debug& frame) const { return chunk_name_ == frame.source; }

void LuaMachine::raise(lua_State* state, const std::string& message) {
    get_registry(state, machine_key);
    const auto& machine = *static_cast<const LuaMachine*>(lua_touserdata(state, -1));
    lua_Debug frame;
    for (int level = 1; lua_getstack(state, level, &frame) != 0; ++level) {
        lua_getinfo(state, "Sl", &frame);
        if (!machine.is_script(frame)) continue;
        lua_pushfstring(state, "%s:%d: ", machine.chunk_name_.c_str() + 1, frame.currentline);
        lua_pushlstring(state, message.data(), message.size());
        lua_concat(state, 2);
        lua_error(state);
    }
    lua_pushlstring(state, message.data(), message.size());
    lua_error(state);
    __builtin_unreachable();
}

namespace {

// What a table that was thrown says, where errors of other languages have it; without the script's own functions.
std::string text_in_table(lua_State* state, int table) {
    std::string found;
    const auto take = [&] {
        if (found.empty() && lua_type(state, -1) == LUA_TSTRING) found = lua_tostring(state, -1);
        lua_pop(state, 1);
    };
    for (const char* const field : {"message", "msg", "reason", "error"}) {
        lua_pushstring(state, field);
        lua_rawget(state, table);
        take();
    }
    lua_rawgeti(state, table, 1);
    take();
    return found;
}

// In place of the error at the bottom of the stack, which is no text: one that says so.
void put_into_words(lua_State* state) {
    const int type = lua_type(state, 1);
    std::string what = luaL_typename(state, 1);
    if (type != LUA_TNIL) what.insert(0, "a ");
    const std::string inside = type == LUA_TTABLE ? text_in_table(state, 1) : std::string();
    if (!inside.empty()) what += ", which says '" + inside + "',";
    const std::string text = "error was given " + what + " and no text: write error(\"what is wrong\")";
    lua_pushlstring(state, text.data(), text.size());
    lua_replace(state, 1);
}

}  // namespace

// Runs inside the failing call, while its frames are still there.
int LuaMachine::handle_error(lua_State* state) {
    get_registry(state, machine_key);
    auto& machine = *static_cast<LuaMachine*>(lua_touserdata(state, -1));
    lua_settop(state, 1);
    machine.note_frames(state);
    if (lua_type(state, 1) != LUA_TSTRING) put_into_words(state);
    machine.name_compared(state);
    return 1;
}

// Lua says what kinds of values it could not compare; which of the line's values that were, the frame still knows.
void LuaMachine::name_compared(lua_State* state) {
    if (lua_type(state, 1) != LUA_TSTRING || lines_.empty()) return;
    const std::string whole = lua_tostring(state, 1);
    std::string_view message = whole;
    const int line = split_position(message, chunk_name_.substr(1));
    if (line != lines_.front() || !message.starts_with(comparison_fault)) return;
    lua_Debug frame;
    for (int level = 0; lua_getstack(state, level, &frame) != 0; ++level) {
        lua_getinfo(state, "Sf", &frame);
        const int function = lua_gettop(state);
        push_tool("kind_of");
        const std::string text = is_script(frame) ? compared_value(state, frame, line_of(source_, line), message) : "";
        lua_settop(state, function - 1);
        if (!is_script(frame)) continue;
        const std::string named = whole.substr(0, whole.size() - message.size()) + text;
        if (!text.empty()) lua_pushlstring(state, named.data(), named.size()), lua_replace(state, 1);
        return;
    }
}

void LuaMachine::note_frames(lua_State* state) {
    constexpr size_t most_frames = 8;
    lines_.clear();
    lua_Debug frame;
    for (int level = 0; lines_.size() < most_frames && lua_getstack(state, level, &frame) != 0; ++level) {
        lua_getinfo(state, "Sl", &frame);
        if (is_script(frame) && frame.currentline > 0) lines_.push_back(frame.currentline);
    }
}

// Too much at once: no handler runs for want of memory, so this is where the place can still be seen.
void LuaMachine::note_refused_memory() {
    if (stopped_ || !stop_lines_.empty()) return;
    note_frames(state_);
    stop_lines_ = lines_;
}

StrategyFault LuaMachine::fault(int status) {
    using Kind = StrategyFault::Kind;
    std::string message = "an error that is not a text";
    if (status != 0) {
        size_t size = 0;
        if (lua_type(state_, -1) == LUA_TSTRING) {
            const char* text = lua_tolstring(state_, -1, &size);
            message.assign(text, size);
        }
        lua_pop(state_, 1);
    }
    Kind kind = running_ ? Kind::error : Kind::load;
    if (status == LUA_ERRMEM || memory_.limit_hit) {
        kind = Kind::memory;
        lines_ = stop_lines_;
        message = fmt::format("the script needs more memory than the {} MB it may use", memory_.limit >> 20);
    } else if (overflowed_) {
        lines_ = stop_lines_;
        message = "stack overflow, and a pcall does not save from it";
    } else if (stopped_) {
        kind = Kind::time;
        lines_ = stop_lines_;
        message = fmt::format("the script ran for more than {} ms without coming back", options_.time_limit_ms);
    }
    StrategyFault result{kind, describe(message)};
    lines_.clear();
    return result;
}

// The compiler's message lies on the stack.
StrategyFault LuaMachine::syntax_fault() {
    const std::string whole = lua_tostring(state_, -1);
    lua_pop(state_, 1);
    std::string_view message = whole;
    const int line = split_position(message, chunk_name_.substr(1));
    if (line <= 0) return {StrategyFault::Kind::load, describe(whole)};
    const auto fails_alike = [&](std::string_view beginning) {
        const int status = luaL_loadbufferx(state_, beginning.data(), beginning.size(), chunk_name_.c_str(), "t");
        const bool is_alike = status != 0 && whole == lua_tostring(state_, -1);
        lua_pop(state_, 1);
        return is_alike;
    };
    const SyntaxFault found = explain_syntax(source_, line, message, fails_alike);
    return {StrategyFault::Kind::load, render(found.line, found.message, found.column)};
}

StrategyFault LuaMachine::load_fault(int line, const std::string& message) const {
    return {StrategyFault::Kind::load, render(line, message)};
}

std::string LuaMachine::describe(std::string_view message) const {
    split_position(message, "trd");  // a mistake that came to light inside our own Lua belongs to the script's line
    int line = split_position(message, chunk_name_.substr(1));
    if (line <= 0 && !lines_.empty()) line = lines_.front();
    if (line <= 0) line = fallback_line_;
    std::string text =
        render(line, std::string(message) + std::string(hint_for(message)) + meant_field(source_, message));
    auto frame = std::find(lines_.begin(), lines_.end(), line);
    if (frame != lines_.end()) ++frame;
    for (; frame != lines_.end(); ++frame) text += fmt::format("\n  called from {}:{}", path_, *frame);
    return text;
}

std::string LuaMachine::render(int line, std::string_view message) const {
    if (line <= 0) return fmt::format("{}: {}", path_, message);
    return render(line, message, caret_column(line_of(source_, line), message));
}

std::string LuaMachine::render(int line, std::string_view message, size_t column) const {
    std::string text = fmt::format("{}:{}: {}", path_, line, message);
    const std::string source = line_of(source_, line);
    if (source.empty()) return text;
    text += fmt::format("\n  {:4} | {}", line, source);
    text += fmt::format("\n       | {}^", std::string(characters_in(std::string_view(source).substr(0, column)), ' '));
    return text;
}

}  // namespace trd
