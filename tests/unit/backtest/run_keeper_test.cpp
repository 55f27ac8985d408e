// What is kept of a run: every row of it, and a plan that gives the same run again.
#include "backtest/run_keeper.h"

#include <map>

#include "backtest/stored_plan.h"
#include "base/file.h"
#include "support/bars.h"
#include "support/temp_folder.h"

using namespace trd;
using namespace trd::testing;

namespace {

constexpr char busy_script[] = R"(
local trd = require "trd"
local S = trd.strategy { name = "busy", version = "2", params = { every = trd.int { 3, min = 1, max = 50 } } }
function S:on_start() self.n = 0 end
function S:on_bar(ctx, bar)
    self.n = self.n + 1
    if self.n % self.p.every == 0 then ctx:close { tag = "out" }
    elseif self.n % 7 == 1 then ctx:sell { qty = 2, tag = "short " .. self.n }
    elseif self.n % 7 == 4 then ctx:buy { qty = 0.001 }
    else ctx:buy { qty = 1 } end
end
return S
)";

BacktestPlan busy_plan(const std::string& folder) {
    REQUIRE(replace_file(folder + "/busy.lua", busy_script).ok());
    REQUIRE(replace_file(folder + "/bars.csv", csv_of(walk(5, 400, hours(1)))).ok());
    BacktestPlan plan;
    plan.strategies.push_back({folder + "/busy.lua"});
    plan.data_path = folder + "/bars.csv";
    plan.parameters = {{"every", "5"}};
    plan.fees = *FeeModel::parse("per_unit:0.25,min=1");
    plan.seed = 77;
    return plan;
}

struct Ran {
    BacktestResult result;
    KeptRun kept;
};

Ran run_and_keep(const BacktestPlan& plan, uint64_t rows_max = RunKeeper::rows_max) {
    RunKeeper keeper(rows_max);
    auto result = run_backtest(plan, {.keeper = &keeper});
    REQUIRE(result.ok());
    return {*std::move(result), std::move(keeper.run())};
}

using Rows = std::vector<std::map<std::string, std::string>>;

Rows rows_of(const KeptRun& kept, std::string_view name) {
    Rows rows;
    for (const PackedTable& table : kept.tables) {
        if (table.name != name) continue;
        for (const PackedChunk& chunk : table.chunks) {
            ChunkRows cursor(chunk, table.columns);
            while (cursor.next()) {
                auto& row = rows.emplace_back();
                for (size_t i = 0; i < table.columns.size(); ++i)
                    row[table.columns[i].name] = cell_text(cursor.cells()[i], table.columns[i].kind);
            }
            REQUIRE(cursor.ok());
        }
    }
    return rows;
}

size_t count_where(const Rows& rows, const std::string& column, const std::string& value) {
    size_t count = 0;
    for (const auto& row : rows) count += row.at(column) == value ? 1 : 0;
    return count;
}

Money sum_of(const Rows& rows, const std::string& column) {
    Money sum;
    for (const auto& row : rows) sum = sum + *Money::parse(row.at(column));
    return sum;
}

}  // namespace

TEST_CASE("every order, fill and trade of a run is kept, and the sums are those of the result") {
    const TempFolder folder;
    const Ran ran = run_and_keep(busy_plan(folder.path()));
    const RunCounts& counts = ran.result.counts;
    REQUIRE(counts.fills > 100);
    REQUIRE(counts.denied > 10);
    REQUIRE(counts.trades > 10);
    const Rows orders = rows_of(ran.kept, "orders"), fills = rows_of(ran.kept, "fills");
    const Rows trades = rows_of(ran.kept, "trades");
    CHECK(orders.size() == counts.orders + counts.denied);
    CHECK(fills.size() == counts.fills);
    CHECK(trades.size() == counts.trades);
    CHECK(count_where(orders, "state", "denied") == counts.denied);
    CHECK(count_where(orders, "state", "filled") == counts.fills);
    CHECK(count_where(orders, "reason", "quantity_rounds_to_zero") == ran.result.denials.at("quantity_rounds_to_zero"));
    CHECK(count_where(orders, "tag", "out") > 0);
    CHECK(sum_of(fills, "fee") == ran.result.fees);
    const Rows equity = rows_of(ran.kept, "equity");
    CHECK(equity.front().at("equity") == to_string(ran.result.equity_start));
    CHECK(equity.back().at("equity") == to_string(ran.result.equity_end));
    for (const auto& fill : fills) {
        const auto order = std::find_if(orders.begin(), orders.end(),
                                        [&](const auto& row) { return row.at("order") == fill.at("order"); });
        REQUIRE(order != orders.end());
        CHECK(order->at("quantity") == fill.at("quantity"));
        CHECK(order->at("side") == fill.at("side"));
        CHECK(order->at("ended") == fill.at("time"));
    }
}

TEST_CASE("an order that never ends is kept too, without an end") {
    const TempFolder folder;
    BacktestPlan plan = busy_plan(folder.path());
    plan.strategies.front().text =
        "local trd = require \"trd\"\nlocal S = trd.strategy { name = \"late\" }\nfunction S:on_start() self.n = 0 "
        "end\n"
        "function S:on_bar(ctx) self.n = self.n + 1 if self.n == 400 then ctx:buy { qty = 1 } end end\nreturn S\n";
    plan.parameters.clear();
    const Ran ran = run_and_keep(plan);
    const Rows orders = rows_of(ran.kept, "orders");
    REQUIRE(orders.size() == 1);
    CHECK(orders[0].at("ended").empty());
    CHECK(orders[0].at("state") == "submitted");
    CHECK(ran.kept.texts.at("script") == *plan.strategies.front().text);
}

TEST_CASE("rows beyond the bound are counted, and keeping changes no outcome") {
    const TempFolder folder;
    const BacktestPlan plan = busy_plan(folder.path());
    const Ran ran = run_and_keep(plan, 10);
    for (const PackedTable& table : ran.kept.tables) {
        if (table.name == "equity") continue;
        CHECK(table.rows == 10);
        CHECK(table.dropped > 0);
        if (table.name == "fills") CHECK(table.rows + table.dropped == ran.result.counts.fills);
    }
    const auto alone = run_backtest(plan);
    REQUIRE(alone.ok());
    CHECK(alone->hash == ran.result.hash);
    CHECK(alone->run_id == ran.result.run_id);
}

TEST_CASE("a stored plan gives the same run again, whatever was set in it") {
    const TempFolder folder;
    BacktestPlan plan = busy_plan(folder.path());
    std::vector<BacktestPlan> plans(10, plan);
    plans[1].from = Timestamp{} + hours(48);
    plans[1].to = Timestamp{} + hours(300);
    plans[2].kind = InstrumentKind::future;
    plans[2].margin_per_unit = "12.5"_money;
    plans[2].multiplier = *Decimal::parse("0.1");
    plans[3].tick = *Price::parse("0.25");
    plans[3].lot = *Quantity::parse("0.001");
    plans[4].currency = Currency::literal("EUR");
    plans[4].cash = "123.456"_money;
    plans[5].symbol = "OTHER";
    plans[6].jit = false;
    plans[7].timeframe = hours(1);
    plans[8].fees = FeeModel::basis_points(*Decimal::parse("1.5"));
    plans[9].limits = BacktestLimits{
        "limits version 3", "[firm.R07]\nmax_quantity = 1\n[strategy.another.R08]\nmax_notional = 1\n[end]\n", 3};
    for (const BacktestPlan& each : plans) {
        const Ran ran = run_and_keep(each);
        const auto stored = stored_plan(ran.kept);
        REQUIRE(stored.ok());
        CHECK(check_stored_script(ran.kept, *stored).ok());
        CHECK(check_stored_data(ran.kept, *stored).ok());
        const Ran again = run_and_keep(*stored);
        CHECK(again.result.run_id == ran.result.run_id);
        CHECK(again.result.hash == ran.result.hash);
        CHECK(again.kept.facts == ran.kept.facts);
    }
}

TEST_CASE("a changed script, changed bars and a damaged fact are told") {
    const TempFolder folder;
    const BacktestPlan plan = busy_plan(folder.path());
    const Ran ran = run_and_keep(plan);
    const auto stored = stored_plan(ran.kept);
    REQUIRE(stored.ok());

    std::string script = busy_script;
    script.replace(script.find("qty = 2"), 7, "qty = 3");
    REQUIRE(replace_file(plan.strategies.front().path, script).ok());
    const auto other_script = check_stored_script(ran.kept, *stored);
    REQUIRE_FALSE(other_script.ok());
    CHECK(other_script.error().id == "E_RUN_SCRIPT");
    CHECK(other_script.error().code == ExitCode::data);
    CHECK(other_script.error().message.ends_with(": line 8 differs"));
    CHECK(check_stored_data(ran.kept, *stored).ok());
    CHECK(run_and_keep(*stored).result.hash == ran.result.hash);  // with the script of then

    std::vector<Bar> bars = walk(5, 400, hours(1));
    bars[200].volume = bars[200].volume + Quantity::from_units(1);
    REQUIRE(replace_file(plan.data_path, csv_of(bars)).ok());
    const auto other_data = check_stored_data(ran.kept, *stored);
    REQUIRE_FALSE(other_data.ok());
    CHECK(other_data.error().id == "E_RUN_DATA");
    CHECK(other_data.error().message.find("main.content was ") != std::string::npos);

    KeptRun hurt = ran.kept;
    for (RunFact& fact : hurt.facts)
        if (fact.name == "cash") fact.value = "ten";
    const auto unreadable = stored_plan(hurt);
    REQUIRE_FALSE(unreadable.ok());
    CHECK(unreadable.error().id == "E_STORE_CORRUPT");
    hurt = ran.kept;
    hurt.texts.erase("script");
    CHECK_FALSE(stored_plan(hurt).ok());
}

TEST_CASE("a curve of any length has a bounded number of points and loses no low and no high") {
    for (const size_t count : {size_t{0}, size_t{1}, size_t{4095}, size_t{4096}, size_t{4097}, size_t{100'000}}) {
        Random random(count);
        EquityCurve curve;
        curve.begin({}, Money::from_units(1000));
        std::vector<Money> all;
        for (size_t i = 0; i < count; ++i) {
            all.push_back(Money::from_units(random.between(-5000, 5000)));
            curve.feed(Timestamp{} + seconds(static_cast<int64_t>(i) + 1), all.back());
        }
        const auto points = curve.points();
        REQUIRE(points.size() <= EquityCurve::points_max);
        REQUIRE(points.size() >= std::min<size_t>(count, EquityCurve::points_max / 2));
        CHECK(points.front().equity == Money::from_units(1000));
        size_t next = 0;
        for (size_t p = 1; p < points.size(); ++p) {
            const auto end = static_cast<size_t>((points[p].time - Timestamp{}).ns / seconds(1).ns);
            REQUIRE(end > next);
            const auto [low, high] = std::minmax_element(all.begin() + static_cast<ptrdiff_t>(next),
                                                         all.begin() + static_cast<ptrdiff_t>(end));
            CHECK(points[p].low == *low);
            CHECK(points[p].high == *high);
            CHECK(points[p].equity == all[end - 1]);
            next = end;
        }
        CHECK(next == count);
    }
}
