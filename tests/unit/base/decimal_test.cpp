// Range, sums, products, quotients and steps.
#include "base/decimal.h"

#include <limits>
#include <type_traits>
#include <utility>

#include "support/catch.h"
#include "unit/base/decimal_values.h"

namespace trd {

using namespace testing;

// --- construction, comparison, sums ----------------------------------------------------------------------------------

template <class A, class B>
concept Addable = requires(A a, B b) {
    a + b;
};
template <class A, class B>
concept Multipliable = requires(A a, B b) {
    multiply(a, b);
};
template <class A, class B>
concept Dividable = requires(A a, B b) {
    divide(a, b);
};
template <class A, class B>
concept StarMultipliable = requires(A a, B b) {
    a* b;
};

TEST_CASE("the types do not mix") {
    STATIC_REQUIRE(Addable<Price, Price>);
    STATIC_REQUIRE_FALSE(Addable<Price, Quantity>);
    STATIC_REQUIRE_FALSE(Addable<Money, Decimal>);
    STATIC_REQUIRE_FALSE(Addable<Money, double>);
    STATIC_REQUIRE_FALSE(StarMultipliable<Price, Price>);
    STATIC_REQUIRE_FALSE(StarMultipliable<Decimal, Decimal>);
    STATIC_REQUIRE_FALSE(std::is_convertible_v<double, Money>);
    STATIC_REQUIRE_FALSE(std::is_constructible_v<Money, double>);
    STATIC_REQUIRE_FALSE(std::is_constructible_v<Money, Price>);
    STATIC_REQUIRE(sizeof(Price) == 16);
    STATIC_REQUIRE(std::is_trivially_copyable_v<Price>);
}

TEST_CASE("the ends of the range") {
    CHECK(Money::max().raw() == max_raw);
    CHECK(Money::from_raw(max_raw) == Money::from_units(1'000'000'000'000'000));
    CHECK(Money::from_raw(-max_raw) == -Money::max());
    CHECK_THROWS_AS(Money::from_raw(max_raw + 1), DecimalOverflow);
    CHECK_THROWS_AS(Money::from_raw(-max_raw - 1), DecimalOverflow);
    CHECK_THROWS_AS(Money::from_units(1'000'000'000'000'001), DecimalOverflow);
    CHECK_THROWS_AS(Money::from_units(std::numeric_limits<std::int64_t>::min()), std::overflow_error);
    CHECK(Money::checked_from_raw(max_raw + 1).error() == DecimalError::overflow);
    CHECK(Money::checked_from_units(-1'000'000'000'000'001).error() == DecimalError::overflow);
    CHECK(*Money::checked_from_units(-7) == "-7"_money);
    // The far ends of 128 bits, where the test for the range could wrap round.
    const Int128 top = static_cast<Int128>(~static_cast<UInt128>(0) >> 1);
    for (const Int128 raw : {top, -top, -top - 1, top - max_raw, -top + max_raw})
        CHECK(Money::checked_from_raw(raw).error() == DecimalError::overflow);
}

TEST_CASE("sums and differences overflow exactly at the boundary") {
    CHECK(Price::max() - Price::smallest_step() + Price::smallest_step() == Price::max());
    CHECK_THROWS_AS(Price::max() + Price::smallest_step(), DecimalOverflow);
    CHECK_THROWS_AS(-Price::max() - Price::smallest_step(), DecimalOverflow);
    CHECK(Price::max() + -Price::max() == Price::zero());
    Price kept = Price::max();
    CHECK_THROWS_AS(kept += Price::smallest_step(), DecimalOverflow);
    CHECK(kept == Price::max());
}

TEST_CASE("sums, order, sign of every pair of edges") {
    for (const Int128 a : edges()) {
        for (const Int128 b : edges()) {
            const Money x = Money::from_raw(a);
            const Money y = Money::from_raw(b);
            const auto sum = checked_add(x, y);
            const auto difference = checked_subtract(x, y);
            const bool sum_fits = a + b <= max_raw && a + b >= -max_raw;
            const bool difference_fits = a - b <= max_raw && a - b >= -max_raw;
            const bool right = sum.ok() == sum_fits && difference.ok() == difference_fits &&
                               (!sum_fits || sum->raw() == a + b) && (!difference_fits || difference->raw() == a - b) &&
                               (x < y) == (a < b) && (x == y) == (a == b) && (x >= y) == (a >= b);
            if (!right) FAIL(show(a) << " and " << show(b));
        }
    }
    RawSource source(1);
    for (int i = 0; i < 2000; ++i) {
        const Money x = Money::from_raw(source.mixed());
        const Money y = Money::from_raw(source.mixed());
        if (!twin_agrees(checked_add(x, y), [&] { return x + y; })) FAIL(x << " + " << y);
        if (!twin_agrees(checked_subtract(x, y), [&] { return x - y; })) FAIL(x << " - " << y);
    }
    for (const Int128 raw : edges()) {
        const Money value = Money::from_raw(raw);
        const bool right = value.sign() == (raw > 0) - (raw < 0) && value.is_zero() == (raw == 0) &&
                           value.is_negative() == (raw < 0) && value.is_positive() == (raw > 0) &&
                           (-value).raw() == -raw && abs(value).raw() == (raw < 0 ? -raw : raw);
        if (!right) FAIL(show(raw));
    }
}

TEMPLATE_TEST_CASE("equality and order of each type", "", Price, Quantity, Money, Decimal) {
    const TestType small = TestType::from_raw(1);
    const TestType large = TestType::from_raw(static_cast<Int128>(1) << 80);
    CHECK(small != large);
    CHECK(small == TestType::smallest_step());
    CHECK((small < large && large > small && small <= small && large >= large));
    CHECK((small <=> small) == std::strong_ordering::equal);
    CHECK(std::max(small, large) == large);
}

TEST_CASE("arithmetic on constants is done by the compiler") {
    constexpr Money sum = Money::from_units(2) + Money::from_raw(5) - Money::from_units(3);
    static_assert(sum.raw() == 5 - decimal_scale && sum < Money::zero() && abs(sum) == -sum);
    SUCCEED();
}

// --- products and quotients ------------------------------------------------------------------------------------------

namespace {

void check_product(Int128 a, Int128 b) {
    const Money x = Money::from_raw(a);
    const Decimal y = Decimal::from_raw(b);
    if (!agrees(fraction({a, b}, {decimal_scale}), checked_multiply(x, y))) FAIL(show(a) << " * " << show(b));
}

void check_quotient(Int128 a, Int128 b) {
    const auto result = checked_divide(Money::from_raw(a), Decimal::from_raw(b));
    const bool right = b == 0 ? !result.ok() && result.error() == DecimalError::division_by_zero
                              : agrees(fraction({a, decimal_scale}, {b}), result);
    if (!right) FAIL(show(a) << " / " << show(b));
}

void check_notional(Int128 a, Int128 b, Int128 c) {
    const auto result = checked_notional(Price::from_raw(a), Quantity::from_raw(b), Decimal::from_raw(c));
    if (!agrees(fraction({a, b, c}, {decimal_scale, decimal_scale}), result))
        FAIL(show(a) << " * " << show(b) << " * " << show(c));
}

void check_mul_div(Int128 a, Int128 b, Int128 c) {
    const auto result = checked_mul_div(Money::from_raw(a), Quantity::from_raw(b), Quantity::from_raw(c));
    const bool right = c == 0 ? !result.ok() && result.error() == DecimalError::division_by_zero
                              : agrees(fraction({a, b}, {c}), result);
    if (!right) FAIL(show(a) << " * " << show(b) << " / " << show(c));
}

}  // namespace

TEST_CASE("products and quotients of every pair of edges") {
    RawSource source(2);
    const auto one_in = static_cast<std::uint64_t>(cases(1000) == 1000 ? 6 : 120);  // more than a million pairs
    for (const Int128 a : edges()) {
        for (const Int128 b : edges()) {
            if (source.bits() % one_in != 0) continue;
            check_product(a, b);
            check_quotient(a, b);
        }
    }
}

TEST_CASE("products and quotients of random values") {
    RawSource source(3);
    for (int i = 0; i < cases(100'000); ++i) {
        check_product(source.mixed(), source.mixed());
        check_quotient(source.mixed(), source.mixed());
    }
}

TEST_CASE("triple products and shares are rounded once") {
    RawSource source(4);
    const Int128 whole_multipliers[] = {1, 10, 50, -50, 100, 1000, 100'000, 0};
    for (int i = 0; i < cases(50'000); ++i) {
        check_notional(source.mixed(), source.mixed(), source.mixed());
        check_notional(source.any(), source.any(), whole_multipliers[source.bits() % 8] * decimal_scale);
        check_mul_div(source.mixed(), source.mixed(), source.mixed());
    }
}

TEST_CASE("products that end at a tie") {
    // a * (k * 1e12 / a + 1/2 raw): the product is odd half units for every factor of 1e12 that is built in.
    const Int128 half = decimal_scale / 2;
    for (Int128 k = 0; k < 1000; ++k) {
        for (const Int128 factor : {half, -half, half * 5, half * 3}) {
            for (const Int128 offset : {Int128{-1}, Int128{0}, Int128{1}}) {
                check_product(2 * k + 1, factor + offset);
                check_product(-(2 * k + 1), factor + offset);
                check_notional(2 * k + 1, factor + offset, decimal_scale);
                check_mul_div(2 * k + 1, factor + offset, decimal_scale);
                check_mul_div(2 * k + 1, 7 + offset, 14);
            }
        }
    }
    CHECK(multiply(Money::from_raw(1), "0.5"_dec).raw() == 0);
    CHECK(multiply(Money::from_raw(3), "0.5"_dec).raw() == 2);
    CHECK(multiply(Money::from_raw(-3), "0.5"_dec).raw() == -2);
    CHECK(multiply(Money::from_raw(5), "0.5"_dec).raw() == 2);
}

TEST_CASE("products overflow exactly at the boundary") {
    // Half a raw unit above the last value is a tie and goes to the last value; anything more does not fit.
    const Money half_max = Money::from_raw(max_raw / 2);
    CHECK(multiply(half_max, "2"_dec) == Money::max());
    CHECK(multiply(Money::max(), Decimal::from_raw(decimal_scale)) == Money::max());
    CHECK_THROWS_AS(multiply(Money::max(), Decimal::from_raw(decimal_scale + 1)), DecimalOverflow);
    CHECK(notional(Price::max(), "0.5"_qty, "-2"_dec) == -Money::max());
    CHECK_THROWS_AS(notional(Price::max(), Quantity::max(), Decimal::max()), DecimalOverflow);
    CHECK_THROWS_AS(notional(Price::max(), Quantity::max(), "1"_dec), DecimalOverflow);
    CHECK(notional(Price::max(), "1e12"_qty, Decimal::smallest_step()) == Money::max());
    CHECK_THROWS_AS(notional(Price::max(), Quantity::max(), Decimal::smallest_step()), DecimalOverflow);
    // (2e27 + 1) / 2 is the tie, (2e27 + 2) / 2 - and (4e27 + 3) / 4 - are above it.
    check_mul_div(max_raw, 3, 3);
    const Int128 odd = 2 * max_raw + 1;  // 2000...0001, divisible by 3
    REQUIRE(odd % 3 == 0);
    check_mul_div(odd / 3, 3, 2);
    CHECK(mul_div(Money::from_raw(odd / 3), Quantity::from_raw(3), Quantity::from_raw(2)) == Money::max());
    CHECK_THROWS_AS(mul_div(Money::from_raw(odd / 3 + 1), Quantity::from_raw(3), Quantity::from_raw(2)),
                    DecimalOverflow);
    CHECK_THROWS_AS(divide(Money::max(), Decimal::smallest_step()), DecimalOverflow);
    CHECK_THROWS_AS(mul_div(Money::max(), Quantity::from_raw(2), Quantity::from_raw(1)), DecimalOverflow);
}

TEST_CASE("each product and quotient has its type, and its throwing twin agrees") {
    STATIC_REQUIRE(std::is_same_v<decltype(multiply(Money{}, Decimal{})), Money>);
    STATIC_REQUIRE(std::is_same_v<decltype(multiply(Price{}, Decimal{})), Price>);
    STATIC_REQUIRE(std::is_same_v<decltype(multiply(Quantity{}, Decimal{})), Quantity>);
    STATIC_REQUIRE(std::is_same_v<decltype(multiply(Decimal{}, Decimal{})), Decimal>);
    STATIC_REQUIRE(std::is_same_v<decltype(multiply(Quantity{}, Money{})), Money>);
    STATIC_REQUIRE(std::is_same_v<decltype(divide(Money{}, Quantity{})), Price>);
    STATIC_REQUIRE(std::is_same_v<decltype(divide(Money{}, Price{})), Quantity>);
    STATIC_REQUIRE(std::is_same_v<decltype(divide(Money{}, Money{})), Decimal>);
    STATIC_REQUIRE(std::is_same_v<decltype(divide(Money{}, Decimal{})), Money>);
    STATIC_REQUIRE(std::is_same_v<decltype(divide(Decimal{}, Decimal{})), Decimal>);
    STATIC_REQUIRE(std::is_same_v<decltype(divide(Price{}, Price{})), Decimal>);
    STATIC_REQUIRE_FALSE(Multipliable<Price, Price>);
    STATIC_REQUIRE_FALSE(Multipliable<Price, Quantity>);
    STATIC_REQUIRE_FALSE(Multipliable<Money, Money>);
    STATIC_REQUIRE_FALSE(Dividable<Price, Quantity>);
    RawSource source(5);
    for (int i = 0; i < 3000; ++i) {
        const Int128 raws[] = {source.mixed(), source.mixed(), source.bits() % 8 == 0 ? Int128{0} : source.mixed()};
        const Price price = Price::from_raw(raws[0]);
        const Quantity part = Quantity::from_raw(raws[1]);
        const Quantity whole = Quantity::from_raw(raws[2]);
        const Decimal ratio = Decimal::from_raw(raws[2]);
        const Money money = Money::from_raw(raws[0]);
        CAPTURE(money, part, whole);
        const bool right =
            twin_agrees(checked_notional(price, part, ratio), [&] { return notional(price, part, ratio); }) &&
            twin_agrees(checked_multiply(money, ratio), [&] { return multiply(money, ratio); }) &&
            twin_agrees(checked_multiply(part, money), [&] { return multiply(part, money); }) &&
            twin_agrees(checked_divide(money, whole), [&] { return divide(money, whole); }) &&
            twin_agrees(checked_divide(part, whole), [&] { return divide(part, whole); }) &&
            twin_agrees(checked_mul_div(money, part, whole), [&] { return mul_div(money, part, whole); });
        if (!right) FAIL("a twin disagrees");
    }
    CHECK_THROWS_AS(divide("1"_money, "0"_qty), std::domain_error);
    CHECK(notional("5000.25"_price, "2"_qty, "50"_dec) == "500025"_money);
    CHECK(divide("500025"_money, "2"_qty) == "250012.5"_price);
    CHECK(mul_div("100"_money, "1"_qty, "3"_qty) == "33.333333333333"_money);
    CHECK(multiply("3"_qty, "0.65"_money) == "1.95"_money);
}

// --- steps -----------------------------------------------------------------------------------------------------------

namespace {

void check_step(Int128 value, Int128 step, Rounding rounding) {
    const Price x = Price::from_raw(value);
    const Price width = Price::from_raw(step);
    const auto result = checked_round_to_step(x, width, rounding);
    const Int128 raw = result.ok() ? result->raw() : decimal_detail::round_to_step(value, step, rounding);
    const bool out = raw > max_raw || raw < -max_raw;
    if (!is_rounded(value, step, rounding, raw) || out == result.ok() ||
        is_multiple_of(x, width) != (value % step == 0))
        FAIL(show(value) << " to " << show(step) << " in direction " << static_cast<int>(rounding));
}

}  // namespace

TEST_CASE("rounding to a step is what its direction says") {
    RawSource source(6);
    for (int i = 0; i < cases(200'000); ++i) {
        const Int128 edge = source.mixed();
        const Int128 step = edge < 0 ? -edge : edge;
        if (step == 0) continue;
        // Multiples, halves of odd multiples and their neighbours as well as anything at all.
        const Int128 near =
            step / 2 * static_cast<Int128>(source.bits() % 64) + static_cast<Int128>(source.bits() % 3) - 1;
        const Int128 value =
            source.bits() % 2 == 0 && near <= max_raw ? (source.bits() % 2 == 0 ? near : -near) : source.mixed();
        check_step(value, step, all_roundings[source.bits() % 5]);
    }
}

TEST_CASE("small values, small steps, every direction") {
    for (Int128 value = -40; value <= 40; ++value)
        for (Int128 step = 1; step <= 12; ++step)
            for (const Rounding rounding : all_roundings) check_step(value, step, rounding);
}

TEST_CASE("steps as venues have them") {
    CHECK(round_to_step("-0.07"_price, "0.05"_price, Rounding::down) == "-0.10"_price);
    CHECK(round_to_step("-0.07"_price, "0.05"_price, Rounding::up) == "-0.05"_price);
    CHECK(round_to_step("-0.07"_price, "0.05"_price, Rounding::toward_zero) == "-0.05"_price);
    CHECK(round_to_step("-0.07"_price, "0.05"_price, Rounding::away) == "-0.10"_price);
    CHECK(round_to_step("0.125"_price, "0.25"_price, Rounding::half_even) == "0"_price);
    CHECK(round_to_step("0.375"_price, "0.25"_price, Rounding::half_even) == "0.5"_price);
    CHECK(round_to_step("17"_qty, "5"_qty, Rounding::toward_zero) == "15"_qty);
    CHECK_THROWS_AS(round_to_step(Price::max(), "0.3"_price, Rounding::up), DecimalOverflow);
    CHECK(checked_round_to_step(-Price::max(), "0.3"_price, Rounding::down).error() == DecimalError::overflow);
    CHECK_THROWS_AS(round_to_step("1"_price, "0"_price, Rounding::down), DecimalDivisionByZero);
    CHECK_THROWS_AS(is_multiple_of("1"_price, "-1"_price), DecimalDivisionByZero);
    CHECK(checked_round_to_step("1"_price, "-1"_price, Rounding::up).error() == DecimalError::division_by_zero);
}

}  // namespace trd
