// What the runs verbs and trd backtest share: where kept runs are, and which run is meant.
#pragma once

#include <optional>
#include <string>

#include "backtest/backtest.h"
#include "cli/answer.h"
#include "cli/complete.h"
#include "cli/json_writer.h"
#include "cli/progress.h"
#include "store/runs.h"

namespace trd {

inline constexpr Option store_option{
    "--store", "DIR", "the folder of kept runs; below the user's data folder unless given here",
    false,     {},    Completes::files};

// --store, else TRD_STORE, else below the user's data folder.
Result<std::string> store_folder(const Context& context);

// For reading. No store is like one without the run that is asked for: E_RUN_MISSING.
Result<RunStore> open_runs(const Context& context);

// Ids and names, the newest first, for a shell; nothing when something is wrong.
std::vector<Candidate> live_runs(const Context& context);
// Names of the strategies of kept runs, likewise.
std::vector<Candidate> live_names(const Context& context);

// "3f2a91c0b7de": as much of an id as people are shown.
std::string short_id(const RunLabel& run);
// "3f2a91c0b7de (nightly)"
std::string title_of(const RunLabel& run);

// By their names; the context outlives it.
CalendarCall calendars_of(const Context& context);

// Runs the plan, with a bar of progress and the calendars of the context besides what `calls` says; ended by a signal
// it is E_INTERRUPTED.
Result<BacktestResult> run_with_progress(const Context& context, Progress& progress, const BacktestPlan& plan,
                                         BacktestCalls calls = {});

// Members id, hash, name (null where there is none), kept_at, version, strategy, symbols.
void put_label(JsonWriter& json, const RunLabel& run);

}  // namespace trd
