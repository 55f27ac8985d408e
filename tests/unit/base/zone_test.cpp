#include "base/zone.h"

#include <ctime>
#include <random>

#include "support/catch.h"

using namespace trd;

namespace {

Timestamp at(const char* text) { return parse_iso(text).value(); }
Zone zone(const char* name) { return Zone::find(name).value(); }

}  // namespace

TEST_CASE("New York in 2013") {
    const Zone new_york = zone("America/New_York");
    CHECK(new_york.name() == "America/New_York");
    CHECK(new_york.offset_at(at("2013-10-07")).offset == hours(-4));
    CHECK(new_york.offset_at(at("2013-12-07")).offset == hours(-5));
    CHECK(new_york.to_wall(at("2013-10-07T13:30Z")) == at("2013-10-07T09:30"));

    const LocalTime open = new_york.to_utc(at("2013-10-07T09:30"));
    CHECK(open.kind == LocalKind::unique);
    CHECK(open.earlier == at("2013-10-07T13:30Z"));

    const LocalTime twice = new_york.to_utc(at("2013-11-03T01:30"));
    CHECK(twice.kind == LocalKind::ambiguous);
    CHECK(twice.earlier == at("2013-11-03T05:30Z"));
    CHECK(twice.later == at("2013-11-03T06:30Z"));

    const LocalTime never = new_york.to_utc(at("2013-03-10T02:30"));
    CHECK(never.kind == LocalKind::nonexistent);
    CHECK(never.earlier == at("2013-03-10T07:00Z"));
}

TEST_CASE("unknown zones are refused, UTC needs no database") {
    CHECK(Zone::find("America/New_Yrok").error() == ZoneError::unknown);
    CHECK(Zone::find("").error() == ZoneError::unknown);
    CHECK(zone("UTC").name() == "UTC");
    CHECK(zone("UTC").to_utc(at("2013-11-03T01:30")).earlier == at("2013-11-03T01:30"));
    const auto names = zone_names();
    CHECK(names.size() > 300);
    CHECK(std::is_sorted(names.begin(), names.end()));
}

TEST_CASE("the clock that remembers answers as the zone does") {
    for (const char* name :
         {"America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kolkata"}) {
        const Zone slow = zone(name);
        ZoneClock fast(slow);
        std::mt19937_64 random(11);
        Timestamp time = at("2009-01-01");
        for (int i = 0; i < 60'000; ++i) {
            // Mostly small steps, through every change of fifteen years, some far jumps.
            time = random() % 100 == 0 ? at("1995-01-01") + seconds(static_cast<int64_t>(random() % 1'000'000'000))
                                       : time + seconds(static_cast<int64_t>(random() % 14'400));
            const LocalTime expected = slow.to_utc(time), found = fast.to_utc(time);
            REQUIRE(found.kind == expected.kind);
            REQUIRE(found.earlier == expected.earlier);
            REQUIRE(found.later == expected.later);
            REQUIRE(fast.to_wall(time) == slow.to_wall(time));
            // There and back again.
            const LocalTime back = slow.to_utc(slow.to_wall(time));
            REQUIRE((back.earlier == time || back.later == time));
        }
    }
}

TEST_CASE("offsets agree with the C library") {
    setenv("TZ", "America/New_York", 1);
    tzset();
    ZoneClock clock(zone("America/New_York"));
    std::mt19937_64 random(5);
    for (int i = 0; i < 20'000; ++i) {
        const auto second = static_cast<time_t>(random() % 2'000'000'000);
        std::tm local{};
        localtime_r(&second, &local);
        const Timestamp time = Timestamp{} + seconds(second);
        REQUIRE((clock.to_wall(time) - time) == seconds(local.tm_gmtoff));
    }
    unsetenv("TZ");
    tzset();
}
