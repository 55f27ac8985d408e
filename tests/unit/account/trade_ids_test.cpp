#include "account/trade_ids.h"

#include <set>

#include "support/catch.h"
#include "support/random.h"

using namespace trd;

namespace {
TradeId number(uint64_t value) { return {value, {}}; }
}  // namespace

TEST_CASE("ranges know exactly what a plain set knows") {
    testing::Random random(3);
    for (uint64_t span : {10u, 300u, 100'000u}) {
        TradeIds ids;
        std::set<uint64_t> plain;
        for (int i = 0; i < 5'000; ++i) {
            const uint64_t value = random.below(span);
            CHECK(ids.contains(number(value)) == plain.contains(value));
            REQUIRE(ids.insert(number(value)) == plain.insert(value).second);
        }
        for (uint64_t value = 0; value < 400; ++value) REQUIRE(ids.contains(number(value)) == plain.contains(value));
    }
}

TEST_CASE("counting up costs one range, and the ends of the numbers are safe") {
    TradeIds ids;
    for (uint64_t i = 1; i <= 100'000; ++i) REQUIRE(ids.insert(number(i)));
    CHECK(ids.range_count() == 1);
    CHECK(ids.insert(number(UINT64_MAX)));
    CHECK_FALSE(ids.insert(number(UINT64_MAX)));
    CHECK(ids.insert(number(UINT64_MAX - 1)));
    CHECK(ids.insert(number(0)));
    CHECK(ids.range_count() == 2);
}

TEST_CASE("names and numbers do not mix, and both survive saving") {
    TradeIds ids;
    TradeId named;
    REQUIRE(named.name.assign("0000e0d5.6576fd38.01.01"));
    CHECK(ids.insert(named));
    CHECK_FALSE(ids.insert(named));
    CHECK_FALSE(ids.contains(number(0)));
    CHECK(ids.insert(number(5)));
    CHECK(ids.insert(number(9)));
    ByteWriter out;
    ids.save(out);
    TradeIds copy;
    ByteReader in(out.bytes());
    REQUIRE(copy.load(in));
    CHECK(copy.contains(named));
    CHECK(copy.contains(number(9)));
    CHECK_FALSE(copy.contains(number(6)));
    for (size_t size = 0; size < out.size(); ++size) {
        ByteReader cut(out.bytes().first(size));
        REQUIRE_FALSE(TradeIds{}.load(cut));
    }
}

TEST_CASE("a name that is too long for any venue is refused when loading") {
    ByteWriter out;
    out.put(uint64_t{0});
    out.put(uint64_t{1});
    out.put_text(std::string(60, 'x'));
    ByteReader in(out.bytes());
    CHECK_FALSE(TradeIds{}.load(in));
}
