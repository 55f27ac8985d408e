// Statistics over closed round trips, one after the other, in constant memory. Drivers add each trade as it closes; the
// backtest keeps one of these per strategy, symbol or tag. One thread at a time.
#pragma once

#include <span>

#include "base/bytes.h"
#include "base/time.h"
#include "stats/series.h"

namespace trd {

// From flat to flat, in one currency.
struct RoundTrip {
    Timestamp opened, closed;
    double profit = 0;  // after fees; negative for a loss
};

// A trade that neither won nor lost counts as a trade and in no rate or average, and leaves streaks as they are.
struct RoundTripSummary {
    uint64_t trades = 0, wins = 0, losses = 0;
    uint64_t longest_winning_streak = 0, longest_losing_streak = 0;
    Figure win_rate;       // wins / (wins + losses)
    Figure profit_factor;  // gross profit / |gross loss|
    Figure expectancy;     // win rate * average win - loss rate * |average loss|
    Figure payoff;         // average win / |average loss|
    Figure average;        // over all trades, those at zero too
    Figure average_win;
    Figure average_loss;  // negative
    Figure best, worst;   // of all trades
    Figure average_duration_s;
    double gross_profit = 0;
    double gross_loss = 0;  // negative or 0
    double net_profit = 0;
};

class RoundTripStats {
  public:
    // trip.profit is finite.
    void add(const RoundTrip& trip);
    RoundTripSummary summary() const;

    void save(ByteWriter& out) const;
    void load(ByteReader& in);

  private:
    struct Side {
        uint64_t count = 0, streak = 0, longest_streak = 0;
        CompensatedSum sum;

        void add(double profit);
        void save(ByteWriter& out) const;
        void load(ByteReader& in);
    };

    Side wins_, losses_;
    uint64_t count_ = 0;
    double best_ = 0, worst_ = 0;
    CompensatedSum duration_s_;
};

// The figures of a summary by name, for tables and machine output.
struct RoundTripField {
    std::string_view name;
    Figure RoundTripSummary::*figure;
};
std::span<const RoundTripField> round_trip_fields();

}  // namespace trd
