#include <cstring>

#include "support/catch.h"
#include "support/script_rig.h"

namespace trd {
namespace {

std::unique_ptr<Strategy> load(const std::string& body, const std::string& declaration = "name = 's'",
                               bool jit = true) {
    const std::string text =
        "local trd = require 'trd'\nlocal S = trd.strategy { " + declaration + " }\n" + body + "\nreturn S";
    LuaOptions options;
    options.jit = jit;
    auto loaded = LuaStrategy::load_text(text, "s.lua", {}, options);
    if (!loaded) FAIL(loaded.error().message);
    return std::move(loaded).value();
}

// Bound to a view of its own.
struct Bound {
    ScriptRig rig;
    explicit Bound(const std::string& body, const std::string& declaration = "name = 's'")
        : rig(load(body, declaration)) {
        if (auto bound = rig.bind(); !bound) FAIL(bound.error().message);
    }
    Result<Bytes, StrategyFault> save() { return rig.strategy().save(); }
    std::string load_fault(const Bytes& saved) {
        const auto outcome = rig.strategy().load(saved);
        return outcome.ok() ? "" : outcome.error().message;
    }
};

std::string save_fault(const std::string& state) {
    const auto saved = Bound("function S:init(ctx) self.state = " + state + " end").save();
    return saved.ok() ? "" : saved.error().message;
}

const char* const no_effect = "function S:on_start() end";
const char* const every_value = R"(
function S:init(ctx)
    self.state = { 1, 2.5, -1/0, [-3] = "a\0b", name = "x", yes = true, no = false, none = 0/0, empty = {},
                   deep = { deeper = { 1, { 2 } } } }
end)";

// Says all of it as one text.
const char* const tell = R"(
local function text_of(value)
    if type(value) ~= "table" then return (tostring(value):gsub("%z", "0")) end
    local text = "{"
    for key, each in pairs(value) do text = text .. tostring(key) .. "=" .. text_of(each) .. ";" end
    return text .. "}"
end
function S:on_start(ctx) error(text_of(self.state), 0) end)";

std::string told(Bound& bound) {
    const std::string message = bound.rig.event(ViewEventKind::start).error().message;
    const size_t begin = message.find('{');
    return message.substr(begin, message.find('\n') - begin);
}

}  // namespace

TEST_CASE("what a strategy keeps comes back as it was, in bytes that depend on nothing but the values") {
    Bound first(every_value);
    const auto saved = first.save();
    REQUIRE(saved.ok());
    Bound second(std::string(every_value) + tell), third(tell);
    CHECK(second.save().value() == *saved);
    const auto restored = third.rig.strategy().load(*saved);
    REQUIRE(restored.ok());
    CHECK(*restored);
    const std::string text = told(third);
    CHECK(text == told(second));
    CHECK(text.find("-3=a0b;1=1;2=2.5;3=-inf;") != std::string::npos);
    Bound other_order("function S:init(ctx) self.state.b = 2 self.state.a = 1 end");
    Bound same("function S:init(ctx) self.state = { a = 1, b = 2 } end");
    CHECK(other_order.save().value() == same.save().value());
}

TEST_CASE("what cannot be kept is refused by name") {
    const std::pair<const char*, const char*> cases[] = {
        {"{ f = print }", "self.state.f is a function: only numbers, texts, true, false and tables of them are kept"},
        {"{ a = { { ctx.data } } }", "self.state.a[1][1] is no plain table"},
        {"{ [true] = 1 }", "self.state has a key that is a boolean"},
        {"5", "self.state is what is kept, and must be a table, not 5"},
        {"(function() local t = {} t.t = t return t end)()", "self.state.t is a table that is in self.state twice"},
        {"(function() local t = {} return { a = t, b = t } end)()", "self.state.b is a table that is in self.state"},
        {"(function() local t = {} for i = 1, 40 do t = { t } end return t end)()", "lies deeper than 32 tables"},
        {"{ ('x'):rep(2000000), 1 }", "self.state is larger than 1048576 bytes"},
        {"{ co = coroutine.create(print) }", "self.state.co is a thread"},
    };
    for (const auto& [state, message] : cases) {
        INFO(state);
        CHECK(save_fault(state).find(message) != std::string::npos);
    }
    Bound order("function S:on_bar(ctx) self.state.order = ctx:buy { qty = 1 } end");
    REQUIRE(order.rig.bar(bar_at(0, 100)));
    CHECK(order.save().error().message.find("self.state.order is an order, which is not kept") != std::string::npos);
    // At the latest at the end of a run, so that it does not first show at a restart.
    Bound late("function S:on_bar(ctx, bar) self.state.bar = bar end");
    REQUIRE(late.rig.bar(bar_at(0, 100)));
    CHECK(late.rig.event(ViewEventKind::stop).error().message.find("self.state.bar is no plain table") !=
          std::string::npos);
}

TEST_CASE("another state_version needs on_load, which may return the state anew") {
    const Bytes saved = Bound("function S:init(ctx) self.state.count = 7 end").save().value();
    const std::string newer = "name = 's', state_version = 3";
    CHECK(Bound(no_effect, newer)
              .load_fault(saved)
              .find("the saved state is of state_version 1, the strategy of 3: write function S:on_load") !=
          std::string::npos);
    Bound migrated(R"(
function S:on_load(ctx, state, from) return { total = state.count * 10 + from } end)" +
                       std::string(tell),
                   newer);
    CHECK(migrated.load_fault(saved).empty());
    CHECK(told(migrated).find("{total=71;}") != std::string::npos);
    CHECK(
        Bound("function S:on_load() return 5 end").load_fault(saved).find("on_load: what it returns must be a table") !=
        std::string::npos);
}

TEST_CASE("on_save is asked first; neither it nor on_load sends orders") {
    Bound counted("function S:on_save(ctx) self.state.saves = (self.state.saves or 0) + 1 end" + std::string(tell));
    (void)counted.save();
    (void)counted.save();
    CHECK(told(counted).find("{saves=2;}") != std::string::npos);
    Bound buys("function S:on_save(ctx) ctx:buy { qty = 1 } end");
    CHECK(buys.save().error().message.find("on_save and on_load only keep") != std::string::npos);
    const Bytes saved = Bound(no_effect).save().value();
    CHECK(Bound("function S:on_load(ctx) ctx:buy { qty = 1 } end").load_fault(saved).find("only keep") !=
          std::string::npos);
}

TEST_CASE("a saved state that is damaged, or another strategy's, is refused whole") {
    Bound first(std::string(every_value) + "\nfunction S:on_start(ctx) end");
    const Bytes saved = first.save().value();
    for (size_t size = 0; size < saved.size(); ++size) {
        Bound other(no_effect);
        CHECK_FALSE(other.load_fault(Bytes(saved.begin(), saved.begin() + static_cast<ptrdiff_t>(size))).empty());
    }
    CHECK(Bound(no_effect, "name = 'other'").load_fault(saved) == "other: the saved state is of the strategy 's'");
}

namespace {

const char* const trader = R"(
function S:init(ctx)
    self.fast = ctx.ind.ema(ctx.data.main, 5)
    self.slow = ctx.ind.sma(ctx.data.main.hl2, 20)
end
function S:on_bar(ctx, bar)
    self.state.bars = (self.state.bars or 0) + 1
    local drift = ctx.data.main.close[0] - ctx.data.main.close[3]
    if ctx:position().flat and ctx.cross_up(self.fast, self.slow) then
        ctx:buy { qty = self.state.bars + drift * drift, tag = "in" }
    elseif ctx:position().long and ctx.cross_down(self.fast, self.slow) then
        ctx:close {}
    end
end)";

std::vector<RawIntent> run(const std::vector<BarValues>& bars, size_t restart_at, bool jit_after) {
    ScriptRig rig(load(trader));
    REQUIRE(rig.bind());
    for (size_t i = 0; i < bars.size(); ++i) {
        if (i == restart_at) {
            const Bytes saved = rig.strategy().save().value();
            rig.replace(load(trader, "name = 's'", jit_after));
            REQUIRE(rig.bind());
            REQUIRE(rig.strategy().load(saved).value());
        }
        REQUIRE(rig.bar(bars[i]));
    }
    return rig.all();
}

}  // namespace

TEST_CASE("a run is the same when its strategy is saved, thrown away and started anew anywhere") {
    const auto bars = random_bars(700, 5);
    const auto whole = run(bars, SIZE_MAX, true);
    REQUIRE(whole.size() > 10);
    for (const size_t at : {0u, 1u, 10u, 19u, 20u, 21u, 100u, 255u, 256u, 257u, 300u, 690u}) {
        INFO(at);
        const auto resumed = run(bars, at, at % 2 == 0);
        REQUIRE(resumed.size() == whole.size());
        CHECK(std::memcmp(resumed.data(), whole.data(), whole.size() * sizeof(RawIntent)) == 0);
    }
}

TEST_CASE("indicators of another wiring are not taken over, and that is said") {
    const Bytes saved = Bound("function S:init(ctx) ctx.ind.sma(ctx.data.main, 5) end").save().value();
    Bound other("function S:init(ctx) ctx.ind.sma(ctx.data.main, 6) end");
    const auto loaded = other.rig.strategy().load(saved);
    REQUIRE(loaded.ok());
    CHECK_FALSE(*loaded);
}

}  // namespace trd
