// How large a position should be. Signals in, a signal out: doubles that become a quantity only when an order is made.
// Whatever cannot be computed (NaN, infinity, a covariance that is not positive definite) gives NaN, which no order is
// made from; an edge that is not positive gives zero. Pure functions, usable from any thread.
#pragma once

#include <span>
#include <vector>

namespace trd {

// What is done to a Kelly fraction before anybody bets it.
struct KellyTerms {
    double fraction = 0.5;  // half Kelly
    double cap = 1.0;       // of equity; of the sum of sizes for a vector
    double shrink = 0.0;    // share of the estimated edge that is not believed, 0 to 1
};

// Wins `payoff` for each unit staked with the probability, else loses the unit. Share of equity to stake.
double kelly_discrete(double win_probability, double payoff, const KellyTerms& terms = {});
// Excess return and volatility of the same period. Share of equity to hold.
double kelly_continuous(double excess_return, double volatility, const KellyTerms& terms = {});
// Shares of equity for several assets, long and short; `covariance` is row by row. Above the cap all shrink alike.
// An empty result when it cannot be computed.
std::vector<double> kelly_vector(std::span<const double> excess_returns, std::span<const double> covariance,
                                 const KellyTerms& terms = {});

// Units whose value times `volatility` is `target` of equity; both volatilities of the same period. `floor` keeps quiet
// markets from asking for the world.
double size_for_volatility(double equity, double target, double volatility, double unit_value, double floor = 0);
// Units that lose `risk_share` of equity when the price moves `multiple` average true ranges against them.
double size_for_atr(double equity, double risk_share, double atr, double multiple, double unit_multiplier);
// Units worth `share` of equity.
double size_for_share(double equity, double share, double unit_value);

}  // namespace trd
