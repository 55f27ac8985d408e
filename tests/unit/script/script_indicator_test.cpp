#include <cmath>
#include <cstring>

#include "support/catch.h"
#include "support/script_rig.h"

namespace trd {
namespace {

std::string around(const std::string& body) {
    return "local trd = require 'trd'\nlocal S = trd.strategy { name = 's' }\n" + body + "\nreturn S";
}

ScriptRig rig_of(const std::string& body, bool jit = true) {
    LuaOptions options;
    options.jit = jit;
    auto loaded = LuaStrategy::load_text(around(body), "s.lua", {}, options);
    if (!loaded) FAIL(loaded.error().message);
    return ScriptRig(std::move(loaded).value());
}

// The first fault of a strategy that is bound and sees thirty bars.
std::string fault_of(const std::string& body) {
    auto loaded = LuaStrategy::load_text(around(body), "s.lua", {}, {});
    if (!loaded) return loaded.error().message;
    ScriptRig rig(std::move(loaded).value());
    if (auto bound = rig.bind(); !bound) return bound.error().message;
    for (int i = 0; i < 30; ++i)
        if (auto told = rig.bar(bar_at(i, 100 + i)); !told) return told.error().message;
    return "";
}

std::vector<RawIntent> orders_of(const std::string& body, bool jit) {
    ScriptRig rig = rig_of(body, jit);
    REQUIRE(rig.bind());
    for (const BarValues& bar : random_bars(3000, 11)) REQUIRE(rig.bar(bar));
    return rig.all();
}

bool same_bytes(const std::vector<RawIntent>& a, const std::vector<RawIntent>& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(RawIntent)) == 0;
}

const char* const trading = R"(
function S:on_bar(ctx, bar)
    if ctx:position().flat and ctx.cross_up(self.fast, self.slow) then ctx:buy { qty = 1 + self.slow[3] }
    elseif ctx:position().long and ctx.cross_down(self.fast, self.slow) then ctx:close {} end
end)";

const char* const written_in_lua = R"(
local mean = trd.indicator {
    name = "mean",
    params = { period = trd.int { 5, min = 1 } },
    init = function(self) self.values = {} end,
    update = function(self, value)
        local values, count, sum = self.values, #self.values, 0
        if count == self.p.period then table.remove(values, 1) end
        values[#values + 1] = value
        if #values < self.p.period then return nil end
        for i = 1, #values do sum = sum + values[i] end
        return sum / #values
    end,
}
local range = trd.indicator {
    name = "range", of = "bars", outputs = { "high", "low" },
    params = { period = trd.int { 10, min = 1 } },
    init = function(self, source, ind)
        self.high, self.low = ind.highest(source.high, self.p.period), ind.lowest(source.low, self.p.period)
    end,
    update = function(self, bar) return self.high[0], self.low[0] end,
})";

}  // namespace

TEST_CASE("an indicator written in Lua is as good as the same one of the program, in all that uses one") {
    const std::string written = std::string(written_in_lua) + R"(
function S:init(ctx)
    self.fast = mean(ctx.data.main, 4)
    self.slow = ctx.ind.ema(mean(ctx.data.main.close, { period = 16 }), 3)
end)" + trading;
    const std::string given = std::string(R"(
function S:init(ctx)
    self.fast = ctx.ind.sma(ctx.data.main, 4)
    self.slow = ctx.ind.ema(ctx.ind.sma(ctx.data.main.close, 16), 3)
end)") + trading;
    const auto expected = orders_of(given, true);
    REQUIRE(expected.size() > 20);
    CHECK(same_bytes(orders_of(written, true), expected));
    CHECK(same_bytes(orders_of(written, false), expected));
}

TEST_CASE("warm-up follows from what update returns, and what the indicator itself is made of") {
    ScriptRig rig = rig_of(std::string(written_in_lua) + R"(
function S:init(ctx) self.range = range(ctx.data.main, 12) end
function S:on_bar(ctx, bar) ctx:buy { qty = self.range.high[0] - self.range.low[0] } end)");
    REQUIRE(rig.bind());
    for (int i = 0; i < 12; ++i) {
        CHECK(rig.all().empty());
        REQUIRE(rig.bar(bar_at(i, 100 + i)));
    }
    REQUIRE(rig.all().size() == 1);
    CHECK(rig.all()[0].quantity == 12);  // 111.5 - 99.5
}

TEST_CASE("mistakes in an indicator name its line") {
    const std::string head = "local i = trd.indicator { name = 'x', ";
    const std::string use = " }\nfunction S:init(ctx) self.x = i(ctx.data.main) end";
    const std::pair<std::string, const char*> cases[] = {
        {head + "update = function(self, v)\nreturn v.close end" + use, "s.lua:4: "},
        {head + "\nupdate = function() return 'a' end" + use,
         "s.lua:4: indicator x: update returns numbers, or nil while there is none, not 'a'"},
        {head + "\nupdate = function() return 1, 2 end" + use, "s.lua:4: indicator x: update returns 1 number"},
        {head + "updat = 1" + use, "s.lua:3: trd.indicator has no field 'updat' (did you mean 'update'?)"},
        {head + "of = 'bar', update = print" + use, "s.lua:3: indicator x: of is 'bars' or 'series', not 'bar' (did"},
        {head + "outputs = { 'a', 'a' }, update = print" + use, "s.lua:3: indicator x: outputs are names, each once"},
        {"trd.indicator { name = 'x' }", "s.lua:3: indicator x: update must be a function, not nil"},
        {head + "of = 'bars', update = print }\nfunction S:init(ctx) i(ctx.data.main.close) end",
         "s.lua:4: indicator x reads whole bars"},
        {head +
             "params = { n = trd.int { 5, min = 2 } }, update = print }\nfunction S:init(ctx) i(ctx.data.main, 1) end",
         "s.lua:4: indicator x: n must be at least 2, not 1"},
        {head + "params = { n = trd.int { 5 } }, update = print }\nfunction S:init(ctx) i(ctx.data.main, 1, 2) end",
         "s.lua:4: indicator x takes at most 1 parameters"},
        {head + "update = print }\nfunction S:on_bar(ctx) i(ctx.data.main) end",
         "s.lua:4: indicator x: indicators are made in init"},
        {"local c\nfunction S:init(ctx) c = ctx self.x = trd.indicator { name = 'x', update = function()\nc:buy { qty "
         "= 1 } return 0 end }(ctx.data.main) end",
         "s.lua:5: ctx:buy: orders are sent from the hooks"},
    };
    for (const auto& [body, message] : cases) {
        INFO(body);
        const std::string fault = fault_of(body);
        CHECK(fault.substr(0, std::strlen(message)) == message);
    }
}

TEST_CASE("what an indicator of the script's own remembers is not kept, and that is said") {
    const std::string body = std::string(written_in_lua) + "\nfunction S:init(ctx) mean(ctx.data.main) end";
    ScriptRig first = rig_of(body), second = rig_of(body);
    REQUIRE(first.bind());
    REQUIRE(second.bind());
    const auto loaded = second.strategy().load(first.strategy().save().value());
    REQUIRE(loaded.ok());
    CHECK_FALSE(*loaded);
}

}  // namespace trd
