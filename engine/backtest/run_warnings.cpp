#include "backtest/run_warnings.h"

#include <algorithm>
#include <cmath>

#include "stats/performance.h"

namespace trd {
namespace {

constexpr double periods_on_exchange = 252;
constexpr double periods_around_the_clock = 365;

// Within a fifth: holidays, gaps and weeks of six days make no other year.
bool is_near(double counted, double periods) { return std::abs(counted - periods) <= 0.2 * periods; }

// "if it trades all week, --kind crypto or perpetual counts 365"; nothing where no kind counts such a number of days.
std::string kind_that_would_fit(double counted, double periods) {
    const bool fits_the_other =
        counted > periods ? is_near(counted, periods_around_the_clock) : is_near(counted, periods_on_exchange);
    if (!fits_the_other) return "bars of each day of trading give the others";
    return counted > periods ? "what trades all week is of --kind crypto or perpetual, which count 365"
                             : "what trades on an exchange's days is of a --kind that counts 252, such as equity or fx";
}

}  // namespace

double periods_a_year(const BacktestData& data) {
    return data.trades_all_week ? periods_around_the_clock : periods_on_exchange;
}

// Daily figures are made yearly by what kind of thing is traded; bars of a week come on 52 days whatever it is.
void add_yearly_warning(const DailyEquity& equity, double periods, BacktestResult& result) {
    const std::optional<double> counted = days_a_year(equity);
    if (!counted || is_near(*counted, periods)) return;
    const auto is_start = [&](double close) { return close == equity.start; };
    if (std::ranges::all_of(equity.closes, is_start)) return;
    result.warnings.push_back("the bars fall on " + std::to_string(std::llround(*counted)) +
                              " days a year, and cagr, volatility, sharpe, sortino and calmar were computed for " +
                              std::to_string(std::llround(periods)) +
                              ": they do not hold; cagr_calendar goes by the time that passed, and " +
                              kind_that_would_fit(*counted, periods));
}

}  // namespace trd
