// How many there were of late, against a count of all.
#include <algorithm>
#include <vector>

#include "risk/results.h"
#include "support/catch.h"
#include "support/random.h"

using namespace trd;

TEST_CASE("what is counted since a time is what came at it or later") {
    testing::Random random(1);
    for (int round = 0; round < 50; ++round) {
        EventCount count;
        std::vector<Timestamp> all;
        Timestamp now{1'000'000'000};
        for (uint64_t size = random.below(300); size-- > 0;) {
            now = now + nanoseconds(static_cast<int64_t>(random.below(4)));  // several at one instant, too
            count.add(now);
            all.push_back(now);
        }
        for (int64_t back = -3; back < 700; ++back) {
            const Timestamp from = now - nanoseconds(back);
            const auto expected = std::count_if(all.begin(), all.end(), [&](Timestamp time) { return time >= from; });
            REQUIRE(count.since(from) == expected);
        }
    }
}

TEST_CASE("what is older than a day is forgotten, and so is what is too many") {
    EventCount count;
    const Timestamp begin{0};
    count.add(begin);
    count.add(begin + days(1));
    CHECK(count.since(begin) == 2);
    count.add(begin + days(1) + nanoseconds(1));
    CHECK(count.since(begin) == 2);
    for (int i = 0; i < 5'000; ++i) count.add(begin + days(1) + nanoseconds(1));
    CHECK(count.since(begin) == 4'096);
    CHECK(count.today() == 5'003);
}
