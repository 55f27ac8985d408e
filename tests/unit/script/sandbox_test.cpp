#include <string>
#include <vector>

#include "script_bench.h"

namespace trd {
namespace {

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

LuaOptions with_jit(bool jit) {
    LuaOptions options;
    options.jit = jit;
    return options;
}

TEST_CASE("what could be a way out does not exist") {
    SandboxBench bench;
    const std::vector<std::string> absent = {
        "_G",          "_VERSION",    "collectgarbage", "debug",    "dofile",     "ffi",     "gcinfo",   "getfenv",
        "io",          "jit",         "load",           "loadfile", "loadstring", "module",  "newproxy", "os",
        "package",     "print",       "rawget",         "rawset",   "rawlen",     "require", "setfenv",  "xpcall",
        "string.dump", "string.gfind"};
    for (const std::string& name : absent) {
        const std::string answer = bench.run("return " + name);
        INFO(name << ": " << answer);
        CHECK(answer.substr(0, 2) == "! ");
    }
}

TEST_CASE("a refusal names the place, the line and the nearest name") {
    SandboxBench bench;
    CHECK(bench.run("local x = 1\n  local y = pairz({})") ==
          "! dir/test.lua:2: undefined name 'pairz' (did you mean 'pairs'?)\n"
          "     2 |   local y = pairz({})\n"
          "       |             ^");
    CHECK(contains(bench.run("return math.sqr(2)"), "math has no 'sqr' (did you mean 'sqrt'?)"));
    CHECK(contains(bench.run("x = 1"), "a script has no globals: write 'local x'"));
    CHECK(contains(bench.run("math.pi = 3"), "math cannot be changed"));
    CHECK(contains(bench.run("string.format = nil"), "string cannot be changed"));
    CHECK(contains(bench.run("local function f()\n error('boom') end\nf()"), "dir/test.lua:2: boom"));
    CHECK(contains(bench.run("local function f()\n error('boom') end\nf()"), "called from dir/test.lua:3"));
    CHECK(contains(bench.run("return 1 +"), "dir/test.lua:1: unexpected symbol near"));
    CHECK(contains(bench.run("return nil .. 'x'"), "dir/test.lua:1: attempt to concatenate"));
    CHECK(contains(bench.run("error({})"), "error was given a table and no text: write error(\"what is wrong\")"));
    CHECK(
        contains(bench.run("error({ code = 5, message = 'no data' })"), "a table, which says 'no data', and no text"));
    CHECK(contains(bench.run("error({ 'no data' })"), "a table, which says 'no data', and no text"));
    CHECK(contains(bench.run("error()"), "error was given nil and no text"));
    CHECK(contains(bench.run("error(setmetatable({}, { __index = error }))"), "error was given a table and no text"));
    CHECK(contains(bench.run("math.max({})"), "bad argument #1 to 'max' (number expected, got table)"));
    CHECK(contains(bench.run("math.sin('x')"), "bad argument #1 to 'sin' (number expected, got string)"));
    CHECK(contains(bench.run("return ('x'):uper()"), "did you mean 'upper'?"));
}

TEST_CASE("metatables of the machine are locked, and weak tables and finalisers do not exist") {
    SandboxBench bench;
    CHECK(bench.run("return getmetatable('')") == "locked");
    CHECK(bench.run("return getmetatable(math)") == "locked");
    CHECK(contains(bench.run("setmetatable(math, {})"), "protected metatable"));
    CHECK(contains(bench.run("setmetatable({}, { __mode = 'k' })"), "weak tables"));
    CHECK(contains(bench.run("setmetatable({}, { __gc = function() end })"), "finalisers"));
    CHECK(bench.run("return getmetatable(setmetatable({}, { a = 1 })).a") == "1");
}

TEST_CASE("a compiled chunk is refused") {
    SandboxBench bench;
    CHECK(contains(bench.run("\x1bLJ\x02"), "this is Lua byte code; the source text is expected"));
    CHECK(contains(bench.run("return 1LL"), "64-bit and imaginary number literals"));
    CHECK(contains(bench.run("return 0x10ull"), "64-bit and imaginary number literals"));
    CHECK(contains(bench.run("return 2i"), "64-bit and imaginary number literals"));
}

TEST_CASE("no text shows an address") {
    SandboxBench bench;
    CHECK(bench.run("return tostring({})") == "table");
    CHECK(bench.run("return tostring(pairs)") == "function");
    CHECK(bench.run("return tostring(coroutine.create(function() end))") == "thread");
    CHECK(bench.run("return string.format('%s %s %5s', {}, pairs, true)") == "table function  true");
    CHECK(bench.run("return tostring(setmetatable({}, { __tostring = function() return 'me' end }))") == "me");
    CHECK(contains(bench.run("return string.format('%p', {})"), "%p"));
    CHECK(contains(bench.run("return string.format('%-20p', {})"), "%p"));
    CHECK(bench.run("return string.format('%%p')") == "%p");
}

TEST_CASE("pairs and next have one order: numbers, strings by bytes, false, true") {
    for (const bool jit : {true, false}) {
        SandboxBench bench(with_jit(jit));
        const std::string table =
            "local t = { 'a', 'b', [10] = 1, [-1] = 1, [2.5] = 1, z = 1, ab = 1, a = 1, Z = 1, [true] = 1, [false] = 1 "
            "}\n";
        const std::string expected = "-1 1 2 2.5 10 Z a ab z false true ";
        CHECK(bench.run(table + "local s = '' for k in pairs(t) do s = s .. tostring(k) .. ' ' end return s") ==
              expected);
        CHECK(bench.run(table +
                        "local s, k = '', nil repeat k = next(t, k) if k ~= nil then s = s .. tostring(k) .. ' ' end "
                        "until k == nil return s") == expected);
        CHECK(bench.run("return next({})") == "nil");
        CHECK(contains(bench.run("for k in pairs({ [{}] = 1 }) do end"),
                       "cannot order a table that has a table as a key"));
        // what is removed meanwhile is passed over, what is added is not visited
        CHECK(bench.run("local t, s = { a = 1, b = 2, c = 3 }, '' for k in pairs(t) do s = s .. k t.b = nil t.d = 4 "
                        "end return s") == "ac");
        CHECK(bench.run("local s = 0 for k, v in pairs({ 5, 6, x = 7 }) do s = s + v end return s") == "18");
        CHECK(contains(bench.run("pairs(nil)"), "bad argument #1 to 'pairs' (table expected, got nil)"));
    }
}

TEST_CASE("sort is stable and takes any comparison") {
    SandboxBench bench;
    CHECK(bench.run("local t = { 3, 1, 2, 5, 4 } table.sort(t) return table.concat(t, ' ')") == "1 2 3 4 5");
    CHECK(bench.run(
              "local t = { 'b2', 'a1', 'b1', 'a2' } table.sort(t, function(a, b) return a:sub(1, 1) < b:sub(1, 1) end) "
              "return table.concat(t, ' ')") == "a1 a2 b2 b1");
    CHECK(bench.run("local t = {} for i = 1, 1000 do t[i] = (i * 7919) % 1009 end table.sort(t, function(a, b) return "
                    "a > b end) "
                    "for i = 2, #t do if t[i - 1] < t[i] then return 'no' end end return #t") == "1000");
    CHECK(bench.run("local t = { 2, 1, 3 } table.sort(t, function() return true end) return #t") == "3");
    CHECK(contains(bench.run("table.sort({ 1, 'x' })"), "attempt to compare"));
}

// LuaJIT's compiled code gets ends before the text wrong, and reads outside of it for places beyond 32 bits.
TEST_CASE("parts of a text are those between its places, compiled or not") {
    const std::string text = R"(
        local text, places = 'abcdefghij', { 3, -7, 1, 20, 2.5, 0, -0.5, -2.5, 10, -30, 2^31 + 5, 2^53, -2^31, 1/0, -1/0, 0/0, '4' }
        local function whole(value)
            value = tonumber(value)
            if value ~= value then return 0 end
            value = math.max(-99, math.min(99, value))
            return value < 0 and -math.floor(-value) or math.floor(value)
        end
        local function expected(from, to)
            from, to = whole(from), to == nil and 10 or whole(to)
            if from < 0 then from = from + 11 end
            if to < 0 then to = to + 11 end
            local part, bytes = '', ''
            for i = math.max(from, 1), math.min(to, 10) do
                part, bytes = part .. string.char(96 + i), bytes .. ' ' .. 96 + i
            end
            return part, bytes
        end
        for round = 1, 60 do
            for i = 1, #places do
                for j = 1, #places + 1 do
                    local from, to = places[i], places[j]
                    local part, bytes = expected(from, to)
                    if text:sub(from, to) ~= part then return 'sub ' .. tostring(from) .. ' ' .. tostring(to) end
                    local got = ''
                    for _, byte in ipairs { text:byte(from, to == nil and -1 or to) } do got = got .. ' ' .. byte end
                    if got ~= bytes then return 'byte ' .. tostring(from) .. ' ' .. tostring(to) end
                end
            end
        end
        return text:byte() .. text:byte(-1) .. #{ text:byte(11) } .. #{ text:byte(-11) } .. ('x'):rep(3):sub(2)
    )";
    for (const bool jit : {true, false}) {
        SandboxBench bench(with_jit(jit));
        CHECK(contains(bench.run("return ('x'):sub({})"), "bad argument #2 to 'sub' (number expected, got table)"));
        CHECK(contains(bench.run("return string.byte(nil)"), "bad argument #1 to 'byte' (string expected, got nil)"));
        CHECK(contains(bench.run("return string.sub('x', true)"), "bad argument #2 to 'sub' (number expected"));
        CHECK(bench.run(text) == "9710600xx");
    }
}

TEST_CASE("random numbers are the seed's, whatever runs them") {
    const std::string text =
        "local s = 0 for i = 1, 20000 do s = s + math.random() * i + math.random(6) + math.random(-3, 3) end return "
        "string.format('%.17g', s)";
    LuaOptions options;
    options.seed = 42;
    const std::string compiled = SandboxBench(options).run(text);
    options.jit = false;
    CHECK(SandboxBench(options).run(text) == compiled);
    options.seed = 43;
    CHECK(SandboxBench(options).run(text) != compiled);
    SandboxBench bench;
    CHECK(bench.run("for i = 1, 10000 do local r = math.random(6) if r < 1 or r > 6 or r % 1 ~= 0 then return r end "
                    "end return 'in'") == "in");
    CHECK(bench.run("local seen, n = {}, 0 for i = 1, 1000 do local r = math.random(6) if not seen[r] then seen[r] = "
                    "true n = n + 1 end end return n") == "6");
    CHECK(contains(bench.run("return math.randomseed(1)"), "math has no 'randomseed'"));
    CHECK(contains(bench.run("return math.random(2, 1)"), "interval is empty"));
}

TEST_CASE("max and min have a rule for NaN and for zeros") {
    SandboxBench bench;
    CHECK(bench.run("return tostring(math.max(1, 0/0))") == "nan");
    CHECK(bench.run("return tostring(math.min(0/0, 1))") == "nan");
    CHECK(bench.run("return tostring(math.max(3, 0/0, 5))") == "nan");
    CHECK(bench.run("return 1 / math.max(-0.0, 0)") == "-inf");
    CHECK(bench.run("return 1 / math.min(0, -0.0)") == "inf");
    CHECK(bench.run("return math.max(3, 9, 4, 1)") == "9");
    CHECK(bench.run("return math.min(3)") == "3");
    CHECK(bench.run("local w, f = math.modf(-3.25) return w .. ' ' .. f") == "-3 -0.25");
    CHECK(bench.run("local m, e = math.frexp(12) return m .. ' ' .. e") == "0.75 4");
    CHECK(bench.run("return math.ldexp(0.75, 4)") == "12");
    CHECK(bench.run("return math.log(8, 2)") == "3");
}

TEST_CASE("memory ends at the cap, and swallowing the error does not help") {
    for (const bool jit : {true, false}) {
        LuaOptions options;
        options.jit = jit;
        options.memory_limit = size_t{8} << 20;
        const std::vector<std::string> bombs = {
            "local t = {} for i = 1, 1e9 do t[i] = { i } end",
            "local s = 'x' while true do s = s .. s end",
            "return string.rep('x', 1e9)",
            "while true do pcall(function() local t = {} for i = 1, 1e9 do t[i] = { i } end end) return 'swallowed' "
            "end",
        };
        for (const std::string& bomb : bombs) {
            SandboxBench bench(options);
            const std::string answer = bench.run(bomb);
            INFO(answer);
            CHECK(contains(answer, "more memory than the 8 MB"));
            CHECK(bench.kind == StrategyFault::Kind::memory);
        }
        SandboxBench bench(options);
        CHECK(bench.run("local n = 0 for i = 1, 1e6 do local t = { i } n = n + #t end return n") == "1000000");
    }
}

}  // namespace
}  // namespace trd
