#include "backtest/run_warnings.h"

#include <algorithm>
#include <cmath>

#include "stats/performance.h"

namespace trd {
namespace {

constexpr double periods_on_exchange = 252;
constexpr double periods_around_the_clock = 365;
constexpr double periods_of_six_days = 313;  // a week, as of currencies whose week begins on a Sunday evening

// Within a fifth: holidays and gaps make no other year, weeks of six days do.
bool is_near(double counted, double periods) { return std::abs(counted - periods) <= 0.2 * periods; }

// "if it trades all week, --kind crypto or perpetual counts 365"; nothing where no kind counts such a number of days.
std::string kind_that_would_fit(double counted, double periods) {
    if (counted > periods && std::abs(counted - periods_of_six_days) <= 20)
        return "where a Sunday evening is a day of its own, bars of whole days of trading, Monday's with that evening "
               "in "
               "it, give the others";
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

// The session of the hours in force may be longer than that of the data.
std::string end_of_sessions(const BacktestPlan& plan, const RunSetup& setup) {
    bool has_calendar = false, has_extended_hours = false;
    const auto look = [&](const auto& each) {
        has_calendar = has_calendar || each.calendar.has_value();
        has_extended_hours = has_extended_hours || (each.calendar && each.calendar->has_extended_hours());
    };
    std::ranges::for_each(setup.series, look);
    std::ranges::for_each(setup.feeds, look);
    if (!has_calendar) return ", which is a day of UTC: --calendar and --hours regular say when it ends";
    if (!has_extended_hours || plan.hours == TradingHours::regular) return ": the last bar of it is not in the data";
    return ", which ends with the calendar's extended hours: --hours regular ends it where data of regular hours does";
}

void add_close_warning(uint64_t missed, const std::string& end_of_sessions, BacktestResult& result) {
    if (missed == 0) return;
    result.warnings.push_back(std::to_string(missed) + (missed == 1 ? " order" : " orders") +
                              " for the close expired unfilled: no bar closed with the session" + end_of_sessions);
}

void add_split_warning(const BacktestObserver::CutBySplits& cut, BacktestResult& result) {
    if (cut.orders == 0) return;
    const std::string_view what =
        cut.stops == 1 ? " a stop that protected a position" : " stops that protected a position";
    const std::string stops = cut.stops == 0 ? "" : ", " + std::to_string(cut.stops) + " of them" + std::string(what);
    result.warnings.push_back("splits cancelled " + std::to_string(cut.orders) +
                              (cut.orders == 1 ? " order" : " orders") + stops +
                              ": on_cancel is told the reason \"split\", and can send them again in the new units");
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
