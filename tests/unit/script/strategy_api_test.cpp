#include <string>
#include <vector>

#include "support/catch.h"
#include "support/script_rig.h"

namespace trd {
namespace {

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

constexpr const char* head =
    "local trd = require 'trd'\nlocal S = trd.strategy { name = 'test', params = { n = trd.int { 3, min = 1, max = 9 } "
    "} }\n";

std::string strategy(const std::string& body) { return head + body + "\nreturn S"; }

LuaStrategy::Loaded load(const std::string& text, const LuaOverrides& overrides = {}, bool jit = true) {
    LuaOptions options;
    options.jit = jit;
    return LuaStrategy::load_text(text, "dir/test.lua", overrides, options);
}

std::string load_message(const std::string& text, const LuaOverrides& overrides = {}) {
    const auto loaded = load(text, overrides);
    if (loaded.ok()) return "loaded";
    CHECK(loaded.error().kind == (overrides.empty() ? StrategyFault::Kind::load : StrategyFault::Kind::parameter));
    return loaded.error().message;
}

// Loads, binds and feeds five bars; what the first fault says, or "ran".
std::string run_message(const std::string& text, bool jit = true) {
    auto loaded = load(text, {}, jit);
    if (!loaded.ok()) return loaded.error().message;
    ScriptRig rig(std::move(loaded).value());
    auto outcome = rig.bind();
    if (outcome.ok()) outcome = rig.event(ViewEventKind::start);
    for (int i = 0; outcome.ok() && i < 5; ++i) outcome = rig.bar(bar_at(i, 100 + i));
    if (outcome.ok()) outcome = rig.event(ViewEventKind::stop);
    return outcome.ok() ? "ran" : outcome.error().message;
}

// The tags of the orders sent, which is how these scripts say what they saw.
std::vector<std::string> said(ScriptRig& rig) {
    std::vector<std::string> tags;
    for (const RawIntent& intent : rig.all()) tags.emplace_back(intent.tag, intent.tag_size);
    return tags;
}

struct Refusal {
    std::string code;
    std::string message;
};

TEST_CASE("mistakes in a declaration are load faults with a suggestion") {
    const std::string open = "local trd = require 'trd'\nlocal S = trd.strategy ";
    const std::vector<Refusal> refusals = {
        {open + "{ name = 'x', parms = {} }",
         "dir/test.lua:2: trd.strategy has no field 'parms' (did you mean 'params'?)"},
        {open + "{ }", "trd.strategy: name must be a string, not nil"},
        {open + "{ name = 'a b' }", "name takes up to 64 letters"},
        {open + "{ name = 'x', api = 2 }", "api is 1 here, not 2"},
        {open + "{ name = 'x', params = { a = 5 } }", "params.a must be made with trd.int, dec, bool or enum, not 5"},
        {open + "{ name = 'x', params = { a = trd.int { 5, maximum = 7 } } }", "trd.int has no field 'maximum'"},
        {open + "{ name = 'x', params = { a = trd.int { 5, mx = 7 } } }", "(did you mean 'max'?)"},
        {open + "{ name = 'x', params = { a = trd.int { 5.5 } } }", "the default must be a whole number, not 5.5"},
        {open + "{ name = 'x', params = { a = trd.int { min = 1 } } }", "trd.int needs a default"},
        {open + "{ name = 'x', params = { a = trd.int { 0, min = 1 } } }", "the default must be at least 1, not 0"},
        {open + "{ name = 'x', params = { a = trd.enum { 'c', values = { 'a', 'b' } } } }",
         "must be one of 'a', 'b', not 'c'"},
        {open + "{ name = 'x', params = { a = trd.ins { 1 } } }", "trd has no 'ins' (did you mean 'int'?)"},
        {open + "{ name = 'x', data = { main = trd.bars { tf = '1 fortnight' } } }",
         "tf must be a duration such as '1m'"},
        {open + "{ name = 'x', data = {} }", "data needs at least one series"},
        {open + "{ name = 'x', data = { main = trd.int { 1 } } }",
         "data.main must be made with trd.bars, quotes, trades or book"},
        {"return 5", "a strategy file calls trd.strategy"},
        {"local trd = require 'trd' local S = trd.strategy { name = 'x' } return {}",
         "ends by returning its strategy: return S"},
        {"local trd = require 'trd' trd.strategy { name = 'x' } trd.strategy { name = 'y' }",
         "trd.strategy is called once"},
        {"local a = require 'socket'", "require knows 'trd' only, not 'socket'"},
        {strategy("function S:on_barz(ctx) end"),
         "dir/test.lua:3: there is no hook 'on_barz' (did you mean 'on_bar'?)"},
        {strategy("function S:on_quotes(ctx) end"), "there is no hook 'on_quotes' (did you mean 'on_quote'?)"},
        {strategy("function S:Init(ctx) end"), "there is no hook 'Init' (did you mean 'init'?)"},
        {strategy("function S:on_tick(ctx) end"),
         "there is no hook 'on_tick' (did you mean 'on_bar', or for quotes "
         "'on_quote'?)"},
        {strategy("function S:on_candle(ctx) end"), "there is no hook 'on_candle' (did you mean 'on_bar'?)"},
        {strategy("function S:on_split(ctx) end"), "there is no hook 'on_split' (did you mean 'on_corporate_action'?)"},
        {strategy("function S:on_position_changed(ctx) end"),
         "there is no hook 'on_position_changed' (did you mean 'on_position'?)"},
        {strategy("function S:OnMarginCallWarning(ctx) end"),
         "there is no hook 'OnMarginCallWarning' (did you mean 'on_margin_call'?)"},
        {strategy("function S:on_halt(ctx) end"), "there is no hook 'on_halt' (did you mean 'on_risk'?)"},
        {strategy("function S:on_funding_rate(ctx) end"),
         "there is no hook 'on_funding_rate' (did you mean 'on_funding'?)"},
        {strategy("function S.on_bar(ctx, bar) end"),
         "dir/test.lua:3: on_bar is written with a colon: function S:on_bar(ctx, ...)"},
        {strategy(""),
         "dir/test.lua: the strategy has no hook, so nothing in it would ever be called: bars come to "
         "function S:on_bar(ctx, bar)"},
        {strategy("function S:on_bar(bar) end"), "dir/test.lua:3: on_bar gets ctx first: function S:on_bar(ctx, bar)"},
        {strategy("function S.on_bar(bar) end"), "on_bar is written with a colon: function S:on_bar(ctx, ...)"},
        {open + "{ name = 'x', data = { q = trd.quotes {} } }\nfunction S:on_bar(ctx) end return S",
         "dir/test.lua:3: the strategy has on_bar, and no trd.bars {} in its data"},
        {open + "{ name = 'x', data = { b = trd.book {} } } return S",
         "what it asks for comes to function S:on_book(ctx, level)"},
        {open + "{ name = 'x', params = { a = trd.int(30) } }",
         "trd.int needs a table, { ... }, not 30 (write trd.int { 30 })"},
        {"local S = trd.strategy { name = 'x' }",
         "undefined name 'trd' (a file begins with: local trd = require \"trd\")"},
        {strategy("function S:on_bar(ctx, bar) if bar.close != 1 then end end"),
         "(Lua writes ~= for not equal, and not"},
        {strategy("function S:on_bar(ctx) self.n += 1 end"), "(Lua has no +=: write x = x + 1)"},
        {strategy("function S:on_bar(ctx) self.n -= 1 end"), "(Lua has no -=: write x = x - 1)"},
        {strategy("function S:on_bar(ctx) if a && b then end end"), "(Lua writes and)"},
        {strategy("function S:on_bar(ctx) if a || b then end end"), "(Lua writes or)"},
        {open + "{ name = 'x', constraint = function(p) return p.n > 1 end } return S", "self.p has no 'n'"},
        {"local trd = require 'trd'\nreturn trd.strategy { name = 'x', params = { b = trd.int { 2 }, a = trd.int { 1 } "
         "}, "
         "constraint = function(p) return p.a > p.b end }",
         "the strategy's constraint refuses b=2, a=1"},
    };
    for (const Refusal& refusal : refusals) {
        const std::string message = load_message(refusal.code);
        INFO(message);
        CHECK(contains(message, refusal.message));
    }
}

// Beside a hook that is called and beside one that only sets up.
TEST_CASE("a method that was meant as a hook is refused unless the script calls it") {
    struct Method {
        std::string name, meant;
    };
    const std::vector<Method> methods = {
        {"next", "on_bar"},
        {"intit", "init"},
        {"inti", "init"},
        {"initialize", "init"},
        {"handle_data", "on_bar"},
        {"should_long", "on_bar"},
        {"bar", "on_bar"},
        {"start", "on_start"},
        {"onbar", "on_bar"},
        {"no_bar", "on_bar"},
        {"notify_order", "on_order"},
        {"stop", "on_stop"},
        {"notify_trade", "on_fill"},
        {"teardown", "on_stop"},
    };
    for (const std::string hook : {"init", "on_bar"}) {
        const std::string begin = "function S:" + hook + "(ctx)\n";
        for (const auto& [name, meant] : methods) {
            const std::string method = "function S:" + name + "(ctx) end";
            const std::string message = load_message(strategy(begin + "end\n" + method));
            INFO(name << ": " << message);
            CHECK(contains(message, "dir/test.lua:5: '" + name + "' is no hook, and nothing here calls self:" + name +
                                        "() (did you mean '" + meant + "'?)"));
            for (const std::string use :
                 {"self:NAME(ctx)", "self.NAME(self)", "S:NAME(ctx)", "local f = S.NAME",
                  "local me = self me:NAME(ctx)", "self['NAME'](self)", "local f = 'NAME' self[f](self)",
                  "local function go(strategy) strategy:NAME(ctx) end go(self)", "self[ [[NAME]] ](self)",
                  "local me, other = self, ctx me:NAME(other)", "self['a' .. 'b'](self)",
                  "for name, method in pairs(self) do method(self) end", "local known = {} known[S.NAME] = true"}) {
                std::string call = use;
                if (const size_t place = call.find("NAME"); place != std::string::npos) call.replace(place, 4, name);
                INFO(call);
                CHECK(load_message(strategy(begin + call + " end\n" + method)) == "loaded");
            }
            // The word alone is no call of it, nor is it where it is written.
            for (const std::string other :
                 {"local NAME = 1 NAME()", "-- self:NAME()", "self.rows = {} self.rows[ctx.now] = 1"}) {
                std::string text = other;
                if (const size_t place = text.find("NAME"); place != std::string::npos) text.replace(place, 4, name);
                CHECK(load_message(strategy(begin + text + "\nend\n" + method)) != "loaded");
            }
            CHECK(load_message(strategy(begin + "end\nS." + name + " = function() end")) != "loaded");
            CHECK(load_message(strategy(begin + "end\nS['" + name + "'] = function() end")) != "loaded");
            CHECK(load_message(strategy(begin + "end\nS." + name + " = 5")) == "loaded");
        }
        CHECK(contains(load_message(strategy(begin + "end function S:OnData(ctx) end")),
                       "there is no hook 'OnData' (did you mean 'on_bar'?)"));
    }
}

TEST_CASE("an own method may have any other name, also one that nothing calls") {
    for (const std::string name :
         {"enter", "exit", "wait", "only_long", "once", "update_stop", "trail", "size", "my_helper"})
        CHECK(load_message(strategy("function S:on_bar(ctx) end function S:" + name + "(ctx) end")) == "loaded");
    // But where there is no hook for what happens, it was meant as one.
    CHECK(contains(load_message(strategy("function S:init(ctx) end\nfunction S:process(ctx) end")),
                   "dir/test.lua:4: 'process' is no hook, and nothing here calls self:process(): bars come to function "
                   "S:on_bar(ctx, bar)"));
    CHECK(load_message(strategy("function S:init(ctx) self:wire(ctx) end function S:wire(ctx) end")) == "loaded");
}

TEST_CASE("overrides are checked as a person's words") {
    const std::string text = strategy("function S:on_bar() end");
    CHECK(load_message(text, {{"n", "4"}}) == "loaded");
    CHECK(contains(load_message(text, {{"m", "4"}}), "the strategy 'test' has no parameter 'm'"));
    CHECK(contains(load_message(text, {{"n", "10"}}), "parameter 'n' must be at most 9, not '10'"));
    CHECK(contains(load_message(text, {{"n", "four"}}), "parameter 'n' must be a whole number, not 'four'"));
    CHECK(LuaStrategy::load("tests/scripts/none.lua", {}, {}).error().kind == StrategyFault::Kind::missing);
    for (const std::string odd : {"0x4", "nan", "inf", "", "4.5", "1e999"})
        CHECK(load_message(text, {{"n", odd}}) != "loaded");
}

TEST_CASE("the manifest tells the parameters and the series in the order in which they were written") {
    const auto loaded = load(
        "local trd = require 'trd' local S = trd.strategy { name = 'm', version = '2', params = {\n"
        "zeta = trd.dec { 0.1, doc = 'first' }, alpha = trd.bool { true }, mid = trd.enum { 'b', values = { 'a', 'b' } "
        "}, k = trd.int { 7 } },\n"
        "data = { main = trd.bars { tf = '1h' }, a = trd.bars { symbol = 'ETH/USDT' } } }\n"
        "function S:on_bar() end return S",
        {{"zeta", "0.250"}, {"alpha", "false"}});
    REQUIRE(loaded.ok());
    const StrategyManifest& manifest = (*loaded)->manifest();
    CHECK(manifest.name == "m");
    CHECK(manifest.version == "2");
    REQUIRE(manifest.parameters.size() == 4);
    using Type = StrategyParameter::Type;
    const StrategyParameter& zeta = manifest.parameters[0];
    CHECK((zeta.name == "zeta" && zeta.type == Type::decimal && zeta.value == "0.25" && zeta.fallback == "0.1" &&
           zeta.doc == "first"));
    CHECK((manifest.parameters[1].name == "alpha" && manifest.parameters[1].value == "false" &&
           manifest.parameters[1].fallback == "true"));
    CHECK((manifest.parameters[2].type == Type::choice && manifest.parameters[2].value == "b"));
    CHECK(manifest.parameters[2].choices == std::vector<std::string>{"a", "b"});
    CHECK(zeta.choices.empty());
    CHECK((manifest.parameters[3].type == Type::integer && manifest.parameters[3].value == "7"));
    REQUIRE(manifest.series.size() == 2);
    CHECK((manifest.series[0].name == "main" && manifest.series[0].symbol == "$symbol" &&
           manifest.series[0].timeframe == hours(1)));
    CHECK((manifest.series[1].name == "a" && manifest.series[1].symbol == "ETH/USDT" &&
           manifest.series[1].timeframe == Duration{}));
}

TEST_CASE("mistakes in hooks name the line and what was meant") {
    const std::vector<Refusal> refusals = {
        {"function S:on_bar(ctx, bar)\n  local x = bar.clos\nend",
         "dir/test.lua:4: a bar has no field 'clos' (did you mean 'close'?)\n     4 |   local x = bar.clos\n       |   "
         "              ^"},
        {"function S:on_bar(ctx) ctx:by { qty = 1 } end", "ctx has no 'by' (did you mean 'buy'?)"},
        {"function S:on_bar(ctx)\n  return ctx.data.main.close[-1]\nend",
         "     4 |   return ctx.data.main.close[-1]\n       |                             ^"},
        {"function S:on_bar(ctx)\n  ctx:buy { tag = 'x', qty = -10 }\nend",
         "     4 |   ctx:buy { tag = 'x', qty = -10 }\n       |                        ^"},
        {"function S:init(ctx)\n  self.s = ctx.ind.sma(ctx.data.main, 0)\nend",
         "     4 |   self.s = ctx.ind.sma(ctx.data.main, 0)\n       |            ^"},
        {"function S:on_bar(ctx) ctx:buy { qty = 1, tga = 'x' } end",
         "ctx:buy has no field 'tga' (did you mean 'tag'?)"},
        {"function S:on_bar(ctx) ctx:buy { } end", "ctx:buy needs a quantity: ctx:buy { qty = ... }"},
        {"function S:on_bar(ctx) ctx:buy { qty = -1 } end", "ctx:buy: qty must be a number greater than 0, not -1"},
        {"function S:on_bar(ctx) ctx:buy { qty = 0/0 } end", "qty must be a number greater than 0, not nan"},
        {"function S:on_bar(ctx) ctx:buy { qty = 1/0 } end", "qty must be a number greater than 0, not inf"},
        {"function S:on_bar(ctx) ctx:buy { qty = '1' } end", "qty must be a number greater than 0, not '1'"},
        {"function S:on_bar(ctx) ctx:buy(5) end", "ctx:buy needs a table, { ... }, not 5"},
        {"function S:on_bar(ctx) ctx.buy { qty = 1 } end", "ctx:buy is called with a colon"},
        {"function S:on_bar(ctx) ctx.position() end", "ctx:position is called with a colon"},
        {"function S:on_bar(ctx) ctx:position(nil, 'up') end", "the side is 'long' or 'short', not 'up'"},
        {"function S:on_bar(ctx) ctx:position(nil, 'shrot') end", "not 'shrot' (did you mean 'short'?)"},
        {"function S:on_bar(ctx) ctx:position(nil, 'long') end", "the account nets: it keeps no long and short side"},
        {"function S:on_bar(ctx) ctx:sell { qty = 1, tag = ('x'):rep(23) } end", "tag takes up to 22 bytes"},
        {"function S:on_bar(ctx) ctx:close { qty = 1 } end", "ctx:close has no field 'qty'"},
        {"function S:on_bar(ctx) ctx:buy { qty = 1, symbol = 'X' } end",
         "no series of this strategy has the symbol 'X'"},
        {"function S:on_bar(ctx) ctx:cancel(1) end", "ctx:cancel needs what ctx:buy or ctx:sell returned, not 1"},
        {"function S:on_bar(ctx) ctx:cancel({ id = 1 }) end",
         "ctx:cancel needs what ctx:buy or ctx:sell returned, not table"},
        {"function S:on_bar(ctx) ctx.x = 1 end", "ctx cannot be changed (writing 'x')"},
        {"function S:on_bar(ctx, bar) bar.close = 1 end", "a bar cannot be changed"},
        {"function S:on_bar(ctx) ctx:position().qty = 1 end", "a position cannot be changed"},
        {"function S:on_bar(ctx) return self.p.m end", "self.p has no 'm'"},
        {"function S:on_bar(ctx) return ctx.data.mian end", "ctx.data has no 'mian' (did you mean 'main'?)"},
        {"function S:on_bar(ctx) return ctx.data.main[1] end", "write data.main.close[1]"},
        {"function S:on_bar(ctx) return ctx.data.main.close[-1] end", "series[-1] lies in the future"},
        {"function S:on_bar(ctx) return ctx.data.main.close[0.5] end", "whole numbers only"},
        {"function S:on_bar(ctx) return ctx.data.main.close[256] end", "only the last 256 values are kept"},
        {"function S:on_bar(ctx) return ctx.data.main.close.x end", "a series has no field 'x'"},
        {"function S:on_bar(ctx) ctx.data.main.close[0] = 1 end", "a series cannot be changed"},
        {"function S:on_bar(ctx) table.insert(ctx.data.main.close, 0, 1) end",
         "table.insert: what trd gives to a script"},
        {"function S:on_bar(ctx, bar) table.insert(bar, 1) end", "table.insert: what trd gives to a script cannot be"},
        {"function S:on_bar(ctx) table.remove(math) end", "table.remove: what trd gives to a script cannot be changed"},
        {"function S:on_bar(ctx) self.p = { n = 1 } end",
         "self.p cannot be changed: parameters are given from outside"},
        {"function S:on_bar(ctx) ctx.ind.sma(ctx.data.main, 3) end", "indicators are made in init"},
        {"function S:init(ctx) self.s = ctx.ind.sma(ctx.data.main, 1) end function S:on_bar(ctx, bar) return self.s > "
         "bar.close "
         "end",
         "test.lua:3: 'self.s' is a series and no number: write self.s[0]"},
        {"function S:on_bar(ctx) return ctx:position() > 0 end",
         "test.lua:3: 'ctx:position()' is a position and no number: write ctx:position().qty"},
        {"function S:on_bar(ctx) local p = ctx:position() return function() return 1 < p end end", "ran"},
        {"function S:on_bar(ctx) local p = ctx:position() local function f() return 1 < p end f() end",
         "'p' is a position and no number: write p.qty"},
        {"function S:on_bar(ctx) return (ctx:position()) > 0 end",
         "attempt to compare number with table (of a series write series[0], of a position position.qty)"},
        {"function S:on_bar(ctx) local p = 1 do local p = nil return p < 2 end end",
         "'p' is nil here, and compared with a value"},
        {"function S:on_bar(ctx) local t = setmetatable({}, { __index = function() error('no') end }) return t.x < 2 "
         "end",
         "test.lua:3: no"},
        {"function S:on_bar(ctx) return pcall(function() return nil < 2 end) end", "ran"},
        {"function S:on_bar(ctx) if ctx:position() == 0 then ctx:buy { qty = 1 } end end",
         "test.lua:3: this '==' or '~=' has no number on one side, so it always says the same: of a series write "
         "series[0], of a position position.qty or position.flat"},
        {"function S:on_bar(ctx) local held = ctx:position() return 0 ~= held end", "position.flat"},
        {"function S:on_bar(ctx) if ctx:position() then ctx:flatten() end end",
         "test.lua:3: ctx:position: a position is always there, also a flat one, so this condition always says the "
         "same: write "
         "position.flat, position.long, position.short or position.qty"},
        {"function S:on_bar(ctx, bar) if bar.close > 1 and not ctx:position() then ctx:buy { qty = 1 } end end",
         "a position is always there"},
        {"function S:on_bar(ctx, bar) return bar == 5 end", "always says the same"},
        {"function S:init(ctx) self.s = ctx.ind.sma(ctx.data.main, 1) end function S:on_bar() return self.s == -1 end",
         "of a series write series[0]"},
        {"function S:on_start(ctx) local o = ctx:buy { qty = 1 } return o == 1 end", "always says the same"},
        {"function S:init(ctx) self.mean = ctx.ind.sma(ctx.data.main, 1) end function S:on_bar() return self.maen[0] "
         "end",
         "attempt to index field 'maen' (a nil value) (did you mean 'mean'?)"},
        {"function S:init(ctx) self.s = ctx.ind.sma(ctx.data.main, 1) * 2 end",
         "a series is no number, and init comes before the first bar: keep the series in self and compute with "
         "series[0] in on_bar, or make a series of your own with trd.indicator"},
        {"function S:on_bar(ctx) local held = ctx:position() return held + 1 end",
         "(a table value) (of a series write series[0], of a position position.qty)"},
        {"function S:on_bar(ctx) print('at ' .. ctx:position()) end", "of a position position.qty"},
        {"function S:on_bar(ctx) return self.params.n end", "(a nil value) (parameters are self.p.NAME)"},
        {"function S:on_bar(ctx) self.k = self.k + 1 end", "(nothing was put there yet: begin with it in on_start)"},
        {"function S:on_start(ctx) ctx:buy { qty = 1, limit = ctx.data.main.close[0] } end",
         "not nan (nan is a value that is not there yet"},
        {"function S:on_bar(ctx) return ctx:position().size end",
         "a position has no field 'size' (did you mean 'qty'?)"},
        {"function S:on_bar(ctx) ctx:order { qty = 1 } end", "ctx has no 'order' (did you mean 'buy'?)"},
        {"function S:on_bar(ctx) return ctx.account.balance end", "(did you mean 'cash'?)"},
        {"function S:init(ctx) self.s = ctx.ind.sma(ctx.data.main, 1) end function S:on_bar(ctx, bar) return self.s - "
         "1 end",
         "a series is no number: write series[0] for its current value"},
        {"function S:init(ctx) self.s = ctx.ind.sma(ctx.data.main, 1) end function S:on_bar() return self.s < self.s "
         "end",
         "a series is no number: write series[0]"},
        {"function S:init(ctx) ctx:buy { qty = 1 } end", "orders are sent from the hooks; init only wires"},
        {"function S:init(ctx) ctx.ind.smaa(ctx.data.main, 3) end", "ctx.ind has no 'smaa' (did you mean 'sma'?)"},
        {"function S:init(ctx) ctx.ind.sma(3) end", "ctx.ind.sma needs a series first"},
        {"function S:init(ctx) ctx.ind.sma(ctx.data.main, 0) end", "must be between"},
        {"function S:init(ctx) ctx.ind.sma(ctx.data.main, 2.5) end", "must be a whole number, not 2.5"},
        {"function S:init(ctx) ctx.ind.sma(ctx.data.main, 3, 4, 5, 6) end", "ctx.ind.sma takes at most"},
        {"function S:init(ctx) ctx.ind.sma(ctx.data.main, 'x') end", "must be a number, not 'x'"},
        {"function S:init(ctx) ctx.ind.sma(ctx.data.main, { perod = 3 }) end", "(did you mean 'period'?)"},
        {"function S:on_bar(ctx) ctx.cross_up(ctx.data.main, 1) end", "write data.main.close"},
        {"function S:on_bar(ctx) ctx:cross_up(1, 2) end", "called with a dot: ctx.cross_up(a, b)"},
        {"function S:on_start(ctx) local o = ctx:buy { qty = 1 } return o.stat end",
         "an order has no field 'stat' (did you mean 'state'?)"},
        {"function S:on_start(ctx) local o = ctx:buy { qty = 1 } o.qty = 2 end", "an order cannot be changed"},
        {"function S:on_start(ctx) for i = 1, 2000 do ctx:buy { qty = 1 } end end",
         "more than 1024 orders in one handler"},
        {"function S:on_bar(ctx) ctx.log:info('x') end", "ctx.log.info is called with a dot"},
        {"function S:on_bar(ctx) ctx.log.inform('x') end", "ctx.log has no 'inform' (did you mean 'info'?)"},
        {"function S:on_bar(ctx) ctx.log.info({}) end", "ctx.log.info: the text must be a string, not table"},
        {"function S:on_bar(ctx) ctx.log.info('x', 5) end", "ctx.log.info: the fields must be a table, not 5"},
        {"function S:on_bar(ctx) ctx.record('x', 5) end", "ctx:record is called with a colon"},
        {"function S:on_bar(ctx) ctx:record('', 5) end", "a name has 1 to 64 printable ASCII characters, not ''"},
        {"function S:on_bar(ctx) ctx:record('x', 1/0) end", "ctx:record: x must be a finite number, not inf"},
        {"function S:on_bar(ctx) ctx:record('x', '5') end", "ctx:record: x must be a finite number, not '5'"},
        {"function S:on_bar(ctx) ctx:record('x', 5) ctx:plot('x', 5) end",
         "'x' is recorded already: give the other one another name"},
        {"function S:on_bar(ctx) for i = 1, 300 do ctx:record('x' .. i, i) end end",
         "more than 256 names are recorded and plotted"},
        {"function S:on_bar(ctx) ctx:plot('x', 5, { pan = 'a' }) end",
         "ctx:plot has no field 'pan' (did you mean 'pane'?)"},
        {"function S:on_bar(ctx) ctx:plot('x', 5, { style = 'lines' }) end", "not 'lines' (did you mean 'line'?)"},
        {"function S:on_bar(ctx) ctx:plot('x', ctx.data.main.close) end", "a series is plotted from init on"},
        {"function S:init(ctx) ctx:plot('x', ctx.data.main) end", "x must be a finite number or a series, not table"},
        {"function S:on_bar(ctx) ctx:alert('loud', 'x') end",
         "ctx:alert: the level is info, warn or error, not 'loud'"},
        {"function S:on_bar(ctx) ctx:mark() end", "ctx:mark: the text must be a string, not nil"},
        {"function S:init(ctx) ctx:every('30s', 'x') end",
         "a timer needs a hook to call: function S:on_timer(ctx, name)"},
        {"function S:on_timer() end function S:init(ctx) ctx:every(30, 'x') end",
         "ctx:every needs a duration such as '30s', '5m' or '1h', not 30"},
        {"function S:on_timer() end function S:init(ctx) ctx:every('1us', 'x') end", "ctx:every needs a duration"},
        {"function S:on_timer() end function S:init(ctx) ctx:after('9999d', 'x') end",
         "ctx:after needs a duration from 1ms to 3650d"},
        {"function S:on_timer() end function S:init(ctx) ctx:at('25:00', 'UTC', 'x') end",
         "ctx:at needs a time of day such as '15:55', not '25:00'"},
        {"function S:on_timer() end function S:init(ctx) ctx:at('15:55', 'America/New_Yrok', 'x') end",
         "ctx:at needs a zone such as America/New_York or UTC, not 'America/New_Yrok' (did you mean "
         "'America/New_York'?)"},
        {"function S:on_timer() end function S:init(ctx) ctx:at('15:55', 'UTC') end",
         "ctx:at: the name must be a string, not nil"},
        {"function S:on_timer() end function S:init(ctx) ctx:every('1h', 'x') ctx:every('1h', 'x') end",
         "there is a timer 'x' already"},
        {"function S:on_timer() end function S:init(ctx) for i = 1, 300 do ctx:every('1h', 't' .. i) end end",
         "more than 256 timers"},
        {"S.on_bar = 5", "the hook on_bar must be a function, not 5"},
    };
    for (const Refusal& refusal : refusals) {
        for (const bool jit : {true, false}) {
            const std::string message = run_message(strategy(refusal.code), jit);
            INFO(refusal.code << "\n" << message);
            CHECK(contains(message, refusal.message));
        }
    }
}

TEST_CASE("a script sees its bars, their history, its position, the time and its indicators") {
    const std::string text = strategy(R"(
function S:init(ctx)
    self.sma = ctx.ind.sma(ctx.data.main, self.p.n)
    self.twice = ctx.ind.sma(self.sma, { period = 2 })
end
function S:on_bar(ctx, bar)
    local close = ctx.data.main.close
    ctx:buy { qty = 1, tag = bar.close .. ' ' .. close[0] .. ' ' .. close[1] }
    ctx:buy { qty = 1, tag = self.sma[0] .. ' ' .. self.sma[1] .. ' ' .. self.twice[0] }
    ctx:buy { qty = 1, tag = bar.open .. ' ' .. bar.high .. ' ' .. bar.low .. ' ' .. bar.volume }
    ctx:buy { qty = 1, tag = bar.open_time .. ' ' .. bar.time .. ' ' .. ctx.now .. ' ' .. bar.series }
    ctx:buy { qty = 1, tag = ctx.data.main.hl2[0] .. ' ' .. ctx.data.main.ohlc4[1] .. ' ' .. tostring(close[50]) }
end)");
    for (const bool jit : {true, false}) {
        auto loaded = load(text, {}, jit);
        REQUIRE(loaded.ok());
        ScriptRig rig(std::move(loaded).value());
        REQUIRE(rig.bind());
        for (int i = 0; i < 4; ++i) REQUIRE(rig.bar(bar_at(i, 100 + i)));
        // sma(3) needs three bars and the average of it one more
        CHECK(said(rig) == std::vector<std::string>{"103 103 102", "102 101 101.5", "102.75 103.5 102.5 103",
                                                    "180 240 240 main", "103 101.9375 nan"});
    }
}

TEST_CASE("crossings look past equal values and need a past") {
    const std::string text = strategy(R"(
function S:on_bar(ctx, bar)
    local close = ctx.data.main.close
    local up, down = ctx.cross_up(close, 100), ctx.cross_down(close, 100)
    ctx:buy { qty = 1, tag = (up and 'up' or '') .. (down and 'down' or '') .. (ctx.cross_up(100, close) and '!' or '') }
end)");
    for (const bool jit : {true, false}) {
        auto loaded = load(text, {}, jit);
        REQUIRE(loaded.ok());
        ScriptRig rig(std::move(loaded).value());
        REQUIRE(rig.bind());
        for (const double close : {101, 102, 99, 100, 100, 101, 100, 101, 98, 98}) REQUIRE(rig.bar(bar_at(0, close)));
        CHECK(said(rig) == std::vector<std::string>{"", "", "down!", "", "", "up", "", "", "down!", ""});
    }
}

TEST_CASE("handles follow their orders, hooks are called in order, and a verdict carries its reason") {
    const std::string text = strategy(R"(
function S:on_start(ctx) self.order = ctx:buy { qty = 2, tag = 'first' } self.before = self.order.state:sub(1, 3) .. self.order.id end
function S:on_accept(ctx, order) self.accepted = order == self.order and order.state end
function S:on_fill(ctx, fill)
    ctx:sell { qty = fill.qty, tag = fill.price .. ' ' .. tostring(fill.complete) .. ' ' .. fill.tag .. ' ' .. tostring(fill.order == self.order) }
end
function S:on_deny(ctx, order) ctx:sell { qty = 1, tag = order.reason } end
function S:on_order(ctx, order, event)
    ctx:sell { qty = 1, tag = event .. ' ' .. order.state:sub(1, 6) .. ' ' .. order.open }
    if event == 'complete' then ctx:sell { qty = 1, tag = self.before .. ' ' .. tostring(self.accepted) .. ' ' .. tostring(self.order.done) } end
end)");
    for (const bool jit : {true, false}) {
        auto loaded = load(text, {}, jit);
        REQUIRE(loaded.ok());
        ScriptRig rig(std::move(loaded).value());
        REQUIRE(rig.bind());
        REQUIRE(rig.event(ViewEventKind::start));
        ViewNotice notice;
        notice.handle = 1;
        notice.quantity = notice.open = 2;
        const auto tell = [&](uint32_t event, OrderState state) {
            notice.event = event;
            notice.state = static_cast<uint32_t>(state);
            REQUIRE(rig.notice(notice));
            std::string tags;
            for (const RawIntent& intent : rig.taken()) tags += std::string(intent.tag, intent.tag_size) + "|";
            return tags;
        };
        CHECK(tell(view_event_allowed, OrderState::pending_submission) == "allow pendin 2|");
        CHECK(tell(static_cast<uint32_t>(OrderEventKind::accept), OrderState::submitted) == "accept submit 2|");
        notice.fill_quantity = notice.filled = notice.open = 1;
        notice.fill_price = 10.5;
        CHECK(tell(static_cast<uint32_t>(OrderEventKind::fill), OrderState::partially_filled) ==
              "10.5 false first true|fill partia 1|");
        notice.open = 0;
        CHECK(tell(static_cast<uint32_t>(OrderEventKind::complete), OrderState::filled) ==
              "10.5 true first true|complete filled 0|sta1 submitted true|");
        notice.handle = 2;
        notice.denial = static_cast<uint32_t>(Denial::nothing_to_close);
        CHECK(tell(view_event_denied, OrderState::denied) == "nothing_to_close|deny denied 0|");
    }
}

TEST_CASE("a handler that fails sends nothing, and the strategy is over") {
    auto loaded =
        load(strategy("function S:on_bar(ctx, bar) ctx:buy { qty = 1 } if bar.close > 100 then error 'no' end end"));
    REQUIRE(loaded.ok());
    ScriptRig rig(std::move(loaded).value());
    REQUIRE(rig.bind());
    REQUIRE(rig.bar(bar_at(0, 100)));
    CHECK(rig.taken().size() == 1);
    const uint64_t next = rig.view().port().ring().next_handle;
    const auto outcome = rig.bar(bar_at(1, 101));
    REQUIRE_FALSE(outcome.ok());
    CHECK(rig.taken().empty());
    CHECK(rig.view().port().ring().next_handle == next);
    CHECK(rig.event(ViewEventKind::stop).error().message == outcome.error().message);
}

TEST_CASE("several series: each has its own warm-up, position and symbol") {
    const std::string text =
        "local trd = require 'trd'\nlocal S = trd.strategy { name = 'two', data = { other = trd.bars { symbol = 'ETH' "
        "}, main = trd.bars { symbol = 'BTC' } } }\n"
        "function S:init(ctx) self.slow = ctx.ind.sma(ctx.data.other, 3) end\n"
        "function S:on_bar(ctx, bar) ctx:buy { qty = 1, tag = bar.series } ctx:buy { qty = 2, symbol = 'ETH', tag = "
        "tostring(ctx:position('ETH').qty) } end\n"
        "return S";
    auto loaded = load(text);
    REQUIRE(loaded.ok());
    ScriptRig rig(std::move(loaded).value(), 2);
    REQUIRE(rig.bind());
    REQUIRE(rig.bar(bar_at(0, 100), 0));
    CHECK(rig.taken().empty());  // other is cold
    REQUIRE(rig.bar(bar_at(0, 100), 1));
    REQUIRE(rig.taken().size() == 2);
    CHECK(rig.taken()[0].instrument == 1);  // main, though it was written second
    CHECK(rig.taken()[1].instrument == 0);
    REQUIRE(rig.bar(bar_at(1, 100), 1));
    CHECK(said(rig) == std::vector<std::string>{"main", "0", "main", "2"});
}

}  // namespace
}  // namespace trd
