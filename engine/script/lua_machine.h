// One LuaJIT state with our sandbox in it: nothing of the stock library is left but what lua/sandbox.lua hands out.
// Used by LuaStrategy; later by risk rules. One machine serves one script and is used by one thread at a time; many
// machines may live in one process.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "script/watchdog.h"
#include "view/strategy.h"

struct lua_State;
struct lua_Debug;

namespace trd {

struct LuaOptions {
    bool jit = true;
    uint64_t seed = 0;              // of math.random
    uint32_t time_limit_ms = 5000;  // of one call of the script, in real time; 0: none
    size_t memory_limit =
        size_t{64} * 1024 * 1024;  // bytes the script may hold; what the machine itself needs is included
};

class LuaMachine {
  public:
    // `path` is how the script is called in messages.
    LuaMachine(std::string path, const LuaOptions& options);
    ~LuaMachine();
    LuaMachine(const LuaMachine&) = delete;
    LuaMachine& operator=(const LuaMachine&) = delete;

    lua_State* state() const { return state_; }
    bool jit() const { return options_.jit; }
    size_t memory_limit() const { return options_.memory_limit; }

    // Runs lua/sandbox.lua and then `modules`, files of lua/ too, which share a host and a tools table; `register_host`
    // may add functions to the host table (on top of the stack), which only our own Lua sees. Leaves the error handler
    // at the bottom of the stack, for call().
    using Register = void (*)(lua_State*, void* context);
    Status<StrategyFault> open(std::span<const std::string_view> modules, Register register_host, void* context);
    // Compiles `source` (text only). Leaves the chunk, bound to the sandbox, and its two arguments on the stack.
    Status<StrategyFault> compile(std::string source);
    // lua_pcall with everything that can go wrong told apart. The arguments lie above the function.
    Status<StrategyFault> call(int arguments, int results);
    // A field of the tools table that lua/*.lua fill.
    void push_tool(const char* name);
    // The script as compile() left it.
    void push_chunk();
    // From here on a fault is an error of the running script and not of its loading.
    void set_running() { running_ = true; }

    // The line to show where a tail call has left no frame of the script; 0: none.
    void set_fallback_line(int line) { fallback_line_ = line; }
    StrategyFault load_fault(int line, const std::string& message) const;
    // As it was given to compile().
    std::string_view source() const { return source_; }
    size_t memory_used() const { return memory_.used; }
    // For the math library: the next number of the run's generator, in [0, 1).
    double random();
    // From here on the numbers of this seed.
    void seed_random(uint64_t seed);
    // Where the generator is, for a restart.
    std::span<uint64_t, 4> random_state() { return random_state_; }

    // Raises `message` in the running script, with the script's own line in front. For C functions called from Lua.
    [[noreturn]] static void raise(lua_State* state, const std::string& message);

  private:
    struct Memory {
        void* (*allocate)(void*, void*, size_t, size_t) = nullptr;
        void* context = nullptr;
        LuaMachine* machine = nullptr;
        size_t used = 0;
        size_t limit = 0;
        bool limit_hit = false;  // stays: a script can swallow "not enough memory"
    };
    static void* allocate(void* context, void* block, size_t old_size, size_t new_size);
    static int handle_error(lua_State* state);
    void name_compared(lua_State* state);
    [[noreturn]] void end_script(lua_State* state);
    static int out_of_time(lua_State* state);
    static int out_of_memory(lua_State* state);  // for what would not fit, before it is tried
    static int out_of_stack(lua_State* state);   // for who has caught that it was full
    static void hook_out_of_time(lua_State* state, lua_Debug* frame);
    void stop();  // from any thread: the running call ends at its next check
    void add_stop(lua_State* state);
    static int build(lua_State* state);
    static void run_module(lua_State* state, std::string_view module);
    static int compile_protected(lua_State* state);
    bool is_script(const lua_Debug& frame) const;
    void note_frames(lua_State* state);
    void note_refused_memory();
    StrategyFault fault(int status);
    StrategyFault syntax_fault();
    std::string describe(std::string_view message) const;
    std::string render(int line, std::string_view message) const;
    std::string render(int line, std::string_view message, size_t column) const;

    int fallback_line_ = 0;
    std::string path_;
    std::string chunk_name_;  // "=sma_cross.lua": the same in every directory, because scripts can see it
    std::string source_;
    std::string compiled_;  // source_ with its powers rewritten
    LuaOptions options_;
    uint64_t random_state_[4] = {};
    std::span<const std::string_view> modules_;  // while open() runs
    Register register_host_ = nullptr;
    void* register_context_ = nullptr;
    std::vector<int> lines_;       // of the script's frames when the last error was raised, innermost first
    std::vector<int> stop_lines_;  // the same when it was stopped
    // From here on what every call looks at.
    Memory memory_;
    lua_State* state_ = nullptr;
    bool running_ = false;
    bool stopped_ = false;     // by a limit of time, memory or the stack; stays, as limit_hit does
    bool overflowed_ = false;  // by that of the stack
    std::atomic<uint32_t> stop_asked_{0};
    Watched watched_;  // last: it must not fire while the rest is taken down
};

}  // namespace trd
