// Results that a program nobody here wrote has published for the same data and rules (../shared/oracles/README.md).
#include "backtest/backtest.h"
#include "history/csv_bars.h"
#include "script/lua_strategy.h"
#include "support/bars.h"
#include "support/oracles.h"

using namespace trd;
using namespace trd::testing;

namespace {

std::vector<std::string> prices_of(const std::vector<Fill>& fills, Side side) {
    std::vector<std::string> prices;
    for (const Fill& fill : fills)
        if (fill.side == side) prices.push_back(to_string(fill.price));
    return prices;
}

BacktestPlan case_a(const std::string& data) {
    BacktestPlan plan;
    plan.strategies.push_back({"tests/scripts/price_over_sma.lua"});
    plan.data_path = data;
    plan.kind = InstrumentKind::index;
    plan.cash = "10000"_money;
    return plan;
}

}  // namespace

TEST_CASE("case A, stock-like: the end, the cash and every fill") {
    const std::string data = oracle("index-2006-daily.csv");
    if (data.empty()) return;
    const auto result = run_backtest(case_a(data));
    REQUIRE(result.ok());
    CHECK(result->equity_end == "10284.1"_money);
    CHECK(result->cash_end == "6164.16"_money);
    CHECK(result->counts.fills == 23);
    CHECK(result->counts.trades == 11);

    auto series = load_csv_bars(data);
    REQUIRE(series.ok());
    auto strategy = LuaStrategy::load("tests/scripts/price_over_sma.lua", {}, {});
    REQUIRE(strategy.ok());
    RunSetup setup;
    setup.instruments.push_back(plain_instrument(0, series->symbol(), InstrumentKind::index));
    setup.series.push_back({{0}, BarCursor(*series), series->size()});
    setup.strategies.push_back({strategy->get(), {0}});
    setup.venues.push_back(plain_venue(Currency::literal("USD"), "10000"_money));
    Recorder recorder;
    BacktestRunner runner(std::move(setup), &recorder);
    REQUIRE(runner.run().ok());
    CHECK(prices_of(recorder.fills, Side::buy) == std::vector<std::string>{"3643.35", "3801.03", "3872.37", "3863.57",
                                                                           "3845.32", "3656.43", "3542.65", "3639.65",
                                                                           "3799.86", "3840.2", "4047.63", "4052.55"});
    CHECK(prices_of(recorder.fills, Side::sell) == std::vector<std::string>{"3763.95", "3811.85", "3822.35", "3822.57",
                                                                            "3829.82", "3598.58", "3545.92", "3766.8",
                                                                            "3782.15", "3979.73", "4045.05"});
}

TEST_CASE("case A, futures-like: commission, multiplier, blocked margin, variation at each bar") {
    const std::string data = oracle("index-2006-daily.csv");
    if (data.empty()) return;
    BacktestPlan plan = case_a(data);
    plan.kind = InstrumentKind::future;
    plan.multiplier = Decimal::from_units(10);
    plan.margin_per_unit = "1000"_money;
    plan.fees = FeeModel::per_unit("2"_money);
    const auto result = run_backtest(plan);
    REQUIRE(result.ok());
    CHECK(result->equity_end == "12795"_money);
    CHECK(result->cash_end == "11795"_money);
    CHECK(result->fees == "46"_money);
}
