// Unsigned 256-bit products and quotients: the room that an exact product of two or three decimals needs before it is
// rounded once. Called by base/decimal only. Pure functions, usable from any thread and at compile time.
#pragma once

#include <bit>
#include <cstdint>

namespace trd {

using Int128 = __int128;
using UInt128 = unsigned __int128;

struct UInt256 {
    UInt128 high = 0;
    UInt128 low = 0;

    friend constexpr bool operator==(UInt256, UInt256) = default;
};

struct Product256 {
    UInt256 value;
    bool overflow = false;  // the true product needs more than 256 bits; value is then its low part
};

struct Quotient256 {
    UInt256 quotient;
    UInt128 remainder = 0;
};

constexpr std::uint64_t low_limb(UInt128 value) { return static_cast<std::uint64_t>(value); }
constexpr std::uint64_t high_limb(UInt128 value) { return static_cast<std::uint64_t>(value >> 64); }
constexpr UInt128 join_limbs(std::uint64_t high, std::uint64_t low) { return static_cast<UInt128>(high) << 64 | low; }

// Any value: no factor is too large for 256 bits.
constexpr UInt256 multiply_wide(UInt128 a, UInt128 b) {
    const UInt128 low = static_cast<UInt128>(low_limb(a)) * low_limb(b);
    const UInt128 cross = static_cast<UInt128>(low_limb(a)) * high_limb(b) + high_limb(low);
    const UInt128 middle = static_cast<UInt128>(high_limb(a)) * low_limb(b) + low_limb(cross);
    const UInt128 high = static_cast<UInt128>(high_limb(a)) * high_limb(b) + high_limb(cross) + high_limb(middle);
    return {high, join_limbs(low_limb(middle), low_limb(low))};
}

constexpr Product256 multiply_wide(UInt256 a, UInt128 b) {
    const UInt256 low = multiply_wide(a.low, b);
    const UInt256 high = multiply_wide(a.high, b);
    const UInt128 sum = low.high + high.low;
    return {{sum, low.low}, high.high != 0 || sum < low.high};
}

namespace int256_detail {

struct Step {
    std::uint64_t quotient = 0;
    UInt128 remainder = 0;
};

// One quotient limb of (high, low) / divisor, where the divisor's top bit is set and high < divisor (Knuth 4.3.1 D, cut
// to a two-limb divisor: the trial quotient is checked against the whole divisor, so no correction follows).
constexpr Step divide_limb(UInt128 high, std::uint64_t low, UInt128 divisor) {
    const UInt128 top = high_limb(divisor);
    UInt128 trial = high / top;  // too large by at most two, and at most 2^64 + 1: the product below fits 128 bits
    UInt128 rest = high % top;
    while (high_limb(rest) == 0 && trial * low_limb(divisor) > join_limbs(low_limb(rest), low)) {
        --trial;
        rest += top;
    }
    return {low_limb(trial), join_limbs(low_limb(high), low) - trial * divisor};
}

constexpr Quotient256 divide_by_limb(UInt256 value, std::uint64_t divisor) {
    const std::uint64_t limbs[4] = {high_limb(value.high), low_limb(value.high), high_limb(value.low),
                                    low_limb(value.low)};
    std::uint64_t quotient[4] = {};
    std::uint64_t rest = 0;
    for (int i = 0; i < 4; ++i) {
        const UInt128 part = join_limbs(rest, limbs[i]);
        quotient[i] = low_limb(part / divisor);
        rest = low_limb(part % divisor);
    }
    return {{join_limbs(quotient[0], quotient[1]), join_limbs(quotient[2], quotient[3])}, rest};
}

// Precondition: shift < 64. The bits that leave at the top are returned in `carry`.
struct Shifted {
    std::uint64_t carry = 0;
    UInt256 value;
};
constexpr Shifted shift_left(UInt256 value, int shift) {
    // Two steps for what crosses a limb: a shift by the full width would be undefined when shift is 0.
    return {low_limb(value.high >> 64 >> (63 - shift) >> 1),
            {value.high << shift | value.low >> 64 >> (63 - shift) >> 1, value.low << shift}};
}

}  // namespace int256_detail

// Precondition: divisor > 0.
constexpr Quotient256 divide_wide(UInt256 value, UInt128 divisor) {
    using namespace int256_detail;
    if (high_limb(divisor) == 0) return divide_by_limb(value, low_limb(divisor));
    const int shift = std::countl_zero(high_limb(divisor));
    const UInt128 normal = divisor << shift;
    const Shifted scaled = shift_left(value, shift);
    const Step first =
        divide_limb(join_limbs(scaled.carry, high_limb(scaled.value.high)), low_limb(scaled.value.high), normal);
    const Step second = divide_limb(first.remainder, high_limb(scaled.value.low), normal);
    const Step third = divide_limb(second.remainder, low_limb(scaled.value.low), normal);
    return {{first.quotient, join_limbs(second.quotient, third.quotient)}, third.remainder >> shift};
}

// quotient + 0 or 1: to nearest, ties to even. Preconditions: remainder < divisor < 2^127, quotient < 2^128 - 1.
constexpr UInt128 round_half_even(UInt128 quotient, UInt128 remainder, UInt128 divisor) {
    const UInt128 twice = remainder << 1;
    const bool above = twice > divisor;
    const bool tie_to_odd = (twice == divisor) & ((low_limb(quotient) & 1) != 0);
    return quotient + static_cast<UInt128>(above | tie_to_odd);
}

}  // namespace trd
