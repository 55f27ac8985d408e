// Decimals from doubles and to doubles.
#include "base/decimal.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "support/catch.h"
#include "unit/base/decimal_values.h"

namespace trd {

using namespace testing;

TEST_CASE("to_double is the nearest double") {
    RawSource source(11);
    std::vector<Int128> raws = edges();
    for (int i = 0; i < cases(200'000); ++i) raws.push_back(source.mixed());
    // Raw values next to a tie: the middle between two neighbouring doubles, to the last place there is.
    for (int i = 0; i < cases(50'000); ++i) {
        const double units =
            static_cast<double>(source.bits() >> 11) / static_cast<double>(std::uint64_t{1} << source.bits() % 40);
        if (units >= 1e15) continue;
        const double middle_gap = (std::nextafter(units, 1e300) - units) / 2;
        const Int128 raw = static_cast<Int128>(units) * decimal_scale +
                           static_cast<Int128>((units - std::floor(units) + middle_gap) * 1e12);
        for (int offset = -1; offset <= 1; ++offset)
            if (raw + offset <= max_raw) raws.push_back(raw + offset);
    }
    for (const Int128 raw : raws) {
        const Money value = Money::from_raw(raw);
        const double expected = std::strtod(slow_text(raw).c_str(), nullptr);
        if (to_double(value) != expected) FAIL(slow_text(raw) << " became " << to_double(value));
    }
}

TEST_CASE("to_double at exact ties goes to even") {
    // From 2^49 on the doubles are 1/8 apart, and 1/16 is exact at 1e-12.
    const Int128 units = (Int128{1} << 49) * decimal_scale;
    for (Int128 odd = 1; odd < 2000; odd += 2) {
        const Int128 raw = units + odd * (decimal_scale / 16);
        const double lower = static_cast<double>(std::int64_t{1} << 49) + static_cast<double>(odd / 2) / 8;
        const double upper = lower + 1.0 / 8;
        const double expected = odd / 2 % 2 == 0 ? lower : upper;
        REQUIRE(to_double(Money::from_raw(raw)) == expected);
        REQUIRE(to_double(Money::from_raw(-raw)) == -expected);
        REQUIRE(to_double(Money::from_raw(raw + 1)) == upper);
        REQUIRE(to_double(Money::from_raw(raw - 1)) == lower);
    }
}

TEST_CASE("a double becomes its first fifteen digits") {
    CHECK(*from_double<Price>(4.35 * 100) == "435"_price);
    CHECK(*from_double<Price>(0.29) == "0.29"_price);
    CHECK(*from_double<Price>(0.1 + 0.2) == "0.3"_price);
    CHECK(*from_double<Price>(0.1 + 0.2 - 0.3) == Price::zero());
    CHECK(*from_double<Price>(-0.0) == Price::zero());
    CHECK(*from_double<Price>(1e15) == Price::max());
    CHECK(*from_double<Price>(-1e15) == -Price::max());
    CHECK(*from_double<Price>(5e-324) == Price::zero());
    CHECK(from_double<Price>(1.00000000000001e15).error() == DecimalError::overflow);
    CHECK(from_double<Price>(9999999999999998.0).error() == DecimalError::overflow);
    CHECK(from_double<Price>(-1e300).error() == DecimalError::overflow);
    CHECK(from_double<Price>(std::nan("")).error() == DecimalError::not_finite);
    CHECK(from_double<Price>(HUGE_VAL).error() == DecimalError::not_finite);
    CHECK(from_double<Price>(-HUGE_VAL).error() == DecimalError::not_finite);
}

TEST_CASE("from_double against the digits that the C library prints") {
    RawSource source(12);
    for (int i = 0; i < cases(100'000); ++i) {
        const double sign = source.bits() % 2 == 0 ? 1.0 : -1.0;
        const double value =
            sign * std::ldexp(static_cast<double>(source.bits() >> 11), -static_cast<int>(source.bits() % 100) - 2);
        char text[40];
        std::snprintf(text, sizeof text, "%.14e", std::fabs(value));
        const std::string mantissa = std::string(1, text[0]) + std::string(text + 2, 14);
        const int shift = std::atoi(text + 17) - 14 + 12;
        Fraction exact = fraction({static_cast<Int128>(std::strtoull(mantissa.c_str(), nullptr, 10))}, {});
        exact.negative = value < 0;
        (shift >= 0 ? exact.numerator : exact.denominator) =
            (shift >= 0 ? exact.numerator : exact.denominator) * SlowInteger::power_of_ten(std::abs(shift));
        if (!agrees(exact, from_double<Money>(value))) FAIL(text);
    }
}

TEST_CASE("every decimal of fifteen digits survives the way through a double") {
    RawSource source(13);
    for (int i = 0; i < cases(100'000); ++i) {
        Int128 raw = static_cast<Int128>(source.bits() % 1'000'000'000'000'000);
        for (std::uint64_t n = source.bits() % 13; n > 0; --n) raw *= 10;
        const Quantity value = Quantity::from_raw(source.bits() % 2 == 0 ? raw : -raw);
        if (*from_double<Quantity>(to_double(value)) != value) FAIL(value);
    }
}

// TorchTrade PR#352: floor(q / step) in doubles loses a step on 207 of 400 exact multiples.
TEST_CASE("an exact multiple of a step keeps every step in every direction") {
    const char* steps[] = {"0.1",  "0.01", "0.001", "0.0001", "0.00001", "0.00000001", "0.05",
                           "0.25", "0.5",  "0.125", "0.005",  "0.0025",  "0.03125",    "1",
                           "5",    "2.5",  "10",    "100",    "0.2",     "0.7"};
    for (const char* text : steps) {
        const Quantity step = *Quantity::parse(text);
        const double width = std::strtod(text, nullptr);
        for (int k = -400; k <= 400; ++k) {
            const Quantity expected = Quantity::from_raw(step.raw() * k);
            const double candidates[] = {k * width, std::strtod(to_string(expected).c_str(), nullptr), k / (1 / width),
                                         std::nextafter(k * width, 0.0), std::nextafter(k * width, k * 1e9)};
            for (const double candidate : candidates)
                for (const Rounding rounding : all_roundings)
                    if (*quantize(candidate, step, rounding) != expected) FAIL(candidate << " by " << text);
        }
    }
}

TEST_CASE("quantize between two steps goes in the stated direction") {
    CHECK(*quantize(4.35 * 100, "1"_qty, Rounding::down) == "435"_qty);
    CHECK(*quantize(0.29, "0.01"_qty, Rounding::toward_zero) == "0.29"_qty);
    CHECK(*quantize(1.2399, "0.01"_price, Rounding::down) == "1.23"_price);
    CHECK(*quantize(1.2301, "0.01"_price, Rounding::up) == "1.24"_price);
    CHECK(*quantize(-1.2301, "0.01"_price, Rounding::up) == "-1.23"_price);
    CHECK(*quantize(-1.2301, "0.01"_price, Rounding::away) == "-1.24"_price);
    CHECK(*quantize(1.235, "0.01"_price, Rounding::half_even) == "1.24"_price);
    CHECK(*quantize(1.225, "0.01"_price, Rounding::half_even) == "1.22"_price);
    CHECK(*quantize(1e-17, "0.01"_price, Rounding::up) == Price::zero());
    CHECK(quantize(std::nan(""), "0.01"_price, Rounding::up).error() == DecimalError::not_finite);
    CHECK(quantize(1e20, "0.01"_price, Rounding::up).error() == DecimalError::overflow);
    CHECK(quantize(1.0, "0"_price, Rounding::up).error() == DecimalError::division_by_zero);
    CHECK(quantize(1e15, "0.3"_price, Rounding::up).error() == DecimalError::overflow);
}

}  // namespace trd
