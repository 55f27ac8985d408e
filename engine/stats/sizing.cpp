#include "stats/sizing.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace trd {
namespace {

constexpr double not_computable = std::numeric_limits<double>::quiet_NaN();

bool is_positive(double value) { return std::isfinite(value) && value > 0; }
bool are_finite(std::span<const double> values) {
    return std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
}
bool are_sound(const KellyTerms& terms) {
    return is_positive(terms.fraction) && is_positive(terms.cap) && terms.shrink >= 0 && terms.shrink <= 1;
}

double bet(double full, const KellyTerms& terms) {
    if (!std::isfinite(full)) return not_computable;
    return full <= 0 ? 0 : std::min(full * terms.fraction, terms.cap);
}

double divided(double amount, double by) {
    const double units = amount / by;
    return std::isfinite(units) ? units : not_computable;
}

// Lower triangle of a symmetric matrix, in place; false when it is not positive definite.
bool factorize(std::vector<double>& matrix, size_t size) {
    for (size_t row = 0; row < size; ++row)
        for (size_t column = 0; column <= row; ++column) {
            double sum = matrix[row * size + column];
            for (size_t k = 0; k < column; ++k) sum -= matrix[row * size + k] * matrix[column * size + k];
            if (row == column && !(sum > 0)) return false;
            matrix[row * size + column] = row == column ? std::sqrt(sum) : sum / matrix[column * size + column];
        }
    return true;
}

void solve(const std::vector<double>& lower, std::vector<double>& x) {
    const size_t size = x.size();
    for (size_t row = 0; row < size; ++row) {
        for (size_t k = 0; k < row; ++k) x[row] -= lower[row * size + k] * x[k];
        x[row] /= lower[row * size + row];
    }
    for (size_t row = size; row-- > 0;) {
        for (size_t k = row + 1; k < size; ++k) x[row] -= lower[k * size + row] * x[k];
        x[row] /= lower[row * size + row];
    }
}

bool is_symmetric(std::span<const double> matrix, size_t size) {
    for (size_t row = 0; row < size; ++row)
        for (size_t column = 0; column < row; ++column)
            if (matrix[row * size + column] != matrix[column * size + row]) return false;
    return true;
}

}  // namespace

double kelly_discrete(double win_probability, double payoff, const KellyTerms& terms) {
    if (!(win_probability >= 0 && win_probability <= 1) || !is_positive(payoff) || !are_sound(terms))
        return not_computable;
    const double edge = win_probability * payoff - (1 - win_probability);
    return bet(edge * (1 - terms.shrink) / payoff, terms);
}

double kelly_continuous(double excess_return, double volatility, const KellyTerms& terms) {
    if (!std::isfinite(excess_return) || !is_positive(volatility) || !are_sound(terms)) return not_computable;
    return bet(excess_return * (1 - terms.shrink) / (volatility * volatility), terms);
}

std::vector<double> kelly_vector(std::span<const double> excess_returns, std::span<const double> covariance,
                                 const KellyTerms& terms) {
    const size_t size = excess_returns.size();
    if (covariance.size() != size * size || !are_finite(excess_returns) || !are_finite(covariance)) return {};
    std::vector<double> lower(covariance.begin(), covariance.end());
    if (!are_sound(terms) || !is_symmetric(covariance, size) || !factorize(lower, size)) return {};
    std::vector<double> shares(excess_returns.begin(), excess_returns.end());
    solve(lower, shares);
    double gross = 0;
    for (double& share : shares) gross += std::fabs(share *= terms.fraction * (1 - terms.shrink));
    if (!are_finite(shares) || !std::isfinite(gross)) return {};
    if (gross > terms.cap)
        for (double& share : shares) share *= terms.cap / gross;
    return shares;
}

double size_for_volatility(double equity, double target, double volatility, double unit_value, double floor) {
    if (!std::isfinite(volatility) || !std::isfinite(floor)) return not_computable;
    const double counted = std::max(volatility, floor);
    if (!is_positive(equity) || !is_positive(target) || !is_positive(counted) || !is_positive(unit_value))
        return not_computable;
    return divided(equity * target, counted * unit_value);
}

double size_for_atr(double equity, double risk_share, double atr, double multiple, double unit_multiplier) {
    if (!is_positive(equity) || !is_positive(risk_share) || !is_positive(atr) || !is_positive(multiple) ||
        !is_positive(unit_multiplier))
        return not_computable;
    return divided(equity * risk_share, atr * multiple * unit_multiplier);
}

double size_for_share(double equity, double share, double unit_value) {
    if (!is_positive(equity) || !is_positive(share) || !is_positive(unit_value)) return not_computable;
    return divided(equity * share, unit_value);
}

}  // namespace trd
