// Where readings come from: one row for each that can be told from what the desk knows, a pure function. The rest is
// given by whoever drives the desk, or missing.
#pragma once

#include "market/bar_schedule.h"
#include "market/ticks.h"
#include "risk/check.h"
#include "risk/margin_book.h"
#include "risk/market_statistics.h"

namespace trd {

struct OwnFill {
    Timestamp time;
    Price price;
    Quantity quantity;
};

// What is remembered of one instrument's market.
struct RiskMarket {
    Quote quote;                     // zero prices: none
    Timestamp last_time{INT64_MIN};  // of the last price
    Price last_fill;                 // of ours, until the market says something newer; zero: none
    Price prior_close;               // the last price of the day before; zero: none
    Price falls_at;                  // a tenth below it
    int64_t fell_on = INT64_MIN;     // the last day on which it was a tenth below the prior close
    int64_t prior_day = INT64_MIN;   // the last day before today on which it had a price
    Price fill_price;                // of the last own fill where a price was known before it; zero: none
    Price fill_reference;            // that price
    MarketStatistics statistics;
    std::vector<OwnFill> fills;      // own ones of late, oldest first; only where a rule goes by them
    std::optional<Session> session;  // that is on or comes next; nothing, or over: not known

    void set_prior_close(Price close) {
        prior_close = close;
        falls_at = mul_div(close, Decimal::from_units(9), Decimal::from_units(10));
    }
};

// Who asks, about what.
struct RiskAsking {
    const RiskBook& book;
    const RiskResults& results;
    MarginBook& margins;
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
    mutable std::optional<std::optional<Money>> equity{};  // of the account, once a reading has gone by it
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

// What a backtest can say of a reading; the worst last.
enum class BacktestAnswer : uint8_t {
    known,          // from its data and its own orders
    granted,        // always the same: nothing is late there, and nothing fails
    with_calendar,  // if the instrument has one
    with_quotes,    // if there are quotes
    unknown,        // a rule that needs it denies whatever it is asked about
};
std::string_view name_of(BacktestAnswer answer);  // "known", "granted", "calendar", "quotes", "unknown"
BacktestAnswer backtest_answer(RiskInput input);
BacktestAnswer backtest_answer(const RiskRule& rule);  // of the worst of its readings
RiskInput worst_reading(const RiskRule& rule);         // precondition: it needs one
// Whether some rule of the check can be asked in a backtest, all of them, or none.
enum class BacktestUse : uint8_t { none, partly, all };
BacktestUse backtest_use(const RiskCheck& check);

}  // namespace trd
