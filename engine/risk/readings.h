// Where readings come from: one row for each that can be told from what the desk knows, a pure function. The rest is
// given by whoever drives the desk, or missing.
#pragma once

#include "market/ticks.h"
#include "risk/check.h"
#include "risk/market_statistics.h"
#include "risk/results.h"

namespace trd {

// What is remembered of one instrument's market.
struct RiskMarket {
    Quote quote;                     // zero prices: none
    Timestamp last_time{INT64_MIN};  // of the last price
    Price last_fill;                 // of ours, until the market says something newer; zero: none
    Price prior_close;               // the last price of the day before; zero: none
    Price falls_at;                  // a tenth below it
    int64_t fell_on = INT64_MIN;     // the last day on which it was a tenth below the prior close
    Decimal fill_deviation;          // of the last own fill from what was known then
    MarketStatistics statistics;

    void set_prior_close(Price close) {
        prior_close = close;
        falls_at = mul_div(close, Decimal::from_units(9), Decimal::from_units(10));
    }
};

// Who asks, about what.
struct RiskAsking {
    const RiskBook& book;
    const RiskResults& results;
    const RiskWorld& world;
    const RiskMarket& market;
    const Account& account;
    const Instrument& instrument;
    RiskOwners owners;
    const OrderIntent* order = nullptr;  // null: a monitor asks
    Quantity expected{};                 // what an order's parent will have bought or sold before it
    std::optional<Decimal> stop_distance{};
    GateState gate = GateState::active;
    Timestamp feed_time{INT64_MIN};  // of the last thing that came from any market
    int64_t day = 0;
    RiskMode mode = RiskMode::backtest;
};

// One reading that some rule needs.
struct RiskNeed {
    RiskInput input;
    RiskScope scope;
    Duration window;  // of what is counted over one; zero: none
};

using RiskReadingFunction = std::optional<Decimal> (*)(const RiskAsking& asking, const RiskNeed& need);
// Null: nobody here can tell.
RiskReadingFunction reading_function(RiskInput input);
// What has to be kept for it.
struct RiskReadingTraits {
    bool values = false, money = false, statistics = false;
};
RiskReadingTraits reading_traits(RiskInput input);

}  // namespace trd
