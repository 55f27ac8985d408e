// A backtest's result as JSON, as a page for people and as plain records.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/answer.h"
#include "cli/backtest_figures.h"

namespace trd {

struct FailIfOutcome {
    FailIf condition;
    std::string failure;  // empty: it is not met
};

// What the equity changed by, without what is zero; nothing where trades and their fees are all of it.
std::vector<std::pair<std::string_view, Money>> shown_changes(const EquityChange& change);
// The value of "data" in trd.backtest/1.
std::string backtest_json(const BacktestResult& result, const std::vector<FailIfOutcome>& conditions);
// Dates in the context's zone.
Page backtest_page(const BacktestResult& result, const Context& context);
// Names and values, the names of the JSON with points: "stats.sharpe".
Table backtest_records(const BacktestResult& result);

}  // namespace trd
