#include "script/script_rewrite.h"

#include <algorithm>
#include <lua.hpp>
#include <random>
#include <string>
#include <vector>

#include "support/catch.h"

namespace trd {
namespace {

std::string rewritten(const std::string& source, bool with_checks = false) {
    auto result = rewrite_script(source, with_checks);
    return result ? *result : "line " + std::to_string(result.error().line) + ": " + result.error().message;
}

// The oracle is LuaJIT's own parser: operands are tables whose metamethods write down what was applied to what. In the
// original text a power arrives at __pow, in the rewritten one at the function that stands in for it; both write "^".
constexpr const char* recorder = R"lua(
local meta = {}
local function value(text) return setmetatable({ text = text }, meta) end
local function text_of(v)
    if type(v) == "table" then return v.text or "{}" end
    return tostring(v)
end
local function binary(sign)
    return function(a, b) return value("(" .. text_of(a) .. sign .. text_of(b) .. ")") end
end
meta.__add, meta.__sub, meta.__mul, meta.__div = binary "+", binary "-", binary "*", binary "/"
meta.__mod, meta.__concat, meta.__pow = binary "%", binary "..", binary "^"
meta.__unm = function(a) return value("(-" .. text_of(a) .. ")") end
meta.__call = function(self, ...)
    local parts = {}
    for i = 1, select("#", ...) do parts[i] = text_of((select(i, ...))) end
    return value(text_of(self) .. "[" .. table.concat(parts, ",") .. "]")
end
meta.__index = function(self, key) return value(rawget(self, "text") .. "." .. text_of(key)) end
x, y, z = value "x", value "y", value "z"
record_text = text_of
-- What is no power of ours fails as it does in the original.
function record_power(a, b) if type(a) == "table" or type(b) == "table" then return meta.__pow(a, b) end return a ^ b end
local function same(a, b) return a == b end
local function given(a) return a end
function count_check(is_asked) if is_asked then return same, given end end
)lua";

// What `source` returns, as text; for a rewritten text with the recording power function as its argument.
std::string evaluate(const std::string& source) {
    lua_State* const state = luaL_newstate();
    luaL_openlibs(state);
    REQUIRE(luaL_dostring(state, recorder) == 0);
    std::string result;
    if (luaL_loadstring(state, source.c_str()) != 0) {
        result = "does not compile";
    } else {
        lua_getglobal(state, "record_power");
        lua_getglobal(state, "count_check");
        if (lua_pcall(state, 2, 1, 0) != 0) {
            result = "fails";
        } else {
            lua_getglobal(state, "record_text");
            lua_insert(state, -2);
            lua_call(state, 1, 1);
            result = lua_tostring(state, -1);
        }
    }
    lua_close(state);
    return result;
}

// Random expressions over x, y and z, with everything between operands that could mislead a scanner.
class Generator {
  public:
    explicit Generator(unsigned seed) : random_(seed) {}

    std::string expression(int depth) {
        if (depth <= 0) return operand(0);
        switch (pick(10)) {
            case 0:
                return operand(depth);
            case 8:
                return expression(depth - 1) + gap(one_of({"==", "~="})) + one_of({"3", "-2", "0x1p4"});
            case 9:
                return one_of({"5", "-1.5 "}) + gap(one_of({"==", "~="})) + expression(depth - 1);
            case 1:
                return gap("-") + expression(depth - 1);
            case 2:
            case 3:
            case 4:
                return expression(depth - 1) + gap("^") + expression(depth - 1);
            default:
                return expression(depth - 1) + gap(one_of({"+", "-", "*", "/", "%", "..", " ^", " ^-"})) +
                       expression(depth - 1);
        }
    }

  private:
    size_t pick(size_t count) { return random_() % count; }
    std::string one_of(const std::vector<std::string>& choices) { return choices[pick(choices.size())]; }
    // A sign with something harmless around it; the blanks keep "-" and "-" from becoming a comment.
    std::string gap(const std::string& sign) {
        return " " + sign + one_of({" ", " ", "\n", " --[[ ^ ( ]] ", " -- ^ \" ' [[\n", " --[==[ ]] ^ ]==] "});
    }
    std::string operand(int depth) {
        switch (depth <= 0 ? pick(3) : pick(10)) {
            case 3:
                return "(" + expression(depth - 1) + ")";
            case 4:
                return "x(" + expression(depth - 1) + gap(",") + expression(depth - 1) + ")";
            case 5:
                return "y[" + expression(depth - 1) + "]";
            case 6:
                return "z.name" + one_of({"", ".other", "(x)", "'a^b'", "[[^]]", "[1]", "{ }"});
            case 7:
                return "(function(a) local q = " + expression(depth - 1) + " return a end)(" + expression(depth - 1) +
                       ")";
            case 8:
                return "z:name(" + expression(depth - 1) + ")";
            case 9:
                return "({ " + expression(depth - 1) + "; k = " + expression(depth - 1) + " })[1]";
            default:
                return one_of({"x", "y", "z"});
        }
    }

    std::mt19937 random_;
};

TEST_CASE("a rewritten expression means what LuaJIT's own parser says") {
    size_t powers = 0, comparisons = 0;
    for (unsigned seed = 1; seed <= 8000; ++seed) {
        const std::string source = "return " + Generator(seed).expression(1 + static_cast<int>(seed % 5));
        const std::string changed = rewritten(source);
        INFO(source << "\n---\n" << changed);
        const std::string expected = evaluate(source);
        REQUIRE(expected != "does not compile");
        REQUIRE(evaluate(changed) == expected);
        REQUIRE(evaluate(rewritten(source, true)) == expected);
        REQUIRE(std::count(changed.begin(), changed.end(), '\n') == std::count(source.begin(), source.end(), '\n'));
        powers += static_cast<size_t>(std::count(expected.begin(), expected.end(), '^'));
        if (expected != "fails") comparisons += changed.find("__trd_same(") != std::string::npos ? 1 : 0;
    }
    CHECK(powers > 3000);
    CHECK(comparisons > 300);
}

TEST_CASE("strings, comments and everything without a power stay as they are") {
    for (const std::string source : {
             "local s = 'a^b' .. \"c\\\"^\" .. [[ ^ ]] .. [==[ ]] ^ ]==] -- x ^ y",
             "--[[ a ^ b\n ]] local x = 1 --[=[ ^ ]=]",
             "goto finish local function f(...) return ... end ::finish::",
             "for i = 1, 3 do while true do break end end repeat until true; local a, b = 0x1p-3, .5e+3",
             "local t = { [1] = 2, a = 3; 4, f = function() end } t.a.b['c']:d 'x' { } (1)",
             "if a then elseif b then else end do end function a.b.c:d(x, ...) return end",
             "",
         }) {
        CHECK(rewritten(source) == source);
    }
}

TEST_CASE("the text is rewritten in place") {
    CHECK(rewritten("return 2^3^2") ==
          "local __trd_pow,__trd_check=...;local __trd_same,__trd_given=__trd_check(true);return  __trd_pow(2, "
          "__trd_pow(3,2))");
    CHECK(rewritten("return -x^-y") ==
          "local __trd_pow,__trd_check=...;local __trd_same,__trd_given=__trd_check(true);return - __trd_pow(x,-y)");
    CHECK(rewritten("return(a)^2*b") ==
          "local __trd_pow,__trd_check=...;local __trd_same,__trd_given=__trd_check(true);return __trd_pow((a),2)*b");
    CHECK(rewritten("#!/usr/bin/trd ^\nreturn a^2") ==
          "#!/usr/bin/trd ^\nlocal __trd_pow,__trd_check=...;local __trd_same,__trd_given=__trd_check(true);return  "
          "__trd_pow(a,2)");
    CHECK(rewritten("\xef\xbb\xbfreturn a^2") ==
          "\xef\xbb\xbflocal __trd_pow,__trd_check=...;local __trd_same,__trd_given=__trd_check(true);return  "
          "__trd_pow(a,2)");
}

TEST_CASE("a variable, a field or a call beside a number is compared by a call that can refuse") {
    const std::string prefix = "local __trd_pow,__trd_check=...;local __trd_same,__trd_given=__trd_check(true);return ";
    for (const auto& [source, expected] : std::vector<std::pair<std::string, std::string>>{
             {"x == 0", " (__trd_same(x ,  0))"},
             {"x~=0", " (not __trd_same(x,0))"},
             {"0 == a.b[1]:c()", " (__trd_same(0 ,  a.b[1]:c()))"},
             {"f(x == 1) == -2 and y", " (__trd_same(f( (__trd_same(x , 1))) , -2)) and y"},
             {"x^2 == y", "x^2 == y"},
             {"x == 2^y", "x == 2^y"},
         }) {
        const std::string changed = rewritten("return " + source);
        INFO(changed);
        if (expected.find("__trd") != std::string::npos) {
            const auto dense = [](std::string text) {
                std::erase(text, ' ');
                return text;
            };
            CHECK(dense(changed) == dense(prefix + expected));
        } else {
            CHECK(changed.find("__trd_same(") == std::string::npos);
        }
    }
    for (const char* untouched :
         {"x == y", "x == nil", "x == 'a'", "x % 2 == 0", "#x == 0", "x + 1 == 2", "x < 0", "{} == 0"})
        CHECK(rewritten(std::string("return ") + untouched) == std::string("return ") + untouched);
}

TEST_CASE("a position that is asked whether it is there goes through a call that can refuse") {
    const std::string prefix = "local __trd_pow,__trd_check=...;local __trd_same,__trd_given=__trd_check(true);";
    for (const auto& [source, expected] : std::vector<std::pair<std::string, std::string>>{
             {"if c:position() then end", "if  (__trd_given(c:position())) then end"},
             {"if a then elseif b[1]:position 'X' then end",
              "if a then elseif  (__trd_given(b[1]:position 'X')) then end"},
             {"while x and c:position() do end", "while x and  (__trd_given(c:position())) do end"},
             {"if x or y and c:position() then end", "if x or y and  (__trd_given(c:position())) then end"},
             {"return not c:position()", "return not  (__trd_given(c:position()))"},
             {"return c:position() and 1", "return  (__trd_given(c:position())) and 1"},
             {"return x and c:position() and 1", "return x and  (__trd_given(c:position())) and 1"},
         })
        CHECK(rewritten(source) == prefix + expected);
    for (const char* untouched :
         {"if c:position().long then end", "if f(c:position()) then end", "return c:position()",
          "return x and c:position() or y", "if c.position() then end", "if c:positions() then end",
          "if c:position() ~= nil then end", "local p = c:position()"})
        CHECK(rewritten(untouched) == untouched);
}

TEST_CASE("so does a variable that can hold nothing but a position") {
    const std::string prefix = "local __trd_pow,__trd_check=...;local __trd_same,__trd_given=__trd_check(true);";
    const std::string begin = "local p = ctx:position() ";
    for (const auto& [source, expected] : std::vector<std::pair<std::string, std::string>>{
             {"if p then end", "if  (__trd_given(p)) then end"},
             {"if p and p.qty > 0 then end", "if  (__trd_given(p)) and p.qty > 0 then end"},
             {"if x then elseif y and p then end", "if x then elseif y and  (__trd_given(p)) then end"},
             {"return not p", "return not  (__trd_given(p))"},
             {"local p = ctx:position 'X' while p do end", "local p = ctx:position 'X' while  (__trd_given(p)) do end"},
             {"x.p = 1 if p then end", "x.p = 1 if  (__trd_given(p)) then end"},
         })
        CHECK(rewritten(begin + source) == prefix + begin + expected);
    for (const char* untouched :
         {"if p.long then end", "if f(p) then end", "if p ~= nil then end", "return x and p or y", "if (p) then end",
          "p = nil if p then end", "if p then end p, x = 1, 2", "local function f(p) if p then end end",
          "for p in x do if p then end end", "local p if p then end", "local p, q = 1 if p then end",
          "local p = self:position() if p then end", "local p = x and ctx:position() if p then end",
          "local p = ctx:position().long if p then end", "function p() end if p then end", "if q then end"})
        CHECK(rewritten(begin + untouched) == begin + untouched);
}

TEST_CASE("a position that is given later refuses where every way leads past it, and nowhere else") {
    const std::string prefix = "local __trd_pow,__trd_check=...;local __trd_same,__trd_given=__trd_check(true);";
    const std::string test = "if p then end", refused = "if  (__trd_given(p)) then end";
    for (const auto& [before, after] : std::vector<std::pair<std::string, std::string>>{
             {"local p f() p = ctx:position() ", ""},
             {"local p p = ctx:position 'X' if p.long then f() end ", ""},
             {"local p if x then f() end p = ctx:position() while y do ", " end"},
             {"local p = ctx:position() ", " function g() local p end"},
             {"local p = ctx:position() do local p end p = ctx:position() ", ""},
         })
        CHECK(rewritten(before + test + after) == prefix + before + refused + after);
    for (const char* untouched : {
             "local p if p then end p = ctx:position()",
             "local p if x then p = ctx:position() end if p then end",
             "local p while x do if p then end p = ctx:position() end if p then end",
             "local p p = ctx:position() p = nil if p then end",
             "local p, q p, q = ctx:position(), 1 if p then end",
             "local p p = ctx:position() local p if p then end",
             "local p p = ctx:position() do local p if p then end end",
             "local p goto a p = ctx:position() ::a:: if p then end",
             "local p local function f() if p then end end p = ctx:position() f()",
             "local p local function f() p = ctx:position() end if p then end",
             "local p p = self:position() if p then end",
             "local p p = x and ctx:position() if p then end",
         })
        CHECK(rewritten(untouched) == untouched);
}

TEST_CASE("every way round goes past a check") {
    const std::string prefix = "local __trd_pow,__trd_check=...;local __trd_same,__trd_given=__trd_check(true);";
    for (const auto& [source, expected] : std::vector<std::pair<std::string, std::string>>{
             {"while true do end", "while true do  __trd_check();end"},
             {"for i = 1, 2 do(f)()end", "for i = 1, 2 do __trd_check();(f)()end"},
             {"for k in f do\nend", "for k in f do\n __trd_check();end"},
             {"repeat until true", "repeat  __trd_check();until true"},
             {"::a:: goto a", "::a::  __trd_check();goto a"},
             {"return function(a, ...) return ... end", "return function(a, ...)  __trd_check();return ... end"},
             {"local function f() end", "local function f()  __trd_check();end"},
             {"function a.b:c() return(1)end", "function a.b:c()  __trd_check();return(1)end"},
         }) {
        CHECK(rewritten(source, true) == prefix + expected);
    }
    // a label before the end of a block may still be jumped to past a local
    CHECK(evaluate(rewritten(
              "for i = 1, 3 do if i < 3 then goto continue end local q = i do return q end ::continue:: end", true)) ==
          "3");
    CHECK(rewritten("local x = ...") == "line 1: a script gets no arguments: '...' belongs into a function");
}

TEST_CASE("what the scanner does not understand is refused with its line") {
    CHECK(rewritten("local a = 1\nlocal __trd_pow = 2") == "line 2: names that begin with __trd_ are taken");
    CHECK(rewritten("a = 1\n\nb = 12LL") == "line 3: 64-bit and imaginary number literals do not exist in scripts");
    CHECK(rewritten("a = 1\r\nb = @") == "line 2: cannot follow the code at '@'");
    CHECK(rewritten("a = 'x") == "line 1: a string is not closed");
    CHECK(rewritten("--[[ x") == "line 1: a long bracket is not closed");
    CHECK(rewritten("return " + std::string(500, '(') + "1" + std::string(500, ')')) == "line 1: too deeply nested");
}

}  // namespace
}  // namespace trd
