// Inverse trigonometric functions: all of them are the angle of a point, and one kernel finds it.
#include <algorithm>

#include "base/portable_kernel.h"
#include "base/portable_math.h"
#include "base/portable_tables.h"

namespace trd::portable {

namespace {

// atan(y / x), 0 <= y <= x, both normal and x about one: y/x = c + t (1 + c y/x) with c = index/64, so |t| < 2^-6.9.
DoubleDouble low_octant(DoubleDouble y, DoubleDouble x) {
    static constexpr double series[] = {-1.0 / 3, 1.0 / 5, -1.0 / 7, 1.0 / 9, -1.0 / 11};
    const Nearest n = nearest(64 * y.hi / x.hi);
    const double c = n.value / 64;
    const DoubleDouble t = divide(add(y, multiply(x, -c)), add(x, multiply(y, c)));
    const double square = t.hi * t.hi;
    const double rest = t.hi * square * polynomial(series, square);
    const DoubleDouble& base = atan_table[n.index];
    const DoubleDouble sum = two_sum(base.hi, t.hi);
    return quick_two_sum(sum.hi, sum.lo + (t.lo + base.lo + rest));
}

// The angle of (x, y) in the first quadrant.
DoubleDouble first_quadrant(DoubleDouble y, DoubleDouble x) {
    if (y.hi <= x.hi) return low_octant(y, x);
    return add(half_pi, negated(low_octant(x, y)));
}

// sqrt(1 - x^2)
DoubleDouble other_leg(double x) { return square_root(multiply(two_sum(1.0, -x), two_sum(1.0, x))); }

int exponent_of(double x) { return static_cast<int>(std::bit_cast<std::uint64_t>(x) >> 52); }

// pi - angle if the point lies on the left.
double oriented(DoubleDouble angle, bool left) {
    const DoubleDouble result = left ? add(pi_pair, negated(angle)) : angle;
    return result.hi + result.lo;
}

// Zero and infinity are points on the axes and diagonals.
double angle_of_edge(double y, double x, bool left) {
    if (y == infinity && x == infinity) return oriented(scaled(half_pi, 0.5), left);
    if (y == 0 || x == infinity) return left ? pi_pair.hi : 0.0;
    return half_pi.hi;
}

// y and x positive and finite. Beyond a ratio of 2^60 the smaller coordinate shows only in the quotient itself.
double angle_of(double y, double x, bool left) {
    const double lift = y < 0x1p-900 && x < 0x1p-900 ? 0x1p150 : 1.0;
    y *= lift;
    x *= lift;
    const int gap = exponent_of(y) - exponent_of(x);
    if (gap > 60) return half_pi.hi;
    if (gap < -60) return left ? pi_pair.hi : y / x;
    const double unit = power_of_two(std::clamp(1023 - exponent_of(gap > 0 ? y : x), -1022, 1023));
    return oriented(first_quadrant({y * unit, 0.0}, {x * unit, 0.0}), left);
}

}  // namespace

double asin(double x) {
    const double magnitude = std::abs(x);
    if (!(magnitude <= 1)) return not_a_number;
    if (magnitude < 0x1p-28) return x;
    if (magnitude == 1) return std::copysign(half_pi.hi, x);
    return std::copysign(first_quadrant({magnitude, 0.0}, other_leg(magnitude)).hi, x);
}

double acos(double x) {
    const double magnitude = std::abs(x);
    if (!(magnitude <= 1)) return not_a_number;
    if (x == 1) return 0.0;
    if (magnitude < 0x1p-60) return half_pi.hi;
    if (magnitude == 1) return pi_pair.hi;
    return oriented(first_quadrant(other_leg(magnitude), {magnitude, 0.0}), x < 0);
}

double atan(double x) {
    if (std::isnan(x)) return not_a_number;
    const double magnitude = std::abs(x);
    if (magnitude < 0x1p-28) return x;
    if (magnitude > 0x1p60) return std::copysign(half_pi.hi, x);
    return std::copysign(first_quadrant({magnitude, 0.0}, {1.0, 0.0}).hi, x);
}

double atan2(double y, double x) {
    if (std::isnan(x) || std::isnan(y)) return not_a_number;
    const double height = std::abs(y);
    const double width = std::abs(x);
    const bool left = std::signbit(x);
    const bool edge = height == 0 || width == 0 || height == infinity || width == infinity;
    return std::copysign(edge ? angle_of_edge(height, width, left) : angle_of(height, width, left), y);
}

}  // namespace trd::portable
