#include "backtest/session_edges.h"

#include "base/file.h"
#include "support/catch.h"

using namespace trd;

namespace {

Timestamp at(const char* text) { return parse_iso(text).value(); }
Calendar new_york() { return Calendar::parse(read_file("config/calendars/XNYS.calendar").value()).value(); }

// A series, bar after bar.
struct Bars {
    SessionEdges edges;
    Timestamp previous{INT64_MIN};

    bool takes(Timestamp open) { return edges.takes(open); }
};

std::string edges(Bars& bars, const char* open, Duration length) {
    const SessionEdges::Edges found = bars.edges.of(bars.previous, at(open), at(open) + length);
    bars.previous = at(open);
    return std::string(found.opens ? "opens" : "") + (found.closes ? "closes" : "");
}

}  // namespace

TEST_CASE("a session begins with its first bar and ends with the bar that reaches its close") {
    Bars minute{SessionEdges(minutes(1), new_york(), TradingHours::regular)};
    CHECK(edges(minute, "2013-10-07T13:30Z", minutes(1)) == "opens");
    CHECK(edges(minute, "2013-10-07T13:31Z", minutes(1)).empty());
    CHECK(edges(minute, "2013-10-07T19:59Z", minutes(1)) == "closes");
    CHECK(edges(minute, "2013-10-08T13:35Z", minutes(1)) == "opens");  // the first bar that the data has
    CHECK_FALSE(minute.takes(at("2013-10-07T13:29Z")));
    CHECK(minute.takes(at("2013-10-07T13:30Z")));
    CHECK_FALSE(minute.takes(at("2013-10-07T20:00Z")));
    // Half a day: the session ends at one o'clock.
    CHECK(edges(minute, "2024-12-24T14:30Z", minutes(1)) == "opens");
    CHECK(edges(minute, "2024-12-24T17:59Z", minutes(1)) == "closes");
}

TEST_CASE("a bar of a day is a session of its own, whatever the calendar") {
    Bars day{SessionEdges(days(1), new_york(), TradingHours::regular)};
    CHECK(edges(day, "2013-10-07T00:00Z", days(1)) == "openscloses");
    CHECK(day.takes(at("2013-10-06T00:00Z")));
}

TEST_CASE("without a calendar a session is a day of UTC, and all hours belong to it") {
    Bars hour{SessionEdges(hours(1), std::nullopt, std::nullopt)};
    CHECK(edges(hour, "2024-01-01T00:00Z", hours(1)) == "opens");
    CHECK(edges(hour, "2024-01-01T01:00Z", hours(1)).empty());
    CHECK(edges(hour, "2024-01-01T23:00Z", hours(1)) == "closes");
    CHECK(edges(hour, "2024-01-02T00:00Z", hours(1)) == "opens");
    CHECK(hour.takes(at("2024-01-01T03:00Z")));
}

TEST_CASE("all hours of a venue that has extended ones: the widest count") {
    Bars minute{SessionEdges(minutes(1), new_york(), std::nullopt)};
    CHECK(edges(minute, "2013-10-07T08:00Z", minutes(1)) == "opens");
    CHECK(edges(minute, "2013-10-07T13:30Z", minutes(1)).empty());
    CHECK(edges(minute, "2013-10-07T23:59Z", minutes(1)) == "closes");
    CHECK(minute.takes(at("2013-10-07T02:00Z")));
    CHECK(edges(minute, "2013-10-08T02:00Z", minutes(1)).empty());
}
