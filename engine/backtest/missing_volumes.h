// Whether the models go by volumes that the bars do not have. Nothing trades then, or everything at the dearest price,
// and the result would look like one.
#pragma once

#include "backtest/backtest.h"
#include "backtest/data.h"

namespace trd {

// By whole series. Of a run without an order, and of instruments that have quotes, trades or a book, there is nothing
// to say.
void add_volume_warnings(const BacktestPlan& plan, const BacktestData& data, BacktestResult& result);

}  // namespace trd
