// The models of a plan as one table: flags, results, run ids and kept runs all go through it. A new model is a line
// here.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "backtest/backtest.h"

namespace trd {

struct PlanModel {
    std::string_view name;  // "slippage": the flag is --slippage
    std::string (*write)(const BacktestPlan&);
    // An error names what was found and what there is.
    Status<> (*read)(std::string_view text, BacktestPlan&);
};
// In the order in which results show them.
std::span<const PlanModel> plan_models();

// Each by its name, as its flag takes it.
std::vector<std::pair<std::string, std::string>> models_of(const BacktestPlan& plan);

}  // namespace trd
