// pow: log and exp in about 2^-68, then one rounding; results that are exact or exactly between two doubles are found
// and computed in integers.
#include <algorithm>
#include <optional>

#include "base/portable_kernel.h"
#include "base/portable_math.h"

namespace trd::portable {

namespace {

// The rounding is in doubt when this relative change of the result alters it; above the error of the kernels.
constexpr double doubt = 0x1p-64;

// odd * 2^exponent
struct Binary {
    std::uint64_t odd;
    int exponent;
};

// x > 0 and finite.
Binary to_binary(double x) {
    const std::uint64_t bits = std::bit_cast<std::uint64_t>(x);
    const int biased = static_cast<int>(bits >> 52);
    const std::uint64_t fraction = bits << 12 >> 12;
    const std::uint64_t significand = biased == 0 ? fraction : fraction | (std::uint64_t{1} << 52);
    const int zeros = std::countr_zero(significand);
    return {significand >> zeros, std::max(biased, 1) - 1075 + zeros};
}

// Exact square root of an odd number, if there is one.
std::optional<std::uint64_t> exact_root(std::uint64_t odd) {
    const auto root = static_cast<std::uint64_t>(std::sqrt(static_cast<double>(odd)));
    if (root * root != odd) return std::nullopt;
    return root;
}

// odd^power while it has at most 54 bits: as many as a tie can have.
std::optional<std::uint64_t> small_power(std::uint64_t odd, std::int64_t power) {
    std::uint64_t product = 1;
    for (std::int64_t i = 0; i < power; ++i) {
        if (__builtin_mul_overflow(product, odd, &product) || product >> 54 != 0) return std::nullopt;
    }
    return product;
}

// y = numerator / 2^halvings, with the sign of y.
struct Dyadic {
    std::int64_t numerator;
    int halvings;
};
std::optional<Dyadic> to_dyadic(double y) {
    const Binary parts = to_binary(std::abs(y));
    if (parts.exponent < -10 || parts.exponent > 11 || parts.odd >> 40 != 0) return std::nullopt;
    const auto odd = static_cast<std::int64_t>(parts.odd << std::max(parts.exponent, 0));
    return Dyadic{y < 0 ? -odd : odd, std::max(-parts.exponent, 0)};
}

// x^y if it is odd * 2^exponent with an odd number of at most 54 bits; x > 0.
std::optional<Binary> exact_pow(double x, double y) {
    const std::optional<Dyadic> power = to_dyadic(y);
    if (!power) return std::nullopt;
    Binary base = to_binary(x);
    for (int i = 0; i < power->halvings; ++i) {
        const std::optional<std::uint64_t> root = exact_root(base.odd);
        if (!root || base.exponent % 2 != 0) return std::nullopt;
        base = {*root, base.exponent / 2};
    }
    const std::int64_t exponent = base.exponent * power->numerator;
    if (exponent < -4000 || exponent > 4000) return std::nullopt;
    if (base.odd == 1) return Binary{1, static_cast<int>(exponent)};
    if (power->numerator < 0 || power->numerator > 54) return std::nullopt;
    const std::optional<std::uint64_t> odd = small_power(base.odd, power->numerator);
    if (!odd) return std::nullopt;
    return Binary{*odd, static_cast<int>(exponent)};
}

double round_exact(Binary exact) {
    const auto high = static_cast<double>(exact.odd >> 27 << 27);
    const auto low = static_cast<double>(exact.odd << 37 >> 37);
    const int width = 64 - std::countl_zero(exact.odd);
    const double unit = power_of_two(-width);
    return round_scaled(quick_two_sum(high * unit, low * unit), exact.exponent + width);
}

// x > 0 and finite, not 1; y finite, not 0.
double pow_of_positive(double x, double y) {
    // Where IEEE has the operation it rounds correctly by definition, next to ties as well.
    if (y == 1) return x;
    if (y == 2) return x * x;
    if (y == -1) return 1 / x;
    if (y == 0.5) return std::sqrt(x);
    const Scaled parts = pulled_apart(x);
    const DoubleDouble logarithm = log_pair_for_pow(parts.value, parts.exponent);
    const double estimate = y * logarithm.hi;
    if (estimate > 710) return infinity;
    if (estimate < -746) return 0.0;
    const DoubleDouble exponent = multiply(logarithm, y);
    if (std::abs(exponent.hi) < 0x1p-30) return one_plus(expm1_pair(exponent));
    const Scaled power = exp_scaled(exponent);
    const DoubleDouble value = power.value;
    const double margin = doubt * value.hi;
    const double below = round_scaled({value.hi, value.lo - margin}, power.exponent);
    const double above = round_scaled({value.hi, value.lo + margin}, power.exponent);
    if (below == above) return below;
    if (const std::optional<Binary> exact = exact_pow(x, y)) return round_exact(*exact);
    return round_scaled(value, power.exponent);
}

bool is_integer(double y) { return std::abs(y) >= 0x1p53 || static_cast<double>(static_cast<std::int64_t>(y)) == y; }
bool is_odd_integer(double y) {
    return std::abs(y) < 0x1p53 && is_integer(y) && (static_cast<std::int64_t>(y) & 1) != 0;
}

// |x|^y where x is 0, 1 or infinite, or y infinite.
double pow_of_edge(double magnitude, double y) {
    if (magnitude == 1) return 1.0;
    return (magnitude > 1) == (y > 0) ? infinity : 0.0;
}

}  // namespace

double pow(double x, double y) {
    if (x == 1 || y == 0) return 1.0;
    if (std::isnan(x) || std::isnan(y)) return not_a_number;
    const double magnitude = std::abs(x);
    const bool edge = magnitude == 0 || magnitude == 1 || magnitude == infinity || std::abs(y) == infinity;
    if (x < 0 && x != -infinity && !is_integer(y)) return not_a_number;
    const double result = edge ? pow_of_edge(magnitude, y) : pow_of_positive(magnitude, y);
    return std::signbit(x) && is_odd_integer(y) ? -result : result;
}

}  // namespace trd::portable
