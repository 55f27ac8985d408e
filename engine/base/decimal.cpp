#include "base/decimal.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <ostream>

namespace trd {

const char* describe(DecimalError error) {
    static constexpr const char* texts[] = {
        "empty",
        "not a decimal number",
        "more than 12 decimal places",
        "beyond 1e15",
        "division by zero, or a step that is not positive",
        "not a finite number",
    };
    return texts[static_cast<std::size_t>(error)];
}

DecimalOverflow::DecimalOverflow() : std::overflow_error("decimal beyond 1e15") {}
DecimalDivisionByZero::DecimalDivisionByZero() : std::domain_error("decimal divided by zero") {}

namespace decimal_detail {
namespace {

constexpr UInt128 max_magnitude = static_cast<UInt128>(decimal_max_raw);

constexpr auto powers_of_ten = [] {
    std::array<UInt128, 29> powers{};
    UInt128 power = 1;
    for (UInt128& slot : powers) {
        slot = power;
        power *= 10;
    }
    return powers;
}();
UInt128 power_of_ten(std::int64_t exponent) { return powers_of_ten[static_cast<std::size_t>(exponent)]; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

void throw_overflow() { throw DecimalOverflow(); }
void throw_division_by_zero() { throw DecimalDivisionByZero(); }

// --- products and quotients ------------------------------------------------------------------------------------------

UInt128 divide_rounded(const Product256& numerator, UInt128 divisor) {
    // A product beyond 256 bits is out of range whatever the divisor: 2^256 / 1e27 is above 1e50.
    if (numerator.overflow) return static_cast<UInt128>(out_of_range);
    const Quotient256 exact = divide_wide(numerator.value, divisor);
    if (exact.quotient.high != 0 || exact.quotient.low > max_magnitude) return static_cast<UInt128>(out_of_range);
    return round_half_even(exact.quotient.low, exact.remainder, divisor);
}

Int128 product_scaled_wide(Int128 a, Int128 b) {
    const Product256 product{multiply_wide(magnitude(a), magnitude(b)), false};
    return with_sign(divide_rounded(product, static_cast<UInt128>(decimal_scale)), (a < 0) != (b < 0));
}

Int128 product_scaled_wide(Int128 a, Int128 b, Int128 c) {
    const Product256 product = multiply_wide(multiply_wide(magnitude(a), magnitude(b)), magnitude(c));
    const UInt128 scale_squared = static_cast<UInt128>(decimal_scale) * static_cast<UInt128>(decimal_scale);
    return with_sign(divide_rounded(product, scale_squared), ((a < 0) != (b < 0)) != (c < 0));
}

Int128 product_divided(Int128 a, Int128 b, Int128 c) {
    const bool negative = ((a < 0) != (b < 0)) != (c < 0);
    const UInt128 divisor = magnitude(c);
    UInt128 product = 0;
    if (__builtin_mul_overflow(magnitude(a), magnitude(b), &product)) {
        const Product256 wide{multiply_wide(magnitude(a), magnitude(b)), false};
        return with_sign(divide_rounded(wide, divisor), negative);
    }
    const UInt128 quotient = product / divisor;
    if (quotient > max_magnitude) return out_of_range;
    return with_sign(round_half_even(quotient, product - quotient * divisor, divisor), negative);
}

// --- steps -----------------------------------------------------------------------------------------------------------

namespace {

// Whether a value strictly between two multiples goes to the one further from zero. Not asked for half_even.
bool goes_outward(Rounding rounding, bool negative) {
    static constexpr bool table[5][2] = {
        {false, true},   // down
        {true, false},   // up
        {false, false},  // half_even
        {false, false},  // toward_zero
        {true, true},    // away
    };
    return table[static_cast<std::size_t>(rounding)][static_cast<std::size_t>(negative)];
}

Split divide_by_step(UInt128 size, std::uint64_t step) {
    if (high_limb(size) == 0) return {low_limb(size) / step, low_limb(size) % step};
    return {size / step, low_limb(size % step)};
}

}  // namespace

Int128 round_to_step(Int128 raw, Int128 step, Rounding rounding) {
    const UInt128 size = magnitude(raw);
    const UInt128 width = static_cast<UInt128>(step);
    UInt128 quotient = 0;
    UInt128 remainder = size;
    if (high_limb(width) == 0) {
        const Split split = divide_by_step(size, low_limb(width));
        quotient = split.quotient;
        remainder = split.remainder;
    } else {
        quotient = size / width;
        remainder = size % width;
    }
    if (remainder == 0) return raw;
    if (rounding == Rounding::half_even)
        quotient = round_half_even(quotient, remainder, width);
    else
        quotient += static_cast<UInt128>(goes_outward(rounding, raw < 0));
    return with_sign(quotient * width, raw < 0);
}

bool is_multiple(Int128 raw, Int128 step) { return round_to_step(raw, step, Rounding::toward_zero) == raw; }

// --- text to decimal -------------------------------------------------------------------------------------------------

namespace {

// The digits of a number from the first that is not zero, as far as they can matter: 1e15 with 12 places has 28.
struct Significand {
    static constexpr int digits_max = 28;

    UInt128 digits = 0;
    int count = 0;              // digits kept
    bool dropped = false;       // a further digit was not zero
    std::int64_t position = 0;  // where the decimal point stands, counted from the first kept digit

    bool is_zero() const { return count == 0; }

    void add(int digit) {
        if (count == digits_max) {
            dropped |= digit != 0;
            return;
        }
        digits = digits * 10 + static_cast<unsigned>(digit);
        count += static_cast<int>(count > 0 || digit != 0);
    }
};

class Scanner {
  public:
    explicit Scanner(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

    bool at_end() const { return at_ == end_; }
    bool at_digit() const { return at_ != end_ && is_digit(*at_); }
    int next_digit() { return *at_++ - '0'; }
    bool take(char wanted) {
        if (at_ == end_ || *at_ != wanted) return false;
        ++at_;
        return true;
    }
    // Skips an optional sign; true for a minus.
    bool take_sign() {
        const bool negative = take('-');
        if (!negative) take('+');
        return negative;
    }

  private:
    const char* at_;
    const char* end_;
};

bool scan_integer_part(Scanner& in, Significand& number) {
    if (!in.at_digit()) return false;
    while (in.at_digit()) {
        number.add(in.next_digit());
        number.position += static_cast<std::int64_t>(!number.is_zero());
    }
    return true;
}

bool scan_fraction(Scanner& in, Significand& number) {
    if (!in.take('.')) return true;
    if (!in.at_digit()) return false;
    while (in.at_digit()) {
        number.add(in.next_digit());
        number.position -= static_cast<std::int64_t>(number.is_zero());
    }
    return true;
}

bool scan_exponent(Scanner& in, Significand& number) {
    if (!in.take('e') && !in.take('E')) return true;
    const bool negative = in.take_sign();
    if (!in.at_digit()) return false;
    // Beyond any text that fits in memory, so that the sum with position keeps its sign; ten times it fits 64 bits.
    constexpr std::int64_t enough = 100'000'000'000'000'000;
    std::int64_t exponent = 0;
    while (in.at_digit()) exponent = std::min(exponent * 10 + in.next_digit(), enough);
    number.position += negative ? -exponent : exponent;
    return true;
}

// digits * 10^(position - count) as a whole number of 1e-12.
Result<UInt128, DecimalError> scale_to_raw(const Significand& number) {
    constexpr int position_max = 16;  // of 1e15
    if (number.is_zero()) return UInt128{0};
    if (number.position > position_max) return Fail{DecimalError::overflow};
    if (number.dropped)
        return Fail{number.position == position_max ? DecimalError::overflow : DecimalError::too_precise};
    const std::int64_t shift = decimal_places + number.position - number.count;
    if (shift >= 0) return number.digits * power_of_ten(shift);
    if (shift < -Significand::digits_max) return Fail{DecimalError::too_precise};
    const UInt128 divisor = power_of_ten(-shift);
    if (number.digits % divisor != 0) return Fail{DecimalError::too_precise};
    return number.digits / divisor;
}

}  // namespace

Result<Int128, DecimalError> parse(std::string_view text) {
    if (text.empty()) return Fail{DecimalError::empty};
    Scanner in(text);
    Significand number;
    const bool negative = in.take_sign();
    const bool well_formed = scan_integer_part(in, number) && scan_fraction(in, number) && scan_exponent(in, number);
    if (!well_formed || !in.at_end()) return Fail{DecimalError::syntax};
    TRD_TRY(const UInt128 size, scale_to_raw(number));
    if (size > max_magnitude) return Fail{DecimalError::overflow};
    return with_sign(size, negative);
}

Int128 parse_or_throw(const char* text, std::size_t size) {
    const auto parsed = parse(std::string_view(text, size));
    if (!parsed.ok()) throw std::invalid_argument(std::string(text, size) + ": " + describe(parsed.error()));
    return parsed.value();
}

// --- doubles ---------------------------------------------------------------------------------------------------------

Result<Int128, DecimalError> from_double(double value) {
    if (!std::isfinite(value)) return Fail{DecimalError::not_finite};
    // Rejected before they are printed, so that the exponent below is small.
    if (std::abs(value) >= 1e16) return Fail{DecimalError::overflow};
    // A whole number below 1e15 has at most 15 digits and is its own answer; most quantities are.
    const auto whole = static_cast<std::int64_t>(value);
    if (std::abs(value) < 1e15 && static_cast<double>(whole) == value)
        return static_cast<Int128>(whole) * decimal_scale;
    char text[32];
    // d.dddddddddddddde[+-]dd[d]: 15 digits, exactly rounded, independent of the locale.
    const auto printed = std::to_chars(text, text + sizeof text, std::abs(value), std::chars_format::scientific, 14);
    text[1] = text[0];  // over the point, so that the digits are in one piece
    std::uint64_t digits = 0;
    std::from_chars(text + 1, text + 16, digits);
    int exponent = 0;
    std::from_chars(text + 17 + static_cast<int>(text[17] == '+'), printed.ptr, exponent);
    const int shift = exponent - 14 + decimal_places;
    if (shift >= 0) return with_sign(digits * power_of_ten(shift), value < 0);
    if (shift < -15) return Int128{0};
    const UInt128 divisor = power_of_ten(-shift);
    return with_sign(round_half_even(digits / divisor, digits % divisor, divisor), value < 0);
}

double to_double_in_parts(Int128 raw) {
    const UInt128 size = magnitude(raw);
    const int bits =
        128 - (high_limb(size) != 0 ? std::countl_zero(high_limb(size)) : 64 + std::countl_zero(low_limb(size)));
    // 96 bits by 1e12 leave a quotient of 56 or 57: 53, and more below them for the rounding, the last one sticky.
    const int shift = 96 - bits;
    const Split split = divide_by_scale(size << shift);
    const std::uint64_t quotient = low_limb(split.quotient) | static_cast<std::uint64_t>(split.remainder != 0);
    const auto unshift = std::bit_cast<double>(static_cast<std::uint64_t>(1023 - shift) << 52);  // two to the -shift
    const double rounded = static_cast<double>(static_cast<std::int64_t>(quotient)) * unshift;
    return raw < 0 ? -rounded : rounded;
}

// --- decimal to text -------------------------------------------------------------------------------------------------

namespace {

// Writes the last `count` digits of value, with leading zeros.
char* write_digits(char* out, std::uint64_t value, int count) {
    for (char* digit = out + count; digit != out; value /= 10) *--digit = static_cast<char>('0' + value % 10);
    return out + count;
}

// Sign, units and, when there is a fraction, a point and all 12 places.
struct Text {
    char* point;  // where the integer part ends
    char* end;
};
Text write_full(char* out, Int128 raw) {
    const Split split = divide_by_scale(magnitude(raw));
    if (raw < 0) *out++ = '-';
    char* const point = std::to_chars(out, out + 20, low_limb(split.quotient)).ptr;
    *point = '.';
    return {point, write_digits(point + 1, split.remainder, decimal_places)};
}

}  // namespace

char* to_chars(char* out, Int128 raw) {
    const Text text = write_full(out, raw);
    char* end = text.end;
    while (end[-1] == '0') --end;
    return end == text.point + 1 ? text.point : end;
}

std::string to_string(Int128 raw) {
    char text[decimal_text_max];
    return std::string(text, to_chars(text, raw));
}

std::string format_fixed(Int128 raw, int places) {
    const int kept = std::clamp(places, 0, decimal_places);
    const Int128 step = static_cast<Int128>(power_of_ten(decimal_places - kept));
    char buffer[decimal_text_max];
    const Text text = write_full(buffer, round_to_step(raw, step, Rounding::half_even));
    if (kept == 0) return std::string(buffer, text.point);
    std::string result(buffer, text.point + 1 + kept);
    result.append(static_cast<std::size_t>(std::max(places - kept, 0)), '0');
    return result;
}

std::ostream& print(std::ostream& out, Int128 raw) { return out << to_string(raw); }

}  // namespace decimal_detail
}  // namespace trd
