// A decimal as files and columns carry it: a whole number and how many of its digits stand after the point. Between
// text and segments, where the 16 bytes of a Decimal would be waste. Pure functions.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/decimal.h"

namespace trd {

inline constexpr std::array<int64_t, 19> powers_of_ten = [] {
    std::array<int64_t, 19> powers{1};
    for (size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
    return powers;
}();

// mantissa * 10^-exponent; exponent is 0..12.
struct Scaled {
    int64_t mantissa = 0;
    uint8_t exponent = 0;
};

inline Int128 raw_of(Scaled value) {
    return static_cast<Int128>(value.mantissa) * powers_of_ten[static_cast<size_t>(decimal_places - value.exponent)];
}

// The fewest digits that say the same; false when no 64-bit mantissa does.
bool shorten(Int128 raw, Scaled& out);

}  // namespace trd
