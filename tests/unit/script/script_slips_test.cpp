#include "script/script_slips.h"

#include <string>

#include "support/catch.h"

using namespace trd;

namespace {

// "2 ctx:target: ...", joined.
std::string found(std::string_view source) {
    std::string text;
    for (const ScriptSlip& each : script_slips(source))
        text += (text.empty() ? "" : "; ") + std::to_string(each.line) + " " + each.message;
    return text;
}
bool finds(std::string_view source, std::string_view part) { return found(source).find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a hook of timers that nobody sets is found") {
    CHECK(finds("function S:init(ctx) end\nfunction S:on_timer(ctx, name) end", "2 'on_timer' is never called"));
    for (const char* fine : {"function S:on_timer(ctx, name) end ctx:every('1h', 'x')",
                             "function S:on_timer(ctx, name) end local at = ctx['at']",
                             "function S:on_timer(ctx, name) end ctx[how](ctx, '1h', 'x')", "self.on_timer = 1"})
        CHECK(found(fine) == "");
}

const std::string wired =
    "function S:init(ctx) self.fast = ctx.ind.sma(ctx.data.main, 5) self.close = ctx.data.main.close end "
    "local bands = ctx.ind.bollinger(ctx.data.main).upper local held = ctx:position() ";

TEST_CASE("the length of a series is found") {
    CHECK(finds(wired + "if #self.fast > 20 then end", "'#self.fast' is always 0: a series has no length"));
    CHECK(finds(wired + "return #ctx.data.main.close", "'#ctx.data.main.close' is always 0"));
    CHECK(finds(wired + "return #bands", "'#bands' is always 0"));
    for (const char* fine :
         {"return #self.list", "return #self.fast.list", "self.fast = {} return #self.fast", "return #names(self.fast)",
          "for bands = 1, 2 do end return #bands", "function f(bands) return #bands end",
          "bands, held = {}, 1 return #bands", "return #'text'"})
        CHECK(found(wired + fine) == "");
}

TEST_CASE("a value of a series that is compared with nil is found") {
    CHECK(finds(wired + "if self.fast[0] == nil then return end", "'self.fast[0]' is never nil"));
    CHECK(finds(wired + "if ctx.data.main.close[5] ~= nil then return end", "'ctx.data.main.close[5]' is never nil"));
    for (const char* fine :
         {"return self.fast == nil", "return self.list[0] == nil", "return self.fast[0] == self.fast[1]",
          "self.fast = {} return self.fast[0] == nil", "return x.y[1] == nil"})
        CHECK(found(wired + fine) == "");
}

TEST_CASE("a condition that is compared with a number is found") {
    CHECK(finds(
        wired + "if ctx:position().flat == 1 then return end",
        "'ctx:position().flat' is true or false, and never equal to a number: write if ctx:position().flat then"));
    CHECK(finds(wired + "if x and held.long ~= 0 then return end", "'held.long' is true or false"));
    CHECK(finds(wired + "return ctx:position('SPY').short == 1", "'ctx:position('SPY').short' is true or false"));
    for (const char* fine : {"return held.qty == 1", "return self.long == 1", "return held.flat == true",
                             "return other.flat == 1", "held = {} return held.flat == 1"})
        CHECK(found(wired + fine) == "");
}

TEST_CASE("a crossing of this bar's number is found") {
    CHECK(finds(wired + "return ctx.cross_up(bar.close, self.fast)",
                "ctx.cross_up: 'bar.close' is one number, as if it had been the same before: give the series, "
                "ctx.data.main.close"));
    CHECK(finds(wired + "return ctx.cross_down(self.fast, bar.low)", "give the series, ctx.data.main.low"));
    CHECK(finds(wired + "return ctx.cross_down(100, self.fast[0])", "give the series, self.fast"));
    for (const char* fine :
         {"return ctx.cross_up(self.close, self.fast)", "return ctx.cross_up(self.close, self.p.level)",
          "return ctx.cross_up(self.fast, bar.close * 2)", "return ctx.cross_up(self.levels[0], self.fast)",
          "return ctx.cross_up(self.fast, level(bar.close))"})
        CHECK(found(wired + fine) == "");
}

TEST_CASE("a weight in per cent is found, and a share is not") {
    CHECK(found("function S:on_bar(ctx)\nctx:target { weight = 50, tag = 'x' } end") ==
          "2 ctx:target: weight = 50 is 50 times the equity: write 0.5 for 50 % of it, or notional = ... if so "
          "much is meant");
    CHECK(finds("ctx:target({ symbol = 'A', weight = -12.5 })", "write -0.125 for -12.5 % of it"));
    for (const char* fine :
         {"ctx:target { weight = 0.5 }", "ctx:target { weight = 10 }", "ctx:target { qty = 50 }",
          "ctx:target { weight = 50 * share }", "ctx:target { weight = share, tag = tags { weight = 50 } }",
          "local t = { weight = 50 }", "self.target = 5; local weight = 50", "ctx:target(t)"})
        CHECK(found(fine) == "");
}
