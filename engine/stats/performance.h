// Performance of a run from its daily equity. Conventions: simple returns from close to close at the day cut whatever
// the bar size; annualised with the periods a year of the market (252 exchange, 365 around the clock), never with bars;
// standard deviations with ddof 1; what is undefined is a reason, not a number. Called by backtest and report at the
// end of a run, thread-free. Shares are fractions: 0.01 is one per cent.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "stats/equity_tracker.h"
#include "stats/series.h"

namespace trd {

struct PerformanceConvention {
    double periods_per_year = 252;
    double risk_free_annual = 0;          // Sharpe
    double acceptable_return_annual = 0;  // Sortino's minimum and Omega's threshold
    double tail = 0.05;                   // VaR and CVaR at confidence 1 - tail, one day
};

// (1 + annual)^(1/periods) - 1
double per_period(double annual, double periods_per_year);

// Simple returns of consecutive values, the first against `start`. Empty when any value but the last is not positive.
std::vector<double> simple_returns(double start, std::span<const double> closes);

// The ratios on plain returns; rates and thresholds are per period.
Figure total_return_of(std::span<const double> returns);
Figure growth_rate(double end_over_start, double periods, double periods_per_year);  // CAGR
Figure annual_volatility(std::span<const double> returns, double periods_per_year);
Figure sharpe_ratio(std::span<const double> returns, double risk_free, double periods_per_year);
// sqrt(mean(min(r - acceptable, 0)^2)) * sqrt(periods), divisor all periods
Figure downside_risk(std::span<const double> returns, double acceptable, double periods_per_year);
Figure sortino_ratio(std::span<const double> returns, double acceptable, double periods_per_year);
Figure omega_ratio(std::span<const double> returns, double threshold);
Figure tail_ratio(std::span<const double> returns);  // |95th percentile| / |5th percentile|
// Positive for a loss. VaR is the quantile (type 7), CVaR the mean of the returns not above it.
Figure historical_var(std::span<const double> returns, double tail);
Figure historical_cvar(std::span<const double> returns, double tail);
// Depth below the running peak after each value, 0 or negative; the first peak is `start`.
std::vector<double> drawdowns(double start, std::span<const double> closes);
Figure ulcer_index(std::span<const double> drawdown_fractions);
// R squared of the straight line through the logarithm of the compounded curve.
Figure stability_of(std::span<const double> returns);

struct Performance {
    uint64_t days = 0;
    Figure total_return;
    Figure cagr;           // on the count of periods
    Figure cagr_calendar;  // on elapsed time, a year of 365.25 days
    Figure volatility;
    Figure sharpe, sortino, calmar, omega;
    Figure max_drawdown;  // of daily closes, negative or 0
    Figure ulcer;
    Figure stability;
    Figure skew;             // biased
    Figure excess_kurtosis;  // biased; raw is this plus 3
    Figure tail_ratio;
    Figure value_at_risk, conditional_value_at_risk;  // one day, positive for a loss
    Figure best_day, worst_day, average_day;
    Figure winning_days;  // share of the days that were not flat
    Drawdown drawdown;    // the same drawdown in time, at daily resolution
};
Performance measure_performance(const DailyEquity& equity, const PerformanceConvention& convention);

// How many days with a close came in a calendar year, 365.25 days; nothing where less than 90 days passed, which say
// little about a year.
std::optional<double> days_a_year(const DailyEquity& equity);

// The figures by name, for tables and machine output.
struct PerformanceField {
    std::string_view name;
    Figure Performance::*figure;
};
std::span<const PerformanceField> performance_fields();

}  // namespace trd
