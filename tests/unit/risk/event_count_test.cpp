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

TEST_CASE("a count says the same after days of coming and going, and after it was saved and loaded") {
    testing::Random random(2);
    EventCount count;
    std::vector<Timestamp> all;
    Timestamp now{0};
    for (int step = 0; step < 3'000; ++step) {
        now = now + minutes(static_cast<int64_t>(random.below(step % 500 == 0 ? 2'000 : 5)));
        count.add(now);
        all.push_back(now);
        if (step % 50 != 0) continue;
        ByteWriter out;
        count.save(out);
        ByteReader in(out.bytes());
        EventCount loaded;
        loaded.add({7});  // load() forgets what was there
        REQUIRE(loaded.load(in));
        REQUIRE(in.at_end());
        CHECK(loaded.today() == count.today());
        for (int64_t back : {0, 1, 60, 600, 1'439, 1'440, 5'000}) {
            const Timestamp from = now - minutes(back);
            const Timestamp kept = std::max(from, now - days(1));
            const auto expected = std::count_if(all.begin(), all.end(), [&](Timestamp time) { return time >= kept; });
            CHECK(count.since(from) == expected);
            CHECK(loaded.since(from) == expected);
        }
    }
}

TEST_CASE("saved times that go back, or are too many, are refused") {
    ByteWriter out;
    out.put(uint64_t{2});
    out.put(uint32_t{2});
    out.put(int64_t{5});
    out.put(int64_t{4});
    ByteReader in(out.bytes());
    EventCount count;
    CHECK_FALSE(count.load(in));
    ByteWriter many;
    many.put(uint64_t{5'000});
    many.put(uint32_t{4'097});
    for (int64_t i = 0; i < 4'097; ++i) many.put(i);
    ByteReader too_many(many.bytes());
    CHECK_FALSE(count.load(too_many));
}

TEST_CASE("as far back as a window goes nothing is forgotten") {
    EventCount count;
    const EventsKept kept{days(30), 10'000};
    const Timestamp begin{0};
    for (int i = 0; i < 9'000; ++i) count.add(begin + minutes(i), kept);
    CHECK(count.since(begin) == 9'000);
    count.add(begin + days(30) + minutes(100), kept);
    CHECK(count.since(begin) == 8'901);
    ByteWriter out;
    count.save(out);
    ByteReader in(out.bytes());
    EventCount loaded;
    REQUIRE(loaded.load(in, kept));
    CHECK(loaded.since(begin) == 8'901);
}

TEST_CASE("what round trips have earned since a time is of all of them that ended at it or later") {
    TripResults trips;
    CHECK(trips.since(Timestamp{0}) == Money::zero());
    for (int i = 0; i < 5'000; ++i) trips.add(Timestamp{0} + minutes(i), i < 2'500 ? "1"_money : "-0.5"_money, days(2));
    CHECK(trips.since(Timestamp{0} + minutes(4'999)) == "-0.5"_money);
    CHECK(trips.since(Timestamp{0} + minutes(2'499)) == "-1249"_money);
    CHECK(trips.since(Timestamp{0} + minutes(2'300)) == "-1050"_money);
    ByteWriter out;
    trips.save(out);
    ByteReader in(out.bytes());
    TripResults loaded;
    REQUIRE(loaded.load(in));
    REQUIRE(in.at_end());
    CHECK(loaded.since(Timestamp{0} + minutes(2'300)) == "-1050"_money);
}
