// From what a strategy asks for and a plan says to instruments and open series.
#pragma once

#include <memory>
#include <vector>

#include "backtest/backtest.h"
#include "history/bar_series.h"

namespace trd {

struct BacktestData {
    std::vector<Instrument> instruments;
    // One a request of the strategy's, in its order. Requests for the same series share it.
    struct Feed {
        std::string name;
        InstrumentId instrument;
        std::shared_ptr<const BarSeries> series;
        uint64_t first_row = 0, end_row = 0;
    };
    std::vector<Feed> feeds;
    Currency currency;             // of the account: that of all instruments
    bool trades_all_week = false;  // the first instrument does
};

// What "$symbol" means when nobody says: the sample that comes with a first build.
inline constexpr std::string_view sample_symbol = "DEMO";

Result<BacktestData> open_data(const BacktestPlan& plan, const StrategyManifest& manifest);

}  // namespace trd
