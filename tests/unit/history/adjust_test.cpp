// Adjusted prices against products computed apart, with whole numbers.
#include "history/adjust.h"
#include "history/export_csv.h"
#include "history/operations.h"
#include "support/catch.h"
#include "support/temp_folder.h"

using namespace trd;

namespace {

void import_text(const std::string& root, const std::string& name, const std::string& text, DataKind kind,
                 const std::string& symbol) {
    const std::string path = root + "/" + name;
    REQUIRE(replace_file(path, text));
    ImportRequest request;
    request.path = path;
    request.options.symbol = symbol;
    request.options.layout.kind = kind;
    request.options.outlier_factor = 0;
    request.detect_kind = false;
    const auto report = import_file(root, request);
    REQUIRE(report.ok());
    REQUIRE(report->outcome.fault_count == 0);
}

Result<BarSeries> adjusted(const std::string& root, const std::string& symbol, Adjustment adjustment,
                           Zone zone = Zone::utc()) {
    TRD_TRY(const Catalogue catalogue, Catalogue::open(root));
    TRD_TRY(const BarSeries raw, catalogue.open_bars(symbol));
    return adjusted_series(catalogue, adjustment, raw, zone);
}

std::vector<Bar> bars_of(const BarSeries& series) {
    std::vector<Bar> bars(series.size());
    REQUIRE(series.read(0, bars));
    return bars;
}

constexpr char five_days[] =
    "date,open,high,low,close,volume\n"
    "2024-01-01,700,707,693,700,10\n"
    "2024-01-02,700,707,693,700,10\n"
    "2024-01-03,100,101,99,100,70\n"
    "2024-01-04,97,98,96,97,70\n"
    "2024-01-05,97,98,96,97,70\n";

}  // namespace

TEST_CASE("the factors of the outside answers: closes times price_factor, exactly") {
    const std::string oracles = "../shared/oracles/";
    if (!file_exists(oracles + "spy-factors.csv")) {
        WARN("skipped: ../shared/oracles is not there");
        return;
    }
    const TempFolder folder;
    for (const char* name : {"spy-daily.csv", "spy-factors.csv"}) {
        ImportRequest request;
        request.path = oracles + name;
        request.options.symbol = "SPY";
        REQUIRE(import_file(folder.path(), request));
    }
    const auto raw = bars_of(Catalogue::open(folder.path())->open_bars("SPY").value());
    const auto made = adjusted(folder.path(), "SPY", Adjustment::all);
    REQUIRE(made.ok());
    const auto bars = bars_of(*made);
    REQUIRE(bars.size() == raw.size());
    int checked = 0;
    BarCursor cursor(*made);
    for (size_t i = 0; i < bars.size(); ++i) {
        REQUIRE(cursor.next());
        CHECK(bars[i].volume == raw[i].volume);
        REQUIRE(cursor.values().close == to_double(bars[i].close));
        const std::string date = to_iso_date(raw[i].open_time);
        if (date < "2013-10-08" || date > "2013-10-17") continue;
        ++checked;
        // At most 4 digits after the point times 7: twelve hold the product, so whole numbers say what it is.
        for (const auto field : {&Bar::open, &Bar::high, &Bar::low, &Bar::close})
            CHECK((bars[i].*field).raw() == (raw[i].*field).raw() / 10'000'000 * 8'646'266);
    }
    CHECK(checked == 8);
    // Rows apply up to and including their last_date.
    const auto ratio = [&](const char* date) {
        for (size_t i = 0; i < bars.size(); ++i)
            if (to_iso_date(raw[i].open_time) == date) return to_double(bars[i].close) / to_double(raw[i].close);
        return 0.0;
    };
    CHECK(ratio("1998-03-19") == Approx(0.6566606));
    CHECK(ratio("1998-03-20") == Approx(0.6585481));
    CHECK(bars_of(adjusted(folder.path(), "SPY", Adjustment::splits).value()) == raw);
}

TEST_CASE(
    "splits divide prices and multiply volumes before their day, dividends take their share of the close before") {
    const TempFolder folder;
    import_text(folder.path(), "bars.csv", five_days, DataKind::bars, "X");
    import_text(folder.path(), "actions.csv", "date,action,value\n2024-01-03,split,7\n2024-01-04,dividend,3\n",
                DataKind::actions, "X");
    const auto split = bars_of(adjusted(folder.path(), "X", Adjustment::splits).value());
    CHECK(split[0].close == "100"_price);  // 1/7 is never rounded by itself
    CHECK(split[0].high == "101"_price);
    CHECK(split[1].volume == "70"_qty);
    CHECK(split[2].close == "100"_price);
    CHECK(split[2].volume == "70"_qty);
    const auto all = bars_of(adjusted(folder.path(), "X", Adjustment::all).value());
    CHECK(all[0].close == "97"_price);
    CHECK(all[0].volume == "70"_qty);
    CHECK(all[1].low == "96.03"_price);
    CHECK(all[2].close == "97"_price);
    CHECK(all[3].close == "97"_price);
    CHECK(all[4].open == "97"_price);
}

TEST_CASE("what happens on one day counts together: splits first, dividends for each new share, as one sum") {
    const auto first_close = [](const std::string& actions) {
        const TempFolder folder;
        import_text(folder.path(), "bars.csv",
                    "time,open,high,low,close\n2024-01-01,100,100,100,100\n2024-01-02,49,49,49,49\n", DataKind::bars,
                    "X");
        import_text(folder.path(), "actions.csv", "time,action,value\n" + actions, DataKind::actions, "X");
        return to_string(bars_of(adjusted(folder.path(), "X", Adjustment::all).value())[0].close);
    };
    CHECK(first_close("2024-01-02,split,2\n2024-01-02,dividend,1\n") == "49");
    CHECK(first_close("2024-01-02,dividend,1\n2024-01-02,split,2\n") == "49");
    CHECK(first_close("2024-01-02,dividend,20\n2024-01-02,dividend,31\n") == "49");
    CHECK(first_close("2024-01-02,dividend,20\n2024-01-02,split,2\n2024-01-02,dividend,5\n") == "25");
    // Of two moments the earlier one is first.
    CHECK(first_close("2024-01-02T00:00:00Z,dividend,2\n2024-01-02T14:30:00Z,split,2\n") == "49");
}

TEST_CASE("a dividend for each share of its day is one for each share of the adjusted prices") {
    const TempFolder folder;
    import_text(folder.path(), "actions.csv",
                "date,action,value\n2024-01-03,split,2\n2024-01-05,split,4\n2024-01-05,dividend,1\n", DataKind::actions,
                "X");
    import_text(folder.path(), "factors.csv", "last_date,price_factor,split_factor\n2024-01-02,0.9,0.25\n",
                DataKind::factors, "F");
    const auto dividend = [&](const char* symbol, const char* time) {
        const auto catalogue = Catalogue::open(folder.path());
        REQUIRE(catalogue.ok());
        auto adjuster = Adjuster::open_splits(*catalogue, symbol, Zone::utc());
        REQUIRE(adjuster.ok());
        return to_string(adjuster->dividend(parse_iso(time).value(), "3"_dec).value());
    };
    CHECK(dividend("X", "2024-01-02") == "0.375");
    CHECK(dividend("X", "2024-01-03") == "0.75");
    CHECK(dividend("X", "2024-01-04") == "0.75");
    CHECK(dividend("X", "2024-01-05") == "3");
    import_text(folder.path(), "same.csv", "time,action,value\n2024-01-02T14:30:00Z,split,2\n", DataKind::actions, "Y");
    CHECK(dividend("Y", "2024-01-02T00:00:00Z") == "1.5");
    CHECK(dividend("Y", "2024-01-02T14:30:00Z") == "3");
    CHECK(dividend("F", "2024-01-02") == "0.75");
    CHECK(dividend("F", "2024-01-03") == "3");
}

TEST_CASE("an intraday bar belongs to the day of its zone, one that opens at midnight UTC to that date") {
    const TempFolder folder;
    import_text(folder.path(), "bars.csv",
                "time,open,high,low,close\n2024-01-02T00:00:00Z,8,8,8,8\n2024-01-03T00:30:00Z,8,8,8,8\n"
                "2024-01-03T05:30:00Z,8,8,8,8\n",
                DataKind::bars, "X");
    import_text(folder.path(), "factors.csv", "last_date,price_factor,split_factor\n2024-01-02,0.5,0.5\n",
                DataKind::factors, "X");
    const auto closes = [&](Zone zone) {
        std::vector<std::string> texts;
        for (const Bar& bar : bars_of(adjusted(folder.path(), "X", Adjustment::all, zone).value()))
            texts.push_back(to_string(bar.close));
        return texts;
    };
    CHECK(closes(Zone::utc()) == std::vector<std::string>{"2", "8", "8"});
    CHECK(closes(Zone::find("America/New_York").value()) == std::vector<std::string>{"2", "2", "8"});
}

TEST_CASE("what cannot be adjusted is refused") {
    const TempFolder folder;
    import_text(folder.path(), "bars.csv", five_days, DataKind::bars, "X");
    CHECK(adjusted(folder.path(), "X", Adjustment::all).error().id == "E_ADJUST");
    import_text(folder.path(), "actions.csv", "date,action,value\n2024-01-03,split,0\n", DataKind::actions, "X");
    CHECK(adjusted(folder.path(), "X", Adjustment::all).error().id == "E_ADJUST");
    import_text(folder.path(), "bars2.csv", five_days, DataKind::bars, "Y");
    import_text(folder.path(), "actions2.csv", "date,action,value\n2024-01-04,dividend,100\n", DataKind::actions, "Y");
    CHECK(adjusted(folder.path(), "Y", Adjustment::all).error().id == "E_ADJUST");
    CHECK(adjusted(folder.path(), "Y", Adjustment::splits).ok());
}
