#include <atomic>
#include <string>
#include <vector>

#include "script/watchdog.h"
#include "script_bench.h"

namespace trd {
namespace {

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST_CASE("a script that does not come back is stopped at its own line, compiled or not") {
    struct Endless {
        std::string text;
        int line;
    };
    const std::vector<Endless> scripts = {
        {"local x = 0\nwhile true do x = x + 1 end", 2},
        {"while true do end", 1},
        {"repeat until false", 1},
        {"local x = 0\nfor i = 1, 1e300 do\n  x = (x + i) % 1000\nend", 0},
        {"::again::\ngoto again", 2},
        {"local function f(n) return f(n + 1) end\nreturn f(1)", 1},
        {"while true do\n  pcall(function()\n    while true do end\n  end)\nend", 3},
        {"local co = coroutine.wrap(function()\n  while true do end\nend)\nco()", 2},
        {"local co = coroutine.wrap(function()\n  while true do coroutine.yield(1) end\nend)\nwhile true do\n  co() "
         "end",
         0},
        {"local t = setmetatable({}, { __index = function(t, k) while true do end end })\nreturn t.x", 1},
        {"local s = 0\nfor i = 1, 1e9 do\n  for k, v in pairs({ 1, 2, 3, a = i }) do s = s + v end\nend", 3},
        {"table.sort({ 3, 2, 1 }, function(a, b)\n  while true do end\nend)", 2},
        {"local t = {}\nfor i = 1, 1000 do t[i] = i end\nwhile true do\n  table.sort(t, function(a, b) return a > b "
         "end)\nend",
         0},
    };
    for (const Endless& script : scripts) {
        for (const bool jit : {true, false}) {
            LuaOptions options;
            options.jit = jit;
            options.time_limit_ms = 60;
            SandboxBench bench(options);
            const std::string answer = bench.run(script.text);
            INFO(script.text << "\n" << answer);
            CHECK(contains(answer, "the script ran for more than 60 ms without coming back"));
            CHECK(bench.kind == StrategyFault::Kind::time);
            CHECK(contains(answer,
                           script.line == 0 ? "dir/test.lua:" : "dir/test.lua:" + std::to_string(script.line) + ":"));
        }
    }
}

TEST_CASE("a process that is to end waits a moment for a call, and not for its whole time") {
    static std::atomic<bool> is_ending = false;
    end_calls_when([] { return is_ending.load(); });
    LuaOptions options;
    options.time_limit_ms = 20'000;
    for (const bool jit : {true, false}) {
        options.jit = jit;
        SandboxBench bench(options);
        is_ending = true;
        CHECK(bench.run("local x = 0 for i = 1, 1e4 do x = x + i end return x") == "50005000");
        CHECK(contains(bench.run("while true do end"), "without coming back"));  // else the test would last long
        is_ending = false;
    }
    end_calls_when(nullptr);
}

TEST_CASE("many machines are watched at once, and short calls are left alone") {
    LuaOptions options;
    options.time_limit_ms = 100;
    std::vector<std::unique_ptr<SandboxBench>> benches;
    for (int i = 0; i < 5; ++i) benches.push_back(std::make_unique<SandboxBench>(options));
    CHECK(contains(benches[3]->run("while true do end"), "without coming back"));
    for (int i = 0; i < 5; ++i) {
        if (i != 3)
            CHECK(benches[static_cast<size_t>(i)]->run("local x = 0 for i = 1, 1e5 do x = x + i end return x") ==
                  "5000050000");
    }
}

TEST_CASE("endless recursion is an error with a line") {
    for (const bool jit : {true, false}) {
        LuaOptions options;
        options.jit = jit;
        SandboxBench bench(options);
        CHECK(contains(bench.run("local function f(n)\n  return 1 + f(n + 1)\nend\nreturn f(1)"),
                       "dir/test.lua:2: stack overflow"));
    }
}

}  // namespace
}  // namespace trd
