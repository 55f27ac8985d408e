#include "market/session_clock.h"

#include <string>
#include <vector>

#include "base/file.h"
#include "support/catch.h"

using namespace trd;

namespace {

Timestamp at(std::string_view iso) { return *parse_iso(iso); }
Calendar new_york() { return Calendar::parse(*read_file("config/calendars/XNYS.calendar")).value(); }

std::vector<std::string> moments(SessionClock clock, int count) {
    std::vector<std::string> found;
    for (int i = 0; i < count; ++i, clock.advance())
        found.push_back(to_iso(clock.next()) + (clock.opens() ? " open" : " close"));
    return found;
}
using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("sessions of New York over a clock change, a holiday and an early close") {
    CHECK(moments({new_york(), TradingHours::regular, at("2024-03-08T20:00:00Z")}, 3) ==
          Texts{"2024-03-08T21:00:00Z close", "2024-03-11T13:30:00Z open", "2024-03-11T20:00:00Z close"});
    CHECK(moments({new_york(), TradingHours::regular, at("2024-11-27T21:00:00Z")}, 3) ==
          Texts{"2024-11-29T14:30:00Z open", "2024-11-29T18:00:00Z close", "2024-12-02T14:30:00Z open"});
}

TEST_CASE("around the clock a day closes and the next one opens at the same instant") {
    CHECK(moments({Calendar::all_week(), TradingHours::regular, at("2024-01-01T12:00:00Z")}, 4) ==
          Texts{"2024-01-02T00:00:00Z close", "2024-01-02T00:00:00Z open", "2024-01-03T00:00:00Z close",
                "2024-01-03T00:00:00Z open"});
}

TEST_CASE("after the last day that a calendar knows there is nothing") {
    SessionClock clock(new_york(), TradingHours::regular, at("2090-01-01T00:00:00Z"));
    CHECK(clock.next() == Timestamp{INT64_MAX});
}

TEST_CASE("the moments are those at which a venue begins and ends to be open") {
    for (const char* name : {"XNYS", "XTKS", "FX", "CME", "XLON"}) {
        const Calendar calendar =
            Calendar::parse(*read_file("config/calendars/" + std::string(name) + ".calendar")).value();
        SessionClock clock(calendar, TradingHours::regular, at("2024-01-01T00:00:00Z"));
        Timestamp before{INT64_MIN};
        for (int i = 0; i < 600; ++i, clock.advance()) {
            INFO(name << " " << to_iso(clock.next()));
            REQUIRE(clock.next() >= before);
            before = clock.next();
            const Timestamp inside = clock.opens() ? clock.next() : clock.next() - nanoseconds(1);
            CHECK(calendar.is_open(inside, TradingHours::regular));
        }
    }
}
