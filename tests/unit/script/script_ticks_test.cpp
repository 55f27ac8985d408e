#include <cstring>
#include <regex>

#include "script/annotations.h"
#include "support/catch.h"
#include "support/script_rig.h"

namespace trd {
namespace {

const std::string every_kind =
    "data = { q = trd.quotes {}, main = trd.bars {}, t = trd.trades {}, b = trd.book {}, qb = trd.quotes { tf = '1m' } "
    "}";

std::string around(const std::string& body, const std::string& data = every_kind) {
    return "local trd = require 'trd'\nlocal S = trd.strategy { name = 's', " + data + " }\n" + body + "\nreturn S";
}

std::string load_fault(const std::string& body, const std::string& data) {
    auto loaded = LuaStrategy::load_text(around(body, data), "s.lua", {}, {});
    return loaded.ok() ? "" : loaded.error().message;
}

// A strategy of all kinds, bound, that has seen a bar, for which things happen between bars.
class TickRig {
  public:
    explicit TickRig(const std::string& body, bool jit = true) : rig_(load(body, jit), 5) {
        if (auto bound = rig_.bind(); !bound.ok()) FAIL(bound.error().message);
        first_bar_ = rig_.bar(bar_at(0, 100));
    }
    const Status<StrategyFault>& first_bar() const { return first_bar_; }

    // "": fine.
    std::string tick(ViewEventKind kind, uint32_t feed, const ViewTick& tick) {
        rig_.view().block().tick = tick;
        rig_.view().block().event_series = feed;
        auto outcome = rig_.event(kind);
        return outcome.ok() ? "" : outcome.error().message;
    }
    ScriptRig& rig() { return rig_; }

  private:
    static std::unique_ptr<Strategy> load(const std::string& body, bool jit) {
        LuaOptions options;
        options.jit = jit;
        auto loaded = LuaStrategy::load_text(around(body), "s.lua", {}, options);
        if (!loaded.ok()) FAIL(loaded.error().message);
        return std::move(loaded).value();
    }
    ScriptRig rig_;
    Status<StrategyFault> first_bar_ = done;
};

ViewTick quote(double bid, double ask) {
    ViewTick tick;
    tick.time_ns = 90'500'000'000;
    tick.bid = bid;
    tick.ask = ask;
    tick.bid_size = 3;
    tick.ask_size = 4;
    tick.instrument = 7;
    return tick;
}

ViewTick traded(double price, uint32_t side) {
    ViewTick tick;
    tick.price = price;
    tick.size = 5;
    tick.side = side;
    tick.instrument = 9;
    return tick;
}

const char* const hooks = R"(
local function tell(...) error(table.concat({ ... }, " "), 0) end
function S:on_quote(ctx, q)
    if q.bid == 1 then return end
    tell(q.series, q.symbol, q.time, q.bid or "none", q.ask, q.bid_size, q.ask_size, q.mid or "none", q.spread or "none")
end
function S:on_trade(ctx, t) tell(t.series, t.price, t.size, t.side or "unknown") end
function S:on_book(ctx, b) tell(b.series, b.side, b.price, b.size, b.bid, b.ask, b.spread) end)";

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

TEST_CASE("quotes, trades and levels of a book come to their hooks, whatever order they were declared in") {
    for (const bool jit : {true, false}) {
        CHECK(first_line(TickRig(hooks, jit).tick(ViewEventKind::quote, 0, quote(100, 100.5)))
                  .find("q $symbol 90.5 100 100.5 3 4 100.25 0.5") != std::string::npos);
        CHECK(first_line(TickRig(hooks, jit).tick(ViewEventKind::quote, 3, quote(0, 100.5)))
                  .find("qb $symbol 90.5 none 100.5 3 4 none none") != std::string::npos);
        CHECK(first_line(TickRig(hooks, jit).tick(ViewEventKind::trade, 1, traded(99, 1))).find("t 99 5 buy") !=
              std::string::npos);
        CHECK(first_line(TickRig(hooks, jit).tick(ViewEventKind::trade, 1, traded(99, 0))).find("t 99 5 unknown") !=
              std::string::npos);
        ViewTick level = quote(98, 101);
        level.price = 97;
        level.size = 0;
        level.side = 1;
        CHECK(first_line(TickRig(hooks, jit).tick(ViewEventKind::book, 2, level)).find("b ask 97 0 98 101 3") !=
              std::string::npos);
        CHECK(TickRig(hooks, jit).tick(ViewEventKind::quote, 0, quote(1, 2)).empty());
    }
}

TEST_CASE("hooks of ticks send orders, and wait for warm indicators") {
    TickRig ticks(R"(
function S:init(ctx) ctx.ind.sma(ctx.data.main, 2) end
function S:on_quote(ctx, q) ctx:buy { qty = 1, type = "limit", limit = q.bid } end)");
    const auto ask = [&] { CHECK(ticks.tick(ViewEventKind::quote, 0, quote(100, 101)).empty()); };
    ask();
    CHECK(ticks.rig().taken().empty());
    REQUIRE(ticks.rig().bar(bar_at(1, 100)));
    ask();
    REQUIRE(ticks.rig().taken().size() == 1);
    CHECK(ticks.rig().taken()[0].limit == 100);
    // One that nobody listens to.
    CHECK(ticks.tick(ViewEventKind::trade, 1, traded(1, 1)).empty());
}

TEST_CASE("what is declared of ticks has to make sense") {
    const std::string bars = "data = { main = trd.bars {} }";
    CHECK(load_fault("function S:on_quote() end", bars)
              .find("the strategy has on_quote, and no trd.quotes {} in its data") != std::string::npos);
    CHECK(load_fault("", "data = {}").find("data needs at least one series") != std::string::npos);
    CHECK(load_fault("function S:on_quote() end", "data = { q = trd.quotes {} }").empty());
    CHECK(load_fault("", "data = { main = trd.bars {}, t = trd.trades { tf = '1m' } }")
              .find("trd.trades has no field 'tf'") != std::string::npos);
    TickRig wrong("function S:on_quote(ctx, q) return q.bidd end");
    CHECK(first_line(wrong.tick(ViewEventKind::quote, 0, quote(1, 2))) ==
          "s.lua:3: a quote has no field 'bidd' (did you mean 'bid'?)");
    TickRig series("function S:on_bar(ctx) return ctx.data.t[0] end");
    CHECK(first_line(series.first_bar().error().message) ==
          "s.lua:3: data.t is made with trd.trades and is no series: it comes to on_trade");
}

TEST_CASE("every name of the editor's definitions of ticks is there") {
    const std::string text = editor_annotations();
    const std::tuple<const char*, const char*, ViewEventKind, uint32_t> places[] = {
        {"trd.Quote", "on_quote", ViewEventKind::quote, 0},
        {"trd.Trade", "on_trade", ViewEventKind::trade, 1},
        {"trd.Level", "on_book", ViewEventKind::book, 2},
    };
    for (const auto& [name, hook, kind, feed] : places) {
        const size_t begin = text.find(std::string("---@class ") + name + "\n");
        REQUIRE(begin != std::string::npos);
        const std::string block = text.substr(begin, text.find("\n\n", begin) - begin);
        const std::regex field("---@field ([a-z_]+)");
        for (std::sregex_iterator at(block.begin(), block.end(), field), end; at != end; ++at) {
            TickRig rig(std::string("function S:") + hook + "(ctx, tick) return tick." + (*at)[1].str() + " end");
            CHECK(rig.tick(kind, feed, quote(1, 2)) == "");
        }
    }
}

}  // namespace trd
