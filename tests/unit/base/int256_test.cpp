#include "base/int256.h"

#include <random>
#include <vector>

#include "base/decimal.h"
#include "support/catch.h"
#include "unit/base/slow_integer.h"

namespace trd {
namespace {

using testing::cases;
using testing::SlowInteger;

SlowInteger slow(UInt128 value) { return SlowInteger(value); }
SlowInteger slow(UInt256 value) {
    const SlowInteger two_to_64(static_cast<UInt128>(1) << 64);
    return slow(value.high) * two_to_64 * two_to_64 + slow(value.low);
}

// Limbs that make carries, trial quotients and corrections go wrong when they can.
class Limbs {
  public:
    explicit Limbs(std::uint64_t seed) : random_(seed) {}

    std::uint64_t limb() {
        constexpr std::uint64_t top = std::uint64_t{1} << 63;
        constexpr std::uint64_t all = ~std::uint64_t{0};
        constexpr std::uint64_t edges[] = {0, 1, 2, top - 1, top, top + 1, all - 1, all};
        const std::uint64_t choice = random_() % 16;
        return choice < 8 ? edges[choice] : random_() >> random_() % 64;
    }
    UInt128 pair() { return join_limbs(limb(), limb()); }
    UInt256 four() { return {pair(), pair()}; }
    UInt128 uniform() { return join_limbs(random_(), random_()); }
    std::uint64_t bits() { return random_(); }

  private:
    std::mt19937_64 random_;
};

}  // namespace

TEST_CASE("a wide product is the schoolbook product") {
    Limbs limbs(1);
    for (int i = 0; i < cases(100'000); ++i) {
        const UInt128 a = limbs.pair();
        const UInt128 b = limbs.pair();
        if (slow(multiply_wide(a, b)) != slow(a) * slow(b)) FAIL("case " << i);
    }
}

TEST_CASE("a product beyond 256 bits says so") {
    Limbs limbs(2);
    const SlowInteger two_to_128 = slow(UInt256{1, 0});
    const SlowInteger limit = two_to_128 * two_to_128;
    int overflows = 0;
    for (int i = 0; i < cases(100'000); ++i) {
        const UInt256 a = limbs.four();
        const UInt128 b = limbs.pair() >> limbs.bits() % 128;
        const Product256 product = multiply_wide(a, b);
        const SlowInteger exact = slow(a) * slow(b);
        if (product.overflow != (exact >= limit)) FAIL("overflow, case " << i);
        if (!product.overflow && slow(product.value) != exact) FAIL("value, case " << i);
        overflows += static_cast<int>(product.overflow);
    }
    // Both partial products fit and only their sum does not.
    CHECK(multiply_wide(UInt256{~static_cast<UInt128>(0) / 3, ~static_cast<UInt128>(0)}, 3).overflow);
    CHECK_FALSE(multiply_wide(UInt256{~static_cast<UInt128>(0) / 3, 0}, 3).overflow);
    CHECK(overflows > cases(10'000));
    CHECK(overflows < cases(90'000));
}

TEST_CASE("quotient times divisor plus remainder is the dividend") {
    Limbs limbs(3);
    for (int i = 0; i < cases(200'000); ++i) {
        const UInt256 value = limbs.four();
        const UInt128 divisor = (i % 2 == 0 ? limbs.pair() : limbs.uniform()) >> limbs.bits() % 128;
        if (divisor == 0) continue;
        const Quotient256 result = divide_wide(value, divisor);
        if (result.remainder >= divisor) FAIL("remainder, case " << i);
        if (slow(result.quotient) * slow(divisor) + slow(result.remainder) != slow(value)) FAIL("value, case " << i);
    }
}

TEST_CASE("dividends next to a multiple of the divisor") {
    Limbs limbs(4);
    for (int i = 0; i < cases(100'000); ++i) {
        const UInt128 divisor = limbs.pair();
        const UInt128 quotient = limbs.pair();
        if (divisor < 2 || quotient == 0) continue;
        const UInt256 multiple = multiply_wide(quotient, divisor);
        const UInt256 below{multiple.high - static_cast<UInt128>(multiple.low == 0), multiple.low - 1};
        if (divide_wide(multiple, divisor).quotient != UInt256{0, quotient}) FAIL("multiple, case " << i);
        if (divide_wide(multiple, divisor).remainder != 0) FAIL("remainder, case " << i);
        if (divide_wide(below, divisor).quotient != UInt256{0, quotient - 1}) FAIL("below, case " << i);
        if (divide_wide(below, divisor).remainder != divisor - 1) FAIL("remainder below, case " << i);
    }
}

TEST_CASE("division by 1e12 without dividing") {
    Limbs limbs(5);
    const UInt128 scale = static_cast<UInt128>(decimal_scale);
    const UInt128 last = ~static_cast<UInt128>(0) / scale;
    const auto check = [&](UInt128 value) {
        const auto split = decimal_detail::divide_by_scale(value);
        return split.remainder < scale && split.quotient <= last && split.quotient * scale + split.remainder == value;
    };
    for (UInt128 near_end = 0; near_end < 1000; ++near_end) {
        REQUIRE(check(near_end));
        REQUIRE(check(~near_end));
    }
    for (int i = 0; i < cases(200'000); ++i) {
        const UInt128 multiple = (limbs.uniform() >> limbs.bits() % 128) % (last + 1) * scale;
        if (!check(multiple) || !check(multiple - 1) || !check(multiple + 1) || !check(limbs.uniform()))
            FAIL("case " << i);
    }
}

TEST_CASE("half-even rounding of a quotient") {
    CHECK(round_half_even(4, 4, 10) == 4);
    CHECK(round_half_even(4, 5, 10) == 4);
    CHECK(round_half_even(5, 5, 10) == 6);
    CHECK(round_half_even(5, 4, 10) == 5);
    CHECK(round_half_even(4, 6, 10) == 5);
    CHECK(round_half_even(5, 5, 11) == 5);
    CHECK(round_half_even(4, 6, 11) == 5);
    CHECK(round_half_even(7, 0, 1) == 7);
}

TEST_CASE("all of it works at compile time") {
    constexpr UInt256 product = multiply_wide(~static_cast<UInt128>(0), ~static_cast<UInt128>(0));
    static_assert(product == UInt256{~static_cast<UInt128>(0) - 1, 1});
    CHECK(product != UInt256{~static_cast<UInt128>(0) - 1, 2});
    CHECK(product != UInt256{0, 1});
    CHECK(product == UInt256{~static_cast<UInt128>(0) - 1, 1});
    static_assert(divide_wide(product, ~static_cast<UInt128>(0)).quotient == UInt256{0, ~static_cast<UInt128>(0)});
}

}  // namespace trd
