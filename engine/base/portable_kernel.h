// Arithmetic under the portable functions (base/portable_math.h), private to the portable_*.cpp files: numbers of about
// 106 bits as unevaluated sums of two doubles, and the one rounding at the end. Only IEEE +, -, *, / and sqrt in
// round-to-nearest, and integers, so every x86-64 gives the same bits. Must be compiled with -ffp-contract=off.
// Errors quoted are relative. Thread-free.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace trd::portable {

// hi is hi + lo rounded to nearest, once normalised.
struct DoubleDouble {
    double hi;
    double lo;
};

inline constexpr double infinity = std::numeric_limits<double>::infinity();
inline constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
inline constexpr double rounder = 0x1.8p52;  // adding it rounds to an integer, kept in the low bits

// 2^exponent; -1022 <= exponent <= 1023.
inline double power_of_two(int exponent) {
    return std::bit_cast<double>(static_cast<std::uint64_t>(exponent + 1023) << 52);
}

// x to the nearest integer (ties to even), |x| < 2^31.
struct Nearest {
    double value;
    int index;
};
inline Nearest nearest(double x) {
    const double shifted = x + rounder;
    return {shifted - rounder, static_cast<int>(static_cast<std::uint32_t>(std::bit_cast<std::uint64_t>(shifted)))};
}

// Exact; |a| >= |b| or a == 0.
inline DoubleDouble quick_two_sum(double a, double b) {
    const double sum = a + b;
    return {sum, b - (sum - a)};
}

// Exact.
inline DoubleDouble two_sum(double a, double b) {
    const double sum = a + b;
    const double part = sum - a;
    return {sum, (a - (sum - part)) + (b - part)};
}

// Halves of at most 26 bits (Veltkamp); |a| < 2^996.
inline DoubleDouble split(double a) {
    const double scaled = 0x1.0000002p27 * a;
    const double high = scaled - (scaled - a);
    return {high, a - high};
}

// Exact while nothing overflows and the product is above 2^-960 (Dekker).
inline DoubleDouble two_product(double a, double b) {
    const double product = a * b;
    const DoubleDouble x = split(a);
    const DoubleDouble y = split(b);
    return {product, ((x.hi * y.hi - product) + x.hi * y.lo + x.lo * y.hi) + x.lo * y.lo};
}

inline DoubleDouble two_square(double a) {
    const double product = a * a;
    const DoubleDouble x = split(a);
    return {product, ((x.hi * x.hi - product) + 2 * (x.hi * x.lo)) + x.lo * x.lo};
}

inline DoubleDouble negated(DoubleDouble a) { return {-a.hi, -a.lo}; }
inline DoubleDouble scaled(DoubleDouble a, double power) { return {a.hi * power, a.lo * power}; }

inline DoubleDouble add(double a, DoubleDouble b) {
    const DoubleDouble sum = two_sum(a, b.hi);
    return quick_two_sum(sum.hi, sum.lo + b.lo);
}

// 2^-104 of the larger operand.
inline DoubleDouble add(DoubleDouble a, DoubleDouble b) {
    const DoubleDouble sum = two_sum(a.hi, b.hi);
    return quick_two_sum(sum.hi, sum.lo + (a.lo + b.lo));
}

// 2^-102.
inline DoubleDouble multiply(DoubleDouble a, double b) {
    const DoubleDouble product = two_product(a.hi, b);
    return quick_two_sum(product.hi, product.lo + a.lo * b);
}

inline DoubleDouble multiply(DoubleDouble a, DoubleDouble b) {
    const DoubleDouble product = two_product(a.hi, b.hi);
    return quick_two_sum(product.hi, product.lo + (a.hi * b.lo + a.lo * b.hi));
}

// 2^-100.
inline DoubleDouble divide(DoubleDouble a, DoubleDouble b) {
    const double quotient = a.hi / b.hi;
    const DoubleDouble product = two_product(quotient, b.hi);
    const double rest = ((a.hi - product.hi) - product.lo) + (a.lo - quotient * b.lo);
    return quick_two_sum(quotient, rest / b.hi);
}

// 2^-100; a.hi > 0.
inline DoubleDouble square_root(DoubleDouble a) {
    const double root = std::sqrt(a.hi);
    const DoubleDouble square = two_square(root);
    const double rest = ((a.hi - square.hi) - square.lo) + a.lo;
    return quick_two_sum(root, rest / (2 * root));
}

// Coefficients from the constant upwards.
template <int count>
double polynomial(const double (&coefficients)[count], double x) {
    double sum = coefficients[count - 1];
    for (int i = count - 2; i >= 0; --i) sum = sum * x + coefficients[i];
    return sum;
}

// significand * 2^exponent rounded once, into subnormals and to infinity too; 1/4 <= |significand.hi| < 2^16.
double round_scaled(DoubleDouble significand, int exponent);

// value * 2^exponent where `value` is a significand of about one.
struct Scaled {
    DoubleDouble value;
    int exponent;
};

// e^a with an error below 2^-68 of the result; |a.hi| < 2000.
Scaled exp_scaled(DoubleDouble a);

// e^a - 1, error below 2^-70; |a.hi| <= 40.
DoubleDouble expm1_pair(DoubleDouble a);

// Positive and finite x: significand in [1, 2) and exponent, subnormals normalised.
inline Scaled pulled_apart(double x) {
    const int lift = x < 0x1p-1022 ? 64 : 0;
    const std::uint64_t bits = std::bit_cast<std::uint64_t>(lift ? x * 0x1p64 : x);
    const double significand = std::bit_cast<double>((bits << 12 >> 12) | 0x3ff0000000000000u);
    return {{significand, 0.0}, static_cast<int>(bits >> 52) - 1023 - lift};
}

// 1 + growth, rounded once even where the sum lies next to a tie and only growth.lo can decide, as in e^(2^-53).
double one_plus(DoubleDouble growth);

// Natural logarithm of significand * 2^exponent with 1 <= significand.hi < 2: errors below 2^-67 and 2^-76 of the
// result, even next to 1.
DoubleDouble log_pair(DoubleDouble significand, int exponent);
DoubleDouble log_pair_for_pow(DoubleDouble significand, int exponent);

}  // namespace trd::portable
