// Cube root, hypotenuse and remainder.
#include <algorithm>

#include "base/portable_kernel.h"
#include "base/portable_math.h"

namespace trd::portable {

namespace {

// 1 <= x < 8. Halley's step triples the number of right digits; the first guess has an error below 8 %.
double cube_root_estimate(double x) {
    double root = 0.78 + x * (0.288 - 0.0171 * x);
    for (int i = 0; i < 4; ++i) {
        const double cube = root * root * root;
        root = root * (cube + 2 * x) / (2 * cube + x);
    }
    return root;
}

}  // namespace

double cbrt(double x) {
    if (std::isnan(x)) return not_a_number;
    if (x == 0 || std::abs(x) == infinity) return x;
    const double magnitude = std::abs(x);
    const int lift = magnitude < 0x1p-1022 ? 66 : 0;
    const std::uint64_t bits = std::bit_cast<std::uint64_t>(lift ? magnitude * 0x1p66 : magnitude);
    const int biased = static_cast<int>(bits >> 52);
    const int third = biased / 3;  // the bias 1023 is 3 * 341
    const std::uint64_t unit_bits = (bits << 12 >> 12) | (static_cast<std::uint64_t>(biased % 3 + 1023) << 52);
    const double unit = std::bit_cast<double>(unit_bits);
    const double root = cube_root_estimate(unit);
    const DoubleDouble cube = multiply(two_square(root), root);
    const double correction = ((unit - cube.hi) - cube.lo) / (3 * root * root);
    return std::copysign((root + correction) * power_of_two(third - 341 - lift / 3), x);
}

double hypot(double x, double y) {
    const double larger = std::max(std::abs(x), std::abs(y));
    const double smaller = std::min(std::abs(x), std::abs(y));
    if (std::abs(x) == infinity || std::abs(y) == infinity) return infinity;
    if (std::isnan(x) || std::isnan(y)) return not_a_number;
    if (smaller == 0) return larger;
    if (smaller < larger * 0x1p-60) return larger;
    // Subnormals up first, so that the exponent can be read.
    const double lift = larger < 0x1p-900 ? 0x1p150 : 1.0;
    const int exponent = static_cast<int>(std::bit_cast<std::uint64_t>(larger * lift) >> 52) - 1023;
    const double unit = power_of_two(std::max(-exponent, -1022));
    const DoubleDouble squares = add(two_square(larger * lift * unit), two_square(smaller * lift * unit));
    const int back = exponent == 1023 ? 1022 : exponent;
    return round_scaled(square_root(squares), back - (lift > 1 ? 150 : 0));
}

// The remainder is exact by definition, so libm's has no freedom.
double fmod(double x, double y) {
    if (std::isnan(x) || std::isnan(y) || std::abs(x) == infinity || y == 0) return not_a_number;
    return std::fmod(x, y);
}

}  // namespace trd::portable
