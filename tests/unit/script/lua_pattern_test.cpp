#include "script/lua_pattern.h"

#include <lua.hpp>
#include <random>
#include <string>
#include <vector>

#include "script_bench.h"

namespace trd {
namespace {

// Patterns from the pieces that patterns are made of, and texts from few letters, so that much of it matches.
class Generator {
  public:
    explicit Generator(unsigned seed) : random_(seed) {}

    std::string pattern() {
        static const std::vector<std::string> pieces = {
            "a",      "b",    "%a",    "%A",  "%d", "%s",  "%S",    "%w",   "%W",    "%p",     "%x",
            "%u",     "%l",   "%z",    "%c",  "%g", ".",   "[ab]",  "[^a]", "[a-c]", "[%d%s]", "[]]",
            "[^]]",   "[a-]", "[%]x]", "(a)", "()", "(.)", "(%w*)", "%1",   "%b()",  "%bab",   "%f[%w]",
            "%f[^a]", "%%",   "%.",    "$",   "^",  "-",   "(",     ")",    "[",     "%"};
        static const std::vector<std::string> counts = {"", "", "", "*", "+", "-", "?"};
        std::string text = pick(6) == 0 ? "^" : "";
        for (size_t n = 1 + pick(5); n > 0; --n)
            text += pieces[pick(pick(8) == 0 ? pieces.size() : pieces.size() - 4)] + counts[pick(counts.size())];
        return pick(8) == 0 ? text + "$" : text;
    }
    std::string subject() {
        static const std::string letters("aabbc1 2.()-%]x\0Z\n\xe4", 19);
        std::string text;
        for (size_t n = pick(16); n > 0; --n) text += letters[pick(letters.size())];
        return text;
    }
    std::string replacement() {
        static const std::vector<std::string> all = {"", "x", "<%0>", "%1", "[%1%2]", "%%", "%a"};
        return all[pick(all.size())];
    }
    int start() { return static_cast<int>(pick(24)) - 8; }

  private:
    size_t pick(size_t count) { return random_() % count; }
    std::mt19937 random_;
};

// Everything the four functions answer, or the error, as one text.
constexpr const char* exerciser = R"lua(
local subject, pattern, start, replacement = ...
local function show(...)
    local text = ""
    for i = 1, select("#", ...) do text = text .. "|" .. tostring((select(i, ...))) end
    return text
end
local function try(call, ...)
    local function results(ok, ...)
        if not ok then return "error " .. tostring((...)):gsub("^[^:]*:%d+: ", "") end
        return show(...)
    end
    return results(pcall(call, ...))
end
local out = try(string.find, subject, pattern, start) .. try(string.find, subject, pattern, start, true)
out = out .. try(string.match, subject, pattern, start) .. try(string.gsub, subject, pattern, replacement)
out = out .. try(string.gsub, subject, pattern, replacement, 2)
out = out .. try(string.gsub, subject, pattern, { a = "A", ab = 1, b = false })
out = out .. try(string.gsub, subject, pattern, function(...) return "<" .. select("#", ...) .. tostring((...)) .. ">" end)
out = out .. try(function()
    local all, n = "", 0
    for a, b in string.gmatch(subject, pattern) do
        all, n = all .. show(a, b), n + 1
        if n > 50 then break end
    end
    return all
end)
return out
)lua";

// The same text, run by the library as it comes.
class Stock {
  public:
    Stock() : state_(luaL_newstate()) { luaL_openlibs(state_); }
    ~Stock() { lua_close(state_); }
    std::string run(const std::string& text) {
        if (luaL_loadbuffer(state_, text.data(), text.size(), "=stock") != 0 || lua_pcall(state_, 0, 1, 0) != 0) {
            return std::string("! ") + lua_tostring(state_, -1);
        }
        size_t size = 0;
        const char* result = lua_tolstring(state_, -1, &size);
        std::string copy(result, size);
        lua_settop(state_, 0);
        return copy;
    }

  private:
    lua_State* state_;
};

std::string literal(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
        const std::string code = std::to_string(static_cast<uint8_t>(c));
        out += "\\" + std::string(3 - code.size(), '0') + code;
    }
    return out + "\"";
}

TEST_CASE("find, match, gmatch and gsub answer as the library's do") {
    Stock stock;
    LuaOptions options;
    options.jit = false;
    SandboxBench bench(options);
    std::string code = exerciser;
    code.replace(code.find("= ..."), 5, "= SUBJECT, PATTERN, START, REPLACEMENT");
    size_t matched = 0, refused = 0;
    for (unsigned seed = 1; seed <= 20000; ++seed) {
        Generator generate(seed);
        const std::string subject = literal(generate.subject()), pattern = literal(generate.pattern());
        const std::string text = "local SUBJECT, PATTERN, START, REPLACEMENT = " + subject + "," + pattern + "," +
                                 std::to_string(generate.start()) + "," + literal(generate.replacement()) + code;
        const std::string expected = stock.run(text);
        const std::string found = bench.run(text);
        matched += expected.substr(0, 4) != "|nil" && expected.substr(0, 1) == "|" ? 1 : 0;
        refused += expected.find("error") != std::string::npos ? 1 : 0;
        if (found == expected) continue;
        INFO(subject << " " << pattern << "\n" << found << "\n" << expected);
        REQUIRE(found == expected);
    }
    CHECK(matched > 4000);
    CHECK(refused > 500);
}

TEST_CASE("a hostile pattern is refused after its budget, with the line") {
    SandboxBench bench;
    const std::string answer =
        bench.run("local s = string.rep('a', 40)\nlocal found = s:find(string.rep('a-', 30) .. 'b')");
    CHECK(answer.find("dir/test.lua:2: the pattern takes too many steps on this text") != std::string::npos);
    CHECK(bench.run("local s = string.rep('a', 200000)\nreturn #s:gsub('a', 'bb')") == "400000");
    CHECK(
        bench.run("local n = 0 for w in string.gmatch(string.rep('word ', 100000), '%a+') do n = n + 1 end return n") ==
        "100000");
}

}  // namespace
}  // namespace trd
