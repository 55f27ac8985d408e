// The models of a backtest, from flags: one table line each.
#pragma once

#include "backtest/backtest.h"
#include "cli/arguments.h"

namespace trd {

// Reads every model's flag into the plan. An error names the flag, what was found and what there is.
Status<> read_venue_models(BacktestPlan& plan, const Arguments& arguments);

}  // namespace trd
