// A plan as facts of a kept run, and back: what was run then can be run again, to the same hash. What the plan itself
// does not hold (the bars, the terms of instruments) is kept as fingerprints, and held against what is there now.
#pragma once

#include <vector>

#include "backtest/backtest.h"
#include "backtest/data.h"
#include "store/runs.h"

namespace trd {

// "script", "script.2", "script.3": what belongs to each strategy of a run.
std::string numbered_name(const char* name, size_t place);
// As they are called in the run, by seat.
std::vector<std::string> strategies_of(const KeptRun& run);

// The risk rules, in the plan's order.
std::vector<std::string> rules_of(const KeptRun& run);

// Sections: "strategy" (names and versions, of several), "rule" (likewise, of risk rules), "parameter", "data" (series
// and their fingerprints), "model", "plan" (account, seed, windows), "place" (paths; they do not decide what comes
// out).
std::vector<RunFact> plan_facts(const BacktestPlan& plan, const BacktestData& data, const BacktestResult& result);

// The plan with the scripts as they were then. E_STORE_CORRUPT when a fact cannot be read.
Result<BacktestPlan> stored_plan(const KeptRun& run);

// Are the files of strategies and rules still what they were? E_RUN_SCRIPT (ExitCode::data) with the first line that
// differs.
Status<> check_stored_script(const KeptRun& run, const BacktestPlan& plan);
// Are the bars, the terms of the instruments and their calendars? E_RUN_DATA (ExitCode::data) says which is not.
// Without `calendars` those are not looked at.
Status<> check_stored_data(const KeptRun& run, const BacktestPlan& plan, const CalendarCall& calendars = {});

// "XNYS 3f9a0c11d2e4" of each instrument that goes by a calendar.
Result<std::vector<std::pair<std::string, std::string>>> calendars_in_force(const BacktestPlan& plan,
                                                                            const CalendarCall& calendars,
                                                                            const BacktestData& data);

}  // namespace trd
