// sin, cos, tan: the argument becomes k pi/128 + r with |r| <= pi/256 in about 2^-66, whatever its size, and the table
// of sines turns r into the answer.
#include <array>

#include "base/portable_kernel.h"
#include "base/portable_math.h"
#include "base/portable_tables.h"

namespace trd::portable {

namespace {

using Uint128 = unsigned __int128;

struct Angle {
    unsigned index;  // modulo 256 it is the multiple of pi/128
    DoubleDouble rest;
};

// |x| < 2^15: every index * part but the last is exact.
Angle reduce_moderate(double x) {
    const Nearest n = nearest(x * index_of_angle);
    const double start = x - n.value * pi_over_128_parts[0];
    const DoubleDouble second = two_sum(start, -n.value * pi_over_128_parts[1]);
    const DoubleDouble third = two_sum(second.hi, -n.value * pi_over_128_parts[2]);
    const double low = (second.lo + third.lo) - n.value * pi_over_128_parts[3];
    return {static_cast<unsigned>(n.index), quick_two_sum(third.hi, low)};
}

// 256-bit integer, least significant word first.
using Words = std::array<std::uint64_t, 4>;

// The 256 binary digits of 2/pi after the first `skipped` ones (at least -64).
Words digits_of_two_over_pi(int skipped) {
    const int bit = skipped + 64;
    const int word = bit / 64;
    const int shift = bit % 64;
    Words digits{};
    for (int i = 0; i < 4; ++i) {
        const std::uint64_t* source = two_over_pi_bits + word + i;
        digits[static_cast<std::size_t>(3 - i)] =
            shift == 0 ? source[0] : (source[0] << shift) | (source[1] >> (64 - shift));
    }
    return digits;
}

void multiply_modulo(Words& words, std::uint64_t factor) {
    Uint128 carry = 0;
    for (std::uint64_t& word : words) {
        carry += Uint128{word} * factor;
        word = static_cast<std::uint64_t>(carry);
        carry >>= 64;
    }
}

void add_modulo(Words& words, Words other) {
    Uint128 carry = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        carry += Uint128{words[i]} + other[i];
        words[i] = static_cast<std::uint64_t>(carry);
        carry >>= 64;
    }
}

void negate(Words& words) {
    for (std::uint64_t& word : words) word = ~word;
    add_modulo(words, {1, 0, 0, 0});
}

// words * 2^-248, cut to 106 bits; below 1/2.
DoubleDouble to_fraction(const Words& words) {
    std::size_t top = 3;
    while (top > 0 && words[top] == 0) --top;
    const int zeros = std::countl_zero(words[top] | 1);
    const auto word = [&](std::size_t below) { return top >= below ? words[top - below] : 0; };
    Uint128 bits = (Uint128{word(0)} << 64 | word(1)) << zeros;
    if (zeros > 0) bits |= word(2) >> (64 - zeros);
    const auto high = static_cast<double>(static_cast<std::uint64_t>(bits >> 75));
    const auto low = static_cast<double>(static_cast<std::uint64_t>(bits >> 22) & ((std::uint64_t{1} << 53) - 1));
    const int exponent = static_cast<int>(top) * 64 - zeros + 64 - 248;
    return quick_two_sum(high * power_of_two(exponent - 53), low * power_of_two(exponent - 106));
}

// Payne and Hanek: x = significand * 2^e; digits of 2/pi that only add whole turns are left out, 256 are used, of which
// at least 190 are right after the product. No double comes nearer than 2^-61 to a multiple of pi/2.
Angle reduce_large(double magnitude) {
    const std::uint64_t bits = std::bit_cast<std::uint64_t>(magnitude);
    const int exponent = static_cast<int>(bits >> 52) - 1075;
    Words turns = digits_of_two_over_pi(exponent - 2);
    multiply_modulo(turns, (bits << 12 >> 12) | (std::uint64_t{1} << 52));
    // Now 8 bits of index, 248 of fraction. Half an index more rounds it to nearest.
    Words half_added = turns;
    add_modulo(half_added, {0, 0, 0, std::uint64_t{1} << 55});
    const auto index = static_cast<unsigned>(half_added[3] >> 56);
    add_modulo(turns, {0, 0, 0, std::uint64_t{256 - index} << 56});
    const bool below = turns[3] >> 63 != 0;
    if (below) negate(turns);
    const DoubleDouble rest = multiply(to_fraction(turns), pi_over_128);
    return {index, below ? negated(rest) : rest};
}

Angle reduce(double x) {
    if (std::abs(x) < 0x1p15) return reduce_moderate(x);
    const Angle angle = reduce_large(std::abs(x));
    return x > 0 ? angle : Angle{0u - angle.index, negated(angle.rest)};
}

// sin(index pi/128)
DoubleDouble table_sine(unsigned index) {
    const unsigned step = index & 127;
    const DoubleDouble sine = sin_table[step <= 64 ? step : 128 - step];
    return (index & 128) == 0 ? sine : negated(sine);
}

// sin(r) - r.hi and cos(r) - 1 for |r| <= pi/256.
struct SmallArc {
    double sine_rest;
    double cosine_rest;
};
SmallArc small_arc(DoubleDouble r) {
    static constexpr double sine_series[] = {-1.0 / 6, 1.0 / 120, -1.0 / 5040, 1.0 / 362880};
    static constexpr double cosine_series[] = {-1.0 / 2, 1.0 / 24, -1.0 / 720, 1.0 / 40320};
    const double square = r.hi * r.hi;
    return {r.lo + r.hi * square * polynomial(sine_series, square),
            square * polynomial(cosine_series, square) - r.hi * r.lo};
}

// sin(a + r) = sin a + cos a sin r + sin a (cos r - 1), where `sine` and `cosine` are those of a.
DoubleDouble turned(DoubleDouble sine, DoubleDouble cosine, double r, SmallArc arc) {
    const DoubleDouble product = two_product(cosine.hi, r);
    const DoubleDouble sum = two_sum(sine.hi, product.hi);
    const double small = sine.hi * arc.cosine_rest + (cosine.hi * arc.sine_rest + (cosine.lo * r + sine.lo));
    return quick_two_sum(sum.hi, sum.lo + (product.lo + small));
}

DoubleDouble sine_at(const Angle& angle, SmallArc arc) {
    return turned(table_sine(angle.index), table_sine(angle.index + 64), angle.rest.hi, arc);
}

}  // namespace

double sin(double x) {
    if (!(std::abs(x) < infinity)) return not_a_number;
    if (std::abs(x) < 0x1p-28) return x;
    const Angle angle = reduce(x);
    return sine_at(angle, small_arc(angle.rest)).hi;
}

double cos(double x) {
    if (!(std::abs(x) < infinity)) return not_a_number;
    Angle angle = reduce(x);
    angle.index += 64;
    return sine_at(angle, small_arc(angle.rest)).hi;
}

double tan(double x) {
    if (!(std::abs(x) < infinity)) return not_a_number;
    if (std::abs(x) < 0x1p-28) return x;
    Angle angle = reduce(x);
    const SmallArc arc = small_arc(angle.rest);
    const DoubleDouble sine = sine_at(angle, arc);
    angle.index += 64;
    return divide(sine, sine_at(angle, arc)).hi;
}

}  // namespace trd::portable
