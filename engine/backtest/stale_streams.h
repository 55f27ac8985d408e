// Whether exchange rates, funding and the prices of what is held reach over the whole run. The last rate and the last
// price count for as long as there is no newer one, and what is not known of funding is not paid: nothing else would
// say that a result is made of these.
#pragma once

#include "backtest/backtest.h"
#include "backtest/data.h"
#include "backtest/runner.h"

namespace trd {

// By what the run has read, and its bars; of a run that has none, and of one without a fill, there is nothing to say.
// `feeds`: what became of the data's streams, in their order.
void add_stale_warnings(const BacktestData& data, const std::vector<RunFeed>& feeds, BacktestResult& result);

}  // namespace trd
