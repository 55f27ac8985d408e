#include "backtest/session_edges.h"

#include "base/file.h"
#include "support/catch.h"
#include "view/timers.h"

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

TEST_CASE("an order's session ends with the one that is on, or with the next one") {
    const SessionEdges regular(minutes(30), new_york(), TradingHours::regular);
    CHECK(regular.end_after(at("2024-01-08T14:30Z")) == at("2024-01-08T21:00Z"));
    CHECK(regular.end_after(at("2024-01-08T20:59Z")) == at("2024-01-08T21:00Z"));
    CHECK(regular.end_after(at("2024-01-08T21:00Z")) == at("2024-01-09T21:00Z"));  // who comes at the close
    CHECK(regular.end_after(at("2024-01-08T03:00Z")) == at("2024-01-08T21:00Z"));  // the evening before in New York
    CHECK(regular.end_after(at("2024-01-12T22:00Z")) == at("2024-01-16T21:00Z"));  // Monday is a holiday
    CHECK(regular.end_after(at("2024-12-24T15:00Z")) == at("2024-12-24T18:00Z"));  // half a day
    const SessionEdges widest(minutes(30), new_york(), std::nullopt);
    CHECK(widest.end_after(at("2024-01-08T20:00Z")) == at("2024-01-09T01:00Z"));
    CHECK(widest.end_after(at("2024-01-09T01:00Z")) == at("2024-01-10T01:00Z"));
}

TEST_CASE("without a calendar, or beyond what it knows, an order's session ends with the day of UTC") {
    const SessionEdges none(minutes(30), std::nullopt, std::nullopt);
    CHECK(none.end_after(at("2024-01-08T20:30Z")) == at("2024-01-09T00:00Z"));
    CHECK(none.end_after(at("2024-01-09T00:00Z")) == at("2024-01-10T00:00Z"));
    const SessionEdges unknown(minutes(30), new_york(), TradingHours::regular);
    CHECK(unknown.end_after(at("2040-01-09T15:00Z")) == at("2040-01-10T00:00Z"));
    const SessionEdges day(days(1), new_york(), TradingHours::regular);
    CHECK(day.end_after(at("2024-01-08T14:30Z")) == never);  // each bar is one
}
