// From what strategies ask for and a plan says to instruments and open series.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "backtest/backtest.h"
#include "backtest/market_feed.h"
#include "history/bar_series.h"

namespace trd {

struct BacktestData {
    std::vector<Instrument> instruments;
    // One a request, in their order. Requests for the same series share it.
    struct Feed {
        std::string name;
        InstrumentId instrument;
        std::shared_ptr<const BarSeries> series;
        uint64_t first_row = 0, end_row = 0;
        uint32_t number = 0;  // of the run's series; the same for requests that share it
    };
    std::vector<Feed> feeds;
    uint32_t series_count = 0;
    // Data other than bars: what strategies asked for first, in their order, then what the run needs besides.
    struct Stream {
        InstrumentId instrument;
        MarketFeed feed;   // moved into the run
        std::string name;  // "quote-bars SPY 1m"
        Digest fingerprint{};
        Currency base = {}, quote = {};  // of exchange rates
        uint64_t rows = 0;               // of the series, in and out of the window
        Timestamp first = {};            // of the rows of one that was asked for
    };
    std::vector<Stream> streams;
    std::vector<AskedFeed> asked;            // the stream of each request that is not of bars
    Currency currency;                       // of the account: that of all instruments
    bool trades_all_week = false;            // the first instrument does
    std::vector<std::string> warnings = {};  // of what does not fit together
};

// What "$symbol" means when nobody says: the sample that comes with a first build.
inline constexpr std::string_view sample_symbol = "DEMO";

Zone zone_of(const Instrument& instrument);
// Of the plan's data for the symbol; "$symbol" is resolved.
std::string symbol_for(const BacktestPlan& plan, const SeriesRequest& request);
Result<InstrumentId> instrument_for(const BacktestPlan& plan, const std::string& symbol, BacktestData& data);
// Streams: what the strategy asks for, quotes that models need, funding, corporate actions, exchange rates.
Status<> add_streams(const BacktestPlan& plan, std::span<const SeriesRequest> requests, BacktestData& data);

Result<BacktestData> open_data(const BacktestPlan& plan, std::span<const SeriesRequest> requests);

}  // namespace trd
