// Error function, normal distribution and its inverse.
#include <algorithm>

#include "base/portable_kernel.h"
#include "base/portable_math.h"
#include "base/portable_normal_table.h"
#include "base/portable_tables.h"

namespace trd::portable {

namespace {

constexpr DoubleDouble sqrt_2{2 * inverse_sqrt_2.hi, 2 * inverse_sqrt_2.lo};

// Q(z) e^(z^2/2) for z >= 0, Q the upper tail; error below 2^-57.
DoubleDouble scaled_tail(DoubleDouble z) {
    const DoubleDouble sum = add(3.0, z);
    const double u = (z.hi - 3) / sum.hi;
    const int row = std::clamp(static_cast<int>((u + 1) * 16), 0, 31);
    const double middle = (2 * row + 1) / 32.0 - 1;
    // u - middle without the rounding of u
    const DoubleDouble offset = add(-3 * (1 + middle), multiply(z, 1 - middle));
    const double step = offset.hi / sum.hi;
    const TailRow& table = normal_tail_table[row];
    const DoubleDouble value = add(step * polynomial(table.slopes, step), table.constant);
    return divide(scaled(value, 8.0), sum);
}

// Q(z) where `exponent` is -z^2/2; the significand is between 1/2 and 64.
Scaled upper_tail(DoubleDouble z, DoubleDouble exponent) {
    const Scaled power = exp_scaled(exponent);
    return {multiply(power.value, scaled(scaled_tail(z), 64.0)), power.exponent - 6};
}

Scaled normal_upper_tail(double z) { return upper_tail({z, 0.0}, scaled(two_square(z), -0.5)); }

// Q(x sqrt 2) = erfc(x)/2
Scaled half_erfc(double x) { return upper_tail(multiply(sqrt_2, x), negated(two_square(x))); }

double one_minus(Scaled tail) {
    const DoubleDouble small = scaled(tail.value, power_of_two(tail.exponent));
    return add(1.0, negated(small)).hi;
}

// (-square)^n / (n! (2n + 1)) from n = 1: erf(x) = 2/sqrt(pi) x (1 + this) for square = x^2 <= 1/4.
double erf_series(double square) {
    static constexpr double series[] = {-1.0 / 3,           1.0 / 10,       -1.0 / 42,        1.0 / 216,
                                        -1.0 / 1320,        1.0 / 9360,     -1.0 / 75600,     1.0 / 685440,
                                        -1.0 / 6894720,     1.0 / 76204800, -1.0 / 918086400, 1.0 / 11975040000,
                                        -1.0 / 168129561600};
    return square * polynomial(series, square);
}

// The significand alone is multiplied, because a subnormal result must be rounded once.
double small_erf(double x) {
    if (x == 0) return x;
    const Scaled parts = pulled_apart(std::abs(x));
    const DoubleDouble line = multiply(two_over_sqrt_pi, parts.value.hi);
    const DoubleDouble value = quick_two_sum(line.hi, line.lo + line.hi * erf_series(x * x));
    return std::copysign(round_scaled(value, parts.exponent), x);
}

}  // namespace

double erf(double x) {
    if (std::isnan(x)) return not_a_number;
    const double magnitude = std::abs(x);
    if (magnitude < 0.5) return small_erf(x);
    if (magnitude > 6) return std::copysign(1.0, x);
    const Scaled half = half_erfc(magnitude);
    return std::copysign(one_minus({half.value, half.exponent + 1}), x);
}

double erfc(double x) {
    if (std::isnan(x)) return not_a_number;
    if (x > 28) return 0.0;
    if (x < -6) return 2.0;
    if (x < 0) return 2 * one_minus(half_erfc(-x));
    const Scaled half = half_erfc(x);
    return round_scaled(half.value, half.exponent + 1);
}

double norm_cdf(double x) {
    if (std::isnan(x)) return not_a_number;
    if (x < -39) return 0.0;
    if (x > 9) return 1.0;
    if (x > 0) return one_minus(normal_upper_tail(x));
    const Scaled tail = normal_upper_tail(-x);
    return round_scaled(tail.value, tail.exponent);
}

namespace {

// 0 < probability <= 1/4: upper quantile within 4.5e-4 (Abramowitz and Stegun, 26.2.23).
double rough_upper_quantile(double probability) {
    static constexpr double above[] = {2.515517, 0.802853, 0.010328};
    static constexpr double below[] = {1.0, 1.432788, 0.189269, 0.001308};
    const double t = std::sqrt(-2 * log(probability));
    return t - polynomial(above, t) / polynomial(below, t);
}

// (Q(z) - probability) / density(z)
double tail_excess(double z, double probability) {
    const Scaled tail = normal_upper_tail(z);
    const double wanted = probability * 0x1p500 * power_of_two(-tail.exponent - 500);
    const double share = ((tail.value.hi - wanted) + tail.value.lo) / tail.value.hi;
    return share * scaled_tail({z, 0.0}).hi / inverse_sqrt_2pi.hi;
}

// Halley's step triples the number of right digits: 4.5e-4, 1e-8, done.
double upper_quantile(double probability) {
    double z = rough_upper_quantile(probability);
    for (int i = 0; i < 2; ++i) {
        const double step = tail_excess(z, probability);
        z += step / (1 - 0.5 * z * step);
    }
    return z;
}

// (cdf(z) - 1/2 - centred) / density(z), |z| < 0.68
double central_excess(double z, double centred) {
    const DoubleDouble line = multiply(inverse_sqrt_2pi, z);
    const double square = 0.5 * z * z;
    const double excess = (line.hi - centred) + (line.lo + line.hi * erf_series(square));
    return excess / (inverse_sqrt_2pi.hi * exp(-square));
}

// Quantile of 1/2 + centred, |centred| <= 1/4, starting from its Taylor series.
double central_quantile(double centred) {
    static constexpr double series[] = {1.0, 1.0 / 6, 7.0 / 120, 127.0 / 5040, 4369.0 / 362880};
    const double line = centred / inverse_sqrt_2pi.hi;
    double z = line * polynomial(series, line * line);
    for (int i = 0; i < 2; ++i) {
        const double step = central_excess(z, centred);
        z -= step / (1 + 0.5 * z * step);
    }
    return z;
}

}  // namespace

double norm_quantile(double probability) {
    if (!(probability >= 0 && probability <= 1)) return not_a_number;
    if (probability == 0) return -infinity;
    if (probability == 1) return infinity;
    if (probability < 0.25) return -upper_quantile(probability);
    if (probability > 0.75) return upper_quantile(1 - probability);
    return central_quantile(probability - 0.5);
}

}  // namespace trd::portable
