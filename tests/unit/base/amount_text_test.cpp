#include "base/amount_text.h"

#include "support/catch.h"

namespace trd {
namespace {

TEST_CASE("an amount that people read looks like zero only where it is zero") {
    CHECK(amount_text("0"_money, 2) == "0.00");
    CHECK(amount_text("1234.5678"_money, 2) == "1234.57");
    CHECK(amount_text("0.014999"_money, 2) == "0.01");
    CHECK(amount_text("0.01"_money, 2) == "0.01");
    CHECK(amount_text("0.00999"_money, 2) == "0.00999");
    CHECK(amount_text("0.009999"_money, 2) == "0.01");
    CHECK(amount_text("0.004"_money, 2) == "0.004");
    CHECK(amount_text("-0.0041236"_money, 2) == "-0.00412");
    CHECK(amount_text("0.00000123456"_money, 2) == "0.00000123");
    CHECK(amount_text("-0.000000000001"_money, 2) == "-0.000000000001");
    CHECK(amount_text("0.00012345"_money, 4) == "0.0001");
    CHECK(amount_text("0.000012345"_money, 4) == "0.0000123");
    CHECK(amount_text("-1000000000000000"_money, 2) == "-1000000000000000.00");
}

}  // namespace
}  // namespace trd
