// Resampling against a slow computation of its own, repairs, gaps, and writers that are killed.
#include "history/operations.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <map>
#include <random>

#include "history/export_csv.h"
#include "history/repair.h"
#include "history/resample.h"
#include "support/catch.h"
#include "support/temp_folder.h"

using namespace trd;

namespace {

const std::string oracles = "../shared/oracles/";

std::vector<Bar> bars_of(const std::string& root, const SeriesKey& key, size_t revision = 0) {
    const auto paths = Catalogue::open(root).value().paths_of(key, revision).value();
    const BarSeries series = BarSeries::open(paths).value();
    std::vector<Bar> bars(series.size());
    REQUIRE(series.read(0, bars));
    return bars;
}

void publish(const std::string& root, const SeriesKey& key, const std::vector<Bar>& bars) {
    auto catalogue = CatalogueWriter::open(root).value();
    const std::string path = catalogue.new_segment_path(key).value();
    auto writer = BarWriter::create(path, key.symbol, key.timeframe).value();
    for (const Bar& bar : bars) REQUIRE(writer.append(bar));
    REQUIRE(writer.commit());
    REQUIRE(catalogue.publish(key, path, CatalogueWriter::Publish::replace, "test"));
}

Bar flat_bar(Timestamp time, Price price, Quantity volume = "1"_qty) {
    return {time, time + minutes(1), price, price, price, price, volume};
}

}  // namespace

TEST_CASE("days from minutes equal a slow computation") {
    if (!file_exists(oracles + "spy-minute-trades-2013-10-07_11.csv")) {
        WARN("skipped: ../shared/oracles is not there");
        return;
    }
    const TempFolder folder;
    ImportRequest request;
    request.path = oracles + "spy-minute-trades-2013-10-07_11.csv";
    request.options.symbol = "SPY";
    REQUIRE(import_file(folder.path(), request));
    const ResampleRequest resample{{DataKind::bars, "SPY", minutes(1)},
                                   BarSchedule(days(1), Zone::find("America/New_York").value()),
                                   "resample",
                                   false,
                                   {}};
    REQUIRE(resample_series(folder.path(), resample));

    // By the text alone: the day is what stands before the T.
    struct Day {
        Decimal open, high, low, close, volume;
    };
    std::map<std::string, Day> expected;
    std::istringstream text(read_file(request.path).value());
    std::string line;
    std::getline(text, line);
    while (std::getline(text, line)) {
        std::vector<std::string> fields;
        std::istringstream row(line);
        for (std::string field; std::getline(row, field, ',');) fields.push_back(field);
        const auto number = [&](size_t i) { return Decimal::parse(fields[i]).value(); };
        const auto [place, is_new] =
            expected.try_emplace(fields[0].substr(0, 10), Day{number(1), number(2), number(3), number(4), Decimal()});
        Day& day = place->second;
        if (number(2) > day.high) day.high = number(2);
        if (number(3) < day.low) day.low = number(3);
        day.close = number(4);
        day.volume += number(5);
    }
    const auto found = bars_of(folder.path(), {DataKind::bars, "SPY", days(1)});
    REQUIRE(found.size() == expected.size());
    size_t index = 0;
    for (const auto& [date, day] : expected) {
        const Bar& bar = found[index++];
        CHECK(to_iso(bar.open_time) == date + "T04:00:00Z");
        CHECK(bar.close_time - bar.open_time == days(1));
        CHECK(bar.open.raw() == day.open.raw());
        CHECK(bar.high.raw() == day.high.raw());
        CHECK(bar.low.raw() == day.low.raw());
        CHECK(bar.close.raw() == day.close.raw());
        CHECK(bar.volume.raw() == day.volume.raw());
    }
}

TEST_CASE("every kind and regime that can be generated reads back, row for row") {
    const TempFolder folder;
    using enum MarketRegime;
    for (const DataKind kind : {DataKind::bars, DataKind::quote_bars, DataKind::quotes, DataKind::trades,
                                DataKind::book, DataKind::fx_rates, DataKind::funding}) {
        for (const MarketRegime regime : {mixed, trending, mean_reverting, jumpy, gappy}) {
            GenerateOptions options;
            options.symbol = "A" + std::to_string(static_cast<int>(regime));
            options.kind = kind;
            options.rows = 3'000;
            options.regime = regime;
            const auto key = generate_series(folder.path(), options);
            INFO(spec_of(kind).name << " " << options.symbol);
            REQUIRE(key);
            const Catalogue catalogue = Catalogue::open(folder.path()).value();
            CHECK(catalogue.find(*key)->rows() == options.rows);
            const std::vector<std::string> paths = catalogue.paths_of(*key).value();
            CHECK_FALSE(paths.empty());
            for (const std::string& path : paths) {
                const auto segment = Segment::open(path);
                REQUIRE(segment);
                CHECK(segment->verify());
                CHECK(segment->info().rows == options.rows);
            }
        }
    }
}

TEST_CASE("weekdays have rows of every kind and regime, Saturdays and Sundays none") {
    const TempFolder folder;
    for (const DataKind kind : {DataKind::bars, DataKind::quotes, DataKind::funding})
        for (const MarketRegime regime : {MarketRegime::mixed, MarketRegime::gappy})
            for (const Duration step : {minutes(7), hours(8), days(1)}) {
                GenerateOptions options;
                options.kind = kind;
                options.regime = regime;
                options.timeframe = step;
                options.rows = 2'000;
                options.start = *parse_iso("2024-01-06T05:00:00Z");  // a Saturday
                options.weekdays_only = true;
                const auto key = generate_series(folder.path(), options, true);
                REQUIRE(key);
                const Catalogue catalogue = Catalogue::open(folder.path()).value();
                RowCursor cursor = RowCursor::open(catalogue.paths_of(*key).value()).value();
                std::optional<Timestamp> last;
                while (cursor.next()) {
                    CHECK(weekday_of(utc_day(cursor.time())) < 5);
                    CHECK((!last || *last < cursor.time()));
                    if (!last) CHECK(to_iso(cursor.time()).substr(0, 10) == "2024-01-08");
                    last = cursor.time();
                }
            }
}

TEST_CASE("resampling in steps is resampling at once") {
    const TempFolder folder;
    for (const MarketRegime regime : {MarketRegime::mixed, MarketRegime::gappy}) {
        GenerateOptions options;
        options.symbol = "A";
        options.rows = 200'000;
        options.regime = regime;
        REQUIRE(generate_series(folder.path(), options));
        const auto resample = [&](Duration from, Duration to) {
            REQUIRE(resample_series(folder.path(), {{DataKind::bars, "A", from},
                                                    BarSchedule(to, Zone::find("America/New_York").value()),
                                                    "resample",
                                                    false,
                                                    {}}));
            return bars_of(folder.path(), {DataKind::bars, "A", to});
        };
        resample(minutes(1), minutes(5));
        resample(minutes(1), hours(1));
        const auto direct = resample(minutes(1), days(1));
        CHECK(resample(minutes(5), days(1)) == direct);
        CHECK(resample(hours(1), days(1)) == direct);
        const auto weeks = resample(minutes(1), days(7));
        CHECK(resample(days(1), days(7)) == weeks);
        for (const Bar& week : weeks) CHECK(weekday_of(utc_day(week.open_time)) == 0);
        Quantity all, some;
        for (const Bar& bar : bars_of(folder.path(), {DataKind::bars, "A", minutes(1)})) all += bar.volume;
        for (const Bar& bar : direct) some += bar.volume;
        CHECK(all == some);
        CHECK(CatalogueWriter::open(folder.path()).value().remove({DataKind::bars, "A", minutes(1)}));
    }
}

TEST_CASE("imported rows are not pushed aside by accident") {
    const TempFolder folder;
    publish(folder.path(), {DataKind::bars, "A", minutes(1)}, {flat_bar(Timestamp{}, "1"_price)});
    GenerateOptions options;
    options.symbol = "A";
    CHECK(generate_series(folder.path(), options).error().id == "E_DATA_EXISTS");
    REQUIRE(generate_series(folder.path(), options, true));
    REQUIRE(generate_series(folder.path(), options));  // what was made may be made again
    CHECK(bars_of(folder.path(), {DataKind::bars, "A", minutes(1)}, 1).size() == 1);
}

TEST_CASE("clean and fill by each policy, and the raw rows stay") {
    const SeriesKey key{DataKind::bars, "A", minutes(1)}, other{DataKind::bars, "B", minutes(1)};
    const auto at = [](int64_t minute) { return Timestamp{} + minutes(minute); };
    const std::vector<Bar> raw{flat_bar(at(0), "10"_price), flat_bar(at(1), "100"_price), flat_bar(at(2), "11"_price),
                               flat_bar(at(5), "12"_price), flat_bar(at(60), "13"_price)};
    const std::vector<Bar> second{flat_bar(at(1), "10.5"_price), flat_bar(at(3), "11.5"_price)};
    struct Case {
        RepairPolicy policy;
        std::vector<Bar> after;
    };
    const auto with_second_row = [&](const Bar& bar) {
        auto bars = raw;
        bars[1] = bar;
        return bars;
    };
    auto dropped = raw;
    dropped.erase(dropped.begin() + 1);
    const Case cases[] = {
        {RepairPolicy::drop, dropped},
        {RepairPolicy::clip, with_second_row(flat_bar(at(1), "50"_price))},
        {RepairPolicy::carry, with_second_row(flat_bar(at(1), "10"_price, Quantity()))},
        {RepairPolicy::second, with_second_row(second[0])},
    };
    for (const Case& c : cases) {
        const TempFolder folder;
        publish(folder.path(), key, raw);
        publish(folder.path(), other, second);
        RepairRequest request;
        request.key = key;
        request.policy = c.policy;
        if (c.policy == RepairPolicy::second) request.second = other;
        request.dry_run = true;
        CHECK(clean_series(folder.path(), request, 5).value().change_count == 1);
        CHECK(bars_of(folder.path(), key) == raw);
        request.dry_run = false;
        const RepairReport report = clean_series(folder.path(), request, 5).value();
        CHECK(report.published);
        REQUIRE(report.changes.size() == 1);
        CHECK(report.changes[0].before == raw[1]);
        CHECK(bars_of(folder.path(), key) == c.after);
        CHECK(bars_of(folder.path(), key, 1) == raw);
        CHECK_FALSE(clean_series(folder.path(), request, 5).value().published);  // once is enough
    }
    const TempFolder folder;
    publish(folder.path(), key, dropped);
    publish(folder.path(), other, second);
    RepairRequest request;
    request.key = key;
    request.policy = RepairPolicy::second;
    request.second = other;
    CHECK(fill_series(folder.path(), request, minutes(10)).value().rows_after == dropped.size() + 2);
    request.policy = RepairPolicy::carry;
    request.second.reset();
    const RepairReport filled = fill_series(folder.path(), request, minutes(10)).value();
    CHECK(filled.change_count == 1);  // minute 4; the hour is too long
    CHECK(filled.changes[0].after == flat_bar(at(4), "11.5"_price, Quantity()));
    CHECK(bars_of(folder.path(), key, 1) == dropped);
}

TEST_CASE("gaps are counted") {
    const TempFolder folder;
    const SeriesKey key{DataKind::bars, "A", minutes(1)};
    const auto at = [](int64_t minute) { return flat_bar(Timestamp{} + minutes(minute), "1"_price); };
    publish(folder.path(), key, {at(0), at(1), at(4), at(5), at(15)});
    const auto paths = Catalogue::open(folder.path()).value().paths_of(key).value();
    const GapReport report = find_gaps(paths, 1, {}).value();
    CHECK(report.gap_count == 2);
    CHECK(report.missing == 11);
    REQUIRE(report.gaps.size() == 1);
    CHECK(report.gaps[0].missing == 9);
    CHECK(report.gaps[0].after == Timestamp{} + minutes(6));
    CHECK(find_gaps(paths, 1, [](Timestamp after, Timestamp) { return after < Timestamp{} + minutes(6) ? 2u : 0u; })
              .value()
              .missing == 2);
}

TEST_CASE("a calendar's gaps are bars that its sessions expect") {
    const auto calendar = [](const char* name) {
        return Calendar::parse(read_file("config/calendars/" + std::string(name) + ".calendar").value()).value();
    };
    const auto missing = [&](const char* name, Duration timeframe, const char* after, const char* before) {
        return missing_in_sessions(timeframe, calendar(name), TradingHours::regular)(parse_iso(after).value(),
                                                                                     parse_iso(before).value());
    };
    // Friday's close to Monday's open, and ten minutes later; a day with an early close.
    CHECK(missing("XNYS", minutes(1), "2024-03-01T21:00Z", "2024-03-04T14:30Z") == 0);
    CHECK(missing("XNYS", minutes(1), "2024-03-01T20:59Z", "2024-03-04T14:40Z") == 11);
    CHECK(missing("XNYS", minutes(1), "2024-12-24T18:00Z", "2024-12-26T14:30Z") == 0);
    CHECK(missing("XNYS", hours(1), "2024-03-01T21:00Z", "2024-03-05T14:30Z") == 7);
    CHECK(missing("XTKS", minutes(1), "2024-03-01T02:30Z", "2024-03-01T03:30Z") == 0);
    CHECK(missing("XTKS", minutes(1), "2024-03-01T02:25Z", "2024-03-01T03:31Z") == 6);
    CHECK(missing("CME", minutes(1), "2024-03-05T22:00Z", "2024-03-05T23:00Z") == 0);  // maintenance
    CHECK(missing("FX", hours(1), "2024-03-01T22:00Z", "2024-03-03T22:00Z") == 0);
    CHECK(missing("FX", hours(1), "2024-03-01T20:00Z", "2024-03-03T23:00Z") == 3);
    CHECK(missing("24x7", hours(1), "2024-03-01T20:00Z", "2024-03-03T20:00Z") == 48);
    // Bars of days, dated: Friday to Monday, over a holiday, and with one missing.
    CHECK(missing("XNYS", days(1), "2024-03-02", "2024-03-04") == 0);
    CHECK(missing("XNYS", days(1), "2024-07-04", "2024-07-05") == 0);
    CHECK(missing("XNYS", days(1), "2024-07-03", "2024-07-05") == 1);
    CHECK(missing("CME", days(1), "2024-03-06", "2024-03-07") == 1);
    CHECK(missing("XNYS", days(1), "2024-03-04T21:00Z", "2024-03-06T14:30Z") == 1);  // as resample makes them
}

TEST_CASE("a writer killed at any moment leaves the old catalogue or the new one") {
    const TempFolder folder;
    const std::string root = folder.path() + "/data";
    const SeriesKey minute{DataKind::bars, "A", minutes(1)}, hour{DataKind::bars, "A", hours(1)};
    GenerateOptions options;
    options.symbol = "A";
    options.rows = 40'000;
    REQUIRE(generate_series(root, options));
    std::string csv;
    REQUIRE(export_csv(Catalogue::open(root).value().paths_of(minute).value(), {},
                       [&csv](std::string_view part) -> Status<> {
                           csv += part;
                           return done;
                       }));
    REQUIRE(replace_file(folder.path() + "/b.csv", csv));
    ImportRequest import;
    import.path = folder.path() + "/b.csv";
    import.options.symbol = "B";
    import.mode = CatalogueWriter::Publish::replace;
    RepairRequest clean;
    clean.key = minute;
    clean.policy = RepairPolicy::carry;

    const auto work = [&](int which) {
        if (which == 0) return import_file(root, import).ok();
        if (which == 1)
            return resample_series(root, {minute, BarSchedule(hours(1), Zone::utc()), "resample", false, {}}).ok();
        return fill_series(root, clean, days(1)).ok();
    };
    std::mt19937 random(17);
    int killed = 0;
    for (int i = 0; i < 200; ++i) {
        const pid_t child = fork();
        if (child == 0) _exit(work(i % 3) ? 0 : 1);
        usleep(static_cast<useconds_t>(random() % 30'000));
        kill(child, SIGKILL);
        int status = 0;
        waitpid(child, &status, 0);
        killed += WIFSIGNALED(status) ? 1 : 0;
        if (WIFEXITED(status)) REQUIRE(WEXITSTATUS(status) == 0);

        const auto catalogue = Catalogue::open(root);
        REQUIRE(catalogue);
        for (const SeriesRecord& record : catalogue->series()) {
            const BarSeries series = BarSeries::open(catalogue->paths_of(record.key).value()).value();
            REQUIRE(series.verify());
            REQUIRE(series.size() == (record.key.timeframe == hours(1) ? 667U : 40'000U));
        }
        REQUIRE(catalogue->find(minute) != nullptr);
    }
    CHECK(killed > 50);
    REQUIRE(work(0));
    REQUIRE(work(1));
}
