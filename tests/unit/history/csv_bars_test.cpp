#include "history/csv_bars.h"

#include "support/catch.h"
#include "support/temp_folder.h"

using namespace trd;

namespace {

const std::string oracles = "../shared/oracles/";

Timestamp at(const char* text) { return parse_iso(text).value(); }

Result<BarSeries> load(const std::string& text, const CsvBarOptions& options = {}) {
    const TempFolder folder;
    REQUIRE(replace_file(folder.path() + "/p.csv", text));
    auto series = load_csv_bars(folder.path() + "/p.csv", options);
    if (series) return series;
    // The message without the test's folder.
    Error error = series.error();
    if (const size_t place = error.message.find(folder.path()); place != std::string::npos)
        error.message.erase(place, folder.path().size() + 1);
    return Fail{error};
}

const std::string header = "date,open,high,low,close,volume\n";

}  // namespace

TEST_CASE("daily bars of the sample files") {
    if (!file_exists(oracles + "spy-daily.csv")) {
        WARN("skipped: ../shared/oracles is not there");
        return;
    }
    const BarSeries spy = load_csv_bars(oracles + "spy-daily.csv").value();
    CHECK(spy.symbol() == "SPY-DAILY");
    CHECK(spy.timeframe() == days(1));
    CHECK(spy.size() == 5849);
    const Bar first = spy.at(0).value();
    CHECK(first == Bar{at("1998-01-02"), at("1998-01-03"), "97.31"_price, "97.53"_price, "96.53"_price, "97.36"_price,
                       "2150000"_qty});
    CHECK(load_csv_bars(oracles + "index-2006-daily.csv").value().size() == 255);
}

TEST_CASE("minute bars in the exchange's own time") {
    if (!file_exists(oracles + "spy-minute-trades-2013-10-07_11.csv")) return;
    const BarSeries bars = load_csv_bars(oracles + "spy-minute-trades-2013-10-07_11.csv", {"SPY", {}, "", ""}).value();
    CHECK(bars.timeframe() == minutes(1));
    CHECK(bars.size() == 4128);
    CHECK(bars.at(0).value() == Bar{at("2013-10-07T08:00Z"), at("2013-10-07T08:01Z"), "167.41"_price, "167.41"_price,
                                    "167.25"_price, "167.27"_price, "3197"_qty});
}

TEST_CASE("times in every form give the same bars") {
    const Bar expected{
        at("2013-10-17T13:30Z"), at("2013-10-17T13:31Z"), "1.5"_price, "2"_price, "1"_price, "1.25"_price, "10"_qty};
    const std::string second_row[] = {"2013-10-17T13:31:00Z", "1382016660",          "1382016660000",
                                      "1382016660000000",     "1382016660000000000", "20131017 13:31",
                                      "10/17/2013 13:31",     "1382016660.0",        "2013.10.17 13:31",
                                      "2013/10/17 13:31",     "17.10.2013 13:31",    "17/10/2013 13:31"};
    const std::string first_row[] = {"2013-10-17T13:30:00Z", "1382016600",          "1382016600000",
                                     "1382016600000000",     "1382016600000000000", "20131017 13:30",
                                     "10/17/2013 13:30",     "1382016600.0",        "2013.10.17 13:30",
                                     "2013/10/17 13:30",     "17.10.2013 13:30",    "17/10/2013 13:30"};
    for (size_t i = 0; i < std::size(first_row); ++i) {
        INFO(first_row[i]);
        const std::string rows = first_row[i] + ",1.5,2,1,1.250,10\n" + second_row[i] + ",1.5,2,1,1.250,10\r\n\n";
        for (const std::string& text : {"time,open,high,low,close,volume\n" + rows, rows}) {
            const auto series = load(text);
            REQUIRE(series);
            CHECK(series->size() == 2);
            CHECK(series->at(0).value() == expected);
        }
    }
}

TEST_CASE("the hour that comes twice is told apart by the order of rows") {
    const std::string rows =
        "01:00,1,1,1,1\n2013-11-03 01:30,1,1,1,1\n2013-11-03 01:00,1,1,1,1\n2013-11-03 01:30,1,1,1,1\n2013-11-03 "
        "02:00,1,1,1,1\n";
    CsvBarOptions options;
    options.zone = "America/New_York";
    const auto series = load("time,open,high,low,close\n2013-11-03 " + rows, options).value();
    REQUIRE(series.size() == 5);
    for (uint64_t i = 0; i < 5; ++i)
        CHECK(series.at(i).value().open_time == at("2013-11-03T05:00Z") + minutes(30 * static_cast<int64_t>(i)));
}

TEST_CASE("days of a zone have 23 to 25 hours") {
    CsvBarOptions options;
    options.zone = "America/New_York";
    const auto series =
        load("date,open,high,low,close\n2013-11-02,1,1,1,1\n2013-11-03,1,1,1,1\n2013-11-04,1,1,1,1\n", options).value();
    CHECK(series.at(0).value().close_time == at("2013-11-03T04:00Z"));
    CHECK(series.at(1).value().close_time == at("2013-11-04T05:00Z"));
}

TEST_CASE("a wrong row is named") {
    struct Case {
        const char* rows;
        const char* message;
    };
    const Case cases[] = {
        {"2013-10-07,1,2,1,1.5,5\n2013-10-08,1,2,1,x1,5\n", "p.csv:3: close is \"x1\", expected a decimal number"},
        {"2013-10-07,1,2,1,nan,5\n", "p.csv:2: close is \"nan\", expected a decimal number"},
        {"2013-10-07,1,2,1,-1,5\n", "p.csv:2: close is \"-1\", expected a price above zero"},
        {"2013-10-07,1,2,1,1,-5\n", "p.csv:2: volume is \"-5\", expected zero or more"},
        {"2013-10-07,1,2,1,1\n", "p.csv:2: row is \"2013-10-07,1,2,1,1\", expected 6 fields, there are 5"},
        {"2013-10-07,1,1,2,1,5\n", "p.csv:2: high is \"1\", expected at least the low, 2"},
        {"2013-10-07,1,2,1,3,5\n", "p.csv:2: close is \"3\", expected a price from 1 to 2"},
        {"2013-10-08,1,2,1,1,5\n2013-10-07,1,2,1,1,5\n2013-10-09,1,2,1,1,5\n",
         "p.csv:3: time is \"2013-10-07T00:00:00Z\", expected a time after 2013-10-08T00:00:00Z"},
        {"2013-10-07,1,2,1,1,5\n2013-10-08,1,2,1,1,5\n2013-10-08,1,2,1,1,5\n",
         "p.csv:4: time is \"2013-10-08T00:00:00Z\", expected a time of its own: the row before has it too"},
        {"2013-10-07,1,2,1,1,5\n2013-10-32,1,2,1,1,5\n",
         "p.csv:3: date is \"2013-10-32\", expected a time as ISO 8601"},
        {"2013-10-07,1,2,1,1,5\n2013-10-08,100,200,100,100,5\n",
         "p.csv:3: close is \"100\", expected less than 10 times away from 1"},
        {"2013-10-07,1,2,1,1.1234567890123,5\n",
         "p.csv:2: close is \"1.1234567890123\", expected at most 12 digits after the point"},
        {"2013-10-07,1,2,1,x,5\n2013-10-08,1,2,1,y,5\n",
         "p.csv:2: close is \"x\", expected a decimal number (and 1 more)"},
    };
    for (const Case& c : cases) {
        const auto series = load(header + c.rows);
        REQUIRE_FALSE(series);
        CHECK(series.error().message == c.message);
        CHECK(series.error().code == ExitCode::data);
    }
}

TEST_CASE("a file that is no file of bars is named") {
    CHECK(load("").error().message == "p.csv:1: the file is empty, expected rows of bars");
    CHECK(load("date,open,high,low,last_price\n2013-10-07,1,1,1,1\n").error().message ==
          "p.csv:1: no column for close among: date, open, high, low, last_price");
    CHECK(load("date,open,high,low,close\nyesterday,1,1,1,1\n").error().message ==
          "p.csv:2: date is \"yesterday\", expected a time");
    CHECK(load(header).error().message == "p.csv:1: the file has a header and no rows");
    CHECK(load_csv_bars("/no/such/file.csv").error().id == "E_FILE_MISSING");
}
