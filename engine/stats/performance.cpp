#include "stats/performance.h"

#include <algorithm>
#include <cmath>

#include "base/portable_math.h"

namespace trd {

namespace {

// What dividing one double by another and subtracting 1 leaves at most: a spread below it is rounding and no risk.
constexpr double return_noise = 1e-15;

template <class Keep>
std::vector<double> only(std::span<const double> values, Keep keep) {
    std::vector<double> kept;
    std::ranges::copy_if(values, std::back_inserter(kept), keep);
    return kept;
}

std::vector<double> less(std::span<const double> values, double subtrahend) {
    std::vector<double> result(values.begin(), values.end());
    for (double& value : result) value -= subtrahend;
    return result;
}

// Of nothing it is zero, and not minus zero.
Figure negated(Figure figure) { return figure ? Figure(0.0 - *figure) : figure; }

double sum_of(std::span<const double> values) {
    CompensatedSum sum;
    for (const double value : values) sum.add(value);
    return sum.value();
}

Figure extreme_of(std::span<const double> returns, bool largest) {
    if (!mean_of(returns)) return mean_of(returns).why;
    return largest ? std::ranges::max(returns) : std::ranges::min(returns);
}

Figure winning_share(std::span<const double> returns) {
    const auto wins = static_cast<double>(std::ranges::count_if(returns, [](double r) { return r > 0; }));
    const auto losses = static_cast<double>(std::ranges::count_if(returns, [](double r) { return r < 0; }));
    if (wins + losses == 0) return Undefined::too_few;
    return wins / (wins + losses);
}

Drawdown drawdown_in_time(const DailyEquity& equity) {
    DrawdownTracker tracker(equity.start_time, equity.start);
    for (size_t i = 0; i < equity.closes.size(); ++i) tracker.feed(equity.cuts[i], equity.closes[i]);
    return tracker.worst();
}

// None when every value can be the base of a return; the last one need not be: a ruined account has a total return.
// Precondition: not empty.
Undefined objection_to(const DailyEquity& equity) {
    const auto finite = [](double value) { return value - value == 0; };
    const auto positive = [](double value) { return value > 0; };
    if (!finite(equity.start) || !std::ranges::all_of(equity.closes, finite)) return Undefined::not_finite;
    const bool bases = positive(equity.start) && std::all_of(equity.closes.begin(), equity.closes.end() - 1, positive);
    return bases ? Undefined::none : Undefined::equity_not_positive;
}

Performance refused(Performance result, Undefined why) {
    for (const PerformanceField& field : performance_fields()) result.*field.figure = why;
    return result;
}

constexpr double year_ns = 365.25 * 86400e9;

Figure calendar_growth(const DailyEquity& equity) {
    const auto elapsed_ns = static_cast<double>((equity.end_time - equity.start_time).ns);
    if (elapsed_ns <= 0) return Undefined::no_time;
    return growth_rate(equity.closes.back() / equity.start, elapsed_ns / year_ns, 1);
}

void measure_growth(Performance& result, const DailyEquity& equity, double periods_per_year) {
    const double growth = equity.closes.back() / equity.start;
    const std::vector<double> depths = drawdowns(equity.start, equity.closes);
    result.total_return = (equity.closes.back() - equity.start) / equity.start;
    result.cagr = growth_rate(growth, static_cast<double>(equity.closes.size()), periods_per_year);
    result.cagr_calendar = calendar_growth(equity);
    result.max_drawdown = std::ranges::min(depths);
    result.ulcer = ulcer_index(depths);
    if (!result.cagr) {
        result.calmar = result.cagr.why;
    } else {
        result.calmar =
            *result.max_drawdown == 0 ? Figure(Undefined::no_drawdown) : *result.cagr / -*result.max_drawdown;
    }
    result.drawdown = drawdown_in_time(equity);
}

void measure_returns(Performance& result, std::span<const double> returns, const PerformanceConvention& convention) {
    const double periods = convention.periods_per_year;
    const double acceptable = per_period(convention.acceptable_return_annual, periods);
    result.volatility = annual_volatility(returns, periods);
    result.sharpe = sharpe_ratio(returns, per_period(convention.risk_free_annual, periods), periods);
    result.sortino = sortino_ratio(returns, acceptable, periods);
    result.omega = omega_ratio(returns, acceptable);
    result.stability = stability_of(returns);
    result.skew = skew_of(returns);
    result.excess_kurtosis = excess_kurtosis_of(returns);
    result.tail_ratio = tail_ratio(returns);
    result.value_at_risk = historical_var(returns, convention.tail);
    result.conditional_value_at_risk = historical_cvar(returns, convention.tail);
    result.best_day = extreme_of(returns, true);
    result.worst_day = extreme_of(returns, false);
    result.average_day = mean_of(returns);
    result.winning_days = winning_share(returns);
}

}  // namespace

double per_period(double annual, double periods_per_year) {
    return portable::expm1(portable::log1p(annual) / periods_per_year);
}

std::vector<double> simple_returns(double start, std::span<const double> closes) {
    std::vector<double> returns;
    returns.reserve(closes.size());
    for (double before = start; const double close : closes) {
        if (!(before > 0)) return {};
        returns.push_back((close - before) / before);
        before = close;
    }
    return returns;
}

Figure total_return_of(std::span<const double> returns) {
    if (const Figure mean = mean_of(returns); !mean) return mean.why;
    double growth = 1;
    for (const double value : returns) growth *= 1 + value;
    return growth - 1;
}

Figure growth_rate(double end_over_start, double periods, double periods_per_year) {
    if (!(end_over_start > 0)) return Undefined::equity_not_positive;
    if (!(periods > 0)) return Undefined::no_time;
    const double rate = portable::expm1(portable::log(end_over_start) * (periods_per_year / periods));
    return rate - rate == 0 ? Figure(rate) : Undefined::not_finite;
}

Figure annual_volatility(std::span<const double> returns, double periods_per_year) {
    const Figure deviation = deviation_of(returns);
    return deviation ? Figure(*deviation * std::sqrt(periods_per_year)) : deviation;
}

Figure sharpe_ratio(std::span<const double> returns, double risk_free, double periods_per_year) {
    const std::vector<double> excess = less(returns, risk_free);
    const Figure deviation = deviation_of(excess);
    if (!deviation) return deviation.why;
    if (*deviation < return_noise) return Undefined::zero_deviation;
    return *mean_of(excess) / *deviation * std::sqrt(periods_per_year);
}

Figure downside_risk(std::span<const double> returns, double acceptable, double periods_per_year) {
    std::vector<double> squares = less(returns, acceptable);
    for (double& value : squares) value = value < 0 ? value * value : value - value;  // keeps a NaN
    const Figure mean = mean_of(squares);
    return mean ? Figure(std::sqrt(*mean) * std::sqrt(periods_per_year)) : mean;
}

Figure sortino_ratio(std::span<const double> returns, double acceptable, double periods_per_year) {
    if (returns.size() < 2) return Undefined::too_few;
    const Figure risk = downside_risk(returns, acceptable, periods_per_year);
    if (!risk) return risk.why;
    if (*risk < return_noise) return Undefined::no_losses;
    return *mean_of(less(returns, acceptable)) * periods_per_year / *risk;
}

Figure omega_ratio(std::span<const double> returns, double threshold) {
    if (returns.size() < 2) return Undefined::too_few;
    const std::vector<double> excess = less(returns, threshold);
    if (const Figure mean = mean_of(excess); !mean) return mean.why;
    const double losses = -sum_of(only(excess, [](double x) { return x < 0; }));
    if (losses < return_noise) return Undefined::no_losses;
    return sum_of(only(excess, [](double x) { return x > 0; })) / losses;
}

Figure tail_ratio(std::span<const double> returns) {
    const Figure low = quantile_of(returns, 0.05), high = quantile_of(returns, 0.95);
    if (returns.size() < 2) return Undefined::too_few;
    if (!low) return low.why;
    if (std::abs(*low) < return_noise) return Undefined::zero_tail;
    return std::abs(*high) / std::abs(*low);
}

Figure historical_var(std::span<const double> returns, double tail) {
    return returns.size() < 2 ? Figure(Undefined::too_few) : negated(quantile_of(returns, tail));
}

Figure historical_cvar(std::span<const double> returns, double tail) {
    const Figure var = historical_var(returns, tail);
    if (!var) return var.why;
    const double quantile = -*var;
    return negated(mean_of(only(returns, [quantile](double value) { return value <= quantile; })));
}

std::vector<double> drawdowns(double start, std::span<const double> closes) {
    std::vector<double> depths;
    depths.reserve(closes.size());
    for (double peak = start; const double close : closes) {
        peak = std::max(peak, close);
        depths.push_back(close == peak ? 0 : close / peak - 1);
    }
    return depths;
}

Figure ulcer_index(std::span<const double> drawdown_fractions) {
    std::vector<double> squares(drawdown_fractions.begin(), drawdown_fractions.end());
    for (double& value : squares) value *= value;
    const Figure mean = mean_of(squares);
    return mean ? Figure(std::sqrt(*mean)) : mean;
}

Figure stability_of(std::span<const double> returns) {
    if (returns.size() < 3) return Undefined::too_few;
    if (const Figure mean = mean_of(returns); !mean) return mean.why;
    if (std::ranges::min(returns) <= -1) return Undefined::equity_not_positive;
    std::vector<double> curve;
    for (double height = 0; const double value : returns) curve.push_back(height += portable::log1p(value));

    const double middle = static_cast<double>(curve.size() - 1) / 2;
    const double level = *mean_of(curve);
    CompensatedSum xx, xy, yy;
    for (size_t i = 0; i < curve.size(); ++i) {
        const double x = static_cast<double>(i) - middle, y = curve[i] - level;
        xx.add(x * x);
        xy.add(x * y);
        yy.add(y * y);
    }
    if (yy.value() < return_noise * return_noise) return Undefined::zero_deviation;
    return xy.value() * xy.value() / (xx.value() * yy.value());
}

Performance measure_performance(const DailyEquity& equity, const PerformanceConvention& convention) {
    Performance result;
    result.days = equity.closes.size();
    if (equity.closes.empty()) return refused(result, Undefined::too_few);
    if (const Undefined why = objection_to(equity); why != Undefined::none) return refused(result, why);
    measure_growth(result, equity, convention.periods_per_year);
    measure_returns(result, simple_returns(equity.start, equity.closes), convention);
    return result;
}

std::optional<double> days_a_year(const DailyEquity& equity) {
    constexpr Duration shortest = days(90);
    if (equity.cuts.empty() || equity.cuts.back() - equity.start_time < shortest) return std::nullopt;
    const auto elapsed_ns = static_cast<double>((equity.cuts.back() - equity.start_time).ns);
    return static_cast<double>(equity.closes.size()) * year_ns / elapsed_ns;
}

std::span<const PerformanceField> performance_fields() {
    static constexpr PerformanceField fields[] = {
        {"total_return", &Performance::total_return},
        {"cagr", &Performance::cagr},
        {"cagr_calendar", &Performance::cagr_calendar},
        {"volatility", &Performance::volatility},
        {"sharpe", &Performance::sharpe},
        {"sortino", &Performance::sortino},
        {"calmar", &Performance::calmar},
        {"omega", &Performance::omega},
        {"max_drawdown", &Performance::max_drawdown},
        {"ulcer", &Performance::ulcer},
        {"stability", &Performance::stability},
        {"skew", &Performance::skew},
        {"excess_kurtosis", &Performance::excess_kurtosis},
        {"tail_ratio", &Performance::tail_ratio},
        {"value_at_risk", &Performance::value_at_risk},
        {"conditional_value_at_risk", &Performance::conditional_value_at_risk},
        {"best_day", &Performance::best_day},
        {"worst_day", &Performance::worst_day},
        {"average_day", &Performance::average_day},
        {"winning_days", &Performance::winning_days},
    };
    return fields;
}

}  // namespace trd
