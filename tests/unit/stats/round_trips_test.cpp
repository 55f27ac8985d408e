#include "stats/round_trips.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "support/catch.h"

using namespace trd;

namespace {

RoundTrip trip(double profit, int64_t minutes_held = 1) {
    return {Timestamp{}, Timestamp{} + minutes(minutes_held), profit};
}

RoundTripStats of(std::initializer_list<double> profits) {
    RoundTripStats stats;
    for (const double profit : profits) stats.add(trip(profit));
    return stats;
}

Bytes saved(const RoundTripStats& stats) {
    ByteWriter out;
    stats.save(out);
    return out.take();
}

struct Slow {
    double gross_profit = 0, gross_loss = 0;
    uint64_t wins = 0, losses = 0, longest_losing = 0;
};

Slow recompute(const std::vector<double>& profits) {
    Slow slow;
    uint64_t streak = 0;
    for (const double profit : profits) {
        if (profit > 0) slow.gross_profit += profit, ++slow.wins, streak = 0;
        if (profit < 0) slow.gross_loss += profit, ++slow.losses, ++streak;
        slow.longest_losing = std::max(slow.longest_losing, streak);
    }
    return slow;
}

}  // namespace

TEST_CASE("a small set by hand") {
    const RoundTripSummary s = of({100, -50, 0, 30, 20, -10, -40}).summary();
    CHECK(s.trades == 7);
    CHECK(s.wins == 3);
    CHECK(s.losses == 3);
    CHECK(*s.win_rate == 0.5);  // the zero is not in the denominator
    CHECK(*s.profit_factor == 1.5);
    CHECK(*s.average_win == 50);
    CHECK(*s.average_loss == Approx(-100.0 / 3));
    CHECK(*s.payoff == Approx(1.5));
    CHECK(*s.expectancy == Approx(0.5 * 50 - 0.5 * 100 / 3));
    CHECK(*s.average == Approx(50.0 / 7));
    CHECK(*s.best == 100);
    CHECK(*s.worst == -50);
    CHECK(s.net_profit == 50);
    CHECK(s.longest_winning_streak == 2);
    CHECK(s.longest_losing_streak == 2);
    CHECK(*s.average_duration_s == 60);
}

TEST_CASE("what is undefined says why") {
    for (const RoundTripField& field : round_trip_fields()) {
        INFO(field.name);
        const Figure figure = RoundTripStats().summary().*field.figure;
        CHECK_FALSE(figure);
        CHECK(figure.why != Undefined::none);
    }
    CHECK(of({1, 2}).summary().profit_factor.why == Undefined::no_losses);
    CHECK(of({1, 2}).summary().payoff.why == Undefined::no_losses);
    CHECK(of({1, 2}).summary().average_loss.why == Undefined::no_losses);
    CHECK(*of({1, 2}).summary().win_rate == 1);
    CHECK(*of({-1, -2}).summary().profit_factor == 0);
    CHECK(of({-1, -2}).summary().payoff.why == Undefined::no_wins);
    CHECK(of({0, 0}).summary().win_rate.why == Undefined::too_few);
    CHECK(*of({0, 0}).summary().average == 0);
    CHECK(*of({-3, -2}).summary().best == -2);
    CHECK(to_text(Undefined::no_losses) == "no_losses");
    CHECK(to_text(Undefined::no_time) == "no_time");
}

TEST_CASE("a zero trade leaves a streak as it is") {
    CHECK(of({1, 0, 1}).summary().longest_winning_streak == 2);
    CHECK(of({1, -1, 1}).summary().longest_winning_streak == 1);
}

TEST_CASE("random trades against a recomputation; saved and restored at any point") {
    uint64_t state = 7;
    for (int round = 0; round < 50; ++round) {
        std::vector<double> profits;
        for (int i = 0; i < 200; ++i) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            profits.push_back(static_cast<double>(static_cast<int64_t>(state >> 40) % 2001 - 1000) / 8);
        }
        RoundTripStats stats, restored;
        const size_t cut = state % 200;
        for (size_t i = 0; i < profits.size(); ++i) {
            if (i == cut) {
                const Bytes bytes = saved(stats);
                ByteReader in(bytes);
                restored.load(in);
                REQUIRE(in.ok());
                REQUIRE(in.at_end());
            }
            stats.add(trip(profits[i]));
            if (i >= cut) restored.add(trip(profits[i]));
        }
        CHECK(saved(stats) == saved(restored));
        const RoundTripSummary s = stats.summary();
        const Slow slow = recompute(profits);
        CHECK(s.gross_profit == slow.gross_profit);  // eighths: sums are exact
        CHECK(s.gross_loss == slow.gross_loss);
        CHECK(s.wins == slow.wins);
        CHECK(s.losses == slow.losses);
        CHECK(s.longest_losing_streak == slow.longest_losing);
        CHECK(*s.expectancy ==
              Approx(*s.win_rate * *s.average_win - (1 - *s.win_rate) * -*s.average_loss).margin(1e-9));
        CHECK(*s.profit_factor == Approx(*s.payoff * static_cast<double>(s.wins) / static_cast<double>(s.losses)));
    }
}

TEST_CASE("a large gain does not swallow small ones") {
    RoundTripStats stats;
    stats.add(trip(1e16));
    for (int i = 0; i < 1000; ++i) stats.add(trip(1));
    CHECK(stats.summary().gross_profit == 1e16 + 1000);
}
