#include "market/calendar.h"

#include <set>
#include <sstream>

#include "base/file.h"
#include "support/catch.h"

using namespace trd;

namespace {

Timestamp at(const char* text) { return parse_iso(text).value(); }
int64_t day(const char* text) { return utc_day(at(text)); }

Calendar shipped(const std::string& name) {
    return Calendar::parse(read_file("config/calendars/" + name + ".calendar").value()).value();
}
Calendar new_york() { return shipped("XNYS"); }

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

TEST_CASE("every calendar that ships can be read, says who it is, and has about as many days as its venue") {
    const std::pair<const char*, std::pair<int, int>> venues[] = {
        {"XNYS", {249, 253}}, {"XNAS", {249, 253}}, {"XLON", {250, 255}}, {"XETR", {249, 257}}, {"XTKS", {240, 247}},
        {"XHKG", {243, 249}}, {"CME", {257, 260}},  {"FX", {258, 261}},   {"24x7", {365, 366}}};
    for (const auto& [name, count] : venues) {
        const Calendar calendar = shipped(name);
        CHECK(calendar.venue() == name);
        for (int year = 2018; year <= 2026; ++year) {
            int open_days = 0;
            for (int64_t each = days_from_civil({year, 1, 1}); each < days_from_civil({year + 1, 1, 1}); ++each) {
                const auto session = calendar.session_of(each, TradingHours::regular);
                open_days += session.has_value();
                if (session) REQUIRE(session->open < session->close);
                if (session && session->pause)
                    REQUIRE((session->open < session->pause->open && session->pause->open < session->pause->close &&
                             session->pause->close < session->close));
            }
            INFO(name << " " << year << ": " << open_days);
            CHECK((open_days >= count.first && open_days <= count.second));
        }
    }
}

TEST_CASE("days that everybody remembers") {
    const auto session = [](const char* name, const char* date) {
        return shipped(name).session_of(day(date), TradingHours::regular);
    };
    CHECK_FALSE(session("XLON", "2022-09-19"));
    CHECK(session("XLON", "2020-05-04").has_value());  // the holiday was moved to the 8th
    CHECK_FALSE(session("XLON", "2020-05-08"));
    CHECK(session("XLON", "2023-12-22")->close == at("2023-12-22T12:30Z"));
    CHECK_FALSE(session("XETR", "2018-05-21"));
    CHECK(session("XETR", "2022-06-06").has_value());
    CHECK(session("XETR", "2024-12-30")->close == at("2024-12-30T13:00Z"));
    CHECK_FALSE(session("XTKS", "2020-10-01"));
    CHECK_FALSE(session("XTKS", "2019-05-02"));
    CHECK(session("XTKS", "2024-11-01")->close == at("2024-11-01T06:00Z"));
    CHECK(session("XTKS", "2024-11-05")->close == at("2024-11-05T06:30Z"));
    CHECK(session("XTKS", "2024-11-05")->pause == BarInterval{at("2024-11-05T02:30Z"), at("2024-11-05T03:30Z")});
    CHECK_FALSE(session("XHKG", "2023-09-01"));
    CHECK(session("XHKG", "2024-12-24")->close == at("2024-12-24T04:00Z"));
    CHECK_FALSE(session("XHKG", "2024-12-24")->pause);
    CHECK(session("CME", "2024-03-04")->open == at("2024-03-03T23:00Z"));  // Sunday evening
    CHECK(session("CME", "2024-03-04")->close == at("2024-03-04T22:00Z"));
    CHECK(session("CME", "2024-03-11")->open == at("2024-03-10T22:00Z"));  // the clocks went forward that night
    CHECK(session("CME", "2021-06-25")->pause.has_value());
    CHECK_FALSE(session("CME", "2021-06-28")->pause);
    CHECK(session("CME", "2024-07-04")->close == at("2024-07-04T17:00Z"));
    CHECK(session("FX", "2024-03-04")->open == at("2024-03-03T22:00Z"));
    CHECK(session("FX", "2024-03-08")->close == at("2024-03-08T22:00Z"));
}

TEST_CASE("bars of a session that begins on the evening before, and of one with a pause") {
    BarSchedule globex(hours(1), Zone::find("America/Chicago").value(), shipped("CME").sessions(TradingHours::regular));
    CHECK(globex.interval_of(at("2024-03-03T23:10Z")) == BarInterval{at("2024-03-03T23:00Z"), at("2024-03-04T00:00Z")});
    CHECK(globex.interval_of(at("2024-03-04T21:10Z")) == BarInterval{at("2024-03-04T21:00Z"), at("2024-03-04T22:00Z")});
    CHECK_FALSE(globex.interval_of(at("2024-03-04T22:10Z")));
    CHECK_FALSE(globex.interval_of(at("2024-03-02T12:00Z")));
    BarSchedule globex_days(days(1), Zone::find("America/Chicago").value(),
                            shipped("CME").sessions(TradingHours::regular));
    CHECK(globex_days.interval_of(at("2024-03-03T23:10Z")) ==
          BarInterval{at("2024-03-03T23:00Z"), at("2024-03-04T22:00Z")});
    BarSchedule tokyo(hours(1), Zone::find("Asia/Tokyo").value(), shipped("XTKS").sessions(TradingHours::regular));
    CHECK(tokyo.interval_of(at("2024-03-04T02:10Z")) == BarInterval{at("2024-03-04T02:00Z"), at("2024-03-04T02:30Z")});
    CHECK_FALSE(tokyo.interval_of(at("2024-03-04T02:30Z")));
    CHECK(tokyo.interval_of(at("2024-03-04T03:40Z")) == BarInterval{at("2024-03-04T03:30Z"), at("2024-03-04T04:30Z")});
    CHECK(tokyo.interval_of(at("2024-03-04T05:40Z")) == BarInterval{at("2024-03-04T05:30Z"), at("2024-03-04T06:00Z")});
}

TEST_CASE("calendars that make no sense are refused by line") {
    const std::pair<const char*, const char*> cases[] = {
        {"", "a calendar needs venue, days and regular"},
        {"venu X\n", "line is \"venu\", expected venue, zone, days, valid, regular, extended, closed or early"},
        {"zone Mars/Olympus\n", "zone is \"Mars/Olympus\", expected a time zone"},
        {"days Mon Tuesday\n", "days is \"Tuesday\", expected Mon, Tue, Wed, Thu, Fri, Sat or Sun"},
        {"regular 09:30 25:00\n", "regular is \"25:00\", expected a time of day"},
        {"regular 09:30 08:00\n", "regular is \"08:00\", expected a time after 09:30"},
        {"regular 17:00 16:00-1d\n", "regular is \"16:00-1d\", expected a time after 17:00"},
        {"regular 09:00 15:00 break 08:00 12:00\n", "regular is \"08:00\", expected a break inside of the hours"},
        {"regular 09:00 15:00 brake 11:00 12:00\n", "regular is \"brake\", expected break OPEN CLOSE, or from DATE"},
        {"regular 09:00 15:00 from soon\n", "regular is \"soon\", expected a date"},
        {"regular 09:00 15:00\nregular 09:00 15:30\n",
         "regular is \"\", expected from and a later date than that of the hours before"},
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

TEST_CASE("what a calendar says is in its bytes, and how it is written is not") {
    const auto bytes_of = [](const std::string& text) {
        ByteWriter out;
        Calendar::parse(text)->save(out);
        return std::string(reinterpret_cast<const char*>(out.bytes().data()), out.bytes().size());
    };
    const std::string plain = "venue X\nzone UTC\ndays Mon Tue\nregular 09:00 17:00\nclosed 2024-01-01\n";
    CHECK(bytes_of(plain) == bytes_of("# note\n" + plain));
    for (const char* more :
         {"closed 2024-01-02\n", "early 2024-01-02 12:00\n", "extended 08:00 18:00\n", "days Wed\n",
          "regular 10:00 17:00 from 2024-02-01\n", "valid 2020-01-01 2030-01-01\n", "zone Asia/Tokyo\n", "venue Y\n"})
        CHECK(bytes_of(plain) != bytes_of(plain + more));
    CHECK(bytes_of(plain + "closed 2024-01-02\n") != bytes_of(plain + "closed 2024-01-03\n"));
    CHECK(bytes_of(plain + "early 2024-01-02 12:00\n") != bytes_of(plain + "early 2024-01-02 13:00\n"));
}
