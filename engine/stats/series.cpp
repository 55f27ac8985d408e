#include "stats/series.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace trd {

namespace {

bool all_finite(std::span<const double> values) {
    return std::ranges::all_of(values, [](double x) { return x - x == 0; });
}

// Why a statistic that wants `least` values has none; none when it has.
Undefined objection(std::span<const double> values, size_t least) {
    if (values.size() < least) return Undefined::too_few;
    return all_finite(values) ? Undefined::none : Undefined::not_finite;
}

// Precondition: not empty. Summing distances to the first value makes the mean of equal values exact.
double plain_mean(std::span<const double> values) {
    CompensatedSum sum;
    for (const double value : values) sum.add(value - values[0]);
    return values[0] + sum.value() / static_cast<double>(values.size());
}

struct CentralMoments {
    double second, third, fourth;  // divisor n
};

CentralMoments central_moments(std::span<const double> values) {
    const double mean = plain_mean(values);
    CompensatedSum second, third, fourth;
    for (const double value : values) {
        const double distance = value - mean;
        const double square = distance * distance;
        second.add(square);
        third.add(square * distance);
        fourth.add(square * square);
    }
    const auto count = static_cast<double>(values.size());
    return {second.value() / count, third.value() / count, fourth.value() / count};
}

}  // namespace

Figure mean_of(std::span<const double> values) {
    if (const Undefined why = objection(values, 1); why != Undefined::none) return why;
    return plain_mean(values);
}

Figure deviation_of(std::span<const double> values) {
    if (const Undefined why = objection(values, 2); why != Undefined::none) return why;
    const auto count = static_cast<double>(values.size());
    return std::sqrt(central_moments(values).second * (count / (count - 1)));
}

Figure skew_of(std::span<const double> values) {
    if (const Undefined why = objection(values, 3); why != Undefined::none) return why;
    const CentralMoments moments = central_moments(values);
    if (moments.second == 0) return Undefined::zero_deviation;
    return moments.third / (moments.second * std::sqrt(moments.second));
}

Figure excess_kurtosis_of(std::span<const double> values) {
    if (const Undefined why = objection(values, 4); why != Undefined::none) return why;
    const CentralMoments moments = central_moments(values);
    if (moments.second == 0) return Undefined::zero_deviation;
    return moments.fourth / (moments.second * moments.second) - 3;
}

Figure quantile_of(std::span<const double> values, double share) {
    if (const Undefined why = objection(values, 1); why != Undefined::none) return why;
    std::vector<double> sorted(values.begin(), values.end());
    std::ranges::sort(sorted);
    const double place = share * static_cast<double>(sorted.size() - 1);
    const auto below = std::min(static_cast<size_t>(place), sorted.size() - 1);
    const auto above = std::min(below + 1, sorted.size() - 1);
    return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

}  // namespace trd
