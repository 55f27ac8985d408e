// What a bar, an order and a script cost: ten million generated one-minute bars through desk, matching and accounting,
// with the SMA 10/30 cross in Lua and in C++ on the same desk. The two runs must have the same hash, or no figure is
// given.
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "backtest/runner.h"
#include "history/generate.h"
#include "risk/limits_file.h"
#include "risk/limits_text.h"
#include "script/lua_strategy.h"
#include "support/bench.h"
#include "support/cpp_sma_strategy.h"

using namespace trd;

namespace {

[[noreturn]] void stop(const std::string& why) {
    std::fprintf(stderr, "bench backtest: %s\n", why.c_str());
    std::exit(1);
}

constexpr uint64_t bar_count = 10'000'000;

// Generated once a machine: the file's name says what is in it.
const BarSeries& ten_million_bars() {
    static const BarSeries series = [] {
        const std::string path =
            (std::filesystem::temp_directory_path() / ("trd-bench-" + std::to_string(getuid()) + "-10m-bars-1.seg"))
                .string();
        if (!std::filesystem::exists(path)) {
            GenerateOptions options;
            options.rows = bar_count;
            auto writer = SegmentWriter::create(path, segment_info_of(options));
            if (!writer.ok()) stop(writer.error().message);
            if (auto made = generate(options, *writer); !made.ok()) stop(made.error().message);
            if (auto committed = writer->commit(); !committed.ok()) stop(committed.error().message);
        }
        auto opened = BarSeries::open(path);
        if (!opened.ok()) stop(opened.error().message);
        return std::move(*opened);
    }();
    return series;
}

RunSetup setup_for(Strategy& strategy, const BarSeries& series) {
    Instrument instrument;
    instrument.symbol = series.symbol();
    instrument.quote = Currency::literal("USD");
    instrument.terms.push_back(usual_terms(InstrumentKind::equity));
    RunSetup setup;
    setup.instruments.push_back(instrument);
    setup.series.push_back({{0}, BarCursor(series), series.size()});
    setup.strategies.push_back({&strategy, {0}});
    RunVenue venue;
    venue.currency = instrument.quote;
    venue.cash = Money::from_units(1'000'000);
    setup.venues.push_back(venue);
    setup.start = series.first_open_time();
    return setup;
}

// The equity of every bar is asked for, as a backtest does. It also has the watch that times the run.
class Watcher final : public RunObserver {
  public:
    void on_bar_done(Timestamp, Money equity, bool) override { last = equity; }
    void on_fill(const Fill&, const OrderIntent&) override {}
    void on_trade(const ClosedTrade&, const std::optional<Money>&) override {}
    void on_denial(Denial) override {}
    void on_note(size_t, Timestamp, const Note&) override {}
    bool on_progress(uint64_t bars, uint64_t) override {
        watch.done(static_cast<double>(bars));
        return true;
    }
    Money last;
    bench::IdleWatch watch;
};

struct Outcome {
    bench::Reading ns_per_bar;
    Digest hash{};
    uint64_t orders = 0;
};

// Those that hold in a backtest when nobody says otherwise.
RiskConfig default_limits() {
    auto limits = parse_limits(default_limits_text(), "default");
    if (!limits) stop(limits.error().message);
    RiskConfig config;
    config.limits = *std::move(limits);
    return config;
}

Outcome run(Strategy& strategy, const BarSeries& series, bool has_limits = false) {
    Watcher watcher;
    RunSetup setup = setup_for(strategy, series);
    if (has_limits) setup.limits = default_limits();
    BacktestRunner runner(std::move(setup), &watcher);
    watcher.watch.begin();
    if (auto ran = runner.run(); !ran.ok()) stop(ran.error().strategy.message + ran.error().data.message);
    const bench::Reading ns_per_bar = watcher.watch.finish(static_cast<double>(runner.counts().bars));
    return {ns_per_bar, runner.finish_hash(), runner.counts().orders};
}

Outcome run_cpp() {
    CppSmaStrategy strategy({});
    return run(strategy, ten_million_bars());
}

Outcome run_lua(bool has_limits = false) {
    auto strategy = LuaStrategy::load("strategies/sma_cross.lua", {}, {.jit = true, .seed = 1});
    if (!strategy.ok()) stop(strategy.error().message);
    return run(**strategy, ten_million_bars(), has_limits);
}

// Of two runs one after the other; known as well as the one that is known less.
bench::Reading combine(const bench::Reading& one, const bench::Reading& other, double (*with)(double, double)) {
    return {with(one.value, other.value), with(one.over_all, other.over_all),
            std::min(one.idle_share, other.idle_share)};
}

bench::Reading less(const bench::Reading& one, const bench::Reading& other) {
    return combine(one, other, [](double a, double b) { return a - b; });
}

// The same outcome, too: these limits deny none of its orders.
bench::Reading limits_over_none() {
    const Outcome without = run_lua(), with = run_lua(true);
    if (without.hash != with.hash) stop("limits that deny nothing changed the outcome");
    return combine(with.ns_per_bar, without.ns_per_bar, [](double a, double b) { return a / b; });
}

bench::Reading lua_bar() { return run_lua().ns_per_bar; }
bench::Reading cpp_bar() { return run_cpp().ns_per_bar; }

bench::Reading lua_over_cpp() {
    const Outcome lua = run_lua();
    const Outcome cpp = run_cpp();
    if (lua.hash != cpp.hash) stop("the Lua and the C++ strategy have different hashes");
    return less(lua.ns_per_bar, cpp.ns_per_bar);
}

// One market order a bar, buy and sell in turn.
class Alternating final : public Strategy {
  public:
    explicit Alternating(bool trades) : trades_(trades) {
        manifest_.series = {{"main", "$symbol", {}}};
        manifest_.order_news = OrderNews::heard;  // as of a script that has no hooks for its orders
    }
    const StrategyManifest& manifest() const override { return manifest_; }
    Status<StrategyFault> bind(ViewPort port) override {
        port_ = port;
        return done;
    }
    Status<StrategyFault> handle() override {
        if (!trades_ || port_.event() != ViewEventKind::bar) return done;
        RawIntent intent;
        intent.quantity = 1;
        intent.side = static_cast<uint8_t>(buy_ ? Side::buy : Side::sell);
        buy_ = !buy_;
        IntentBatch batch(port_.ring());
        batch.stage(intent);
        batch.commit();
        return done;
    }

  private:
    bool trades_;
    bool buy_ = true;
    StrategyManifest manifest_;
    ViewPort port_;
};

// A million orders in a million bars, less the same bars without them.
bench::Reading order_cost(bool has_limits) {
    static const BarSeries series = [] {
        auto writer = BarWriter::in_memory("ORDERS", minutes(1));
        if (!writer.ok()) stop(writer.error().message);
        Bar bar;
        for (int64_t i = 0; i < 1'000'000; ++i) {
            bar.open_time = {i * minutes(1).ns};
            bar.close_time = bar.open_time + minutes(1);
            bar.open = bar.high = bar.low = bar.close = Price::from_raw(Int128{10'000 + i % 7} * 10'000'000'000);
            bar.volume = Quantity::from_units(100);
            if (auto added = writer->append(bar); !added.ok()) stop(added.error().message);
        }
        auto finished = writer->finish_in_memory();
        if (!finished.ok()) stop(finished.error().message);
        return std::move(*finished);
    }();
    Alternating trading(true), idle(false);
    const Outcome with = run(trading, series, has_limits);
    const Outcome without = run(idle, series, has_limits);
    if (with.orders != 1'000'000) stop("expected a million orders, saw " + std::to_string(with.orders));
    return less(with.ns_per_bar, without.ns_per_bar);
}

bench::Reading market_order() { return order_cost(false); }
// In all: the whole of the order's way, limits included.
bench::Reading limited_order() { return order_cost(true); }

constexpr bench::Figure figures[] = {
    {"backtest.lua_bar", "ns", 200, "lower", lua_bar},
    {"backtest.cpp_bar", "ns", 200, "lower", cpp_bar},
    {"backtest.lua_minus_cpp", "ns", 60, "lower", lua_over_cpp},
    {"backtest.market_order", "ns", 1200, "lower", market_order},
    {"backtest.limited_order", "ns", 2500, "lower", limited_order},
    {"backtest.limits_over_none", "x", 1.25, "lower", limits_over_none},
};

}  // namespace

int main(int argc, char** argv) { return bench::run_figures(argc, argv, figures); }
