// The limits of a run: from their file to what the desk is armed with, and to what the result says about them.
#pragma once

#include "backtest/backtest.h"
#include "backtest/data.h"

namespace trd {

// What files of limits call the account and the venue of a backtest.
inline constexpr char backtest_account_name[] = "main";
inline constexpr char backtest_venue_name[] = "sim";

// Nothing: none. E_LIMITS when the file cannot be used, with its line.
// `strategies`: by seat. Of several each has an account, which is called like it.
Result<std::optional<RiskConfig>> limits_for(const BacktestPlan& plan, const std::vector<std::string>& strategies,
                                             const BacktestData& data);
// Armed, unarmed and latched, and warnings for rules that nothing in a backtest can answer.
void report_limits(const BacktestPlan& plan, const Desk& desk, BacktestResult& result);

}  // namespace trd
