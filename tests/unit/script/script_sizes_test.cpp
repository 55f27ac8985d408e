// ctx.size: what a script gets is what the functions of stats/sizing.h give, and what a call does not take is refused
// at its line.
#include <cmath>
#include <string>
#include <vector>

#include "stats/sizing.h"
#include "unit/script/order_rig.h"

using namespace trd;

namespace {

// BTC at 100 and a point of 2, ETH at 10 and a point of 50, an equity of 100,000; what `expression` is in on_start, as
// the quantity of an order for it.
struct Sizes {
    explicit Sizes(const std::string& expression, bool jit = true)
        : started("ctx:buy { qty = " + expression + " }", jit) {
        started.rig.view().series(0).point_value = 2;
        started.rig.view().series(1).point_value = 50;
        started.rig.view().block().account.equity = 100'000;
    }
    double value() {
        const auto intents = started.start();
        INFO(started.message);
        REQUIRE(intents.size() == 1);
        return intents[0].quantity;
    }
    std::string message() {
        CHECK(started.start().empty());
        return started.message.substr(0, started.message.find('\n'));
    }
    Started started;
};

double size(const std::string& expression) {
    const double with_jit = Sizes("ctx.size." + expression).value();
    CHECK(Sizes("ctx.size." + expression, false).value() == with_jit);
    return with_jit;
}
std::string mistake(const std::string& expression) { return Sizes("ctx.size." + expression).message(); }

constexpr KellyTerms full{.fraction = 1, .cap = 100, .shrink = 0};

}  // namespace

TEST_CASE("a script's Kelly is that of the published examples") {
    CHECK(size("kelly(0.6, 1, { fraction = 1 })") == Approx(0.2).epsilon(1e-14));
    CHECK(size("kelly(0.55, 1.2, { fraction = 1 })") == Approx(0.175).epsilon(1e-14));
    CHECK(size("kelly_continuous(0.11 - 0.06, 0.15, { fraction = 1, cap = 100 })") ==
          Approx(2.2222222222).epsilon(1e-9));
    const std::string vector =
        "kelly_vector({ .06, .04, .02 }, { { .04, .006, .002 }, { .006, .0225, .001 }, { .002, .001, .01 } }, "
        "{ fraction = 1, cap = 100 })";
    CHECK(size(vector + "[1]") == Approx(1.21162409).epsilon(1e-8));
    CHECK(size(vector + "[2]") == Approx(1.38270448).epsilon(1e-8));
    CHECK(size(vector + "[3]") == Approx(1.61940473).epsilon(1e-8));
}

TEST_CASE("a script's sizes have the bits of those in C++, with and without options") {
    CHECK(size("kelly(0.6, 1.5)") == kelly_discrete(0.6, 1.5));
    CHECK(size("kelly(0.6, 1.5, { fraction = 0.25, cap = 0.05, shrink = 0.1 })") ==
          kelly_discrete(0.6, 1.5, {.fraction = 0.25, .cap = 0.05, .shrink = 0.1}));
    CHECK(size("kelly(0.6, 1.5, { shrink = 0.75 })") == kelly_discrete(0.6, 1.5, {.shrink = 0.75}));
    CHECK(size("kelly_continuous(0.05, 0.3, { shrink = 0.5 })") == kelly_continuous(0.05, 0.3, {.shrink = 0.5}));
    const double returns[] = {0.06, -0.04}, covariance[] = {0.04, 0.006, 0.006, 0.0225};
    const auto shares = kelly_vector(returns, covariance, full);
    REQUIRE(shares[1] < 0);
    CHECK(
        size("kelly_vector({ 0.06, -0.04 }, { { 0.04, 0.006 }, { 0.006, 0.0225 } }, { fraction = 1, cap = 100 })[1]") ==
        shares[0]);
    CHECK(size("volatility(0.1, 0.2)") == size_for_volatility(1e5, 0.1, 0.2, 200));
    CHECK(size("volatility(0.1, 0, { floor = 0.05, symbol = 'ETH' })") == size_for_volatility(1e5, 0.1, 0, 500, 0.05));
    CHECK(size("atr(0.01, 2.5)") == size_for_atr(1e5, 0.01, 2.5, 1, 2));
    CHECK(size("atr(0.01, 2.5, { multiple = 3, symbol = 'ETH' })") == size_for_atr(1e5, 0.01, 2.5, 3, 50));
    CHECK(size("share(0.2)") == size_for_share(1e5, 0.2, 200));
}

TEST_CASE("what is at risk is the way to the stop, on either side, times what a point is worth") {
    CHECK(size("risk(0.01, 95)") == 100);  // 1,000 over 5 points of 2
    CHECK(size("risk(0.01, 105)") == 100);
    CHECK(size("risk(0.01, 9, { symbol = 'ETH' })") == 20);  // 1,000 over 1 point of 50
}

TEST_CASE("no edge, no stake; no equity, no units") {
    CHECK(size("kelly(0.4, 1) + 1") == 1);
    CHECK(size("share(ctx.size.kelly(0.4, 1)) + 1") == 1);
    for (const double equity : {0.0, -5.0}) {
        for (const char* call : {"share(0.2)", "risk(0.01, 95)", "atr(0.01, 1)", "volatility(0.1, 0.2)"}) {
            Sizes sizes(std::string("1 + ctx.size.") + call);
            sizes.started.rig.view().block().account.equity = equity;
            CHECK(sizes.value() == 1);
        }
    }
}

TEST_CASE("what a size cannot be of is refused at its line, with what was found and what was expected") {
    CHECK(mistake("kelly(60, 1)") ==
          "dir/test.lua:4: ctx.size.kelly: win_probability must be a number from 0 to 1, not 60");
    CHECK(mistake("kelly(0.6)") == "dir/test.lua:4: ctx.size.kelly: payoff must be a number greater than 0, not nil");
    CHECK(mistake("kelly(0 / 0, 1)") ==
          "dir/test.lua:4: ctx.size.kelly: win_probability must be a number from 0 to 1, not nan (nan is a value that "
          "is not "
          "there yet: no bar has come, or not as many as that)");
    CHECK(mistake("kelly(0.6, '1')") ==
          "dir/test.lua:4: ctx.size.kelly: payoff must be a number greater than 0, not '1'");
    CHECK(mistake("kelly(0.6, 1, { fractoin = 1 })") ==
          "dir/test.lua:4: ctx.size.kelly has no field 'fractoin' (did you mean 'fraction'?)");
    CHECK(mistake("kelly(0.6, 1, { fraction = 2 })") ==
          "dir/test.lua:4: ctx.size.kelly: fraction must be a number greater than 0, at most 1 (0.02 is two per cent), "
          "not "
          "2");
    CHECK(mistake("kelly(0.6, 1, 0.5)") ==
          "dir/test.lua:4: ctx.size.kelly takes its options in a table, { ... }, not 0.5");
    CHECK(mistake("kelly(0.6, 1, {}, 3)") == "dir/test.lua:4: ctx.size.kelly takes 2 values and a table, { ... }");
    CHECK(contains(mistake("keli(0.6, 1)"), "dir/test.lua:4: ctx.size has no 'keli' (did you mean 'kelly'?)"));
    CHECK(contains(Sizes("ctx.size:kelly(0.6, 1)").message(), "ctx.size.kelly is called with a dot"));
    CHECK(contains(mistake("risk(1.5, 95)"), "share must be a number greater than 0, at most 1"));
    CHECK(contains(mistake("risk(0.01, 100)"), "stop must be away from the last price, 100"));
    CHECK(contains(mistake("risk(0.01)"), "stop must be a number that is finite, not nil"));
    CHECK(contains(mistake("atr(0.01, 0)"), "atr must be a number greater than 0, not 0"));
    CHECK(contains(mistake("share(-1)"), "share must be a number of at least 0, not -1"));
    CHECK(contains(mistake("share(1e300, { symbol = 'ETHH' })"), "has the symbol 'ETHH'"));
    CHECK(contains(mistake("volatility(0.1, 0)"), "needs a floor"));
    CHECK(contains(mistake("volatility(1e300, 1e-300)"), "beyond all numbers"));
}

TEST_CASE("several assets: as many rows and columns as returns, symmetric, positive definite") {
    CHECK(contains(mistake("kelly_vector({}, {})"),
                   "excess_returns must be a list of 1 to 64 finite numbers, not table"));
    CHECK(contains(mistake("kelly_vector({ 1, 0 / 0 }, {})"), "excess_returns must be"));
    CHECK(contains(mistake("kelly_vector({ 1 }, { { 1, 2 } })"), "covariance must be a list of rows"));
    CHECK(contains(mistake("kelly_vector({ 1, 2 }, { { 1, 2 }, 3 })"), "covariance must be a list of rows"));
    CHECK(contains(mistake("kelly_vector({ 1, 2 }, { { 1, 0.5 }, { 0.4, 1 } })"),
                   "covariance is not symmetric: [1][2] is 0.5, [2][1] is 0.4"));
    CHECK(contains(mistake("kelly_vector({ 1, 1 }, { { 1, 1 }, { 1, 1 } })"), "has to be positive definite"));
}

TEST_CASE("without a price, and where a point has no fixed value, no size is guessed") {
    Sizes early("ctx.size.share(0.2)");
    early.started.rig.view().position(0).mark = 0;
    CHECK(contains(early.message(), "ctx.size.share: there is no price yet"));
    Sizes foreign("ctx.size.atr(0.01, 2)");
    foreign.started.rig.view().series(0).point_value = 0;
    CHECK(contains(foreign.message(), "has no fixed value in the money of the account"));
}
