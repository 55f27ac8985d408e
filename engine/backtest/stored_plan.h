// A plan as facts of a kept run, and back: what was run then can be run again, to the same hash. What the plan itself
// does not hold (the bars, the terms of instruments) is kept as fingerprints, and held against what is there now.
#pragma once

#include <vector>

#include "backtest/backtest.h"
#include "backtest/data.h"
#include "store/runs.h"

namespace trd {

// Sections: "parameter", "data" (series and their fingerprints), "model", "plan" (account, seed, windows), "place"
// (paths; they do not decide what comes out).
std::vector<RunFact> plan_facts(const BacktestPlan& plan, const BacktestData& data, const BacktestResult& result);

// The plan with the script as it was then. E_STORE_CORRUPT when a fact cannot be read.
Result<BacktestPlan> stored_plan(const KeptRun& run);

// Is the strategy's file still what it was? E_RUN_SCRIPT (ExitCode::data) with the first line that differs.
Status<> check_stored_script(const KeptRun& run, const BacktestPlan& plan);
// Are the bars and the terms of the instruments? E_RUN_DATA (ExitCode::data) says which is not.
Status<> check_stored_data(const KeptRun& run, const BacktestPlan& plan);

}  // namespace trd
