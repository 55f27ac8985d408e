#include "view/timers.h"

#include <string>

#include "support/catch.h"

using namespace trd;

namespace {

Timestamp at(std::string_view iso) { return *parse_iso(iso); }

Note timer(TimerMode mode, Duration span, uint16_t number = 0, std::string_view zone = {}) {
    return {.kind = NoteKind::timer, .timer = mode, .number = number, .integer = span.ns, .rest = zone};
}

// The next `count` times as texts.
std::vector<std::string> times(TimerSchedule& schedule, int count) {
    std::vector<std::string> found;
    for (int i = 0; i < count; ++i) {
        found.push_back(to_iso(schedule.next()));
        schedule.pop();
    }
    return found;
}
using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a daily timer keeps its wall clock time over both clock changes") {
    const Duration close = hours(15) + minutes(55);
    TimerSchedule schedule;
    REQUIRE(schedule.set(timer(TimerMode::daily, close, 0, "America/New_York"), at("2024-03-09T00:00:00Z")));
    CHECK(times(schedule, 2) == Texts{"2024-03-09T20:55:00Z", "2024-03-10T19:55:00Z"});
    REQUIRE(schedule.set(timer(TimerMode::daily, close, 0, "America/New_York"), at("2024-11-02T19:55:00Z")));
    CHECK(times(schedule, 2) == Texts{"2024-11-03T20:55:00Z", "2024-11-04T20:55:00Z"});
}

TEST_CASE("a wall clock time that is skipped counts at the change, one that comes twice the first time only") {
    TimerSchedule schedule;
    REQUIRE(schedule.set(timer(TimerMode::daily, hours(2) + minutes(30), 0, "America/New_York"),
                         at("2024-03-09T12:00:00Z")));
    CHECK(times(schedule, 2) == Texts{"2024-03-10T07:00:00Z", "2024-03-11T06:30:00Z"});
    REQUIRE(schedule.set(timer(TimerMode::daily, hours(1) + minutes(30), 0, "America/New_York"),
                         at("2024-11-02T12:00:00Z")));
    CHECK(times(schedule, 2) == Texts{"2024-11-03T05:30:00Z", "2024-11-04T06:30:00Z"});
}

TEST_CASE("every counts from 1970, after from now; one that is asked for again waits anew") {
    TimerSchedule schedule;
    const Timestamp now = at("2024-01-01T10:07:30Z");
    REQUIRE(schedule.set(timer(TimerMode::every, minutes(5), 0), now));
    REQUIRE(schedule.set(timer(TimerMode::after, minutes(4), 1), now));
    CHECK(times(schedule, 3) == Texts{"2024-01-01T10:10:00Z", "2024-01-01T10:11:30Z", "2024-01-01T10:15:00Z"});
    REQUIRE(schedule.set(timer(TimerMode::after, minutes(1), 1), now));
    REQUIRE(schedule.set(timer(TimerMode::after, hours(1), 1), now));
    CHECK(times(schedule, 1) == Texts{"2024-01-01T10:20:00Z"});
    TimerSchedule before_1970;
    REQUIRE(before_1970.set(timer(TimerMode::every, hours(1)), at("1969-12-31T22:30:00Z")));
    CHECK(times(before_1970, 2) == Texts{"1969-12-31T23:00:00Z", "1970-01-01T00:00:00Z"});
}

TEST_CASE("of timers that are due together the lowest number comes first, and one that is over is never due again") {
    TimerSchedule schedule;
    for (const uint16_t number : {3, 1, 2})
        REQUIRE(schedule.set(timer(TimerMode::after, minutes(1), number), Timestamp{}));
    CHECK((schedule.pop() == 1 && schedule.pop() == 2 && schedule.pop() == 3));
    CHECK(schedule.next() == never);
}

TEST_CASE("a timer that makes no sense is refused") {
    TimerSchedule schedule;
    CHECK_FALSE(schedule.set(timer(TimerMode::every, Duration{}), Timestamp{}));
    CHECK_FALSE(schedule.set(timer(TimerMode::every, nanoseconds(-5)), Timestamp{}));
    CHECK_FALSE(schedule.set(timer(TimerMode::after, days(100'000)), Timestamp{}));
    CHECK_FALSE(schedule.set(timer(TimerMode::daily, hours(24), 0, "UTC"), Timestamp{}));
    CHECK_FALSE(schedule.set(timer(TimerMode::daily, hours(1), 0, "Europe/Atlantis"), Timestamp{}));
    CHECK_FALSE(schedule.set(timer(TimerMode::after, hours(1), timers_max), Timestamp{}));
    CHECK(schedule.next() == never);
}
