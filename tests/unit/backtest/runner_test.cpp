#include "backtest/runner.h"

#include <cmath>
#include <functional>

#include "script/lua_strategy.h"
#include "support/bars.h"
#include "support/cpp_sma_strategy.h"

using namespace trd;
using namespace trd::testing;

namespace {

constexpr Currency usd = Currency::literal("USD");

// A strategy made of one function, called at every event.
class Scripted final : public Strategy {
  public:
    using Handler = std::function<Status<StrategyFault>(ViewPort, IntentBatch&)>;
    explicit Scripted(Handler handler, OrderNews news = OrderNews::handled) : handler_(std::move(handler)) {
        manifest_.order_news = news;
    }
    const StrategyManifest& manifest() const override { return manifest_; }
    Status<StrategyFault> bind(ViewPort port) override {
        port_ = port;
        return done;
    }
    Status<StrategyFault> handle() override {
        IntentBatch batch(port_.ring());
        auto handled = handler_(port_, batch);
        if (handled.ok())
            batch.commit();
        else
            batch.discard();
        return handled;
    }

  private:
    StrategyManifest manifest_;
    Handler handler_;
    ViewPort port_;
};

RawIntent order(uint32_t instrument, Side side, double quantity) {
    RawIntent raw;
    raw.instrument = instrument;
    raw.side = static_cast<uint8_t>(side);
    raw.quantity = quantity;
    return raw;
}

struct World {
    std::vector<BarSeries> series;

    RunSetup setup(std::vector<Strategy*> strategies) const {
        RunSetup made;
        for (uint32_t i = 0; i < series.size(); ++i) {
            made.instruments.push_back(plain_instrument(i, series[i].symbol()));
            made.series.push_back({{i}, BarCursor(series[i]), series[i].size()});
        }
        for (Strategy* strategy : strategies) {
            RunStrategy seat{strategy, {}};
            for (uint32_t i = 0; i < series.size(); ++i) seat.series.push_back(i);
            made.strategies.push_back(seat);
        }
        made.venues.push_back(plain_venue(usd, "100000"_money));
        return made;
    }
};

World one_series(size_t bars = 2'000) {
    World world;
    world.series.push_back(series_of("ONE", minutes(1), walk(1, bars, minutes(1))));
    return world;
}

std::string run_hash(const World& world, std::vector<Strategy*> strategies) {
    BacktestRunner runner(world.setup(std::move(strategies)), nullptr);
    REQUIRE(runner.run().ok());
    return to_hex(runner.finish_hash());
}

}  // namespace

TEST_CASE("the same strategy in Lua, with and without the JIT, and in C++ has one hash") {
    const World world = one_series(5'000);
    CppSmaStrategy cpp({});
    const std::string expected = run_hash(world, {&cpp});
    for (bool jit : {true, false}) {
        auto lua = LuaStrategy::load("strategies/sma_cross.lua", {}, {.jit = jit});
        REQUIRE(lua.ok());
        CHECK(run_hash(world, {lua->get()}) == expected);
    }
    auto other = LuaStrategy::load("strategies/sma_cross.lua", {{"fast", "11"}}, {});
    REQUIRE(other.ok());
    CHECK(run_hash(world, {other->get()}) != expected);
}

TEST_CASE("an order decided at a close fills at the next open, and the strategy hears of it then") {
    const World world = one_series(10);
    std::vector<std::string> told;
    Scripted strategy([&](ViewPort port, IntentBatch& batch) -> Status<StrategyFault> {
        if (port.event() == ViewEventKind::order)
            told.push_back(std::to_string(port.block().notice.event) + "@" +
                           std::to_string(port.block().now_ns / minutes(1).ns));
        if (port.event() == ViewEventKind::bar && port.series(0).bars == 3) batch.stage(order(0, Side::buy, 5));
        return done;
    });
    Recorder recorder;
    BacktestRunner runner(world.setup({&strategy}), &recorder);
    REQUIRE(runner.run().ok());
    REQUIRE(recorder.fills.size() == 1);
    CHECK(recorder.fills[0].price == world.series[0].at(3)->open);
    CHECK(recorder.fills[0].time == world.series[0].at(3)->open_time);
    // Allowed and accepted at the close of bar 2 (minute 3), complete at the open of bar 3, the same instant.
    CHECK(told == std::vector<std::string>{"100@3", "2@3", "5@3"});
    CHECK(recorder.equities.back().second ==
          "100000"_money +
              notional(world.series[0].at(9)->close - world.series[0].at(3)->open, "5"_qty, Decimal::from_units(1)));
}

// All that two instruments show at each bar, while orders of several kinds come and go.
std::string seen_at_bars(const World& world, OrderNews news, uint64_t& order_events) {
    std::string seen;
    Random random(7);
    Scripted strategy(
        [&](ViewPort port, IntentBatch& batch) -> Status<StrategyFault> {
            if (port.event() == ViewEventKind::order) ++order_events;
            if (port.event() != ViewEventKind::bar) return done;
            for (uint32_t instrument = 0; instrument < 2; ++instrument) {
                const ViewPosition& position = port.position(instrument);
                seen.append(reinterpret_cast<const char*>(&position), sizeof position);
            }
            const ViewAccount& account = port.block().account;
            seen.append(reinterpret_cast<const char*>(&account), sizeof account);
            if (random.below(3) == 0) return done;
            RawIntent raw = order(static_cast<uint32_t>(random.below(2)), random.below(2) == 0 ? Side::buy : Side::sell,
                                  static_cast<double>(random.between(1, 9)));
            if (random.below(3) == 0) {
                raw.type = static_cast<uint8_t>(OrderType::limit);
                raw.limit = std::round(port.series(0).bar.close * 100) / 100;
            }
            batch.stage(raw);
            return done;
        },
        news);
    BacktestRunner runner(world.setup({&strategy}), nullptr);
    REQUIRE(runner.run().ok());
    return seen + to_hex(runner.finish_hash());
}

TEST_CASE("what a strategy sees at its bars does not depend on what it does with the news of its orders") {
    World world;
    for (const char* symbol : {"ONE", "TWO"})
        world.series.push_back(series_of(symbol, minutes(1), walk(world.series.size() + 3, 1'500, minutes(1))));
    uint64_t handled = 0, heard = 0, unwanted = 0;
    const std::string expected = seen_at_bars(world, OrderNews::handled, handled);
    CHECK(expected.size() > 100'000);
    CHECK((seen_at_bars(world, OrderNews::heard, heard) == expected));
    CHECK((seen_at_bars(world, OrderNews::unwanted, unwanted) == expected));
    CHECK(handled > 2'000);
    CHECK(heard == handled);
    CHECK(unwanted == 0);
}

TEST_CASE("an order at the last close has no next open and stays open") {
    const World world = one_series(5);
    Scripted strategy([&](ViewPort port, IntentBatch& batch) -> Status<StrategyFault> {
        if (port.event() == ViewEventKind::bar && port.series(0).bars == 5) batch.stage(order(0, Side::buy, 1));
        return done;
    });
    Recorder recorder;
    BacktestRunner runner(world.setup({&strategy}), &recorder);
    REQUIRE(runner.run().ok());
    CHECK(recorder.fills.empty());
    CHECK(runner.counts().orders == 1);
}

TEST_CASE("a handler that fails ends the run and leaves none of its batch") {
    const World world = one_series(20);
    Scripted strategy([&](ViewPort port, IntentBatch& batch) -> Status<StrategyFault> {
        if (port.event() != ViewEventKind::bar || port.series(0).bars != 4) return done;
        batch.stage(order(0, Side::buy, 1));
        return Fail{StrategyFault{StrategyFault::Kind::error, "x.lua:3: boom"}};
    });
    BacktestRunner runner(world.setup({&strategy}), nullptr);
    const auto ran = runner.run();
    REQUIRE_FALSE(ran.ok());
    CHECK(ran.error().kind == RunFault::Kind::strategy);
    CHECK(ran.error().strategy.message == "x.lua:3: boom");
    CHECK(runner.counts().orders == 0);
    CHECK(runner.desk().order_count() == 0);
}

TEST_CASE("orders that beget orders at one instant are stopped") {
    const World world = one_series(5);
    Scripted strategy([&](ViewPort port, IntentBatch& batch) -> Status<StrategyFault> {
        if (port.event() == ViewEventKind::bar || port.event() == ViewEventKind::order)
            batch.stage(order(0, Side::buy, 1));
        return done;
    });
    BacktestRunner runner(world.setup({&strategy}), nullptr);
    const auto ran = runner.run();
    REQUIRE_FALSE(ran.ok());
    CHECK(ran.error().kind == RunFault::Kind::endless);
}

TEST_CASE("two series: closes come before opens at one instant, and a strategy never sees later than now") {
    World world;
    world.series.push_back(series_of("FAST", minutes(1), walk(1, 100, minutes(1))));
    world.series.push_back(series_of("SLOW", minutes(5), walk(2, 20, minutes(5))));
    int64_t last = INT64_MIN;
    std::vector<uint64_t> fast_bars_at_slow_close;
    Scripted strategy([&](ViewPort port, IntentBatch& batch) -> Status<StrategyFault> {
        CHECK(port.block().now_ns >= last);
        last = port.block().now_ns;
        for (uint32_t s = 0; s < 2; ++s)
            if (port.series(s).bars != 0) CHECK(port.series(s).bar.close_time_ns <= port.block().now_ns);
        if (port.event() == ViewEventKind::bar && port.block().event_series == 1) {
            fast_bars_at_slow_close.push_back(port.series(0).bars);
            batch.stage(order(1, Side::buy, 1));
        }
        return done;
    });
    Recorder recorder;
    BacktestRunner runner(world.setup({&strategy}), &recorder);
    REQUIRE(runner.run().ok());
    REQUIRE(fast_bars_at_slow_close.size() == 20);
    for (size_t i = 0; i < 20; ++i) CHECK(fast_bars_at_slow_close[i] == (i + 1) * 5);
    REQUIRE(recorder.fills.size() == 19);
    for (size_t i = 0; i < 19; ++i) CHECK(recorder.fills[i].price == world.series[1].at(i + 1)->open);
    // One equity value an instant: the five-minute close adds none of its own.
    CHECK(recorder.equities.size() == 100);
}

namespace {

std::vector<Bar> longer_bars(const std::vector<Bar>& bars, size_t together) {
    std::vector<Bar> out;
    for (size_t i = 0; i < bars.size(); ++i) {
        if (i % together == 0) {
            out.push_back(bars[i]);
            continue;
        }
        Bar& bar = out.back();
        bar.high = std::max(bar.high, bars[i].high);
        bar.low = std::min(bar.low, bars[i].low);
        bar.close = bars[i].close;
        bar.close_time = bars[i].close_time;
        bar.volume = bar.volume + bars[i].volume;
    }
    return out;
}

// Limit orders around the last close, on every minute's bar and no other.
Scripted limit_trader() {
    return Scripted([](ViewPort port, IntentBatch& batch) -> Status<StrategyFault> {
        if (port.event() != ViewEventKind::bar) return done;
        const BarValues& bar = port.series(port.block().event_series).bar;
        if (bar.close_time_ns - bar.open_time_ns != minutes(1).ns) return done;
        const auto number = static_cast<uint64_t>(bar.open_time_ns / minutes(1).ns);
        if (number % 3 != 0) return done;
        const bool buys = number % 2 == 0;
        RawIntent raw = order(0, buys ? Side::buy : Side::sell, 1);
        raw.type = static_cast<uint8_t>(OrderType::limit);
        raw.limit = bar.close + (buys ? -0.4 : 0.4);
        batch.stage(raw);
        return done;
    });
}

std::vector<std::pair<Timestamp, Price>> fills_with(const std::vector<BarSeries>& series) {
    RunSetup setup;
    setup.instruments.push_back(plain_instrument(0, "ONE"));
    Scripted strategy = limit_trader();
    RunStrategy seat{&strategy, {}};
    for (const BarSeries& each : series) {
        seat.series.push_back(static_cast<uint32_t>(setup.series.size()));
        setup.series.push_back({{0}, BarCursor(each), each.size(), each.timeframe()});
    }
    setup.strategies.push_back(seat);
    setup.venues.push_back(plain_venue(usd, "100000"_money));
    Recorder recorder;
    BacktestRunner runner(std::move(setup), &recorder);
    REQUIRE(runner.run().ok());
    std::vector<std::pair<Timestamp, Price>> fills;
    for (const Fill& fill : recorder.fills) fills.emplace_back(fill.time, fill.price);
    return fills;
}

}  // namespace

TEST_CASE("bars of several lengths of one instrument: what happens is in the shortest, and the others are shown") {
    const std::vector<Bar> bars = walk(9, 3'000, minutes(1));
    const auto minute = [&] { return series_of("ONE", minutes(1), bars); };
    const auto longer = [&](size_t together) {
        return series_of("ONE", minutes(static_cast<int64_t>(together)), longer_bars(bars, together));
    };
    const auto several = [](auto... series) {
        std::vector<BarSeries> all;
        (all.push_back(std::move(series)), ...);
        return all;
    };
    const auto alone = fills_with(several(minute()));
    REQUIRE(alone.size() > 100);
    CHECK(fills_with(several(minute(), longer(5))) == alone);
    CHECK(fills_with(several(longer(60), minute(), longer(15))) == alone);
    // Where there are no shorter bars, the longer ones are all that is known.
    const std::vector<Bar> half(bars.begin() + 1'500, bars.end());
    const auto late = fills_with(several(longer(60), series_of("ONE", minutes(1), half)));
    REQUIRE(late.size() > 50);
    CHECK(late == fills_with(several(series_of("ONE", minutes(1), half))));
}

TEST_CASE("two strategies on one account: each hears of its own orders only") {
    const World world = one_series(50);
    int first_heard = 0, second_heard = 0;
    const auto trader = [](uint64_t at, Side side, int& heard) {
        return [at, side, &heard](ViewPort port, IntentBatch& batch) -> Status<StrategyFault> {
            if (port.event() == ViewEventKind::order) {
                ++heard;
                CHECK(port.block().notice.side == static_cast<uint32_t>(side));
            }
            if (port.event() == ViewEventKind::bar && port.series(0).bars % 10 == at) batch.stage(order(0, side, 2));
            return done;
        };
    };
    Scripted buyer(trader(1, Side::buy, first_heard)), seller(trader(5, Side::sell, second_heard));
    Recorder recorder;
    BacktestRunner runner(world.setup({&buyer, &seller}), &recorder);
    REQUIRE(runner.run().ok());
    CHECK(first_heard == 15);
    CHECK(second_heard == 15);
    CHECK(recorder.trades.size() == 5);
    CHECK(runner.desk().account(backtest_account).position({0}).is_flat());
}

TEST_CASE("the caller can stop a run, and denials are told") {
    World world;
    world.series.push_back(series_of("LONG", minutes(1), walk(3, 70'000, minutes(1))));
    Scripted strategy([&](ViewPort port, IntentBatch& batch) -> Status<StrategyFault> {
        if (port.event() == ViewEventKind::bar && port.series(0).bars == 2) batch.stage(order(0, Side::buy, 0.5));
        return done;
    });
    Recorder recorder;
    recorder.go_on = false;
    BacktestRunner runner(world.setup({&strategy}), &recorder);
    const auto ran = runner.run();
    REQUIRE_FALSE(ran.ok());
    CHECK(ran.error().kind == RunFault::Kind::interrupted);
    CHECK(recorder.denials == std::vector<Denial>{Denial::quantity_rounds_to_zero});
}

TEST_CASE("equity at every bar is cash and positions at the close, recomputed from the fills alone") {
    const World world = one_series(3'000);
    CppSmaStrategy strategy({.fast = 3, .slow = 8, .quantity = 7});
    Recorder recorder;
    RunSetup setup = world.setup({&strategy});
    setup.venues[0].models.fees = FeeModel::per_unit("0.25"_money);
    BacktestRunner runner(std::move(setup), &recorder);
    REQUIRE(runner.run().ok());
    REQUIRE(recorder.fills.size() > 100);
    Money cash = "100000"_money;
    Quantity held;
    size_t next = 0;
    for (size_t i = 0; i < recorder.equities.size(); ++i) {
        const Bar bar = *world.series[0].at(i);
        for (; next < recorder.fills.size() && recorder.fills[next].time < bar.close_time; ++next) {
            const Fill& fill = recorder.fills[next];
            const Money value = notional(fill.price, fill.quantity, Decimal::from_units(1));
            cash -= (fill.side == Side::buy ? value : -value) + fill.fee;
            held += signed_quantity(fill.side, fill.quantity);
        }
        REQUIRE(recorder.equities[i].second == cash + notional(bar.close, held, Decimal::from_units(1)));
    }
}

TEST_CASE("bars that overlap are refused: time never turns back") {
    World world;
    std::vector<Bar> bars = walk(1, 10, minutes(1));
    for (Bar& bar : bars) bar.close_time = bar.open_time + minutes(7);
    world.series.push_back(series_of("OVERLAP", minutes(7), bars));
    Scripted strategy([](ViewPort, IntentBatch&) -> Status<StrategyFault> { return done; });
    BacktestRunner runner(world.setup({&strategy}), nullptr);
    const auto ran = runner.run();
    REQUIRE_FALSE(ran.ok());
    CHECK(ran.error().kind == RunFault::Kind::data);
    CHECK(ran.error().data.id == "E_BARS_OVERLAP");
}

TEST_CASE("amounts beyond the range of decimals end the run with a reason") {
    const World world = one_series(10);
    Scripted strategy([](ViewPort port, IntentBatch& batch) -> Status<StrategyFault> {
        if (port.event() == ViewEventKind::bar) batch.stage(order(0, Side::buy, 9e14));
        return done;
    });
    BacktestRunner runner(world.setup({&strategy}), nullptr);
    const auto ran = runner.run();
    REQUIRE_FALSE(ran.ok());
    CHECK(ran.error().kind == RunFault::Kind::amount);
}

TEST_CASE("a script reads the same means of a bar that its indicators are fed") {
    const World world = one_series(500);
    auto strategy = LuaStrategy::load_text(R"(local trd = require "trd"
local S = trd.strategy { name = "means", version = "1" }
local fields = { "hl2", "hlc3", "ohlc4" }
function S:init(ctx)
    self.fed = {}
    for i = 1, 3 do self.fed[i] = ctx.ind.sma(ctx.data.main[fields[i]], 1) end
end
function S:on_bar(ctx)
    for i = 1, 3 do
        if self.fed[i][0] ~= ctx.data.main[fields[i]][0] then error(fields[i]) end
    end
end
return S
)",
                                           "means.lua", {}, {});
    REQUIRE(strategy.ok());
    BacktestRunner runner(world.setup({strategy->get()}), nullptr);
    const auto ran = runner.run();
    INFO((ran.ok() ? "" : ran.error().strategy.message));
    CHECK(ran.ok());
}

namespace {

// Bars at 100 of one instrument, whose low is 90 from `falls` on.
std::vector<Bar> flat_bars(const std::vector<Timestamp>& opens, Duration timeframe, Timestamp falls) {
    std::vector<Bar> bars;
    for (const Timestamp open : opens) {
        const Price low = open < falls ? "100"_price : "90"_price;
        bars.push_back({open, open + timeframe, "100"_price, "100"_price, low, "100"_price, "1000"_qty});
    }
    return bars;
}

RawIntent buy_until(TimeInForce terms) {
    RawIntent raw = order(0, Side::buy, 1);
    raw.time_in_force = static_cast<uint8_t>(terms);
    if (terms == TimeInForce::at_close) return raw;
    raw.type = static_cast<uint8_t>(OrderType::limit);
    raw.limit = 95;
    return raw;
}

// What becomes of an order that is sent at the close of the first bar of the first series: "expire day_over 24:00".
std::string fate(const World& world, TimeInForce terms) {
    std::string told;
    Scripted strategy([&](ViewPort port, IntentBatch& batch) -> Status<StrategyFault> {
        if (port.event() == ViewEventKind::bar && port.series(0).bars == 1 && told.empty()) {
            batch.stage(buy_until(terms));
            told = "open";
        }
        const ViewNotice& notice = port.block().notice;
        if (port.event() != ViewEventKind::order || notice.event >= view_event_allowed) return done;
        const auto event = static_cast<OrderEventKind>(notice.event);
        if (event != OrderEventKind::accept)
            told = std::string(name_of(event)) + " " + std::string(name_of(static_cast<VenueReason>(notice.reason))) +
                   " " + to_iso({port.block().now_ns});
        return done;
    });
    BacktestRunner runner(world.setup({&strategy}), nullptr);
    REQUIRE(runner.run().ok());
    return told;
}

std::vector<Timestamp> every(Duration timeframe, Timestamp from, Timestamp to) {
    std::vector<Timestamp> opens;
    for (Timestamp open = from; open < to; open = open + timeframe) opens.push_back(open);
    return opens;
}

constexpr Timestamp hour_of(int64_t hour) { return Timestamp{} + hours(hour); }

}  // namespace

TEST_CASE("a day whose last bar is missing ends at midnight for what was to end with it") {
    // From 9 to 17 of each of two days.
    std::vector<Timestamp> opens = every(hours(1), hour_of(9), hour_of(17));
    for (const Timestamp open : every(hours(1), hour_of(33), hour_of(41))) opens.push_back(open);
    World world;
    world.series.push_back(series_of("ONE", hours(1), flat_bars(opens, hours(1), hour_of(33))));
    CHECK(fate(world, TimeInForce::day) == "expire day_over 1970-01-02T00:00:00Z");
    CHECK(fate(world, TimeInForce::at_close) == "expire no_closing_bar 1970-01-02T00:00:00Z");
    CHECK(fate(world, TimeInForce::gtc) == "complete none 1970-01-02T09:30:00Z");

    // Another instrument that trades on through the night changes nothing.
    world.series.push_back(series_of("TWO", minutes(30),
                                     flat_bars(every(minutes(30), hour_of(0), hour_of(48)), minutes(30), hour_of(99))));
    CHECK(fate(world, TimeInForce::day) == "expire day_over 1970-01-02T00:00:00Z");
    CHECK(fate(world, TimeInForce::at_close) == "expire no_closing_bar 1970-01-02T00:00:00Z");
}

TEST_CASE("the bar that reaches midnight is the last one, also when it goes on after it") {
    World world;
    world.series.push_back(
        series_of("ONE", hours(1), flat_bars(every(hours(1), hour_of(9), hour_of(48)), hours(1), hour_of(23))));
    CHECK(fate(world, TimeInForce::day) == "complete none 1970-01-01T23:30:00Z");
    CHECK(fate(world, TimeInForce::at_close) == "complete none 1970-01-02T00:00:00Z");

    // The third one is from 21:00 to 4:00.
    world.series.clear();
    world.series.push_back(
        series_of("ONE", hours(7), flat_bars(every(hours(7), hour_of(7), hour_of(70)), hours(7), hour_of(21))));
    CHECK(fate(world, TimeInForce::day) == "complete none 1970-01-02T00:30:00Z");
    CHECK(fate(world, TimeInForce::at_close) == "complete none 1970-01-02T04:00:00Z");
    world.series.clear();
    world.series.push_back(
        series_of("ONE", hours(7), flat_bars(every(hours(7), hour_of(7), hour_of(70)), hours(7), hour_of(28))));
    CHECK(fate(world, TimeInForce::day) == "expire day_over 1970-01-02T04:00:00Z");
}
