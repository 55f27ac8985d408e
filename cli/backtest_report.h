// A backtest's result as JSON, as a page for people and as plain records.
#pragma once

#include <string>
#include <vector>

#include "cli/answer.h"
#include "cli/backtest_figures.h"

namespace trd {

struct FailIfOutcome {
    FailIf condition;
    std::string failure;  // empty: it is not met
};

// The value of "data" in trd.backtest/1.
std::string backtest_json(const BacktestResult& result, const std::vector<FailIfOutcome>& conditions);
// Dates in the context's zone.
Page backtest_page(const BacktestResult& result, const Context& context);
// Names and values, the names of the JSON with points: "stats.sharpe".
Table backtest_records(const BacktestResult& result);

}  // namespace trd
