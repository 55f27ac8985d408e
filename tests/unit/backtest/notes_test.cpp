#include <string>
#include <vector>

#include "backtest/notebook.h"
#include "backtest/runner.h"
#include "script/lua_strategy.h"
#include "support/bars.h"

using namespace trd;
using namespace trd::testing;

namespace {

struct Market {
    std::vector<BarSeries> series;
    std::vector<std::unique_ptr<Strategy>> strategies;

    void add(const std::string& body, const std::string& data = "") {
        const std::string text =
            "local trd = require 'trd'\nlocal S = trd.strategy { name = 's' " + data + "}\n" + body + "\nreturn S";
        auto loaded = LuaStrategy::load_text(text, "s.lua", {}, {});
        if (!loaded.ok()) FAIL(loaded.error().message);
        strategies.push_back(std::move(loaded).value());
    }
    RunSetup setup() const {
        RunSetup made;
        for (uint32_t i = 0; i < series.size(); ++i) {
            made.instruments.push_back(plain_instrument(i, series[i].symbol()));
            made.series.push_back({{i}, BarCursor(series[i]), series[i].size()});
        }
        for (const auto& strategy : strategies) {
            RunStrategy seat{strategy.get(), {}};
            for (uint32_t i = 0; i < strategy->manifest().series.size(); ++i) seat.series.push_back(i);
            seat.calendar = Calendar::all_week();
            made.strategies.push_back(seat);
        }
        made.venues.push_back(plain_venue(Currency::literal("USD"), "100000"_money));
        return made;
    }
};

// Texts of the log, each with its minute.
std::vector<std::string> lines_of(const Market& market) {
    Recorder recorder;
    BacktestRunner runner(market.setup(), &recorder);
    const auto ran = runner.run();
    if (!ran.ok()) FAIL(ran.error().strategy.message);
    CHECK(runner.notes_lost() == 0);
    std::vector<std::string> lines;
    for (const Recorder::Said& said : recorder.notes)
        if (said.kind == NoteKind::log) lines.push_back(std::to_string(said.time.ns / minutes(1).ns) + " " + said.text);
    return lines;
}
using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("timers fire at their own instant: after the closes of theirs, before its opens") {
    Market market;
    market.series.push_back(series_of("ONE", minutes(10), walk(1, 3, minutes(10))));
    market.add(R"(
function S:on_start(ctx) ctx:every("10m", "ten") ctx:after("14m", "once") ctx:after("25m", "late") end
function S:on_bar(ctx, bar) print("bar") if ctx.now == 600 then ctx:buy { qty = 1 } end end
function S:on_timer(ctx, name) print(name) if name == "ten" and ctx.now == 600 then ctx:after("4m", "once") end end
function S:on_fill(ctx) print("fill") end
function S:on_stop(ctx) print("stop") end)");
    CHECK(lines_of(market) == Texts{"10 bar", "10 ten", "10 fill", "14 once", "20 bar", "20 ten", "25 late", "30 bar",
                                    "30 ten", "30 stop"});
}

TEST_CASE("on_bars comes once for all series that close at an instant, as soon as every series has a bar") {
    Market market;
    market.series.push_back(series_of("ONE", minutes(10), walk(1, 4, minutes(10))));
    market.series.push_back(series_of("TWO", minutes(20), walk(2, 2, minutes(20))));
    market.add(R"(
function S:on_bar(ctx, bar) print(bar.series) end
function S:on_bars(ctx, bars)
    local text = "bars"
    for name, bar in pairs(bars) do text = text .. " " .. name .. (bar.series == name and "" or "!") end
    print(text)
end)",
               ", data = { a = trd.bars {}, b = trd.bars {} } ");
    CHECK(lines_of(market) ==
          Texts{"10 a", "20 a", "20 b", "20 bars a b", "30 a", "30 bars a", "40 a", "40 b", "40 bars a b"});
}

TEST_CASE("sessions begin before the bars that open with them, and end after those that close with them") {
    Market market;
    market.series.push_back(series_of("ONE", hours(12), walk(1, 4, hours(12))));
    market.add(R"(
function S:on_start(ctx) print("start") end
function S:on_bar(ctx, bar) print("bar") end
function S:on_session(ctx, what) print(what) if what == "open" then ctx:buy { qty = 1 } end end
function S:on_fill(ctx) print("fill") end)");
    CHECK(lines_of(market) == Texts{"0 start", "720 bar", "1440 bar", "1440 close", "1440 open", "1440 fill",
                                    "2160 bar", "2880 bar", "2880 close", "2880 open"});
}

TEST_CASE("what strategies say does not touch the hash") {
    const auto hash = [](const std::string& extra) {
        Market market;
        market.series.push_back(series_of("ONE", minutes(1), walk(1, 500, minutes(1))));
        market.add(
            "function S:on_bar(ctx, bar) if ctx:position().flat then ctx:buy { qty = 1 } else ctx:close {} end " +
            extra + " end");
        BacktestRunner runner(market.setup(), nullptr);
        REQUIRE(runner.run().ok());
        return to_hex(runner.finish_hash());
    };
    CHECK(hash("") == hash("print('x') ctx:record('a', bar.close) ctx:mark('m')"));
}

TEST_CASE("a recorded series keeps the whole run in view, with every so many points") {
    RecordedSeries series;
    for (int i = 0; i < 100'000; ++i) series.add({i}, i == 70'001 ? -1 : i);
    CHECK(series.count == 100'000);
    CHECK(series.minimum == -1);
    CHECK(series.maximum == 99'999);
    CHECK(series.last == 99'999);
    CHECK(series.points.size() <= RecordedSeries::points_max);
    CHECK(series.points.size() > RecordedSeries::points_max / 2);
    for (size_t i = 0; i < series.points.size(); ++i)
        REQUIRE(series.points[i].time.ns == static_cast<int64_t>(i * series.every));
}

TEST_CASE("lines beyond the limit of their level are counted, those of other levels still come") {
    uint64_t heard = 0;
    Notebook notebook("s", [&](const LogLine&) { ++heard; });
    for (uint64_t i = 0; i < Notebook::lines_max + 5; ++i) notebook.add({}, {.kind = NoteKind::log, .text = "x"});
    notebook.add({}, {.kind = NoteKind::log, .level = NoteLevel::error, .text = "x"});
    CHECK(heard == Notebook::lines_max + 1);
    CHECK_FALSE(notebook.add({}, {.kind = NoteKind::value, .number = 0, .real = 1}));
    const StrategyNotes notes = notebook.finish();
    CHECK(notes.lines_left_out == 5);
    CHECK(notes.lines[1] == Notebook::lines_max + 5);
}
