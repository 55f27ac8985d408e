// What the tests of the decimals share: values worth trying, and what is right, worked out in whole numbers of any
// size.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <random>
#include <string>
#include <vector>

#include "base/decimal.h"
#include "unit/base/slow_integer.h"

namespace trd::testing {

inline constexpr Int128 max_raw = decimal_max_raw;
inline constexpr Rounding all_roundings[] = {Rounding::down, Rounding::up, Rounding::half_even, Rounding::toward_zero,
                                             Rounding::away};

inline SlowInteger slow(Int128 value) { return SlowInteger(static_cast<UInt128>(value < 0 ? -value : value)); }

// Every raw value within two of a power of ten, of two, of half a unit or of the ends, with both signs.
inline const std::vector<Int128>& edges() {
    static const std::vector<Int128> values = [] {
        std::vector<Int128> centres{0, max_raw, decimal_scale / 2, decimal_scale * Int128{3} / 2, max_raw / 2};
        for (Int128 power = 1; power <= max_raw; power *= 10) centres.push_back(power);
        for (Int128 power = 1; power <= max_raw; power *= 2) centres.push_back(power);
        std::vector<Int128> found;
        for (const Int128 centre : centres)
            for (int offset = -2; offset <= 2; ++offset)
                for (const Int128 raw : {centre + offset, -(centre + offset)})
                    if (raw >= -max_raw && raw <= max_raw) found.push_back(raw);
        std::sort(found.begin(), found.end());
        found.erase(std::unique(found.begin(), found.end()), found.end());
        return found;
    }();
    return values;
}

class RawSource {
  public:
    explicit RawSource(std::uint64_t seed) : random_(seed) {}

    std::uint64_t bits() { return random_(); }
    Int128 edge() { return edges()[bits() % edges().size()]; }

    // Any magnitude with the same chance, either sign.
    Int128 any() {
        const UInt128 wide = static_cast<UInt128>(bits()) << 64 | bits();
        const Int128 size = static_cast<Int128>((wide >> 1) >> (37 + bits() % 90)) % (max_raw + 1);
        return bits() % 2 == 0 ? size : -size;
    }
    // A number as people write them: few digits, a round place.
    Int128 round() {
        Int128 raw = static_cast<Int128>(bits() % 1'000'000);
        for (std::uint64_t i = bits() % 19; i > 0; --i) raw *= 10;
        return bits() % 2 == 0 ? raw : -raw;
    }
    Int128 mixed() {
        switch (bits() % 4) {
            case 0:
                return edge();
            case 1:
                return round();
            default:
                return any();
        }
    }

  private:
    std::mt19937_64 random_;
};

struct Fraction {
    SlowInteger numerator;
    SlowInteger denominator;
    bool negative;
};

inline Fraction fraction(std::initializer_list<Int128> numerators, std::initializer_list<Int128> denominators) {
    Fraction result{SlowInteger(1), SlowInteger(1), false};
    for (const Int128 factor : numerators) {
        result.numerator = result.numerator * slow(factor);
        result.negative ^= factor < 0;
    }
    for (const Int128 factor : denominators) {
        result.denominator = result.denominator * slow(factor);
        result.negative ^= factor < 0;
    }
    return result;
}

// |2 * size * d - 2 * n| <= d, and on equality size is even: that is all there is to rounding half-even.
inline bool is_half_even(const Fraction& exact, const SlowInteger& size) {
    const SlowInteger& d = exact.denominator;
    const SlowInteger twice_exact = exact.numerator + exact.numerator;
    const SlowInteger twice_size = (size + size) * d;
    if (twice_exact == twice_size + d || twice_size == twice_exact + d) return size.is_even();
    return twice_exact < twice_size + d && twice_size < twice_exact + d;
}

// The tie above the last value goes to the last value, which is even.
inline bool overflows(const Fraction& exact) {
    return exact.numerator + exact.numerator > (slow(max_raw) + slow(max_raw) + SlowInteger(1)) * exact.denominator;
}

template <class T>
bool agrees(const Fraction& exact, const Result<T, DecimalError>& result) {
    if (overflows(exact)) return !result.ok() && result.error() == DecimalError::overflow;
    if (!result.ok() || !is_half_even(exact, slow(result->raw()))) return false;
    return result->is_zero() || result->is_negative() == exact.negative;
}

// The throwing function must give what its checked twin gives.
template <class T, class Function>
bool twin_agrees(const Result<T, DecimalError>& checked, Function function) {
    try {
        const T value = function();
        return checked.ok() && value == *checked;
    } catch (const DecimalOverflow&) {
        return !checked.ok() && checked.error() == DecimalError::overflow;
    } catch (const DecimalDivisionByZero&) {
        return !checked.ok() && checked.error() == DecimalError::division_by_zero;
    }
}

inline std::string show(Int128 raw) { return to_string(Money::from_raw(raw)); }

// Text of a raw value, one digit at a time.
inline std::string slow_text(Int128 raw) {
    std::string digits;
    for (Int128 rest = raw < 0 ? -raw : raw; rest > 0; rest /= 10)
        digits.insert(0, 1, static_cast<char>('0' + rest % 10));
    while (digits.size() < 13) digits.insert(0, 1, '0');
    digits.insert(digits.size() - 12, 1, '.');
    while (digits.back() == '0') digits.pop_back();
    if (digits.back() == '.') digits.pop_back();
    return (raw < 0 ? "-" : "") + digits;
}

// The definition of each direction, as properties of the answer m for the value v.
inline bool is_rounded(Int128 v, Int128 step, Rounding rounding, Int128 m) {
    const Int128 off = m < v ? v - m : m - v;
    const Int128 size_m = m < 0 ? -m : m;
    const Int128 size_v = v < 0 ? -v : v;
    if (m % step != 0 || off >= step) return false;
    switch (rounding) {
        case Rounding::down:
            return m <= v;
        case Rounding::up:
            return m >= v;
        case Rounding::toward_zero:
            return size_m <= size_v;
        case Rounding::away:
            return size_m >= size_v;
        case Rounding::half_even:
            return 2 * off < step || (2 * off == step && m / step % 2 == 0);
    }
    return false;
}

}  // namespace trd::testing
