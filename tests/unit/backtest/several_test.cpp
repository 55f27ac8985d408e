// Several strategies in one run: each does what it does alone, and the run is all of them together.
#include <algorithm>
#include <map>

#include "backtest/backtest.h"
#include "backtest/run_keeper.h"
#include "backtest/stored_plan.h"
#include "base/file.h"
#include "support/bars.h"
#include "support/temp_folder.h"

using namespace trd;
using namespace trd::testing;

namespace {

// Two of its parameters, and orders of several kinds; sells short too.
constexpr char swinger[] = R"(
local trd = require "trd"
local S = trd.strategy { name = "swinger", version = "3", params = { every = trd.int { 5, min = 1, max = 50 } } }
function S:on_start() self.n = 0 end
function S:on_bar(ctx, bar)
    self.n = self.n + 1
    if self.n % self.p.every == 0 then ctx:close { tag = "out" }
    elseif self.n % 7 == 1 then ctx:sell { qty = 2 }
    elseif self.n % 11 == 4 then ctx:buy { qty = 0.001 }
    elseif self.n % 5 == 2 then ctx:buy { qty = 3, limit = bar.close - 0.25 }
    elseif self.n % 13 == 0 then ctx:target { qty = -4 } end
end
return S
)";

// Hangs on chance alone.
constexpr char dice[] = R"(
local trd = require "trd"
local S = trd.strategy { name = "dice" }
function S:init() self.first = math.random(10) end
function S:on_bar(ctx)
    local throw = math.random(20)
    if throw == 1 then ctx:buy { qty = self.first } elseif throw == 2 then ctx:sell { qty = math.random(5) } end
end
return S
)";

class Files {
  public:
    Files() {
        REQUIRE(replace_file(path("swinger.lua"), swinger).ok());
        REQUIRE(replace_file(path("dice.lua"), dice).ok());
        REQUIRE(replace_file(path("bars.csv"), csv_of(walk(11, 3'000, hours(1)))).ok());
    }
    std::string path(const std::string& name) const { return folder_.path() + "/" + name; }

    // Each is "swinger" or "dice", or one of strategies/.
    BacktestPlan plan(const std::vector<std::string>& names) const {
        BacktestPlan plan;
        for (const std::string& name : names)
            plan.strategies.push_back(
                {file_exists(path(name + ".lua")) ? path(name + ".lua") : "strategies/" + name + ".lua"});
        plan.data_path = path("bars.csv");
        plan.fees = *FeeModel::parse("per_unit:0.25,min=1");
        return plan;
    }

  private:
    TempFolder folder_;
};

BacktestResult outcome(const BacktestPlan& plan, RunKeeper* keeper = nullptr) {
    auto result = run_backtest(plan, {.keeper = keeper});
    if (!result) FAIL(result.error().message);
    return *std::move(result);
}

void check_same_part(const BacktestStrategyResult& part, const BacktestStrategyResult& alone) {
    CHECK(part.equity_start == alone.equity_start);
    CHECK(part.equity_end == alone.equity_end);
    CHECK(part.cash_end == alone.cash_end);
    CHECK(part.fees == alone.fees);
    CHECK(part.counts.orders == alone.counts.orders);
    CHECK(part.counts.denied == alone.counts.denied);
    CHECK(part.counts.fills == alone.counts.fills);
    CHECK(part.counts.trades == alone.counts.trades);
    for (const PerformanceField& field : performance_fields()) {
        INFO(field.name);
        const Figure here = part.stats.*field.figure, there = alone.stats.*field.figure;
        REQUIRE(static_cast<bool>(here) == static_cast<bool>(there));
        if (here) CHECK(*here == *there);
    }
    CHECK(part.trades.net_profit == alone.trades.net_profit);
    REQUIRE(part.positions.size() == alone.positions.size());
    for (size_t i = 0; i < part.positions.size(); ++i) CHECK(part.positions[i].quantity == alone.positions[i].quantity);
}

Error failure(const BacktestPlan& plan) {
    auto result = run_backtest(plan);
    REQUIRE_FALSE(result.ok());
    return result.error();
}

const std::vector<std::string> mixed{"swinger", "dice", "sma_cross", "bollinger_reversion", "rsi_reversion"};

}  // namespace

TEST_CASE("each of several strategies does what it does alone, and the run is all of them") {
    const Files files;
    const BacktestResult together = outcome(files.plan(mixed));
    REQUIRE(together.strategies.size() == mixed.size());
    RunCounts sums;
    Money start, end, cash, fees;
    for (size_t i = 0; i < mixed.size(); ++i) {
        INFO(mixed[i]);
        const BacktestStrategyResult& part = together.strategies[i];
        CHECK(part.name == mixed[i]);
        check_same_part(part, outcome(files.plan({mixed[i]})).strategies.front());
        CHECK(part.counts.orders > 10);
        start += part.equity_start, end += part.equity_end, cash += part.cash_end, fees += part.fees;
        sums.orders += part.counts.orders, sums.denied += part.counts.denied;
        sums.fills += part.counts.fills, sums.trades += part.counts.trades;
    }
    CHECK(together.equity_start == start);
    CHECK(together.equity_end == end);
    CHECK(together.cash_end == cash);
    CHECK(together.fees == fees);
    CHECK(together.counts.orders == sums.orders);
    CHECK(together.counts.denied == sums.denied);
    CHECK(together.counts.fills == sums.fills);
    CHECK(together.counts.trades == sums.trades);
    CHECK(together.counts.denied > 0);
    CHECK(together.counts.anomalies == 0);
    CHECK(together.breakdown.fees.is_positive());
    // Bars that all of them ask for happen once.
    CHECK(together.counts.bars == 3'000);
}

TEST_CASE("one strategy's own result is that of its run") {
    const Files files;
    const BacktestResult alone = outcome(files.plan({"swinger"}));
    const BacktestStrategyResult& part = alone.strategies.front();
    CHECK(part.equity_end == alone.equity_end);
    CHECK(part.counts.orders == alone.counts.orders);
    CHECK(part.fees == alone.fees);
    CHECK(part.version == "3");
    CHECK(alone.strategy_name == "swinger");
}

TEST_CASE("the order in which strategies are named makes another run, with the same parts, with the JIT and without") {
    const Files files;
    BacktestPlan plan = files.plan({"swinger", "sma_cross"});
    const BacktestResult one = outcome(plan), other = outcome(files.plan({"sma_cross", "swinger"}));
    CHECK(one.run_id != other.run_id);
    CHECK(one.hash != other.hash);
    check_same_part(one.strategies[0], other.strategies[1]);
    check_same_part(one.strategies[1], other.strategies[0]);
    plan.jit = false;
    const BacktestResult interpreted = outcome(plan);
    CHECK(interpreted.hash == one.hash);
    CHECK(interpreted.run_id == one.run_id);
}

TEST_CASE("the same strategy twice is told apart, and parameters say whose they are") {
    const Files files;
    BacktestPlan plan = files.plan({"swinger", "swinger", "sma_cross"});
    plan.parameters = {{"swinger#2.every", "9"}, {"fast", "5"}};
    const BacktestResult result = outcome(plan);
    CHECK(result.strategies[0].name == "swinger");
    CHECK(result.strategies[1].name == "swinger#2");
    CHECK(result.strategy_name == "swinger+swinger#2+sma_cross");
    std::map<std::string, std::string> values;
    for (const StrategyParameter& parameter : result.parameters) values[parameter.name] = parameter.value;
    CHECK(values["swinger.every"] == "5");
    CHECK(values["swinger#2.every"] == "9");
    CHECK(values["sma_cross.fast"] == "5");
    BacktestPlan alone = files.plan({"swinger"});
    alone.parameters = {{"swinger.every", "9"}};
    check_same_part(result.strategies[1], outcome(alone).strategies.front());
}

TEST_CASE("each strategy has random numbers of its own, the same ones in any company, and others with another seed") {
    const Files files;
    const auto plan_of = [&](const std::vector<std::string>& names, uint64_t seed) {
        BacktestPlan plan = files.plan(names);
        plan.seed = seed;
        return plan;
    };
    const BacktestResult together = outcome(plan_of({"dice", "swinger", "dice"}, 7));
    const BacktestStrategyResult &first = together.strategies[0], &second = together.strategies[2];
    check_same_part(first, outcome(plan_of({"swinger", "dice"}, 7)).strategies[1]);
    check_same_part(second, outcome(plan_of({"dice", "dice"}, 7)).strategies[1]);
    CHECK(first.counts.orders != second.counts.orders);
    CHECK(first.counts.orders != outcome(plan_of({"dice"}, 8)).strategies[0].counts.orders);
    CHECK(first.counts.orders > 100);
}

TEST_CASE("a parameter that nobody, or more than one, could mean is refused with what to write") {
    const Files files;
    BacktestPlan plan = files.plan({"swinger", "swinger", "sma_cross"});
    const auto refused = [&](const std::string& word) {
        plan.parameters = {{word, "3"}};
        const Error error = failure(plan);
        CHECK(error.id == "E_PARAMETER");
        CHECK(error.code == ExitCode::config);
        return error;
    };
    CHECK(refused("every").message == "--set every could mean swinger or swinger#2: each has a parameter of that name");
    CHECK(refused("fsat").hint == "did you mean fast?");
    CHECK(refused("swiner.every").hint == "did you mean swinger?");
    CHECK(refused("sma_cross.every").message.find("every") != std::string::npos);
}

TEST_CASE("one parameter under two names has one value or is refused") {
    const Files files;
    for (const std::vector<std::string>& strategies :
         {std::vector<std::string>{"sma_cross"}, {"sma_cross", "swinger"}}) {
        BacktestPlan plan = files.plan(strategies);
        plan.parameters = {{"fast", "3"}, {"sma_cross.fast", "4"}};
        const Error error = failure(plan);
        CHECK(error.id == "E_PARAMETER");
        CHECK(error.message == "--set fast and --set sma_cross.fast are the same parameter");
        CHECK(error.hint == "give it once: --set sma_cross.fast=VALUE");
        plan.parameters = {{"fast", "3"}, {"sma_cross.fast", "3"}};
        CHECK(run_backtest(plan, {}).ok());
    }
}

TEST_CASE("what a run of several has together may not leave the range of money") {
    const Files files;
    BacktestPlan plan = files.plan({"sma_cross", "swinger"});
    plan.cash = *Money::parse("900000000000000");
    CHECK(failure(plan).id == "E_AMOUNT_RANGE");
}

TEST_CASE("a kept run of several is run again to the same outcome, and its rows say whose they are") {
    const Files files;
    BacktestPlan plan = files.plan({"swinger", "sma_cross", "swinger"});
    plan.parameters = {{"swinger#2.every", "4"}, {"slow", "40"}};
    RunKeeper keeper;
    const BacktestResult result = outcome(plan, &keeper);
    const KeptRun& kept = keeper.run();
    CHECK(strategies_of(kept) == std::vector<std::string>{"swinger", "sma_cross", "swinger#2"});
    CHECK(kept.strategy == "swinger+sma_cross+swinger#2");
    std::map<std::string, std::map<std::string, uint64_t>> rows;
    for (const PackedTable& table : kept.tables)
        for (const PackedChunk& chunk : table.chunks) {
            if (table.name == "equity") continue;
            const auto whose = std::find_if(table.columns.begin(), table.columns.end(),
                                            [](const auto& column) { return column.name == "strategy"; });
            REQUIRE(whose != table.columns.end());
            const auto place = static_cast<size_t>(whose - table.columns.begin());
            ChunkRows cursor(chunk, table.columns);
            while (cursor.next()) ++rows[table.name][cell_text(cursor.cells()[place], CellKind::text)];
        }
    for (const BacktestStrategyResult& part : result.strategies) {
        CHECK(rows["orders"][part.name] == part.counts.orders + part.counts.denied);
        CHECK(rows["fills"][part.name] == part.counts.fills);
        CHECK(rows["trades"][part.name] == part.counts.trades);
    }

    const auto stored = stored_plan(kept);
    REQUIRE(stored.ok());
    CHECK(check_stored_script(kept, *stored).ok());
    CHECK(check_stored_data(kept, *stored).ok());
    const BacktestResult again = outcome(*stored);
    CHECK(again.hash == result.hash);
    CHECK(again.run_id == result.run_id);
    KeptRun hurt = kept;
    hurt.texts.erase("script.3");
    CHECK(stored_plan(hurt).error().id == "E_STORE_CORRUPT");
}
