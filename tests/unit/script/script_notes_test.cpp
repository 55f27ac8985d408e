#include "script/script_notes.h"

#include <string>
#include <vector>

#include "support/catch.h"
#include "support/script_rig.h"

using namespace trd;

namespace {

constexpr const char* head = "local trd = require 'trd'\nlocal S = trd.strategy { name = 'test' }\n";

LuaStrategy::Loaded load(const std::string& body, bool jit = true) {
    return LuaStrategy::load_text(head + body + "\nreturn S", "dir/test.lua", {}, {.jit = jit});
}

// What was said since the last call, one text each.
std::vector<std::string> said(ScriptRig& rig) {
    std::vector<std::string> texts;
    Note note;
    while (rig.view().notes().next(note)) {
        std::string text = std::to_string(static_cast<int>(note.kind)) + " " + std::to_string(note.number) + " ";
        if (note.kind == NoteKind::value) text += std::to_string(note.real);
        texts.push_back(text + std::string(note.text) + "|" + std::string(note.rest));
    }
    return texts;
}
using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a script's lines, values, marks and alerts come out of the view in their order") {
    for (const bool jit : {true, false}) {
        auto loaded = load(R"(
print("at load", 1, nil, true, {}, 0.1)
function S:init(ctx) ctx:plot("close", ctx.data.main.close, { pane = "p", style = "step" }) end
function S:on_bar(ctx, bar)
    ctx.log.warn("text", { b = 2.5, a = "x y", c = true, d = {}, e = "plain" })
    ctx:record("n", bar.close * 2)
    ctx:record("n", 0 / 0)
    ctx:plot("m", 1)
    ctx:mark("here")
    ctx:alert("error", "fire")
end)",
                           jit);
        REQUIRE(loaded.ok());
        ScriptRig rig(std::move(loaded).value());
        REQUIRE(rig.bind().ok());
        CHECK(said(rig) == Texts{"1 0 at load\t1\tnil\ttrue\ttable\t0.1|", "2 0 close|p\nstep"});
        REQUIRE(rig.bar(bar_at(0, 100)).ok());
        CHECK(said(rig) == Texts{"3 0 100.000000|", "1 0 text a=\"x y\" b=2.5 c=true d=table e=plain|", "2 1 n|",
                                 "3 1 200.000000|", "2 2 m|price\nline", "3 2 1.000000|", "4 0 here|", "5 0 fire|"});
        REQUIRE(rig.bar(bar_at(1, 101)).ok());
        CHECK(said(rig).size() == 6);
    }
}

TEST_CASE("of a hook that fails only its log lines are heard") {
    auto loaded = load(R"(
function S:on_bar(ctx)
    ctx:record("a", 1)
    ctx.log.info("before")
    ctx:mark("gone")
    error("boom")
end)");
    ScriptRig rig(std::move(loaded).value());
    REQUIRE(rig.bind().ok());
    CHECK_FALSE(rig.bar(bar_at(0, 100)).ok());
    CHECK(said(rig) == Texts{"1 0 before|"});
}

TEST_CASE("values of an indicator are plotted from the first one on, also before the strategy is called") {
    auto loaded = load(R"(
function S:init(ctx)
    ctx:plot("fast", ctx.ind.sma(ctx.data.main, 2))
    self.slow = ctx.ind.sma(ctx.data.main, 4)
end)");
    ScriptRig rig(std::move(loaded).value());
    REQUIRE(rig.bind().ok());
    for (int i = 0; i < 5; ++i) REQUIRE(rig.bar(bar_at(i, 100 + i)).ok());
    CHECK(said(rig) ==
          Texts{"2 0 fast|price\nline", "3 0 100.500000|", "3 0 101.500000|", "3 0 102.500000|", "3 0 103.500000|"});
}

TEST_CASE("a million lines in one hook are bounded and counted") {
    auto loaded = load("function S:on_bar(ctx) for i = 1, 1000000 do ctx.log.info('line') end end");
    ScriptRig rig(std::move(loaded).value());
    REQUIRE(rig.bind().ok());
    REQUIRE(rig.bar(bar_at(0, 100)).ok());
    const size_t heard = said(rig).size();
    CHECK(heard > 1000);
    CHECK(rig.view().notes().dropped() == 1'000'000 - heard);
}

TEST_CASE("on_warm, on_timer, on_session and on_bars wait until every indicator has a value") {
    auto loaded = load(R"(
function S:init(ctx) self.slow = ctx.ind.sma(ctx.data.main, 3) ctx:every("1h", "beat") end
function S:on_warm(ctx) print("warm", self.slow[0]) end
function S:on_bar(ctx) print("bar") end
function S:on_bars(ctx, bars) for name, bar in pairs(bars) do print(name, bar.close) end end
function S:on_timer(ctx, name) print("timer", name) end
function S:on_session(ctx, what) print("session", what) end)");
    REQUIRE(loaded.ok());
    CHECK((*loaded)->manifest().wants_bars);
    CHECK((*loaded)->manifest().wants_sessions);
    ScriptRig rig(std::move(loaded).value());
    REQUIRE(rig.bind().ok());
    CHECK(said(rig) == Texts{"6 0 beat|"});  // text of a timer is its name
    const auto everything = [&](int number) {
        REQUIRE(rig.bar(bar_at(number, 100 + number)).ok());
        for (const auto kind : {ViewEventKind::bars, ViewEventKind::timer, ViewEventKind::session})
            REQUIRE(rig.event(kind).ok());
    };
    everything(0);
    everything(1);
    CHECK(said(rig).empty());
    everything(2);
    CHECK(said(rig) ==
          Texts{"1 0 warm\t101|", "1 0 bar|", "1 0 main\t102|", "1 0 timer\tbeat|", "1 0 session\tclose|"});
    REQUIRE(rig.event(ViewEventKind::bars).ok());
    CHECK(said(rig).empty());  // nothing has closed since
}

TEST_CASE("bars of on_bars know the declared names only, and cannot be changed") {
    for (const std::string code : {"return bars.mian", "bars.main.close = 1", "bars.other = 1"}) {
        auto loaded = load("function S:on_bars(ctx, bars) " + code + " end");
        ScriptRig rig(std::move(loaded).value());
        REQUIRE(rig.bind().ok());
        REQUIRE(rig.bar(bar_at(0, 100)).ok());
        CHECK_FALSE(rig.event(ViewEventKind::bars).ok());
    }
    auto loaded = load("function S:on_bars(ctx, bars) return bars.close end");
    ScriptRig rig(std::move(loaded).value());
    REQUIRE(rig.bind().ok());
    REQUIRE(rig.bar(bar_at(0, 100)).ok());
    const auto outcome = rig.event(ViewEventKind::bars);
    REQUIRE_FALSE(outcome.ok());
    CHECK(outcome.error().message.find("bars has no 'close': on_bars gets bars by name, bars.main.close") !=
          std::string::npos);
}
