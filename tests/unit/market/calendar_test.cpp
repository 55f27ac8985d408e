#include "market/calendar.h"

#include <set>
#include <sstream>

#include "base/file.h"
#include "support/catch.h"

using namespace trd;

namespace {

Timestamp at(const char* text) { return parse_iso(text).value(); }
int64_t day(const char* text) { return utc_day(at(text)); }

Calendar new_york() { return Calendar::parse(read_file("config/calendars/XNYS.calendar").value()).value(); }

}  // namespace

TEST_CASE("New York's hours") {
    const Calendar calendar = new_york();
    CHECK(calendar.venue() == "XNYS");
    const auto regular = [&](const char* date) { return calendar.session_of(day(date), TradingHours::regular); };
    CHECK(regular("2013-10-07") == BarInterval{at("2013-10-07T13:30Z"), at("2013-10-07T20:00Z")});
    CHECK(regular("2013-12-09") == BarInterval{at("2013-12-09T14:30Z"), at("2013-12-09T21:00Z")});
    CHECK(regular("2024-12-24") == BarInterval{at("2024-12-24T14:30Z"), at("2024-12-24T18:00Z")});
    CHECK(calendar.session_of(day("2024-12-24"), TradingHours::extended) ==
          BarInterval{at("2024-12-24T09:00Z"), at("2024-12-24T22:00Z")});
    CHECK_FALSE(regular("2013-10-06"));  // a Sunday
    CHECK_FALSE(regular("2012-10-29"));
    CHECK_FALSE(regular("1997-12-31"));  // not covered
    CHECK(calendar.is_open(at("2013-10-07T13:30Z"), TradingHours::regular));
    CHECK_FALSE(calendar.is_open(at("2013-10-07T20:00Z"), TradingHours::regular));
    CHECK(calendar.is_open(at("2013-10-07T20:00Z"), TradingHours::extended));
}

TEST_CASE("closed days are those on which nothing traded") {
    const std::string path = "../shared/oracles/spy-daily.csv";
    if (!file_exists(path)) {
        WARN("skipped: ../shared/oracles is not there");
        return;
    }
    std::set<int64_t> traded;
    std::istringstream text(read_file(path).value());
    std::string line;
    std::getline(text, line);
    while (std::getline(text, line)) traded.insert(day(line.substr(0, 10).c_str()));
    const Calendar calendar = new_york();
    for (int64_t each = *traded.begin(); each <= *traded.rbegin(); ++each) {
        INFO(to_iso_date(Timestamp{} + days(each)));
        REQUIRE(calendar.session_of(each, TradingHours::regular).has_value() == (traded.count(each) == 1));
    }
}

TEST_CASE("all week is every day") {
    const Calendar calendar = Calendar::all_week();
    for (int64_t each = -10; each < 10; ++each)
        CHECK(calendar.session_of(each, TradingHours::regular) ==
              BarInterval{Timestamp{} + days(each), Timestamp{} + days(each + 1)});
}

TEST_CASE("calendars that make no sense are refused by line") {
    const std::pair<const char*, const char*> cases[] = {
        {"", "a calendar needs venue, days and regular"},
        {"venu X\n", "line is \"venu\", expected venue, zone, days, valid, regular, extended, closed or early"},
        {"zone Mars/Olympus\n", "zone is \"Mars/Olympus\", expected a time zone"},
        {"days Mon Tuesday\n", "days is \"Tuesday\", expected Mon, Tue, Wed, Thu, Fri, Sat or Sun"},
        {"regular 09:30 25:00\n", "regular is \"25:00\", expected a time of day"},
        {"regular 09:30 08:00\n", "regular is \"08:00\", expected a time after 09:30"},
        {"closed 2024-13-01\n", "closed is \"2024-13-01\", expected a date"},
        {"closed 2024-12-25\nclosed 2024-12-25\n", "closed is \"2024-12-25\", expected a day after the one before it"},
        {"early 2024-12-24\n", "early is \"\", expected another number of words"},
        {"valid 2024-01-02 2024-01-01\n", "valid is \"2024-01-01\", expected a day after the first"},
    };
    for (const auto& [text, what] : cases) {
        const auto calendar = Calendar::parse(text);
        REQUIRE_FALSE(calendar);
        CHECK(calendar.error().what == what);
    }
    CHECK(Calendar::parse("venue X\n\n# note\nclosed x\n").error().line == 4);
}
