// Against published values: Thorp's papers on the Kelly criterion and a vector recomputed from its definition.
#include "stats/sizing.h"

#include <cmath>
#include <limits>

#include "support/catch.h"
#include "support/random.h"

using namespace trd;

namespace {

constexpr KellyTerms full{.fraction = 1, .cap = 100, .shrink = 0};
constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("a bet on a biased coin") {
    CHECK(kelly_discrete(0.6, 1, full) == Approx(0.2).epsilon(1e-14));
    CHECK(kelly_discrete(0.55, 1.2, full) == Approx(0.175).epsilon(1e-14));
    CHECK(kelly_discrete(0.6, 1) == Approx(0.1).epsilon(1e-14));
    CHECK(kelly_discrete(0.5, 1, full) == 0);
    CHECK(kelly_discrete(0.4, 1, full) == 0);
    CHECK(kelly_discrete(0.9, 1, {.fraction = 1, .cap = 0.25, .shrink = 0}) == 0.25);
    CHECK(kelly_discrete(0.6, 1, {.fraction = 1, .cap = 1, .shrink = 0.5}) == Approx(0.1).epsilon(1e-14));
}

TEST_CASE("Thorp's index: 11 % a year, 6 % without risk, 15 % volatility") {
    CHECK(kelly_continuous(0.11 - 0.06, 0.15, full) == Approx(2.2222222222).epsilon(1e-9));
    CHECK(kelly_continuous(0.11 - 0.06, 0.15, {.fraction = 0.5, .cap = 100, .shrink = 0}) ==
          Approx(1.1111111111).epsilon(1e-9));
    CHECK(kelly_continuous(0.11 - 0.06, 0.15) == 1);  // the cap
    CHECK(kelly_continuous(-0.01, 0.15, full) == 0);
}

TEST_CASE("several assets at once") {
    const double covariance[] = {.04, .006, .002, .006, .0225, .001, .002, .001, .01};
    const double excess[] = {.06, .04, .02};
    const auto shares = kelly_vector(excess, covariance, full);
    REQUIRE(shares.size() == 3);
    CHECK(shares[0] == Approx(1.21162409).epsilon(1e-8));
    CHECK(shares[1] == Approx(1.38270448).epsilon(1e-8));
    CHECK(shares[2] == Approx(1.61940473).epsilon(1e-8));
    const auto capped = kelly_vector(excess, covariance);
    CHECK(capped[0] + capped[1] + capped[2] == Approx(1));
    CHECK(capped[0] / capped[1] == Approx(shares[0] / shares[1]));
}

TEST_CASE("what cannot be computed is not sized") {
    const double degenerate[] = {1, 1, 1, 1}, skew[] = {1, 0.2, 0.3, 1}, excess[] = {0.1, 0.1};
    CHECK(kelly_vector(excess, degenerate).empty());
    CHECK(kelly_vector(excess, skew).empty());
    CHECK(kelly_vector(excess, std::span(skew, 3)).empty());
    for (const double bad : {nan_value, infinity, -1.0, 0.0}) {
        CHECK(std::isnan(kelly_continuous(0.05, bad)));
        CHECK(std::isnan(kelly_discrete(0.6, bad)));
        CHECK(std::isnan(kelly_discrete(0.6, 1, {.fraction = bad, .cap = 1, .shrink = 0})));
        CHECK(std::isnan(size_for_volatility(1e5, 0.1, 0.2, bad)));
        CHECK(std::isnan(size_for_volatility(bad, 0.1, 0.2, 100)));
        CHECK(std::isnan(size_for_atr(1e5, 0.01, bad, 2, 1)));
        CHECK(std::isnan(size_for_share(bad, 0.1, 100)));
    }
    CHECK(std::isnan(kelly_discrete(1.01, 1)));
    CHECK(std::isnan(kelly_discrete(nan_value, 1)));
    CHECK(std::isnan(size_for_volatility(1e5, 0.1, nan_value, 100, 0.05)));
    CHECK(std::isnan(size_for_share(1e300, 1, 1e-300)));
}

TEST_CASE("units for a volatility, a stop and a share of equity") {
    CHECK(size_for_volatility(100'000, 0.1, 0.2, 50) == Approx(1000));
    CHECK(size_for_volatility(100'000, 0.1, 0.001, 50, 0.05) == Approx(4000));
    CHECK(size_for_atr(100'000, 0.01, 2.5, 2, 1) == Approx(200));
    CHECK(size_for_atr(100'000, 0.01, 10, 2, 50) == Approx(1));
    CHECK(size_for_share(10'000, 0.2, 50) == Approx(40));
}

TEST_CASE("a Kelly fraction is never negative, never above the cap, and grows with the edge") {
    testing::Random random(3);
    for (int i = 0; i < 2000; ++i) {
        const double probability = static_cast<double>(random.below(1000)) / 1000;
        const double payoff = 0.1 + static_cast<double>(random.below(400)) / 100;
        const double share = kelly_discrete(probability, payoff);
        REQUIRE(share >= 0);
        REQUIRE(share <= 1);
        REQUIRE(kelly_discrete(std::min(1.0, probability + 0.01), payoff) >= share);
    }
}
