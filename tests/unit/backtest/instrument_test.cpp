// A run goes by the catalogue's instrument: its multiplier, margin and dated terms, unless the plan says otherwise.
#include "backtest/backtest.h"
#include "history/instrument_store.h"
#include "history/operations.h"
#include "support/catch.h"
#include "support/temp_folder.h"

using namespace trd;

namespace {

constexpr char one_trade[] =
    "date,open,high,low,close\n"
    "2024-01-01,11,11,11,11\n"
    "2024-01-02,10,10,10,10\n"
    "2024-01-03,9,9,9,9\n"
    "2024-01-04,9,9,9,9\n"
    "2024-01-05,9,12,9,12\n"
    "2024-01-06,12,13,12,13\n"
    "2024-01-07,13,14,13,14\n"
    "2024-01-08,14,14,9,9\n"
    "2024-01-09,9,9,8,8\n"
    "2024-01-10,8,8,8,8\n";

void put(const std::string& root, const std::string& name, const std::string& text, const std::string& symbol) {
    REQUIRE(replace_file(root + "/" + name, text));
    ImportRequest request;
    request.path = root + "/" + name;
    request.options.symbol = symbol;
    REQUIRE(import_file(root, request));
}

void put_instrument(const std::string& root, const std::string& text) {
    REQUIRE(replace_file(root + "/i.toml", "[[instrument]]\nsymbol = \"X\"\n" + text));
    REQUIRE(import_instruments(root, root + "/i.toml", true, false));
}

BacktestPlan plan_for(const std::string& root) {
    BacktestPlan plan;
    plan.strategies.push_back({"strategies/sma_cross.lua"});
    plan.catalogue_root = root;
    plan.symbol = std::string("X");
    plan.parameters = {{"fast", "2"}, {"slow", "3"}};
    return plan;
}

}  // namespace

TEST_CASE("the catalogue's instrument decides, and the plan's own words stand above it") {
    const TempFolder folder;
    put(folder.path(), "x.csv", one_trade, "X");
    BacktestPlan plan = plan_for(folder.path());
    const auto bare = run_backtest(plan);
    REQUIRE(bare.ok());
    REQUIRE(bare->counts.fills == 2);
    CHECK(bare->equity_end == "9997"_money);  // bought at 12, sold at 9
    CHECK(bare->currency.code() == "USD");

    put_instrument(folder.path(), "kind = \"future\"\ncurrency = \"EUR\"\nmultiplier = 50\nmargin = 20\n");
    const auto future = run_backtest(plan);
    REQUIRE(future.ok());
    CHECK(future->equity_end == "9850"_money);
    CHECK(future->currency.code() == "EUR");
    CHECK(future->run_id != bare->run_id);

    plan.multiplier = "10"_dec;
    const auto other = run_backtest(plan);
    REQUIRE(other.ok());
    CHECK(other->equity_end == "9970"_money);
    CHECK(other->currency.code() == "EUR");

    // The account's currency is another matter: without a rate between the two nothing begins.
    plan.currency = Currency::literal("USD");
    const auto unknown = run_backtest(plan);
    REQUIRE_FALSE(unknown.ok());
    CHECK(unknown.error().id == "E_NO_RATE");
}

TEST_CASE("terms count from their date on") {
    const TempFolder folder;
    put(folder.path(), "x.csv", one_trade, "X");
    const BacktestPlan plan = plan_for(folder.path());
    const auto with_lot_from = [&](const std::string& from) {
        put_instrument(folder.path(),
                       "kind = \"equity\"\ncurrency = \"USD\"\n[[instrument.terms]]\nlot = 1\n"
                       "[[instrument.terms]]\nfrom = " +
                           from + "\nlot = 100\n");
        return run_backtest(plan).value();
    };
    CHECK(with_lot_from("2024-02-01").counts.fills == 2);
    const auto early = with_lot_from("2024-01-02");
    CHECK(early.counts.fills == 0);
    CHECK(early.counts.denied > 0);
}

TEST_CASE("adjusted prices are what the strategy sees and what it pays, and the policy is in the result") {
    const TempFolder folder;
    put(folder.path(), "x.csv", one_trade, "X");
    put(folder.path(), "f.csv", "last_date,price_factor,split_factor\n2030-01-01,0.5,1\n", "X");
    BacktestPlan plan = plan_for(folder.path());
    const auto raw = run_backtest(plan);
    plan.adjust = Adjustment::all;
    const auto adjusted = run_backtest(plan);
    plan.adjust = Adjustment::splits;
    const auto splits = run_backtest(plan);
    REQUIRE((raw.ok() && adjusted.ok() && splits.ok()));
    CHECK(adjusted->equity_end == "9998.5"_money);
    CHECK(adjusted->adjust == Adjustment::all);
    CHECK(splits->equity_end == raw->equity_end);
    CHECK(splits->hash == raw->hash);
    CHECK(splits->run_id != raw->run_id);
    CHECK(adjusted->run_id != raw->run_id);
}
