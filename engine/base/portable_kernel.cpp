#include "base/portable_kernel.h"

#include <algorithm>

#include "base/portable_tables.h"

namespace trd::portable {

namespace {

// Below 2^-1022 the last bit weighs 2^-1074: adding 2^-1022, in the significand's scale, makes the addition round
// there.
double round_small(DoubleDouble significand, int exponent) {
    if (exponent < -1100) return std::copysign(0.0, significand.hi);
    const double limit = std::copysign(power_of_two(-1022 - exponent), significand.hi);
    double rounded = significand.hi + significand.lo;
    if (std::abs(rounded) < std::abs(limit)) {
        const DoubleDouble sum = two_sum(limit, significand.hi);
        rounded = std::copysign((sum.hi + (sum.lo + significand.lo)) - limit, significand.hi);
    }
    return rounded * 0x1p-1000 * power_of_two(exponent + 1000);
}

}  // namespace

double round_scaled(DoubleDouble significand, int exponent) {
    if (exponent < -1018) return round_small(significand, exponent);
    const double rounded = significand.hi + significand.lo;
    if (exponent <= 1020) return rounded * power_of_two(exponent);
    return rounded * 0x1p1000 * power_of_two(std::min(exponent - 1000, 1000));
}

namespace {

// e^r - 1 for |r| < 0.0028, error below 2^-70 of it; the first term left out, r^8/8!, is below 2^-75 r.
DoubleDouble small_growth(DoubleDouble r) {
    static constexpr double series[] = {1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720, 1.0 / 5040};
    const DoubleDouble square = two_square(r.hi);
    const DoubleDouble sum = quick_two_sum(r.hi, 0.5 * square.hi);
    const double cubic = square.hi * r.hi * polynomial(series, r.hi);
    return quick_two_sum(sum.hi, sum.lo + (((r.lo + 0.5 * square.lo) + r.hi * r.lo) + cubic));
}

}  // namespace

// a = index ln2/128 + r; e^r by its series, 2^(index/128) from the table.
Scaled exp_scaled(DoubleDouble a) {
    const Nearest n = nearest(a.hi * index_of_exp);
    const double start = a.hi - n.value * ln2_over_128_parts[0];
    const DoubleDouble middle = two_sum(start, -n.value * ln2_over_128_parts[1]);
    const double rest = middle.lo + (a.lo - n.value * ln2_over_128_parts[2]);
    const DoubleDouble growth = small_growth(quick_two_sum(middle.hi, rest));
    const DoubleDouble& power = exp2_table[n.index & 127];
    const DoubleDouble product = two_product(power.hi, growth.hi);
    const DoubleDouble value = quick_two_sum(power.hi, product.hi);
    const double low = value.lo + (product.lo + (power.lo + (power.hi * growth.lo + power.lo * growth.hi)));
    return {quick_two_sum(value.hi, low), n.index >> 7};
}

// Near zero the pair e^a has too few bits left for the difference.
DoubleDouble expm1_pair(DoubleDouble a) {
    if (std::abs(a.hi) < 0x1p-9) return small_growth(a);
    const Scaled power = exp_scaled(a);
    return add(-1.0, scaled(power.value, power_of_two(power.exponent)));
}

// The low parts are added with rounding to odd, which keeps what the second rounding must know.
double one_plus(DoubleDouble growth) {
    const DoubleDouble sum = two_sum(1.0, growth.hi);
    const DoubleDouble rest = two_sum(sum.lo, growth.lo);
    std::uint64_t bits = std::bit_cast<std::uint64_t>(rest.hi);
    if (rest.lo != 0 && (bits & 1) == 0)
        bits += std::signbit(rest.lo) == std::signbit(rest.hi) ? 1u : ~std::uint64_t{0};
    return sum.hi + std::bit_cast<double>(bits);
}

namespace {

// log(x) = whole ln 2 + row.minus_log + log(1 + r), |r| < 2^-7.4; next to one the first two are zero.
struct LogParts {
    double whole;
    const LogRow& row;
    DoubleDouble r;
};

LogParts log_parts(DoubleDouble significand, int exponent) {
    const std::uint64_t bits = std::bit_cast<std::uint64_t>(significand.hi);
    // Significand in [0.707, 1.414): two binades meet at one without cancelling.
    const std::uint64_t halve = (bits << 12 >> 12) >= 0x6a09e667f3bcdu ? 1 : 0;
    const double unit = std::bit_cast<double>(bits - (halve << 52));
    const double half = power_of_two(-static_cast<int>(halve));
    const LogRow& row = log_table[nearest(unit * 128).index - log_table_first];
    const DoubleDouble parts = split(unit);
    const DoubleDouble exact = two_sum(parts.hi * row.reciprocal - 1, parts.lo * row.reciprocal);
    const DoubleDouble r = two_sum(exact.hi, exact.lo + half * significand.lo * row.reciprocal);
    return {static_cast<double>(exponent + static_cast<int>(halve)), row, r};
}

DoubleDouble log_sum(const LogParts& parts, DoubleDouble log1p_r) {
    const DoubleDouble first = quick_two_sum(parts.whole * ln2_parts[0], parts.row.minus_log.hi);
    const DoubleDouble second = two_sum(first.hi, log1p_r.hi);
    const double small = parts.row.minus_log.lo + parts.whole * ln2_parts[1];
    return quick_two_sum(second.hi, second.lo + (first.lo + (log1p_r.lo + small)));
}

}  // namespace

// r - r^2/2 in pairs, the rest in doubles.
DoubleDouble log_pair(DoubleDouble significand, int exponent) {
    static constexpr double series[] = {1.0 / 3, -1.0 / 4, 1.0 / 5, -1.0 / 6, 1.0 / 7, -1.0 / 8, 1.0 / 9};
    const LogParts parts = log_parts(significand, exponent);
    const DoubleDouble r = parts.r;
    const DoubleDouble square = two_square(r.hi);
    const double cubic = r.hi * square.hi * polynomial(series, r.hi);
    const DoubleDouble sum = quick_two_sum(r.hi, -0.5 * square.hi);
    return log_sum(parts, {sum.hi, sum.lo + ((r.lo - 0.5 * square.lo - r.hi * r.lo) + cubic)});
}

// r + r^2 (-1/2 + r/3 - r^2/4 ...) with the first three terms in pairs.
DoubleDouble log_pair_for_pow(DoubleDouble significand, int exponent) {
    static constexpr double series[] = {-1.0 / 4, 1.0 / 5, -1.0 / 6, 1.0 / 7, -1.0 / 8, 1.0 / 9, -1.0 / 10};
    const LogParts parts = log_parts(significand, exponent);
    const DoubleDouble r = parts.r;
    const DoubleDouble square = two_square(r.hi);
    const double square_low = square.lo + 2 * r.hi * r.lo;
    const DoubleDouble third = two_product(one_third.hi, r.hi);
    const double third_low = third.lo + (one_third.lo * r.hi + one_third.hi * r.lo);
    const DoubleDouble factor = quick_two_sum(-0.5, third.hi);
    const double factor_low = factor.lo + (third_low + square.hi * polynomial(series, r.hi));
    const DoubleDouble bend = two_product(square.hi, factor.hi);
    const double bend_low = bend.lo + (square.hi * factor_low + square_low * factor.hi);
    const DoubleDouble sum = quick_two_sum(r.hi, bend.hi);
    return log_sum(parts, {sum.hi, sum.lo + (r.lo + bend_low)});
}

}  // namespace trd::portable
