// What a run has to warn of because of its data: bars on other days a year than
// its figures are made yearly by. Called by run_backtest().
#pragma once

#include "backtest/backtest.h"
#include "backtest/data.h"
#include "stats/equity_tracker.h"

namespace trd {

// Of the market of the run's first instrument: 365 around the clock, else 252.
double periods_a_year(const BacktestData& data);

// Of the figures that go by `periods`, where the days of `equity` are more than a fifth more or fewer a year.
void add_yearly_warning(const DailyEquity& equity, double periods, BacktestResult& result);

}  // namespace trd
