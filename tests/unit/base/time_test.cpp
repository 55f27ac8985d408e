#include "base/time.h"

#include <random>

#include "support/catch.h"

using namespace trd;

namespace {

// An independent calendar: counts days one by one.
struct SlowCalendar {
    int year = 1970, month = 1, day = 1;
    void next() {
        const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
        const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        const int length = month == 2 && leap ? 29 : lengths[month - 1];
        if (++day <= length) return;
        day = 1;
        if (++month <= 12) return;
        month = 1;
        ++year;
    }
};

}  // namespace

TEST_CASE("civil dates agree with counting days") {
    SlowCalendar slow;
    for (int64_t number = 0; number < 110'000; ++number, slow.next()) {
        const CivilDate date = civil_from_days(number);
        REQUIRE(date.year == slow.year);
        REQUIRE(int{date.month} == slow.month);
        REQUIRE(int{date.day} == slow.day);
        REQUIRE(days_from_civil(date) == number);
    }
    for (int64_t number = -110'000; number < 0; ++number) REQUIRE(days_from_civil(civil_from_days(number)) == number);
    CHECK(weekday_of(0) == 3);  // 1970-01-01 was a Thursday
    CHECK(weekday_of(-1) == 2);
    CHECK(weekday_of(16'348) == 6);  // 2014-10-05 was a Sunday
}

TEST_CASE("times are written and read back") {
    CHECK(to_iso(Timestamp{0}) == "1970-01-01T00:00:00Z");
    CHECK(to_iso(Timestamp{-1}) == "1969-12-31T23:59:59.999999999Z");
    CHECK(to_iso(Timestamp{1'381'152'600'500'000'000}) == "2013-10-07T13:30:00.500Z");
    CHECK(to_iso(Timestamp{1'381'152'600'000'500'000}) == "2013-10-07T13:30:00.000500Z");
    CHECK(to_iso_nanoseconds(Timestamp{1'381'152'600'000'000'000}) == "2013-10-07T13:30:00.000000000Z");
    CHECK(to_iso_date(Timestamp{1'381'152'600'000'000'000}) == "2013-10-07");
    std::mt19937_64 random(7);
    for (int i = 0; i < 100'000; ++i) {
        const Timestamp time{static_cast<int64_t>(random())};
        REQUIRE(parse_iso(to_iso(time)).value() == time);
        REQUIRE(parse_iso(to_iso_nanoseconds(time)).value() == time);
    }
    for (const int64_t ns : {INT64_MIN, INT64_MAX}) CHECK(parse_iso(to_iso(Timestamp{ns})).value().ns == ns);
}

TEST_CASE("times are read in the forms that people write") {
    const auto ns = [](const char* text) { return parse_iso(text).value().ns; };
    const int64_t expected = 1'381'152'600'000'000'000;
    for (const char* text : {"2013-10-07T13:30:00Z", "2013-10-07 13:30", "2013-10-07T15:30:00+02:00",
                             "2013-10-07T09:30-0400", "2013-10-07T15:30+02", "2013-10-07t13:30:00.000z"})
        CHECK(ns(text) == expected);
    CHECK(ns("2013-10-07") == expected - 48'600'000'000'000);
    CHECK(ns("2013-10-07T13:30:00.000000001Z") == expected + 1);
    CHECK(ns("2000-02-29") == 951'782'400'000'000'000);
    CHECK(parse_iso_wall("2013-10-07").value().date_only);
    CHECK(parse_iso_wall("2013-10-07T00:00+02:00").value().offset == hours(2));
    CHECK_FALSE(parse_iso_wall("2013-10-07T00:00").value().has_offset);
}

TEST_CASE("what is no time is refused") {
    for (const char* text : {"",
                             "2013",
                             "2013-13-01",
                             "2013-00-01",
                             "2013-02-29",
                             "1900-02-29",
                             "2013-10-32",
                             "2013-10-00",
                             "2013-10-07T",
                             "2013-10-07T24:00",
                             "2013-10-07T12:60",
                             "2013-10-07T12:00:60",
                             "2013-10-07T12:00:00.",
                             "2013-10-07T12:00:00.1234567890",
                             "2013-10-07T12:00Zx",
                             "2013-10-07T12:00+24",
                             "2013-10-07x12:00",
                             " 2013-10-07",
                             "2013-10-07 ",
                             "13-10-07"}) {
        INFO(text);
        REQUIRE_FALSE(parse_iso(text));
        CHECK(parse_iso(text).error() == TimeError::syntax);
    }
    CHECK(parse_iso("2263-01-01").error() == TimeError::out_of_range);
    CHECK(parse_iso("1676-01-01").error() == TimeError::out_of_range);
    CHECK(parse_iso("2262-04-11T23:47:16-01:00").error() == TimeError::out_of_range);
}

TEST_CASE("the UTC day is a floor") {
    CHECK(utc_day(Timestamp{0}) == 0);
    CHECK(utc_day(Timestamp{-1}) == -1);
    CHECK(utc_day(Timestamp{days(1).ns}) == 1);
    CHECK(utc_day(Timestamp{-days(1).ns}) == -1);
}

TEST_CASE("durations are a count and a unit") {
    CHECK(parse_duration("1m").value() == minutes(1));
    CHECK(parse_duration("500ms").value() == milliseconds(500));
    CHECK(parse_duration("1w").value() == days(7));
    CHECK(parse_duration("7us").value() == microseconds(7));
    CHECK(to_text(minutes(60)) == "1h");
    CHECK(to_text(minutes(90)) == "90m");
    CHECK(to_text(days(14)) == "2w");
    CHECK(to_text(Duration{}) == "0s");
    CHECK(to_text(minutes(-5)) == "-5m");
    for (const char* text : {"", "m", "1", "1x", "-1m", "1 m", "1.5h", "1mm", "+1m"})
        CHECK(parse_duration(text).error() == TimeError::syntax);
    for (const char* text : {"99999999999999999999m", "1000000w"})
        CHECK(parse_duration(text).error() == TimeError::out_of_range);
    std::mt19937_64 random(3);
    for (int i = 0; i < 10'000; ++i) {
        const Duration d{static_cast<int64_t>(random() >> 1 >> random() % 63)};
        REQUIRE(parse_duration(to_text(d)).value() == d);
    }
}
