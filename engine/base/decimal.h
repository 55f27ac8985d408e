// Exact decimals: Price, Quantity, Money and the dimensionless Decimal. Each is a whole number of 1e-12 between -1e15
// and 1e15, 16 bytes, trivially copyable; the four do not mix except in the functions below. Used by every room that
// touches money. Values are immutable apart from += and -=; all functions are pure and may be called from any thread.
//
// A product or quotient is exact in 256 bits and rounded once, half-even, at 1e-12. What leaves the range throws
// DecimalOverflow, which ends a command; where overflow is an ordinary refusal, use the checked_ twin.
// Doubles enter (quantize, from_double) and leave (to_double) here and nowhere else.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/int256.h"
#include "base/result.h"

namespace trd {

inline constexpr int decimal_places = 12;
inline constexpr std::int64_t decimal_scale = 1'000'000'000'000;
inline constexpr std::int64_t decimal_max_units = 1'000'000'000'000'000;
inline constexpr Int128 decimal_max_raw = static_cast<Int128>(decimal_max_units) * decimal_scale;
inline constexpr std::size_t decimal_text_max = 32;  // sign, 16 digits, point, 12 digits: 30 and some slack

enum class DecimalError : std::uint8_t { empty, syntax, too_precise, overflow, division_by_zero, not_finite };
const char* describe(DecimalError error);

class DecimalOverflow : public std::overflow_error {
  public:
    DecimalOverflow();
};
// A divisor of zero, or a step that is not positive.
class DecimalDivisionByZero : public std::domain_error {
  public:
    DecimalDivisionByZero();
};

// Towards minus infinity, towards plus infinity, to nearest with ties to the even multiple, towards zero, from zero.
enum class Rounding : std::uint8_t { down, up, half_even, toward_zero, away };

namespace decimal_detail {

[[noreturn]] void throw_overflow();
[[noreturn]] void throw_division_by_zero();

// What a kernel returns when the true result is out of range: any such value is refused by from_raw.
inline constexpr Int128 out_of_range = decimal_max_raw + 1;

constexpr bool in_range(Int128 raw) {
    // One comparison for both ends. Modulo 2^128, so any raw will do.
    return static_cast<UInt128>(raw) + static_cast<UInt128>(decimal_max_raw) <=
           2 * static_cast<UInt128>(decimal_max_raw);
}
constexpr UInt128 magnitude(Int128 raw) { return static_cast<UInt128>(raw < 0 ? -raw : raw); }
constexpr Int128 with_sign(UInt128 size, bool negative) {
    const Int128 raw = static_cast<Int128>(size);
    return negative ? -raw : raw;
}

struct Split {
    UInt128 quotient;
    std::uint64_t remainder;
};

// value / 1e12 for any value, without a division: 1e12 is 2^12 * 5^12, and for x < 2^116 and d = 5^12 < 2^28 the floor
// of x / d is x * m >> 144 with m = ceil(2^144 / d), because 0 <= m * d - 2^144 < 2^28 (Granlund and Montgomery 1994).
inline constexpr std::uint64_t scale_odd_part = 244'140'625;
inline constexpr UInt128 scale_reciprocal =
    divide_wide({static_cast<UInt128>(1) << 16, 0}, scale_odd_part).quotient.low + 1;
static_assert(static_cast<std::int64_t>(scale_odd_part << 12) == decimal_scale);

constexpr Split divide_by_scale(UInt128 value) {
    const UInt128 quotient = multiply_wide(value >> 12, scale_reciprocal).high >> 16;
    // The remainder is below 2^64, so the low limbs are enough.
    return {quotient, low_limb(value) - low_limb(quotient) * static_cast<std::uint64_t>(decimal_scale)};
}

// numerator / divisor, half-even; anything above decimal_max_raw comes back as out_of_range. Precondition: divisor > 0.
UInt128 divide_rounded(const Product256& numerator, UInt128 divisor);
Int128 product_scaled_wide(Int128 a, Int128 b);
Int128 product_scaled_wide(Int128 a, Int128 b, Int128 c);

// product / 1e12, half-even. As round_half_even, with the comparisons in 64 bits.
constexpr UInt128 round_scaled(UInt128 product) {
    constexpr std::uint64_t half = decimal_scale / 2;
    const Split split = divide_by_scale(product);
    const bool above = split.remainder > half;
    const bool tie_to_odd = (split.remainder == half) & ((low_limb(split.quotient) & 1) != 0);
    return split.quotient + static_cast<UInt128>(above | tie_to_odd);
}

// a * b / 1e12. The exact product leaves 128 bits only when the result is above 3.4e14.
inline Int128 product_scaled(Int128 a, Int128 b) {
    UInt128 product = 0;
    if (__builtin_mul_overflow(magnitude(a), magnitude(b), &product)) return product_scaled_wide(a, b);
    return with_sign(round_scaled(product), (a < 0) != (b < 0));
}

// a * b * c / 1e24. A whole factor c (1, 50, 100: nearly all contract multipliers) leaves a * b * units / 1e12.
inline Int128 product_scaled(Int128 a, Int128 b, Int128 c) {
    if (c == decimal_scale) return product_scaled(a, b);
    const Split factor = divide_by_scale(magnitude(c));
    UInt128 product = 0;
    if (factor.remainder != 0 || __builtin_mul_overflow(magnitude(a), magnitude(b), &product) ||
        __builtin_mul_overflow(product, factor.quotient, &product))
        return product_scaled_wide(a, b, c);
    return with_sign(round_scaled(product), ((a < 0) != (b < 0)) != (c < 0));
}

// a * b / c. Precondition: c != 0.
Int128 product_divided(Int128 a, Int128 b, Int128 c);

// Precondition: step > 0. The result may be out of range.
Int128 round_to_step(Int128 raw, Int128 step, Rounding rounding);
bool is_multiple(Int128 raw, Int128 step);

Result<Int128, DecimalError> parse(std::string_view text);
Result<Int128, DecimalError> from_double(double value);
Int128 parse_or_throw(const char* text, std::size_t size);
double to_double_in_parts(Int128 raw);  // any size
inline double to_double(Int128 raw) {
    constexpr std::int64_t exact_max = std::int64_t{1} << 53;
    // Both operands are exact, so the one division is the one rounding.
    if (raw >= -exact_max && raw <= exact_max) return static_cast<double>(static_cast<std::int64_t>(raw)) / 1e12;
    return to_double_in_parts(raw);
}
char* to_chars(char* out, Int128 raw);
std::string to_string(Int128 raw);
std::string format_fixed(Int128 raw, int places);
std::ostream& print(std::ostream& out, Int128 raw);

}  // namespace decimal_detail

template <class Tag>
class Fixed {
  public:
    using Checked = Result<Fixed, DecimalError>;

    constexpr Fixed() = default;  // zero
    static constexpr Fixed zero() { return Fixed(); }
    static constexpr Fixed max() { return Fixed(decimal_max_raw); }
    static constexpr Fixed smallest_step() { return Fixed(1); }

    // raw counts 1e-12. Throws DecimalOverflow beyond +-1e15.
    static constexpr Fixed from_raw(Int128 raw) {
        if (!decimal_detail::in_range(raw)) decimal_detail::throw_overflow();
        return Fixed(raw);
    }
    static constexpr Fixed from_units(std::int64_t units) {
        return from_raw(static_cast<Int128>(units) * decimal_scale);
    }
    static Checked checked_from_raw(Int128 raw) {
        if (!decimal_detail::in_range(raw)) return Fail{DecimalError::overflow};
        return Fixed(raw);
    }
    static Checked checked_from_units(std::int64_t units) {
        return checked_from_raw(static_cast<Int128>(units) * decimal_scale);
    }

    // [+-] digits [. digits] [e [+-] digits], nothing else around it; linear time for input of any length.
    static Checked parse(std::string_view text) {
        const auto raw = decimal_detail::parse(text);
        if (!raw.ok()) return Fail{raw.error()};
        return Fixed(raw.value());
    }

    constexpr Int128 raw() const { return raw_; }
    constexpr bool is_zero() const { return raw_ == 0; }
    constexpr bool is_negative() const { return raw_ < 0; }
    constexpr bool is_positive() const { return raw_ > 0; }
    constexpr int sign() const { return static_cast<int>(raw_ > 0) - static_cast<int>(raw_ < 0); }

    friend constexpr bool operator==(Fixed, Fixed) = default;
    friend constexpr std::strong_ordering operator<=>(Fixed, Fixed) = default;

    constexpr Fixed operator-() const { return Fixed(-raw_); }
    constexpr Fixed& operator+=(Fixed other) { return *this = from_raw(raw_ + other.raw_); }
    constexpr Fixed& operator-=(Fixed other) { return *this = from_raw(raw_ - other.raw_); }
    friend constexpr Fixed operator+(Fixed a, Fixed b) { return a += b; }
    friend constexpr Fixed operator-(Fixed a, Fixed b) { return a -= b; }
    friend constexpr Fixed abs(Fixed value) { return Fixed(value.raw_ < 0 ? -value.raw_ : value.raw_); }

    friend std::ostream& operator<<(std::ostream& out, Fixed value) { return decimal_detail::print(out, value.raw_); }

  private:
    explicit constexpr Fixed(Int128 raw) : raw_(raw) {}

    Int128 raw_ = 0;
};

using Price = Fixed<struct PriceTag>;        // of one unit, in quote currency
using Quantity = Fixed<struct QuantityTag>;  // units, contracts, coins
using Money = Fixed<struct MoneyTag>;        // an amount in some currency
using Decimal = Fixed<struct DecimalTag>;    // dimensionless: multipliers, rates, ratios

static_assert(sizeof(Money) == 16 && std::is_trivially_copyable_v<Money>);

template <class Tag>
Result<Fixed<Tag>, DecimalError> checked_add(Fixed<Tag> a, Fixed<Tag> b) {
    return Fixed<Tag>::checked_from_raw(a.raw() + b.raw());
}
template <class Tag>
Result<Fixed<Tag>, DecimalError> checked_subtract(Fixed<Tag> a, Fixed<Tag> b) {
    return Fixed<Tag>::checked_from_raw(a.raw() - b.raw());
}

// Which product of two types exists, and what it is. No entry, no product: Price * Price does not compile.
template <class A, class B>
struct ProductOf;
template <class Tag>
struct ProductOf<Fixed<Tag>, Decimal> {
    using Type = Fixed<Tag>;
};
template <>
struct ProductOf<Quantity, Money> {  // so much per unit, for example a commission per contract
    using Type = Money;
};

// Likewise for quotients.
template <class A, class B>
struct QuotientOf;
template <class Tag>
struct QuotientOf<Fixed<Tag>, Fixed<Tag>> {
    using Type = Decimal;
};
template <class Tag>
requires(!std::is_same_v<Fixed<Tag>, Decimal>) struct QuotientOf<Fixed<Tag>, Decimal> {
    using Type = Fixed<Tag>;
};
template <>
struct QuotientOf<Money, Quantity> {
    using Type = Price;
};
template <>
struct QuotientOf<Money, Price> {
    using Type = Quantity;
};

template <class A, class B>
using Product = typename ProductOf<A, B>::Type;
template <class A, class B>
using Quotient = typename QuotientOf<A, B>::Type;

// price * quantity * multiplier, one rounding for the triple product.
inline Money notional(Price price, Quantity quantity, Decimal multiplier) {
    return Money::from_raw(decimal_detail::product_scaled(price.raw(), quantity.raw(), multiplier.raw()));
}
inline Result<Money, DecimalError> checked_notional(Price price, Quantity quantity, Decimal multiplier) {
    return Money::checked_from_raw(decimal_detail::product_scaled(price.raw(), quantity.raw(), multiplier.raw()));
}

template <class A, class B>
Product<A, B> multiply(A a, B b) {
    return Product<A, B>::from_raw(decimal_detail::product_scaled(a.raw(), b.raw()));
}
template <class A, class B>
Result<Product<A, B>, DecimalError> checked_multiply(A a, B b) {
    return Product<A, B>::checked_from_raw(decimal_detail::product_scaled(a.raw(), b.raw()));
}

template <class A, class B>
Quotient<A, B> divide(A a, B b) {
    if (b.is_zero()) decimal_detail::throw_division_by_zero();
    return Quotient<A, B>::from_raw(decimal_detail::product_divided(a.raw(), decimal_scale, b.raw()));
}
template <class A, class B>
Result<Quotient<A, B>, DecimalError> checked_divide(A a, B b) {
    if (b.is_zero()) return Fail{DecimalError::division_by_zero};
    return Quotient<A, B>::checked_from_raw(decimal_detail::product_divided(a.raw(), decimal_scale, b.raw()));
}

// amount * part / whole with one rounding: the share of a cost that goes with a partial close.
template <class Tag, class PartTag>
Fixed<Tag> mul_div(Fixed<Tag> amount, Fixed<PartTag> part, Fixed<PartTag> whole) {
    if (whole.is_zero()) decimal_detail::throw_division_by_zero();
    return Fixed<Tag>::from_raw(decimal_detail::product_divided(amount.raw(), part.raw(), whole.raw()));
}
template <class Tag, class PartTag>
Result<Fixed<Tag>, DecimalError> checked_mul_div(Fixed<Tag> amount, Fixed<PartTag> part, Fixed<PartTag> whole) {
    if (whole.is_zero()) return Fail{DecimalError::division_by_zero};
    return Fixed<Tag>::checked_from_raw(decimal_detail::product_divided(amount.raw(), part.raw(), whole.raw()));
}

// To a multiple of step, exactly. A step that is not positive is a division by zero.
template <class Tag>
Fixed<Tag> round_to_step(Fixed<Tag> value, Fixed<Tag> step, Rounding rounding) {
    if (!step.is_positive()) decimal_detail::throw_division_by_zero();
    return Fixed<Tag>::from_raw(decimal_detail::round_to_step(value.raw(), step.raw(), rounding));
}
template <class Tag>
Result<Fixed<Tag>, DecimalError> checked_round_to_step(Fixed<Tag> value, Fixed<Tag> step, Rounding rounding) {
    if (!step.is_positive()) return Fail{DecimalError::division_by_zero};
    return Fixed<Tag>::checked_from_raw(decimal_detail::round_to_step(value.raw(), step.raw(), rounding));
}
template <class Tag>
bool is_multiple_of(Fixed<Tag> value, Fixed<Tag> step) {
    if (!step.is_positive()) decimal_detail::throw_division_by_zero();
    return decimal_detail::is_multiple(value.raw(), step.raw());
}

// The double nearest to the value, ties to even.
template <class Tag>
double to_double(Fixed<Tag> value) {
    return decimal_detail::to_double(value.raw());
}

// The value that a person would read off the double: its first 15 significant digits, then the nearest 1e-12. So
// 4.35 * 100, which is 434.99999999999994 in binary, is 435, and 0.1 + 0.2 - 0.3 is 0.
template <class T>
Result<T, DecimalError> from_double(double value) {
    const auto raw = decimal_detail::from_double(value);
    if (!raw.ok()) return Fail{raw.error()};
    return T::checked_from_raw(raw.value());
}

// from_double, then to a multiple of step in the stated direction: the only way from a signal to an order.
template <class T>
Result<T, DecimalError> quantize(double value, T step, Rounding rounding) {
    const auto exact = from_double<T>(value);
    if (!exact.ok()) return exact;
    return checked_round_to_step(exact.value(), step, rounding);
}

// The shortest exact text: "0.1", "-3", "1000000000000000".
template <class Tag>
std::string to_string(Fixed<Tag> value) {
    return decimal_detail::to_string(value.raw());
}
// The same into a buffer of at least decimal_text_max bytes, without a terminating zero; returns the end.
template <class Tag>
char* to_chars(char* out, Fixed<Tag> value) {
    return decimal_detail::to_chars(out, value.raw());
}
// Exactly `places` decimals (0 or more), rounded half-even, for tables; what rounds to zero has no sign.
template <class Tag>
std::string format_fixed(Fixed<Tag> value, int places) {
    return decimal_detail::format_fixed(value.raw(), places);
}

// "1.25"_price: constants in our own code and tests. Throws std::invalid_argument for text that does not parse.
inline namespace decimal_literals {
inline Price operator""_price(const char* text, std::size_t size) {
    return Price::from_raw(decimal_detail::parse_or_throw(text, size));
}
inline Quantity operator""_qty(const char* text, std::size_t size) {
    return Quantity::from_raw(decimal_detail::parse_or_throw(text, size));
}
inline Money operator""_money(const char* text, std::size_t size) {
    return Money::from_raw(decimal_detail::parse_or_throw(text, size));
}
inline Decimal operator""_dec(const char* text, std::size_t size) {
    return Decimal::from_raw(decimal_detail::parse_or_throw(text, size));
}
}  // namespace decimal_literals

}  // namespace trd
