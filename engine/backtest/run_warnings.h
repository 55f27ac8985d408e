// What a run has to warn of because of its data: sessions that end where no bar does, and bars on other days a year
// than its figures are made yearly by. Called by run_backtest().
#pragma once

#include "backtest/backtest.h"
#include "backtest/data.h"
#include "backtest/observer.h"
#include "backtest/runner.h"
#include "stats/equity_tracker.h"

namespace trd {

// Of the market of the run's first instrument: 365 around the clock, else 252.
double periods_a_year(const BacktestData& data);

// The end of the message below: why an order for the close may never meet its bar.
std::string end_of_sessions(const BacktestPlan& plan, const RunSetup& setup);
// `missed`: orders for the close that expired because no bar closed with their session.
void add_close_warning(uint64_t missed, const std::string& end_of_sessions, BacktestResult& result);

// Of orders that are gone without the strategy having asked for it.
void add_split_warning(const BacktestObserver::CutBySplits& cut, BacktestResult& result);

// Of the figures that go by `periods`, where the days of `equity` are more than a fifth more or fewer a year.
void add_yearly_warning(const DailyEquity& equity, double periods, BacktestResult& result);

}  // namespace trd
