#include "cli/backtest_figures.h"
#include "support/catch.h"

namespace trd {
namespace {

BacktestResult result_with(double sharpe, uint64_t trades) {
    BacktestResult result;
    result.stats.sharpe = sharpe;
    result.counts.trades = trades;
    result.equity_end = Money::from_units(12'000);
    return result;
}

bool fails(const std::string& text, const BacktestResult& result) {
    const auto condition = parse_fail_if(text);
    INFO(text);
    REQUIRE(condition.ok());
    return !failure_of(*condition, result).empty();
}

TEST_CASE("each relation holds exactly where it should") {
    struct Row {
        const char* sign;
        bool below, at, above;  // of the bound 1, for the values 0.5, 1 and 1.5
    };
    constexpr Row rows[] = {{"<", true, false, false}, {"<=", true, true, false},  {">", false, false, true},
                            {">=", false, true, true}, {"==", false, true, false}, {"!=", true, false, true}};
    for (const Row& row : rows) {
        const std::string text = std::string("sharpe") + row.sign + "1";
        CHECK(fails(text, result_with(0.5, 0)) == row.below);
        CHECK(fails(text, result_with(1, 0)) == row.at);
        CHECK(fails(text, result_with(1.5, 0)) == row.above);
    }
}

TEST_CASE("names are statistics, counts and equity; blanks and negative bounds are fine") {
    const BacktestResult result = result_with(2, 7);
    CHECK(fails("trades<10", result));
    CHECK_FALSE(fails("trades < 7", result));
    CHECK(fails("equity>=12000", result));
    CHECK_FALSE(fails(" sharpe < -1e3 ", result));
}

TEST_CASE("warnings alone means that there are any, and like a figure how many") {
    BacktestResult result = result_with(2, 7);
    CHECK_FALSE(fails("warnings", result));
    CHECK_FALSE(fails("warnings>0", result));
    CHECK(fails("warnings==0", result));
    result.warnings = {"the strategy sent no order", "cash fell to -1 USD"};
    CHECK(fails(" warnings ", result));
    CHECK(fails("warnings>1", result));
    CHECK_FALSE(fails("warnings>2", result));
    CHECK(failure_of(*parse_fail_if("warnings"), result) == "warnings is 2: --fail-if 'warnings' is met");
}

TEST_CASE("what is undefined meets every condition") {
    const BacktestResult nothing;
    CHECK(fails("sharpe<1", nothing));
    CHECK(fails("sharpe>1", nothing));
    CHECK(failure_of(*parse_fail_if("sharpe>1"), nothing).find("undefined (too_few)") != std::string::npos);
}

TEST_CASE("a condition that says nothing is refused with exit code 2") {
    for (const char* text : {"", "sharpe", "<1", "sharpe<", "sharpe<x", "sharpe<1x", "sharpe<nan", "sharpe<inf",
                             "sharpe=1", "sharp<1", "sharpe<<1", "sharpe!1"}) {
        const auto condition = parse_fail_if(text);
        INFO(text);
        REQUIRE_FALSE(condition.ok());
        CHECK(condition.error().code == ExitCode::usage);
    }
}

TEST_CASE("every name of the JSON can be a condition, and no name means two things") {
    std::vector<std::string> names;
    for (const NamedCount& count : backtest_counts()) names.emplace_back(count.name);
    for (const NamedFigure& figure : backtest_figures({})) names.push_back(figure.name);
    names.emplace_back("warnings");
    for (const std::string& name : names) CHECK(parse_fail_if(name + ">0").ok());
    std::sort(names.begin(), names.end());
    CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
}

}  // namespace
}  // namespace trd
