#include "stats/equity_tracker.h"

#include <algorithm>

#include "support/catch.h"

using namespace trd;

namespace {

constexpr Timestamp day(int64_t n) { return Timestamp{} + days(n); }

Bytes saved(const EquityTracker& tracker) {
    ByteWriter out;
    tracker.save(out);
    return out.take();
}

}  // namespace

TEST_CASE("a value at the cut closes the day that ends there") {
    EquityTracker tracker(day(10), 100);
    tracker.feed(day(10) + minutes(1), 101);
    tracker.feed(day(10) + hours(23), 102);
    tracker.feed(day(11), 103);
    tracker.feed(day(11) + nanoseconds(1), 104);
    tracker.feed(day(14) + hours(5), 105);  // nothing is invented for the days between
    CHECK(tracker.daily().closes == std::vector<double>{103, 104, 105});
    CHECK(tracker.daily().cuts == std::vector<Timestamp>{day(11), day(12), day(15)});
    CHECK(tracker.last() == 105);
    CHECK(EquityTracker(day(0), 7).last() == 7);
}

TEST_CASE("daily bars that close at midnight give one close a day") {
    EquityTracker tracker(day(4), 100);
    for (int i = 1; i <= 3; ++i) tracker.feed(day(4 + i), 100 + i);
    CHECK(tracker.daily().closes == std::vector<double>{101, 102, 103});
    CHECK(tracker.daily().cuts == std::vector<Timestamp>{day(5), day(6), day(7)});
}

TEST_CASE("days before 1970 and a cut of its own") {
    EquityTracker tracker(day(-2), 100, hours(21));
    tracker.feed(day(-2) + hours(20), 1);
    tracker.feed(day(-2) + hours(21), 2);
    tracker.feed(day(-2) + hours(22), 3);
    CHECK(tracker.daily().closes == std::vector<double>{2, 3});
    CHECK(tracker.daily().cuts == std::vector<Timestamp>{day(-2) + hours(21), day(-1) + hours(21)});
}

TEST_CASE("depth, times and recovery of the deepest drawdown") {
    EquityTracker tracker(day(0), 100);
    const double values[] = {90, 100, 120, 60, 90, 120, 119, 130, 100};
    for (int i = 0; i < 9; ++i) tracker.feed(day(i + 1), values[i]);
    const Drawdown worst = tracker.drawdown();
    CHECK(worst.fraction == -0.5);
    CHECK(worst.money == -60);
    CHECK(worst.peak_time == day(3));
    CHECK(worst.trough_time == day(4));
    CHECK(worst.recovery_time == day(6));
    CHECK(worst.longest_under_water == days(3));
}

TEST_CASE("the starting capital is a peak; no recovery is no time") {
    EquityTracker tracker(day(0), 100);
    tracker.feed(day(1), 80);
    tracker.feed(day(9), 99);
    CHECK(tracker.drawdown().fraction == Approx(-0.2));
    CHECK(tracker.drawdown().peak_time == day(0));
    CHECK_FALSE(tracker.drawdown().recovery_time);
    CHECK(tracker.drawdown().longest_under_water == days(9));
}

TEST_CASE("a curve that never falls is never under water") {
    EquityTracker tracker(day(0), 100);
    for (int i = 1; i < 50; ++i) tracker.feed(day(i), 100 + i / 3);
    CHECK(tracker.drawdown().fraction == 0);
    CHECK(tracker.drawdown().longest_under_water == Duration{});
    CHECK_FALSE(tracker.drawdown().recovery_time);
}

TEST_CASE("random curves against every pair of values; restored at any point") {
    uint64_t state = 99;
    const auto next = [&state] { return (state = state * 6364136223846793005u + 1442695040888963407u) >> 33; };
    for (int round = 0; round < 100; ++round) {
        EquityTracker tracker(day(0), 1000), restored(day(0), 1000);
        std::vector<double> curve = {1000};
        const uint64_t cut = next() % 100;
        for (uint64_t i = 0; i < 100; ++i) {
            if (i == cut) {
                const Bytes bytes = saved(tracker);
                ByteReader in(bytes);
                REQUIRE(restored.load(in));
                REQUIRE(in.at_end());
                CHECK(restored.daily().end_time == tracker.daily().end_time);
            }
            curve.push_back(static_cast<double>(500 + next() % 1000));
            const Timestamp time = Timestamp{} + hours(static_cast<int64_t>(7 * (i + 1)));
            tracker.feed(time, curve.back());
            if (i >= cut) restored.feed(time, curve.back());
        }
        double worst = 0;
        for (size_t a = 0; a < curve.size(); ++a) {
            for (size_t b = a; b < curve.size(); ++b) worst = std::min(worst, curve[b] / curve[a] - 1);
        }
        CHECK(tracker.drawdown().fraction == worst);
        CHECK(saved(tracker) == saved(restored));
        CHECK(tracker.daily().closes == restored.daily().closes);
        CHECK(tracker.daily().closes.back() == curve.back());
    }
}

TEST_CASE("foreign bytes are refused") {
    EquityTracker tracker(day(0), 1);
    tracker.feed(day(1), 2);
    Bytes bytes = saved(tracker);
    for (size_t size = 0; size < bytes.size(); ++size) {
        ByteReader in(ByteSpan(bytes.data(), size));
        EquityTracker other(day(0), 1);
        CHECK_FALSE(other.load(in));
    }
}

TEST_CASE("exposure counts the time between going in and out") {
    ExposureClock clock;
    CHECK(clock.exposed_until(day(1)) == Duration{});
    clock.set(day(1), true);
    clock.set(day(2), true);
    CHECK(clock.exposed_until(day(3)) == days(2));
    clock.set(day(4), false);
    clock.set(day(5), false);
    CHECK(clock.exposed_until(day(9)) == days(3));
    clock.set(day(9), true);
    ByteWriter out;
    clock.save(out);
    ExposureClock restored;
    ByteReader in(out.bytes());
    restored.load(in);
    CHECK(restored.exposed_until(day(10)) == days(4));
}
