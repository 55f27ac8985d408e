// The limits of a run: from their file to what the desk is armed with, and to what the result says about them.
#pragma once

#include <functional>

#include "backtest/backtest.h"
#include "backtest/data.h"
#include "backtest/runner.h"

namespace trd {

// What files of limits call the account and the venue of a backtest.
inline constexpr char backtest_account_name[] = "main";
inline constexpr char backtest_venue_name[] = "sim";

// Nothing: none. E_LIMITS when the file cannot be used, with its line.
// `strategies`: by seat. Of several each has an account, which is called like it.
Result<std::optional<RiskConfig>> limits_for(const BacktestPlan& plan, const std::vector<std::string>& strategies,
                                             const BacktestData& data);
// Whether an armed limit goes by when instruments trade.
bool goes_by_sessions(const RiskConfig& limits);
// The calendars of instruments, the run's own or theirs; those of nobody are left out.
using CalendarOf = std::function<Result<std::optional<Calendar>>(const Instrument& instrument)>;
Result<std::vector<RunSessions>> sessions_for(const BacktestData& data, const CalendarOf& calendar_of);
// What is armed and cannot be answered in this run, so that it denies whatever it is asked about: a sentence a limit.
std::vector<std::string> limits_that_only_deny(const RunSetup& setup, const BacktestPlan& plan);
// Armed, unarmed and latched.
void report_limits(const BacktestPlan& plan, const Desk& desk, BacktestResult& result);

}  // namespace trd
