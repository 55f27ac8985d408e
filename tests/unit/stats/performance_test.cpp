#include "stats/performance.h"

#include <cmath>

#include "support/catch.h"

using namespace trd;

namespace {

std::vector<double> percent(std::initializer_list<double> values) {
    std::vector<double> result;
    for (const double value : values) result.push_back(value / 100);
    return result;
}

// Series and expected values of empyrical's test suite, without its leading NaN row, which our convention drops.
const std::vector<double> mixed = percent({1, 10, -4, 2, 3, 2, 1, -10});
const std::vector<double> negative = percent({0, -6, -7, -1, -9, -2, -6, -8, -5});
const std::vector<double> positive = percent({1, 2, 1, 1, 1, 1, 1, 1, 1});
const std::vector<double> bench = percent({1, 0, 1, 0, 1, 0, 1, 0});

const std::vector<double> own_set = [] {
    std::vector<double> values = {12, -8, 5, -21, 17, -3, 9, -34, 11, 2, -12, 7, -1, 15, -18, 4, 21, -9, 3, -6};
    for (double& value : values) value *= 0.001;
    return values;
}();

DailyEquity curve(double start, const std::vector<double>& returns) {
    DailyEquity equity;
    equity.start = start;
    double value = start;
    for (size_t i = 0; i < returns.size(); ++i) {
        equity.cuts.push_back(Timestamp{} + days(static_cast<int64_t>(i) + 1));
        equity.closes.push_back(value *= 1 + returns[i]);
        equity.end_time = equity.cuts.back();
    }
    return equity;
}

bool near(const Figure& figure, double expected, double tolerance = 1e-9) {
    return figure && std::abs(*figure - expected) <= tolerance * std::max(1.0, std::abs(expected));
}

struct Generator {
    uint64_t state;
    double uniform() {
        state = state * 6364136223846793005u + 1442695040888963407u;
        return static_cast<double>(state >> 11) * 0x1p-53;
    }
};

std::vector<double> random_returns(uint64_t seed, size_t count) {
    Generator generator{seed};
    std::vector<double> values(count);
    for (double& value : values) value = (generator.uniform() - 0.48) * 0.05;
    return values;
}

}  // namespace

TEST_CASE("published values of empyrical") {
    CHECK(near(sharpe_ratio(mixed, 0, 252), 1.7238613961706866, 1e-14));
    CHECK(near(sortino_ratio(mixed, 0, 252), 2.605531251673693, 1e-14));
    CHECK(near(annual_volatility(mixed, 252), 0.9136465399704637, 1e-14));
    CHECK(near(downside_risk(mixed, 0, 252), 0.60448325038829653, 1e-14));
    CHECK(near(total_return_of(mixed), 0.03893, 1e-5));
    CHECK(near(stability_of(mixed), 0.1529973665));
    CHECK(near(omega_ratio(mixed, 0.01), 0.8125));
    // Here empyrical counts its NaN row too, as a return of zero.
    CHECK(near(tail_ratio(percent({0, 1, 10, -4, 2, 3, 2, 1, -10})), 0.9473684210526314));
    CHECK(near(tail_ratio(mixed), 7.55 / 7.9));  // by hand
    CHECK(near(growth_rate(1 + *total_return_of(mixed), 9, 252), 1.9135925373));
    CHECK(near(growth_rate(1 + *total_return_of(mixed), 8, 252), 2.330292797300439));
    CHECK(near(sharpe_ratio(negative, 0, 252), -24.406808633910085));
    CHECK(near(sortino_ratio(negative, 0, 252), -13.532743075043401));
    CHECK(near(total_return_of(negative), -0.36590, 1e-5));
    CHECK(near(sharpe_ratio(positive, 0, 252), 52.915026221291804));
    std::vector<double> active = mixed;
    for (size_t i = 0; i < active.size(); ++i) active[i] -= bench[i];
    CHECK(near(sharpe_ratio(active, 0, 252), 0.34111411441060574));
    CHECK(sortino_ratio(positive, 0, 252).why == Undefined::no_losses);
}

TEST_CASE("published quantiles and variances of others") {
    // empyrical value_at_risk
    const std::vector<double> six = {1, 81, 82, 83, 84, 85};
    CHECK(near(quantile_of(six, 0.1), 41));
    CHECK(near(quantile_of(six, 0.2), 81));
    CHECK(near(quantile_of(six, 0.3), 81.5));
    CHECK(near(quantile_of(std::vector<double>{1, 2}, 0.3), 1.3));
    // LEAN PortfolioStatistics
    const std::vector<double> lean = {-0.009025132, 0.003653969, 0, 0};
    CHECK(near(annual_volatility(lean, 252), 0.0857772727620108));
    CHECK(near(historical_var(own_set, 0.05), 0.02165));
    CHECK(near(historical_cvar(own_set, 0.05), 0.034));
}

TEST_CASE("a return equal to the quantile belongs to the tail") {
    std::vector<double> values;
    for (int i = 0; i <= 20; ++i) values.push_back((i - 5) / 64.0);
    CHECK(*historical_var(values, 0.05) == 4 / 64.0);
    CHECK(*historical_cvar(values, 0.05) == 4.5 / 64);
}

TEST_CASE("a whole report agrees with its parts") {
    PerformanceConvention convention;
    const Performance result = measure_performance(curve(100000, mixed), convention);
    CHECK(result.days == 8);
    CHECK(near(result.sharpe, 1.7238613961706866));
    CHECK(near(result.sortino, 2.605531251673693));
    CHECK(near(result.max_drawdown, -0.10));
    CHECK(near(result.cagr, 2.330292797300439));
    CHECK(near(result.calmar, 23.30292797300439));
    CHECK(near(result.total_return, *total_return_of(mixed)));
    CHECK(near(result.best_day, 0.1));
    CHECK(near(result.worst_day, -0.1));
    CHECK(near(result.winning_days, 6.0 / 8));
    CHECK(near(result.cagr_calendar, std::pow(1 + *result.total_return, 365.25 / 8) - 1));
    convention.risk_free_annual = 0.05;
    const double daily = std::pow(1.05, 1.0 / 252) - 1;
    CHECK(near(measure_performance(curve(100000, mixed), convention).sharpe, *sharpe_ratio(mixed, daily, 252)));
}

TEST_CASE("calendar growth counts to the last value, not to the end of its day") {
    EquityTracker tracker(Timestamp{} + hours(5), 100);
    for (int day = 1; day <= 40; ++day) tracker.feed(Timestamp{} + days(day) + hours(5), 100 + day * 0.0125);
    const Performance result = measure_performance(tracker.daily(), PerformanceConvention{});
    CHECK(result.days == 40);
    CHECK(near(result.cagr_calendar, std::pow(1.005, 365.25 / 40) - 1));

    EquityTracker within_a_day(Timestamp{} + hours(5), 100);
    within_a_day.feed(Timestamp{} + hours(11), 101);
    CHECK(near(measure_performance(within_a_day.daily(), PerformanceConvention{}).cagr_calendar,
               std::pow(1.01, 365.25 * 4) - 1));
    EquityTracker at_its_start(Timestamp{} + hours(5), 100);
    at_its_start.feed(Timestamp{} + hours(5), 101);
    CHECK(measure_performance(at_its_start.daily(), PerformanceConvention{}).cagr_calendar.why == Undefined::no_time);
}

TEST_CASE("moments against a plain recomputation") {
    for (uint64_t seed = 1; seed <= 50; ++seed) {
        const auto values = random_returns(seed, 4 + seed * 7);
        long double mean = 0, second = 0, third = 0, fourth = 0;
        const auto count = static_cast<long double>(values.size());
        for (const double value : values) mean += value;
        mean /= count;
        for (const double value : values) {
            const long double d = value - mean;
            second += d * d;
            third += d * d * d;
            fourth += d * d * d * d;
        }
        second /= count;
        CHECK(near(mean_of(values), static_cast<double>(mean), 1e-14));
        CHECK(near(deviation_of(values), static_cast<double>(std::sqrt(second * count / (count - 1))), 1e-13));
        CHECK(near(skew_of(values), static_cast<double>(third / count / std::pow(second, 1.5L)), 1e-11));
        CHECK(near(excess_kurtosis_of(values), static_cast<double>(fourth / count / (second * second) - 3), 1e-11));
    }
    // scipy.stats.skew([2, 8, 0, 4, 1, 9, 9, 0]), from its documentation
    CHECK(near(skew_of(std::vector<double>{2, 8, 0, 4, 1, 9, 9, 0}), 0.2650554122698573));
    CHECK(near(skew_of(std::vector<double>{1, 2, 3, 4, 5}), 0, 1e-15));
    CHECK(near(excess_kurtosis_of(std::vector<double>{1, 2, 3, 4, 5}), -1.3));
}

TEST_CASE("laws: leverage, scale, order of tails") {
    for (uint64_t seed = 1; seed <= 100; ++seed) {
        const auto returns = random_returns(seed, 120);
        auto geared = returns;
        for (double& value : geared) value *= 1.75;
        CHECK(near(sharpe_ratio(geared, 0, 252), *sharpe_ratio(returns, 0, 252), 1e-12));
        CHECK(near(sortino_ratio(geared, 0, 252), *sortino_ratio(returns, 0, 252), 1e-12));
        CHECK(near(omega_ratio(geared, 0), *omega_ratio(returns, 0), 1e-12));
        CHECK(near(annual_volatility(geared, 252), 1.75 * *annual_volatility(returns, 252), 1e-12));

        const Performance small = measure_performance(curve(1, returns), {});
        const Performance large = measure_performance(curve(1024e6, returns), {});
        for (const PerformanceField& field : performance_fields()) {
            REQUIRE(small.*field.figure);
            CHECK(near(large.*field.figure, *(small.*field.figure), 1e-9));
        }
        CHECK(small.max_drawdown == Figure(small.drawdown.fraction));
        CHECK(*historical_cvar(returns, 0.05) >= *historical_var(returns, 0.05));
        CHECK(*historical_var(returns, 0.01) >= *historical_var(returns, 0.05));
    }
}

TEST_CASE("what is undefined says why and is no number") {
    const PerformanceConvention convention;
    const auto why = [&](const std::vector<double>& closes, Figure Performance::*figure) {
        DailyEquity equity = curve(100, std::vector<double>(closes.size()));
        equity.closes = closes;
        return (measure_performance(equity, convention).*figure).why;
    };
    CHECK(why({}, &Performance::sharpe) == Undefined::too_few);
    CHECK(why({101}, &Performance::sharpe) == Undefined::too_few);
    CHECK(why({101}, &Performance::total_return) == Undefined::none);
    CHECK(why({100, 100, 100, 100}, &Performance::sharpe) == Undefined::zero_deviation);
    CHECK(why({100, 100, 100, 100}, &Performance::skew) == Undefined::zero_deviation);
    CHECK(why({100, 100, 100, 100}, &Performance::sortino) == Undefined::no_losses);
    CHECK(why({100, 100, 100, 100}, &Performance::omega) == Undefined::no_losses);
    CHECK(why({100, 100, 100, 100}, &Performance::tail_ratio) == Undefined::zero_tail);
    CHECK(why({100, 100, 100, 100}, &Performance::calmar) == Undefined::no_drawdown);
    CHECK(why({100, 100, 100, 100}, &Performance::winning_days) == Undefined::too_few);
    CHECK(why({100, 100, 100, 100}, &Performance::stability) == Undefined::zero_deviation);
    CHECK(why({100, 0, 50}, &Performance::total_return) == Undefined::equity_not_positive);
    CHECK(why({100, std::nan(""), 50}, &Performance::total_return) == Undefined::not_finite);
    CHECK(why({100, 90, 0}, &Performance::total_return) == Undefined::none);
    CHECK(why({100, 90, 0}, &Performance::max_drawdown) == Undefined::none);
    CHECK(why({100, 90, 0}, &Performance::cagr) == Undefined::equity_not_positive);
    CHECK(why({100, 90, 0}, &Performance::calmar) == Undefined::equity_not_positive);
    for (const PerformanceField& field : performance_fields()) {
        CHECK(why({}, field.figure) == Undefined::too_few);
        CHECK(why({100, -5, 3}, field.figure) == Undefined::equity_not_positive);
    }
}

TEST_CASE("a constant rate is no deviation, however it was computed") {
    CHECK(sharpe_ratio(std::vector<double>(10, 0.001), 0, 252).why == Undefined::zero_deviation);
    std::vector<double> closes;
    double value = 100;
    for (int i = 0; i < 500; ++i) closes.push_back(value *= 1.0003);
    CHECK(sharpe_ratio(simple_returns(100, closes), 0, 252).why == Undefined::zero_deviation);
}

TEST_CASE("drawdowns and ulcer by hand") {
    const std::vector<double> depths = drawdowns(100, std::vector<double>{110, 99, 121, 60.5, 121});
    CHECK(depths.size() == 5);
    CHECK(depths[0] == 0);
    CHECK(depths[1] == Approx(-0.1));
    CHECK(depths[2] == 0);
    CHECK(depths[3] == -0.5);
    CHECK(depths[4] == 0);
    CHECK(near(ulcer_index(depths), std::sqrt((0.01 + 0.25) / 5)));
    CHECK(drawdowns(100, std::vector<double>{90})[0] == Approx(-0.1));  // the starting capital is a peak
}

TEST_CASE("days with a close are counted for a calendar year, of ninety days at least") {
    const auto every = [](int64_t step, size_t count) {
        DailyEquity equity{.start = 1, .start_time = {}};
        for (size_t i = 1; i <= count; ++i) equity.cuts.push_back(Timestamp{} + days(step * static_cast<int64_t>(i)));
        equity.closes.assign(count, 1);
        return equity;
    };
    CHECK_FALSE(days_a_year(every(1, 0)).has_value());
    CHECK_FALSE(days_a_year(every(1, 89)).has_value());
    CHECK(days_a_year(every(1, 90)) == 365.25);
    CHECK_FALSE(days_a_year(every(7, 12)).has_value());
    CHECK(days_a_year(every(7, 13)) == 365.25 / 7);
    CHECK(days_a_year(every(7, 520)) == 365.25 / 7);
}

TEST_CASE("an annual rate is spread over its periods") {
    CHECK(per_period(0, 252) == 0);
    CHECK(std::pow(1 + per_period(0.07, 12), 12) == Approx(1.07).epsilon(1e-14));
}
