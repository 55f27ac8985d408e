#include "market/trading_sessions.h"

#include "base/file.h"
#include "support/catch.h"

using namespace trd;

namespace {

Timestamp at(std::string_view iso) { return *parse_iso(iso); }
Calendar calendar(const std::string& name) {
    return Calendar::parse(*read_file("config/calendars/" + name + ".calendar")).value();
}

std::string session(const Calendar& calendar, std::string_view iso, TradingHours hours = TradingHours::regular) {
    const auto found = session_at_or_after(calendar, hours, at(iso));
    if (!found) return "none";
    return to_iso(found->open) + " " + (found->close == no_close ? "never" : to_iso(found->close));
}

}  // namespace

TEST_CASE("the session that is on, and after its last moment the next one") {
    const Calendar new_york = calendar("XNYS");
    CHECK(session(new_york, "2024-03-08T20:00:00Z") == "2024-03-08T14:30:00Z 2024-03-08T21:00:00Z");
    CHECK(session(new_york, "2024-03-08T21:00:00Z") == "2024-03-11T13:30:00Z 2024-03-11T20:00:00Z");
    CHECK(session(new_york, "2024-11-28T15:00:00Z") == "2024-11-29T14:30:00Z 2024-11-29T18:00:00Z");
    CHECK(session(new_york, "2024-03-08T12:00:00Z", TradingHours::extended) ==
          "2024-03-08T09:00:00Z 2024-03-09T01:00:00Z");
}

TEST_CASE("sessions without time between them are one, and around the clock there is no close") {
    CHECK(session(calendar("FX"), "2024-03-06T12:00:00Z") == "2024-03-05T22:00:00Z 2024-03-08T22:00:00Z");
    CHECK(session(Calendar::all_week(), "2024-03-06T12:00:00Z") == "2024-03-06T00:00:00Z never");
    CHECK(session(calendar("CME"), "2024-03-06T12:00:00Z") == "2024-03-05T23:00:00Z 2024-03-06T22:00:00Z");
}

TEST_CASE("nobody knows of a session where the calendar says nothing") {
    CHECK(session(calendar("XNYS"), "2090-01-01T00:00:00Z") == "none");
    CHECK(session(calendar("XNYS"), "1990-01-01T00:00:00Z") == "none");
}

TEST_CASE("a pause is part of its session") {
    const auto tokyo = session_at_or_after(calendar("XTKS"), TradingHours::regular, at("2024-03-06T00:30:00Z"));
    REQUIRE(tokyo);
    CHECK(tokyo->holds(at("2024-03-06T02:00:00Z")));
    CHECK_FALSE(tokyo->holds(at("2024-03-06T03:00:00Z")));
}
