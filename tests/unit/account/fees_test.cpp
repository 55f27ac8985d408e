#include "account/fees.h"

#include <algorithm>
#include <string>

#include "support/catch.h"
#include "support/random.h"

using namespace trd;
using testing::Random;

namespace {

Instrument instrument_with(Decimal multiplier) {
    Instrument instrument;
    instrument.quote = Currency::literal("USD");
    instrument.multiplier = multiplier;
    return instrument;
}

// numerator / denominator, to nearest, ties to even; both positive.
Int128 half_even(Int128 numerator, Int128 denominator) {
    const Int128 floor = numerator / denominator;
    const Int128 twice_rest = 2 * (numerator - floor * denominator);
    const bool up = twice_rest > denominator || (twice_rest == denominator && floor % 2 != 0);
    return floor + (up ? 1 : 0);
}

struct Refused {
    const char* text;
    const char* why;
};

}  // namespace

TEST_CASE("each refusal of a fee model, in full") {
    const Refused refused[] = {
        {"", "there is no such model"},
        {"free", "there is no such model"},
        {"None", "there is no such model"},
        {"none,min=1", "there is no such model"},
        {"pct:1", "there is no such model"},
        {"none:1", "none takes no amount"},
        {"per_unit", "\"\" is not an amount: empty"},
        {"per_unit:", "\"\" is not an amount: empty"},
        {"bps", "\"\" is not an amount: empty"},
        {"bps:,min=1", "\"\" is not an amount: empty"},
        {"per_unit:x", "\"x\" is not an amount: not a decimal number"},
        {"per_unit: 1", "\" 1\" is not an amount: not a decimal number"},
        {"bps:1%", "\"1%\" is not an amount: not a decimal number"},
        {"bps:0.0000000000001", "\"0.0000000000001\" is not an amount: more than 12 decimal places"},
        {"per_unit:1e16", "\"1e16\" is not an amount: beyond 1e15"},
        {"per_unit:-0.01", "an amount cannot be negative"},
        {"bps:-1", "an amount cannot be negative"},
        {"bps:1,min=-1", "an amount cannot be negative"},
        {"bps:1,min=", "min= has no amount"},
        {"bps:1,min=a", "\"a\" is not an amount: not a decimal number"},
        {"bps:1,min=1,min=2", "\"1,min=2\" is not an amount: not a decimal number"},
        {"bps:1,", "expected min=AMOUNT after the comma, found \"\""},
        {"bps:1,max=2", "expected min=AMOUNT after the comma, found \"max=2\""},
        {"bps:1, min=2", "expected min=AMOUNT after the comma, found \" min=2\""},
        {"per_contract", "\"\" is not an amount: empty"},
        {"per_contract:-1", "an amount cannot be negative"},
        {"maker_taker", "expected MAKER,TAKER in points"},
        {"maker_taker:1", "expected MAKER,TAKER in points"},
        {"maker_taker:x,2", "\"x\" is not an amount: not a decimal number"},
        {"maker_taker:1,x", "\"x\" is not an amount: not a decimal number"},
        {"tiered", "expected VALUE=POINTS, found \"\""},
        {"tiered:0=1,", "expected VALUE=POINTS, found \"\""},
        {"tiered:x=1", "\"x\" is not an amount: not a decimal number"},
        {"tiered:-1=1", "an amount cannot be negative"},
        {"tiered:0=x", "\"x\" is not an amount: not a decimal number"},
        {"tiered:0=1/x", "\"x\" is not an amount: not a decimal number"},
        {"tiered:1=1", "the first tier begins at 0"},
        {"tiered:0=2,5=1,5=0", "each tier begins above the one before it"},
        {"tiered:0=1,1=1,2=1,3=1,4=1,5=1,6=1,7=1,8=1", "more than 8 tiers"},
    };
    for (const auto& [text, why] : refused) {
        INFO(text);
        const auto model = FeeModel::parse(text);
        REQUIRE_FALSE(model.ok());
        CHECK(model.error().code == ExitCode::usage);
        CHECK(model.error().id == "E_FEES");
        CHECK(model.error().message == std::string("fee model \"") + text + "\": " + why);
        CHECK(model.error().hint ==
              "write none, per_unit:AMOUNT[,min=AMOUNT], per_contract:AMOUNT, bps:POINTS[,min=AMOUNT], "
              "maker_taker:MAKER,TAKER or tiered:VALUE=MAKER/TAKER,..., for example per_unit:0.005,min=1");
    }
}

TEST_CASE("the name of a model is the text that makes it") {
    for (const char* text : {"none", "per_unit:2", "per_unit:0.005,min=1", "bps:10", "bps:0.1,min=0.35", "per_unit:0",
                             "bps:0,min=2", "per_contract:0.85", "maker_taker:-1,7.5", "tiered:0=10",
                             "tiered:0=2/7.5,1000000=1.5/6,50000000=0", "tiered:0=8,1=7,2=6,3=5,4=4,5=3,6=2,7=1"})
        CHECK(FeeModel::parse(text)->name() == text);
    CHECK(FeeModel::parse("bps:1e1,min=0")->name() == "bps:10");
    CHECK(FeeModel::parse("tiered:0=5/5")->name() == "tiered:0=5");
    CHECK(FeeModel::parse("per_unit:0.500,min=+1.0")->name() == "per_unit:0.5,min=1");
    CHECK(FeeModel().name() == "none");
    Random random(1);
    for (int i = 0; i < 5'000; ++i) {
        const Int128 amount = static_cast<Int128>(random.next() >> random.below(60));
        const Money minimum = random.chance(50) ? Money::zero() : Money::from_raw(static_cast<Int128>(random.next()));
        const FeeModel model = random.chance(50) ? FeeModel::per_unit(Money::from_raw(amount), minimum)
                                                 : FeeModel::basis_points(Decimal::from_raw(amount), minimum);
        const auto back = FeeModel::parse(model.name());
        REQUIRE(back.ok());
        REQUIRE(back->name() == model.name());
        REQUIRE(back->fee(instrument_with("1"_dec), "3.5"_price, "2"_qty) ==
                model.fee(instrument_with("1"_dec), "3.5"_price, "2"_qty));
    }
}

TEST_CASE("a fee per unit is quantity times amount, half-even, and no less than the minimum") {
    Random random(2);
    for (int i = 0; i < 20'000; ++i) {
        const Int128 quantity = random.between(1, 1'000'000'000'000'000);
        const Int128 amount = random.between(0, 10'000'000'000'000);
        const Int128 minimum = random.chance(50) ? 0 : random.between(0, 2'000'000'000'000'000);
        const Money fee =
            FeeModel::per_unit(Money::from_raw(amount), Money::from_raw(minimum))
                .fee(instrument_with("50"_dec), Price::from_units(random.between(-5, 5)), Quantity::from_raw(quantity));
        REQUIRE(fee.raw() == std::max(half_even(quantity * amount, decimal_scale), minimum));
    }
}

TEST_CASE("basis points are of the value, whatever its sign, half-even, and no less than the minimum") {
    Random random(3);
    for (int i = 0; i < 20'000; ++i) {
        const int64_t cents = random.between(-5'000'000, 5'000'000);
        const int64_t thousandths = random.between(1, 5'000'000);
        const int64_t multiplier = random.between(1, 100);
        const int64_t points = random.between(0, 1'000'000);  // of 1e-8 basis points: what divides by 10,000 exactly
        const Int128 minimum = random.chance(50) ? 0 : random.between(0, 1'000'000'000);
        const Money fee = FeeModel::basis_points(Decimal::from_raw(Int128{points} * 10'000), Money::from_raw(minimum))
                              .fee(instrument_with(Decimal::from_units(multiplier)),
                                   Price::from_raw(Int128{cents} * (decimal_scale / 100)),
                                   Quantity::from_raw(Int128{thousandths} * (decimal_scale / 1000)));
        // cents * thousandths is value in 1e-5; points are 1e-12 of it.
        const Int128 value = Int128{cents < 0 ? -cents : cents} * thousandths * multiplier;
        REQUIRE(fee.raw() == std::max(half_even(value * points, 100'000), minimum));
    }
}

TEST_CASE("fees that a person can check") {
    const Instrument share = instrument_with("1"_dec);
    CHECK(FeeModel().fee(share, "100"_price, "5"_qty).is_zero());
    CHECK(FeeModel::parse("per_unit:2")->fee(share, "100"_price, "5"_qty) == "10"_money);
    CHECK(FeeModel::parse("per_unit:0.005,min=1")->fee(share, "100"_price, "199"_qty) == "1"_money);
    CHECK(FeeModel::parse("per_unit:0.005,min=1")->fee(share, "100"_price, "200"_qty) == "1"_money);
    CHECK(FeeModel::parse("per_unit:0.005,min=1")->fee(share, "100"_price, "201"_qty) == "1.005"_money);
    CHECK(FeeModel::parse("bps:10")->fee(share, "100"_price, "5"_qty) == "0.5"_money);
    CHECK(FeeModel::parse("bps:10")->fee(share, "-37.5"_price, "5"_qty) == "0.1875"_money);
    CHECK(FeeModel::parse("bps:10,min=3")->fee(share, "100"_price, "5"_qty) == "3"_money);
    CHECK(FeeModel::parse("bps:2")->fee(instrument_with("50"_dec), "4000"_price, "3"_qty) == "120"_money);
    CHECK(FeeModel::parse("per_contract:0.85")->fee(share, "4000"_price, "3"_qty) == "2.55"_money);
    const FeeModel rebate = *FeeModel::parse("maker_taker:-1,7.5");
    CHECK(rebate.fee(share, "100"_price, "10"_qty, Liquidity::maker, {}) == "-0.1"_money);
    CHECK(rebate.fee(share, "100"_price, "10"_qty, Liquidity::taker, {}) == "0.75"_money);
    const FeeModel tiers = *FeeModel::parse("tiered:0=2/10,1000=1/5");
    CHECK(tiers.fee(share, "100"_price, "10"_qty, Liquidity::taker, "999"_money) == "1"_money);
    CHECK(tiers.fee(share, "100"_price, "10"_qty, Liquidity::taker, "1000"_money) == "0.5"_money);
    CHECK(tiers.fee(share, "100"_price, "10"_qty, Liquidity::maker, "1000"_money) == "0.1"_money);
    // Ties: half of 1e-12 goes to the even neighbour.
    const FeeModel half = FeeModel::per_unit("0.5"_money);
    CHECK(half.fee(share, "1"_price, Quantity::from_raw(1)).is_zero());
    CHECK(half.fee(share, "1"_price, Quantity::from_raw(3)).raw() == 2);
}

TEST_CASE("basis points of any fineness count on the booked value and are rounded once") {
    const Instrument share = instrument_with("1"_dec);
    CHECK(FeeModel::parse("bps:0.123456789")->fee(share, "1000000"_price, "1000"_qty) == "12345.6789"_money);
    CHECK(FeeModel::parse("bps:0.000000001")->fee(share, "1000000"_price, "1000000"_qty) == "0.1"_money);
    // Half of 1e-12 is booked as 0, and so is its fee; one and a half as 2.
    CHECK(FeeModel::parse("bps:40000")->fee(share, "0.000001"_price, "0.0000005"_qty).is_zero());
    CHECK(FeeModel::parse("bps:40000")->fee(share, "0.000001"_price, "0.0000015"_qty) == Money::from_raw(8));
}

TEST_CASE("none takes nothing behind it") { CHECK_FALSE(FeeModel::parse("none:,min=1").ok()); }
