#include "base/fixed_text.h"

#include <string>

#include "support/catch.h"
#include "support/random.h"

using namespace trd;
using testing::Random;

namespace {

template <size_t capacity>
void compare_with_string(uint64_t seed) {
    Random random(seed);
    FixedText<capacity> text;
    std::string expected;
    FixedText<capacity> other;
    std::string expected_other;
    for (int i = 0; i < 5'000; ++i) {
        std::string wanted(random.below(capacity + 4), '\0');
        for (char& c : wanted) c = static_cast<char>(random.below(random.chance(80) ? 3 : 256));
        const bool fits = wanted.size() <= capacity;
        REQUIRE(text.assign(wanted) == fits);
        if (fits) expected = wanted;
        REQUIRE(text.view() == expected);
        REQUIRE(text.empty() == expected.empty());
        REQUIRE((text == other) == (expected == expected_other));
        REQUIRE((text < other) == (expected < expected_other));
        REQUIRE((text > other) == (expected > expected_other));
        if (random.chance(40)) {
            other = text;
            expected_other = expected;
        }
    }
}

}  // namespace

TEST_CASE("a fixed text is a string that refuses to be longer") {
    compare_with_string<1>(1);
    compare_with_string<2>(2);
    compare_with_string<22>(3);
    compare_with_string<39>(4);
    compare_with_string<255>(5);
}

TEST_CASE("every length up to the limit, and none beyond") {
    FixedText<255> text;
    for (size_t size = 0; size < 600; ++size) {
        const std::string wanted(size, static_cast<char>('a' + size % 26));
        REQUIRE(text.assign(wanted) == (size <= 255));
        REQUIRE(text.view() == (size <= 255 ? wanted : std::string(255, static_cast<char>('a' + 255 % 26))));
    }
}

TEST_CASE("what was longer before leaves nothing behind") {
    FixedText<8> used, fresh;
    REQUIRE(used.assign("longtext"));
    REQUIRE(used.assign("ab"));
    REQUIRE(fresh.assign("ab"));
    CHECK(used == fresh);
    REQUIRE(used.assign(""));
    CHECK(used == FixedText<8>());
}

TEST_CASE("zeros count as characters") {
    FixedText<4> one, two;
    REQUIRE(one.assign(std::string_view("a", 1)));
    REQUIRE(two.assign(std::string_view("a\0", 2)));
    CHECK(one != two);
    CHECK(one < two);
}
