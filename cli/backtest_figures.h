// The numbers of a backtest by name, one list for machine output and for --fail-if.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "backtest/backtest.h"

namespace trd {

struct NamedCount {
    std::string_view name;
    uint64_t RunCounts::*count;
};
std::span<const NamedCount> backtest_counts();

struct NamedFigure {
    std::string name;
    Figure figure;
};
// What "data.stats" holds, in this order.
std::vector<NamedFigure> backtest_figures(const BacktestResult& result);

// What "stats" of one strategy holds.
std::vector<NamedFigure> strategy_figures(const BacktestStrategyResult& strategy);

// What a condition can ask for.
std::vector<std::string> fail_if_names();

// One condition of --fail-if, such as "sharpe<1"; "warnings" alone is "warnings>0".
struct FailIf {
    enum class Relation : uint8_t { less, less_equal, greater, greater_equal, equal, not_equal };
    std::string text;  // as given
    std::string name;
    Relation relation = Relation::less;
    double bound = 0;
};
// The name is a statistic, a count, "warnings" (how many the run has) or an amount at the end, such as "equity". Errors
// are made for the flag --fail-if.
Result<FailIf> parse_fail_if(const std::string& text);
// A sentence when the run fails the condition, otherwise empty. What is undefined fails: it cannot be called good.
std::string failure_of(const FailIf& condition, const BacktestResult& result);

}  // namespace trd
