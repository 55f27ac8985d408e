// Exponentials, logarithms and the hyperbolic functions made of them.
#include "base/portable_math.h"

#include "base/portable_kernel.h"
#include "base/portable_tables.h"

namespace trd::portable {

namespace {

double rounded(DoubleDouble a) { return a.hi + a.lo; }

}  // namespace

double exp(double x) {
    if (std::isnan(x)) return not_a_number;
    if (x > 710) return infinity;
    if (x < -746) return 0.0;
    if (std::abs(x) < 0x1p-30) return one_plus(expm1_pair({x, 0.0}));
    const Scaled power = exp_scaled({x, 0.0});
    return round_scaled(power.value, power.exponent);
}

// Only the fraction meets a constant, so integers give exact powers.
double exp2(double x) {
    if (std::isnan(x)) return not_a_number;
    if (x >= 1025) return infinity;
    if (x < -1076) return 0.0;
    const Nearest whole = nearest(x);
    const Scaled power = exp_scaled(multiply(ln2, x - whole.value));
    return round_scaled(power.value, power.exponent + whole.index);
}

double expm1(double x) {
    if (std::isnan(x)) return not_a_number;
    if (std::abs(x) < 0x1p-54) return x;
    if (x > 710) return infinity;
    if (x < -38) return -1.0;
    if (x > 90) return exp(x);
    if (x < 40) return rounded(expm1_pair({x, 0.0}));
    const Scaled power = exp_scaled({x, 0.0});
    const DoubleDouble result = add(-power_of_two(-power.exponent), power.value);
    return rounded(result) * power_of_two(power.exponent);
}

namespace {

// What log, log2 and log10 return for arguments that are not positive finite numbers.
double log_of_special(double x) {
    if (x == 0) return -infinity;
    return x > 0 ? infinity : not_a_number;
}

bool positive_finite(double x) { return x > 0 && x < infinity; }

}  // namespace

double log(double x) {
    if (!positive_finite(x)) return log_of_special(x);
    const Scaled parts = pulled_apart(x);
    return rounded(log_pair(parts.value, parts.exponent));
}

// x = 2^k * (1 + f) with 1 + f between the roots of 1/2 and 2; s = f / (2 + f); ln(1 + f) = 2 artanh(s), of whose
// series 2 s is taken out as f - s f, which rounds nothing that counts (the arrangement is that of FDLIBM's e_log.c).
double quick_log(double x) {
    if (!(x >= 0x1p-1022 && x < infinity)) return log(x);
    constexpr std::uint64_t root_of_half = 0x3fe6a09e667f3bcd;
    constexpr std::uint64_t exponent_mask = ~0ULL << 52;
    constexpr double ln2_high = 0x1.62e42fee00000p-1, ln2_low = 0x1.a39ef35793c76p-33;  // the first times k is exact
    const auto bits = std::bit_cast<std::uint64_t>(x);
    const std::uint64_t above = bits - root_of_half;
    const double k = static_cast<double>(static_cast<std::int64_t>(above) >> 52);
    const double f = std::bit_cast<double>(bits - (above & exponent_mask)) - 1;
    const double s = f / (2 + f);
    const double z = s * s, w = z * z;  // z < 0.0295, so what follows the last term is below 2^-60
    const double odd = z * (2.0 / 3 + w * (2.0 / 7 + w * (2.0 / 11 + w * (2.0 / 15 + w * (2.0 / 19)))));
    const double even = w * (2.0 / 5 + w * (2.0 / 9 + w * (2.0 / 13 + w * (2.0 / 17 + w * (2.0 / 21)))));
    const double rest = odd + even, half_square = 0.5 * f * f;
    return k * ln2_high - ((half_square - (s * (half_square + rest) + k * ln2_low)) - f);
}

double log1p(double x) {
    if (std::isnan(x) || x < -1) return not_a_number;
    if (std::abs(x) < 0x1p-54) return x;
    if (x == -1) return -infinity;
    if (x > 0x1p120) return log(x);
    const DoubleDouble sum = two_sum(1.0, x);
    const int exponent = pulled_apart(sum.hi).exponent;
    return rounded(log_pair(scaled(sum, power_of_two(-exponent)), exponent));
}

// The exponent stays apart, so powers of two give exact integers.
double log2(double x) {
    if (!positive_finite(x)) return log_of_special(x);
    const Scaled parts = pulled_apart(x);
    // As log_pair centres it on one.
    const int upper = (std::bit_cast<std::uint64_t>(parts.value.hi) << 12 >> 12) >= 0x6a09e667f3bcdu ? 1 : 0;
    return rounded(add(parts.exponent + upper, multiply(log_pair(parts.value, -upper), log2_e)));
}

double log10(double x) {
    if (!positive_finite(x)) return log_of_special(x);
    const Scaled parts = pulled_apart(x);
    return rounded(multiply(log_pair(parts.value, parts.exponent), log10_e));
}

double sinh(double x) {
    if (std::isnan(x)) return not_a_number;
    const double magnitude = std::abs(x);
    if (magnitude < 0x1p-28) return x;
    if (magnitude > 711) return std::copysign(infinity, x);
    if (magnitude > 40) {
        const Scaled power = exp_scaled({magnitude, 0.0});
        return std::copysign(round_scaled(power.value, power.exponent - 1), x);
    }
    const DoubleDouble growth = expm1_pair({magnitude, 0.0});
    const DoubleDouble twice = add(growth, divide(growth, add(1.0, growth)));
    return std::copysign(0.5 * rounded(twice), x);
}

double cosh(double x) {
    if (std::isnan(x)) return not_a_number;
    const double magnitude = std::abs(x);
    if (magnitude > 711) return infinity;
    const Scaled power = exp_scaled({magnitude, 0.0});
    if (magnitude > 40) return round_scaled(power.value, power.exponent - 1);
    const DoubleDouble growth = scaled(power.value, power_of_two(power.exponent));
    return 0.5 * rounded(add(growth, divide({1.0, 0.0}, growth)));
}

double tanh(double x) {
    if (std::isnan(x)) return not_a_number;
    const double magnitude = std::abs(x);
    if (magnitude < 0x1p-28) return x;
    if (magnitude > 20) return std::copysign(1.0, x);
    const DoubleDouble growth = expm1_pair({2 * magnitude, 0.0});
    return std::copysign(rounded(divide(growth, add(2.0, growth))), x);
}

}  // namespace trd::portable
