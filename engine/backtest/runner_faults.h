// What ends a run, put into words. Only the runner's own files include this.
#pragma once

#include "backtest/runner.h"

namespace trd {

inline RunFault strategy_fault(StrategyFault fault) { return {RunFault::Kind::strategy, std::move(fault), {}}; }
inline RunFault plain_fault(RunFault::Kind kind, std::string text) { return {kind, {.message = std::move(text)}, {}}; }
inline RunFault data_fault(const Error& error) { return {RunFault::Kind::data, {}, error}; }

inline RunFault no_rate_fault(Timestamp now) {
    return data_fault({ExitCode::data, "E_NO_RATE",
                       "at " + to_iso(now) + " something is held in another currency and no rate has been heard yet",
                       "import rates that begin before the first trade, or begin the run later with --from"});
}

inline RunFault overlap_fault(const Bar& bar, Timestamp previous_close) {
    return data_fault(
        {ExitCode::data, "E_BARS_OVERLAP",
         "the bar that opens at " + to_iso(bar.open_time) + " begins before the one before it has closed, at " +
             to_iso(previous_close),
         "import the series again with the timeframe that its rows have; bars of months, which are not all "
         "as long, need a column with their ends (trd data import --map close_time=COLUMN)"});
}

}  // namespace trd
