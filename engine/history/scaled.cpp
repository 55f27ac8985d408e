#include "history/scaled.h"

namespace trd {

bool shorten(Int128 raw, Scaled& out) {
    uint8_t exponent = decimal_places;
    constexpr std::array<uint8_t, 4> steps{8, 4, 2, 1};
    for (const uint8_t step : steps) {
        // The step of 8 leaves 4 digits, so the steps after it never run below zero except where checked here.
        while (exponent >= step && raw % powers_of_ten[step] == 0) {
            raw /= powers_of_ten[step];
            exponent = static_cast<uint8_t>(exponent - step);
        }
    }
    if (raw > INT64_MAX || raw < INT64_MIN) return false;
    out = {static_cast<int64_t>(raw), exponent};
    return true;
}

}  // namespace trd
