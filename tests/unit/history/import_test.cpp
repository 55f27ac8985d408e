// The importer against files of every kind of fault, each with the exact words that a person reads, and against the
// layouts that it must find out.
#include <fstream>
#include <random>

#include "history/csv_bars.h"
#include "history/export_csv.h"
#include "history/operations.h"
#include "support/catch.h"
#include "support/temp_folder.h"

using namespace trd;

namespace {

const std::string oracles = "../shared/oracles/";

struct Run {
    std::string message;  // of the error or the first fault; empty: imported
    ExitCode code = ExitCode::ok;
    uint64_t faults = 0;
    std::string csv;  // what export gives back
};

// Imports `text` as `name` into an empty catalogue and exports it again.
Run import_text(const std::string& name, const std::string& text, const ImportOptions& options = {},
                bool detect = true) {
    const TempFolder folder;
    ImportRequest request;
    request.path = folder.path() + "/" + name;
    request.options = options;
    request.detect_kind = detect;
    REQUIRE(replace_file(request.path, text));
    const auto without_folder = [&](std::string message) {
        for (size_t place; (place = message.find(folder.path() + "/")) != std::string::npos;)
            message.erase(place, folder.path().size() + 1);
        return message;
    };
    const std::string root = folder.path() + "/data";
    const auto report = import_file(root, request);
    if (!report) {
        CHECK(Catalogue::open(root).value().series().empty());
        return {without_folder(report.error().message), report.error().code, 0, ""};
    }
    if (report->outcome.fault_count > 0) {
        CHECK(Catalogue::open(root).value().series().empty());
        const Error error = to_error(report->outcome, request.path);
        return {without_folder(describe(report->outcome.faults.front(), request.path)), error.code,
                report->outcome.fault_count, ""};
    }
    Run run;
    const auto paths = Catalogue::open(root).value().paths_of(report->key).value();
    REQUIRE(export_csv(paths, {}, [&run](std::string_view part) -> Status<> {
        run.csv += part;
        return done;
    }));
    return run;
}

ImportOptions of_kind(DataKind kind) {
    ImportOptions options;
    options.layout.kind = kind;
    return options;
}

}  // namespace

TEST_CASE("forty dirty files, one for each kind of fault") {
    struct Dirty {
        const char* name;
        const char* text;
        const char* message;
    };
    const Dirty files[] = {
        {"empty.csv", "", "empty.csv:1: the file is empty, expected rows of bars"},
        {"blank.csv", "\n\n\n", "blank.csv:1: the file is empty, expected rows of bars"},
        {"header.csv", "date,open,high,low,close\n", "header.csv:1: the file has a header and no rows"},
        {"no-close.csv", "date,open,high,low\n2020-01-01,1,1,1\n",
         "no-close.csv:1: no column for close among: date, open, high, low"},
        {"no-time.csv", "open,high,low,close\n1,1,1,1\n",
         "no-time.csv:1: no column for time among: open, high, low, close"},
        {"nine.csv", "2020-01-01,1,1,1,1,1,1,1,1\n",
         "nine.csv:1: there is no header, and no known layout of bars has 9 columns"},
        {"time.csv", "date,open,high,low,close\nmonday,1,1,1,1\n", "time.csv:2: date is \"monday\", expected a time"},
        {"mixed-time.csv", "date,open,high,low,close\n2020-01-01,1,1,1,1\n1577923200,1,1,1,1\n",
         "mixed-time.csv:3: date is \"1577923200\", expected a time as ISO 8601"},
        {"month.csv", "date,open,high,low,close\n2020-01-31,1,1,1,1\n2020-13-01,1,1,1,1\n",
         "month.csv:3: date is \"2020-13-01\", expected a time as ISO 8601"},
        {"leap.csv", "date,open,high,low,close\n2019-02-28,1,1,1,1\n2019-02-29,1,1,1,1\n",
         "leap.csv:3: date is \"2019-02-29\", expected a time as ISO 8601"},
        {"compact.csv", "date,open,high,low,close\n20200131,1,1,1,1\n20200231,1,1,1,1\n",
         "compact.csv:3: date is \"20200231\", expected a time from 1678 to 2261"},
        {"us.csv", "date,open,high,low,close\n01/31/2020,1,1,1,1\n31/01/2020,1,1,1,1\n",
         "us.csv:3: date is \"31/01/2020\", expected a time from 1678 to 2261"},
        {"clock.csv", "date,time,open,high,low,close\n2020-01-01,09:30,1,1,1,1\n2020-01-01,25:00,1,1,1,1\n",
         "clock.csv:3: time is \"25:00\", expected a time of day"},
        {"offset.csv", "time,open,high,low,close\n2020-01-01T00:00Z,1,1,1,1\n2020-01-01T00:01+25:00,1,1,1,1\n",
         "offset.csv:3: time is \"2020-01-01T00:01+25:00\", expected a time as ISO 8601"},
        {"far.csv", "time,open,high,low,close\n1577836800,1,1,1,1\n99999999999,1,1,1,1\n",
         "far.csv:3: time is \"99999999999\", expected a time from 1678 to 2261"},
        {"skipped.csv", "time_new_york,open,high,low,close\n2013-03-10 01:30,1,1,1,1\n2013-03-10 02:00,1,1,1,1\n",
         "skipped.csv:3: time is \"2013-03-10T02:00:00\", expected a time that exists in America/New_York: the clock "
         "was set forward over it"},
        {"order.csv", "date,open,high,low,close\n2020-01-02,1,1,1,1\n2020-01-03,1,1,1,1\n2020-01-01,1,1,1,1\n",
         "order.csv:4: time is \"2020-01-01T00:00:00Z\", expected a time after 2020-01-03T00:00:00Z"},
        {"twice.csv", "date,open,high,low,close\n2020-01-02,1,1,1,1\n2020-01-03,1,1,1,1\n2020-01-03,2,2,2,2\n",
         "twice.csv:4: time is \"2020-01-03T00:00:00Z\", expected a time of its own: the row before has it too"},
        {"short.csv", "date,open,high,low,close\n2020-01-02,1,1,1\n",
         "short.csv:2: row is \"2020-01-02,1,1,1\", expected 5 fields, there are 4"},
        {"long.csv", "date,open,high,low,close\n2020-01-02,1,1,1,1,9\n",
         "long.csv:2: row is \"2020-01-02,1,1,1,1,9\", expected 5 fields, there are 6"},
        {"word.csv", "date,open,high,low,close\n2020-01-02,1,1,1,one\n",
         "word.csv:2: close is \"one\", expected a decimal number"},
        {"nan.csv", "date,open,high,low,close\n2020-01-02,1,1,1,NaN\n",
         "nan.csv:2: close is \"NaN\", expected a decimal number"},
        {"inf.csv", "date,open,high,low,close\n2020-01-02,1,inf,1,1\n",
         "inf.csv:2: high is \"inf\", expected a decimal number"},
        {"null.csv", "date,open,high,low,close\n2020-01-02,1,1,null,1\n",
         "null.csv:2: low is \"null\", expected a decimal number"},
        {"missing.csv", "date,open,high,low,close\n2020-01-02,,1,1,1\n",
         "missing.csv:2: open is \"\", expected a value, the field is empty"},
        {"comma.csv", "date;open;high;low;close\n2020-01-02;1,5;2;1;1\n",
         "comma.csv:2: open is \"1,5\", expected a decimal number"},
        {"precise.csv", "date,open,high,low,close\n2020-01-02,1,1,1,1.0000000000001\n",
         "precise.csv:2: close is \"1.0000000000001\", expected at most 12 digits after the point"},
        {"huge.csv", "date,open,high,low,close\n2020-01-02,1,9999999999999999,1,1\n",
         "huge.csv:2: high is \"9999999999999999\", expected a value inside the range"},
        {"negative.csv", "date,open,high,low,close\n2020-01-02,1,1,-1,1\n",
         "negative.csv:2: low is \"-1\", expected a price above zero"},
        {"zero.csv", "date,open,high,low,close\n2020-01-02,1,1,0,1\n",
         "zero.csv:2: low is \"0\", expected a price above zero"},
        {"volume.csv", "date,open,high,low,close,volume\n2020-01-02,1,1,1,1,-5\n",
         "volume.csv:2: volume is \"-5\", expected zero or more"},
        {"high.csv", "date,open,high,low,close\n2020-01-02,2,1,3,2\n",
         "high.csv:2: high is \"1\", expected at least the low, 3"},
        {"open.csv", "date,open,high,low,close\n2020-01-02,4,3,1,2\n",
         "open.csv:2: open is \"4\", expected a price from 1 to 3"},
        {"close.csv", "date,open,high,low,close\n2020-01-02,2,3,1,0.5\n",
         "close.csv:2: close is \"0.5\", expected a price from 1 to 3"},
        {"outlier.csv",
         "date,open,high,low,close\n2020-01-02,1,1,1,1\n2020-01-03,100,100,100,100\n2020-01-04,1,1,1,1\n",
         "outlier.csv:3: close is \"100\", expected less than 10 times away from 1"},
        {"crossed.csv", "time,bid,ask\n2020-01-02T00:00,2,1\n",
         "crossed.csv:2: bid is \"2\", expected at most the ask, 1"},
        {"side.csv", "time,price,size,side\n2020-01-02T00:00,2,1,long\n",
         "side.csv:2: side is \"long\", expected buy or sell"},
        {"id.csv", "time,price,size,id\n2020-01-02T00:00,2,1,a7\n", "id.csv:2: id is \"a7\", expected a whole number"},
        {"ask.csv",
         "time,bid_open,bid_high,bid_low,bid_close,ask_open,ask_high,ask_low,ask_close\n2020-01-02T00:00,1,1,1,1,2,1,2,"
         "2\n2020-01-02T00:01,1,1,1,1,2,2,2,2\n",
         "ask.csv:2: ask_high is \"1\", expected at least the low, 2"},
        {"close-time.csv",
         "time,open,high,low,close,close_time\n2020-01-02T00:00,1,1,1,1,2020-01-01T00:00\n2020-01-02T00:01,1,1,1,1,"
         "2020-01-02T00:02\n",
         "close-time.csv:2: close_time is \"2020-01-01T00:00:00Z\", expected a time after the bar opens"},
        {"cut.csv.gz", "\x1f\x8b\x08", "cut.csv.gz: gzip data ends or breaks at byte 3"},
        {"cut.csv.zst", "\x28\xb5\x2f\xfd\x04", "cut.csv.zst: zstd data ends at byte 5"},
        {"one.csv", "time,open,high,low,close\n2020-01-02T00:00,1,1,1,1\n",
         "one.csv: one row does not tell the timeframe"},
    };
    for (const Dirty& file : files) {
        INFO(file.name);
        const Run run = import_text(file.name, file.text);
        CHECK(run.message == file.message);
        CHECK(run.code == ExitCode::data);
    }
    CHECK(std::size(files) > 40);
}

TEST_CASE("a gap is a fault when asked for") {
    ImportOptions options;
    options.gaps_are_faults = true;
    const Run run = import_text(
        "gap.csv",
        "time,open,high,low,close\n2020-01-02T00:00,1,1,1,1\n2020-01-02T00:01,1,1,1,1\n2020-01-02T00:05,1,1,1,1\n",
        options);
    CHECK(run.message ==
          "gap.csv:4: time is \"2020-01-02T00:05:00Z\", expected the bar of 2020-01-02T00:02:00Z before it");
    CHECK(run.code == ExitCode::data);
}

TEST_CASE("every faulty row is counted, and named in order") {
    std::string text = "date,open,high,low,close\n";
    for (int day = 10; day < 30; ++day)
        text += "2020-01-" + std::to_string(day) + (day % 2 == 0 ? ",x,1,y,1\n" : ",1,1,1,1\n");
    CHECK(import_text("a.csv", text).faults == 20);  // two fields in each of ten rows
}

TEST_CASE("layouts are found out") {
    const std::string bars =
        "time,open,high,low,close,volume\n2020-01-02T00:00:00Z,1,2,0.5,1.25,10\n2020-01-02T00:01:00Z,1.25,1.25,1,1,0\n";
    const std::pair<const char*, const char*> files[] = {
        {"plain.csv",
         "time,open,high,low,close,volume\n2020-01-02T00:00,1.00,2,0.5,1.25,10\n2020-01-02T00:01,1.25,1.25,1,1,0\n"},
        {"order.csv",
         "Volume,Close,Low,High,Open,Date\n10,1.25,.5,2,1,2020-01-02 00:00\n0,1,1,1.25,1.25,2020-01-02 00:01\n"},
        {"two-columns.csv",
         "<DATE>;<TIME>;<OPEN>;<HIGH>;<LOW>;<CLOSE>;<VOL>\n20200102;00:00;1;2;.5;1.25;10\n20200102;000100;1.25;1.25;1;"
         "1;0\n"},
        {"two-iso.csv",
         "Date,Time,Open,High,Low,Close,Volume\n2020-01-02,00:00:00,1,2,.5,1.25,10\n2020-01-02,00:01:00,1.25,1.25,1,1,"
         "0\n"},
        {"kline.csv",
         "1577923200000,1,2,.5,1.25,10,1577923259999,12,5,6,7,0\n1577923260000,1.25,1.25,1,1,0,1577923319999,0,0,0,0,"
         "0\n"},
        {"quoted.csv",
         "\"time\",\"open\",\"high\",\"low\",\"close\",\"volume\"\n\"2020-01-02T00:00:00Z\",\"1\",\"2\",\"0.5\",\"1."
         "25\",\"10\"\n\"2020-01-02T00:01\",1.25,1.25,1,1,0\n"},
        {"tabs.tsv",
         "time\topen\thigh\tlow\tclose\tvolume\r\n1577923200\t1\t2\t5e-1\t1.25\t1e1\r\n1577923260\t1.25\t1."
         "25\t1\t1\t0\r\n"},
        {"short.csv", "t,o,h,l,c,v\n1577923200,1,2,0.5,1.25,10\n1577923260,1.25,1.25,1,1,0"},
        {"bom.csv",
         "\xef\xbb\xbftime,open,high,low,close,volume\n2020-01-02T00:00,1,2,0.5,1.25,10\n2020-01-02T00:01,1.25,1.25,1,"
         "1,0\n"},
        {"berlin.csv",
         "time_berlin,open,high,low,close,volume\n2020-01-02T01:00,1,2,0.5,1.25,10\n2020-01-02T01:01,1.25,1.25,1,1,"
         "0\n"},
        {"joined.csv", "202001020000,1,2,0.5,1.25,10\n202001020001,1.25,1.25,1,1,0\n"},
        {"joined-seconds.csv", "20200102000000,1,2,0.5,1.25,10\n20200102000100,1.25,1.25,1,1,0\n"},
        {"scaled.csv", "20200102 00:00,10000,20000,5000,12500,10\n20200102 00:01,12500,12500,10000,10000,0\n"},
    };
    for (const auto& [name, text] : files) {
        INFO(name);
        const Run run = import_text(name, text);
        CHECK(run.message == "");
        CHECK(run.csv == bars);
    }
    CHECK(
        import_text(
            "trades.csv",
            "id,price,qty,quote_qty,time,is_buyer_maker\n7,1.5,2,3,1577923200000,true\n8,1.5,2,3,1577923200000,false\n")
            .csv == "time,price,size,side,id\n2020-01-02T00:00:00Z,1.5,2,sell,7\n2020-01-02T00:00:00Z,1.5,2,buy,8\n");
    CHECK(import_text("quotes.csv", "ts,bid,ask\n1577923200000000000,1.5,1.6\n").csv ==
          "time,bid,bid_size,ask,ask_size\n2020-01-02T00:00:00Z,1.5,0,1.6,0\n");
    CHECK(import_text("book.csv", "time,side,price,size\n1577923200,bid,1.5,4\n1577923200,ask,1.6,0\n").csv ==
          "time,side,price,size,sequence,snapshot\n2020-01-02T00:00:00Z,bid,1.5,4,0,false\n"
          "2020-01-02T00:00:00Z,ask,1.6,0,0,false\n");
    CHECK(
        import_text("funding.csv", "time,funding_rate\n1577923200,-0.0001\n", of_kind(DataKind::funding), false).csv ==
        "time,rate\n2020-01-02T00:00:00Z,-0.0001\n");
    CHECK(import_text("actions.csv", "ex_date,action,value\n2020-01-02,split,4\n2020-03-02,dividend,0.82\n").csv ==
          "time,action,value\n2020-01-02T00:00:00Z,split,4\n2020-03-02T00:00:00Z,dividend,0.82\n");
}

TEST_CASE("digits alone are a date where they can be one, and seconds since 1970 otherwise") {
    const auto first_of = [](const std::string& first, const std::string& second) {
        ImportOptions options;
        options.timeframe = hours(1);
        const Run run = import_text("a.csv", first + ",1,1,1,1\n" + second + ",1,1,1,1\n", options);
        return run.message.empty() ? run.csv.substr(run.csv.find('\n') + 1, 20) : run.message;
    };
    CHECK(first_of("2024010200", "2024010201") == "2024-01-02T00:00:00Z");
    CHECK(first_of("1999123123", "2000010100") == "1999-12-31T23:00:00Z");
    CHECK(first_of("1704153600", "1704157200") == "2024-01-02T00:00:00Z");
    CHECK(first_of("1712010101", "1712013701") == "2024-04-01T22:21:41Z");  // 1 December 1712 to none
    CHECK(first_of("1893456000", "1893459600") == "2030-01-01T00:00:00Z");
    CHECK(first_of("978307200", "978310800") == "2001-01-01T00:00:00Z");
    CHECK(first_of("2024130200", "2024133800") == "2034-02-21T10:23:20Z");  // no month is the 13th
    // Hours from 1 to 24, whichever row has the 24.
    CHECK(first_of("2024010124", "2024010201")
              .find("a.csv:1: column 1 is \"2024010124\", expected a time from 1678 to 2261") == 0);
    CHECK(first_of("2024010123", "2024010124")
              .find("a.csv:2: column 1 is \"2024010124\", expected a time from 1678 to 2261") == 0);
    CHECK(first_of("2024", "2025").find("expected a time") != std::string::npos);
    CHECK(first_of("202401", "202402").find("expected a time") != std::string::npos);
}

TEST_CASE("whole prices above 1,000 on days without a clock are what they say") {
    const std::string day = "20240104,76600,77300,76100,76600,15324439\n";
    ImportOptions options;
    options.timeframe = days(1);
    CHECK(import_text("won.csv", day, options).csv ==
          "time,open,high,low,close,volume\n2024-01-04T00:00:00Z,76600,77300,76100,76600,15324439\n");
    options.layout.price_digits = 4;
    CHECK(import_text("scaled.csv", day, options).csv ==
          "time,open,high,low,close,volume\n2024-01-04T00:00:00Z,7.66,7.73,7.61,7.66,15324439\n");
}

TEST_CASE("ticks of one time in an hour that comes twice are of one pass through it") {
    ImportOptions options = of_kind(DataKind::trades);
    options.layout.zone = "America/New_York";
    CHECK(import_text("t.csv",
                      "time,price,size\n2024-11-03 01:10:00,1,1\n2024-11-03 01:10:00,2,1\n2024-11-03 01:10:05,3,1\n"
                      "2024-11-03 01:10:00,4,1\n2024-11-03 03:00:00,5,1\n",
                      options)
              .csv ==
          "time,price,size,side,id\n2024-11-03T05:10:00Z,1,1,unknown,0\n2024-11-03T05:10:00Z,2,1,unknown,0\n"
          "2024-11-03T05:10:05Z,3,1,unknown,0\n2024-11-03T06:10:00Z,4,1,unknown,0\n"
          "2024-11-03T08:00:00Z,5,1,unknown,0\n");
}

TEST_CASE("bars of uneven length keep their close times") {
    const std::string text =
        "time,close_time,open,high,low,close,volume\n"
        "2013-10-31T13:30:00Z,2013-10-31T20:00:00Z,1,1,1,1,5\n"
        "2013-11-01T13:30:00Z,2013-11-01T17:00:00Z,1,1,1,1,5\n";
    ImportOptions options;
    options.timeframe = days(1);
    CHECK(import_text("u.csv", text, options).csv == text);
}

TEST_CASE("a map has the last word") {
    ImportOptions options;
    options.layout.map = "time=Datum,open=Eroeffnung,high=3,low=4,close=Schluss,volume=-";
    options.layout.zone = "Europe/Berlin";
    options.timeframe = hours(1);
    const std::string text = "Datum,Eroeffnung,a,b,Schluss,Volume\n2020-07-01 09:00,1,2,1,1,77\n";
    CHECK(import_text("m.csv", text, options).csv ==
          "time,open,high,low,close,volume\n2020-07-01T07:00:00Z,1,2,1,1,0\n");
    options.layout.map = "tme=Datum";
    CHECK(import_text("m.csv", text, options).message == "--map: 'tme' is not a column of bars (did you mean 'time'?)");
    options.layout.map = "time=Date";
    CHECK(import_text("m.csv", text, options).message == "--map: m.csv has no column 'Date' (did you mean 'Datum'?)");
    options.layout.zone = "Europe/Berln";
    options.layout.map = "";
    CHECK(import_text("n.csv", "time,open,high,low,close\n2020-07-01 09:00,1,2,1,1\n", options).code ==
          ExitCode::usage);
}

TEST_CASE("compressed files are read as they are") {
    const TempFolder folder;
    std::string text = "time,price,size\n";
    std::mt19937 random(1);
    for (int i = 0; i < 200'000; ++i)
        text += std::to_string(1'577'923'200'000 + i) + "," + std::to_string(100 + random() % 50) + ".25,1\n";
    REQUIRE(replace_file(folder.path() + "/t.csv", text));
    const std::string prefix = "cd " + folder.path() + " && ";
    REQUIRE(std::system(
                (prefix + "gzip -k t.csv && zstd -q t.csv -o t.csv.zst && cat t.csv.gz t.csv.gz > two.gz").c_str()) ==
            0);
    const auto all = [&](const std::string& name) {
        const auto source = open_text(folder.path() + "/" + name).value();
        LineReader lines(*source);
        std::string read;
        std::string_view line;
        while (lines.next(line)) read.append(line).append("\n");
        CHECK_FALSE(lines.failure());
        return read;
    };
    CHECK(all("t.csv") == text);
    CHECK(all("t.csv.gz") == text);
    CHECK(all("t.csv.zst") == text);
    CHECK(all("two.gz") == text + text);
}

TEST_CASE("the sample files round-trip to the same values") {
    for (const char* name : {"index-2006-daily.csv", "spy-daily.csv", "spy-minute-trades-2013-10-07_11.csv",
                             "spy-minute-quotes-2013-10-07_11.csv", "spy-factors.csv"}) {
        if (!file_exists(oracles + name)) {
            WARN("skipped: ../shared/oracles is not there");
            return;
        }
        const std::string text = read_file(oracles + name).value();
        const Run run = import_text(name, text);
        REQUIRE(run.message == "");
        // Import of the export gives the same export.
        CHECK(import_text("again.csv", run.csv).csv == run.csv);
        // Field by field against a slow reading of the source, times apart.
        std::istringstream source(text), result(run.csv);
        std::string theirs, ours;
        std::getline(source, theirs);
        std::getline(result, ours);
        size_t rows = 0;
        for (; std::getline(source, theirs); ++rows) {
            REQUIRE(std::getline(result, ours));
            std::istringstream a(theirs), b(ours);
            std::string field_a, field_b;
            std::getline(a, field_a, ',');
            std::getline(b, field_b, ',');
            while (std::getline(a, field_a, ',')) {
                REQUIRE(std::getline(b, field_b, ','));
                REQUIRE(Decimal::parse(field_a).value() == Decimal::parse(field_b).value());
            }
        }
        CHECK(rows > 90);
        CHECK_FALSE(std::getline(result, ours));
    }
}

TEST_CASE("bars must not overlap, and must end before time does") {
    const std::string header = "time,open,high,low,close\n", prices = ",1,1,1,1\n";
    const auto run = [&](std::initializer_list<std::string> times, Duration timeframe) {
        std::string text = header;
        for (const std::string& time : times) text += time + prices;
        ImportOptions options;
        options.timeframe = timeframe;
        return import_text("a.csv", text, options);
    };
    const Run overlap = run({"2020-01-01T00:00:00Z", "2020-01-01T00:01:00Z"}, hours(1));
    CHECK(overlap.code == ExitCode::data);
    CHECK(
        overlap.message ==
        "a.csv:3: time is \"2020-01-01T00:01:00Z\", expected a time from 2020-01-01T01:00:00Z on, where the bar before "
        "ends");
    CHECK(run({"2020-01-01", "2020-01-02"}, days(7)).code == ExitCode::data);
    CHECK(run({"2020-01-01", "2020-02-01", "2020-03-01", "2020-04-01"}, days(31)).message.empty());  // months: told
    CHECK(run({"2020-01-01T00:00:00Z", "2020-01-01T01:00:00Z"}, hours(1)).message.empty());
    CHECK(run({"2261-12-31"}, days(300)).message ==
          "a.csv:2: time is \"2261-12-31T00:00:00Z\", expected a bar of 300d that ends by 2262-04-09");
    CHECK(run({"2261-12-31"}, days(1)).message.empty());
    CHECK(run({"2262-01-01T00:00:00-23:00"}, days(1)).message.find("expected a time from 1678 to 2261") !=
          std::string::npos);
    CHECK(run({"1678-01-01", "2261-12-31"}, days(1)).message.empty());
}

TEST_CASE("whether day or month comes first in dates with strokes is proved or told, never guessed") {
    const auto run = [](std::initializer_list<std::string> dates, DateOrder told = DateOrder::unknown) {
        std::string text = "date,open,high,low,close\n";
        for (const std::string& date : dates) text += date + ",1,1,1,1\n";
        ImportOptions options;
        options.layout.dates = told;
        options.timeframe = days(1);
        return import_text("a.csv", text, options);
    };
    const auto first_day = [](const Run& imported) {
        CHECK(imported.message == "");
        return imported.csv.substr(imported.csv.find('\n') + 1, 10);
    };
    CHECK(first_day(run({"01/02/2024", "01/13/2024"})) == "2024-01-02");
    CHECK(first_day(run({"01/02/2024", "13/02/2024"})) == "2024-02-01");
    CHECK(first_day(run({"01/02/2024 09:30", "13/02/2024 09:30"})) == "2024-02-01");
    CHECK(first_day(run({"01/02/2024", "02/02/2024"}, DateOrder::month_first)) == "2024-01-02");
    CHECK(first_day(run({"01/02/2024", "02/02/2024"}, DateOrder::day_first)) == "2024-02-01");
    CHECK(first_day(run({"01.02.2024", "02.02.2024"})) == "2024-02-01");

    const Run unclear = run({"01/02/2024", "02/02/2024", "12/12/2024"});
    CHECK(unclear.code == ExitCode::data);
    CHECK(unclear.message ==
          "a.csv: dates such as 01/02/2024 may begin with the month or with the day, and no row has a number above 12 "
          "that would tell; nothing was written");
    // What contradicts the proof, or what was told, is a fault of its row.
    CHECK(run({"13/02/2024", "02/14/2024"}).message ==
          "a.csv:3: date is \"02/14/2024\", expected a time from 1678 to 2261");
    CHECK(run({"01/02/2024", "13/02/2024"}, DateOrder::month_first).message ==
          "a.csv:3: date is \"13/02/2024\", expected a time from 1678 to 2261");
    CHECK(run({"32/01/2024", "45/45/2024", "x1/y2/2024", "01/01/2024"}).code == ExitCode::data);
}

TEST_CASE("the date that proves the order may come late") {
    std::string text = "date,open,high,low,close\n";
    const int64_t rows = 150'000;  // more than the layout is found out from
    for (int64_t i = 0; i < rows; ++i) {
        const std::string iso = to_iso(Timestamp{1'706'745'600'000'000'000} + seconds(i * 7));  // 2024-02-01
        text += iso.substr(8, 2) + "/" + iso.substr(5, 2) + "/" + iso.substr(0, 4) + " " + iso.substr(11, 8);
        text += ",1,1,1,1\n";
    }
    const Run late = import_text("a.csv", text, {});
    CHECK(late.message == "");
    CHECK(std::count(late.csv.begin(), late.csv.end(), '\n') == rows + 1);
    CHECK(late.csv.substr(late.csv.find('\n') + 1, 20) == "2024-02-01T00:00:00Z");
}

TEST_CASE("two columns of one name are not guessed between") {
    const std::string text = "time,open,high,low,close,Close,x,x\n2020-01-01,1,9,1,2,3,,\n";
    ImportOptions options;
    options.timeframe = days(1);
    CHECK(import_text("a.csv", text, options).message == "a.csv:1: columns 5 and 6 are both called \"close\"");
    options.layout.map = "close=close";
    CHECK(import_text("a.csv", text, options).message == "--map: in a.csv columns 5 and 6 are both called \"close\"");
    options.layout.map = "close=6";
    CHECK(import_text("a.csv", text, options).csv.find(",1,9,1,3") != std::string::npos);
}
