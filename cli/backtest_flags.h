// Flags of a backtest that settings stand for as well: read into the plan by the run, and by whoever takes a setting,
// so that neither believes what the other refuses.
#pragma once

#include <string>
#include <string_view>

#include "backtest/backtest.h"
#include "cli/arguments.h"

namespace trd {

// --cash, --currency, --margin, --multiplier, --tick, --lot.
Status<> read_amounts(BacktestPlan& plan, const Arguments& arguments);
// What is traded, how orders fill and cost, --seed and --jit.
Status<> read_models(BacktestPlan& plan, const Arguments& arguments);

// Would the run take this text for the flag? The error is the one that it would give.
Status<> check_backtest_flag(std::string_view flag, const std::string& text);

}  // namespace trd
