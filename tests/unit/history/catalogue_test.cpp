#include "history/catalogue.h"

#include "history/generate.h"
#include "history/manifest.h"
#include "support/catch.h"
#include "support/temp_folder.h"

using namespace trd;

namespace {

SeriesKey bars_of(const std::string& symbol, Duration timeframe = minutes(1)) {
    return {DataKind::bars, symbol, timeframe};
}

Status<> add(CatalogueWriter& writer, const SeriesKey& key, const char* start, uint64_t rows,
             CatalogueWriter::Publish mode = CatalogueWriter::Publish::append) {
    GenerateOptions options;
    options.symbol = key.symbol;
    options.timeframe = key.timeframe;
    options.start = parse_iso(start).value();
    options.rows = rows;
    TRD_TRY(const std::string path, writer.new_segment_path(key));
    TRD_TRY(SegmentWriter segment, SegmentWriter::create(path, segment_info_of(options)));
    TRD_CHECK(generate(options, segment));
    TRD_CHECK(segment.commit());
    return writer.publish(key, path, mode, "generate");
}

}  // namespace

TEST_CASE("series are published, found and opened") {
    const TempFolder folder;
    const std::string root = folder.path() + "/data";
    CHECK(Catalogue::open(root).value().series().empty());
    {
        auto writer = CatalogueWriter::open(root).value();
        REQUIRE(add(writer, bars_of("SPY"), "2020-01-01", 100));
        REQUIRE(add(writer, bars_of("SPY"), "2020-02-01", 50));
        REQUIRE(add(writer, bars_of("BTC/USDT", hours(1)), "2020-01-01", 10));
        REQUIRE(add(writer, bars_of("SPY", hours(1)), "2020-01-01", 24));
    }
    const auto catalogue = Catalogue::open(root).value();
    REQUIRE(catalogue.series().size() == 3);
    CHECK(catalogue.series()[0].key.symbol == "BTC/USDT");
    CHECK(catalogue.open_bars("SPY", minutes(1)).value().size() == 150);
    CHECK(catalogue.open_bars("SPY").value().timeframe() == minutes(1));
    CHECK(catalogue.open_bars("BTC/USDT", hours(1)).value().symbol() == "BTC/USDT");
    CHECK(file_exists(root + "/bars/BTC%2FUSDT/1h/1.seg"));
    const SeriesRecord& spy = *catalogue.find(bars_of("SPY"));
    CHECK(spy.rows() == 150);
    CHECK(to_iso(spy.first()) == "2020-01-01T00:00:00Z");
    CHECK(to_iso(spy.last()) == "2020-02-01T00:49:00Z");
}

TEST_CASE("what is missing is said with what is near") {
    const TempFolder folder;
    {
        auto writer = CatalogueWriter::open(folder.path()).value();
        REQUIRE(add(writer, bars_of("MSFT"), "2020-01-01", 10));
    }
    const auto catalogue = Catalogue::open(folder.path()).value();
    const Error typo = catalogue.open_bars("MSTF", minutes(1)).error();
    CHECK(typo.id == "E_DATA_MISSING");
    CHECK(typo.message == "the catalogue " + folder.path() + " has no bars MSTF 1m (did you mean 'MSFT'?)");
    CHECK(catalogue.open_bars("MSTF").error().message ==
          "the catalogue " + folder.path() + " has no bars of MSTF (did you mean 'MSFT'?)");
    CHECK(catalogue.open_bars("MSFT", hours(1)).error().hint ==
          "there is MSFT at 1m; make others with trd data resample");
}

TEST_CASE("appending may not overlap, replacing keeps the old revision") {
    const TempFolder folder;
    auto writer = CatalogueWriter::open(folder.path()).value();
    REQUIRE(add(writer, bars_of("A"), "2020-01-01", 100));
    CHECK(add(writer, bars_of("A"), "2020-01-01T01:39", 1).error().id == "E_DATA_OVERLAP");
    REQUIRE(add(writer, bars_of("A"), "2021-01-01", 7, CatalogueWriter::Publish::replace));
    const auto catalogue = Catalogue::open(folder.path()).value();
    CHECK(catalogue.open_bars("A").value().size() == 7);
    CHECK(BarSeries::open(catalogue.paths_of(bars_of("A"), 1).value()).value().size() == 100);
    CHECK_FALSE(catalogue.paths_of(bars_of("A"), 3));
}

TEST_CASE("one writer at a time, and removal removes") {
    const TempFolder folder;
    {
        auto writer = CatalogueWriter::open(folder.path()).value();
        REQUIRE(add(writer, bars_of("A"), "2020-01-01", 100));
        CHECK(CatalogueWriter::open(folder.path()).error().code == ExitCode::locked);
        const auto mapped = Catalogue::open(folder.path()).value().open_bars("A").value();
        REQUIRE(writer.remove(bars_of("A")));
        CHECK(mapped.verify());  // a reader keeps what it has
        CHECK(list_folder(folder.path() + "/bars/A/1m").value().empty());
        CHECK(writer.remove(bars_of("A")).error().id == "E_DATA_MISSING");
    }
    CHECK(CatalogueWriter::open(folder.path()));
}

TEST_CASE("what a killed writer left is swept and never read") {
    const TempFolder folder;
    {
        auto writer = CatalogueWriter::open(folder.path()).value();
        REQUIRE(add(writer, bars_of("A"), "2020-01-01", 100));
    }
    REQUIRE(replace_file(folder.path() + "/bars/A/1m/2.seg", "half"));
    REQUIRE(replace_file(folder.path() + "/bars/A/1m/.2.seg.17.0.tmp", "half"));
    CHECK(Catalogue::open(folder.path()).value().open_bars("A").value().size() == 100);
    auto writer = CatalogueWriter::open(folder.path()).value();
    REQUIRE(add(writer, bars_of("A"), "2021-01-01", 1));
    CHECK(list_folder(folder.path() + "/bars/A/1m").value() == std::vector<std::string>{"1.seg", "2.seg"});
    CHECK(Catalogue::open(folder.path()).value().open_bars("A").value().size() == 101);
}

TEST_CASE("what a killed writer left is swept by the next writer of any series") {
    const TempFolder folder;
    const std::string root = folder.path() + "/data";
    const std::string left = root + "/bars/A/1m/.1.seg.17.0.tmp", unpublished = root + "/bars/A/1m/1.seg";
    {
        auto writer = CatalogueWriter::open(root).value();
        REQUIRE(writer.new_segment_path(bars_of("A")));
        REQUIRE(replace_file(left, "half"));
        REQUIRE(replace_file(unpublished, "whole, but never published"));
        CHECK(CatalogueWriter::open(root).error().code == ExitCode::locked);
        CHECK(file_exists(left));  // a writer that lives is left alone
    }
    REQUIRE(make_folders(root + "/bars/A/1m"));
    REQUIRE(replace_file(root + "/writing", "bars/A/1m\n"));
    REQUIRE(replace_file(left, "half"));
    REQUIRE(replace_file(unpublished, "whole, but never published"));
    {
        auto writer = CatalogueWriter::open(root).value();
        CHECK_FALSE(file_exists(left));
        CHECK_FALSE(file_exists(unpublished));
        REQUIRE(add(writer, bars_of("B"), "2020-01-01", 10));
        CHECK(list_folder(root).value() == std::vector<std::string>{"bars", "lock", "manifest"});
    }
    CHECK(Catalogue::open(root).value().open_bars("B").value().size() == 10);
}

TEST_CASE("a writer that gives up leaves what was there before, and no empty folder") {
    const TempFolder folder;
    const std::string root = folder.path() + "/data";
    {
        auto writer = CatalogueWriter::open(root).value();
        const std::string path = writer.new_segment_path(bars_of("A")).value();
        REQUIRE(replace_file(path, "whole, but never published"));
    }
    CHECK(list_folder(root).value() == std::vector<std::string>{"lock"});
    {
        auto writer = CatalogueWriter::open(root).value();
        REQUIRE(add(writer, bars_of("A"), "2020-01-01", 10));
        REQUIRE(writer.new_segment_path(bars_of("A", hours(1))));
        REQUIRE(writer.new_segment_path(bars_of("B")));
    }
    CHECK(list_folder(root).value() == std::vector<std::string>{"bars", "lock", "manifest"});
    CHECK(list_folder(root + "/bars").value() == std::vector<std::string>{"A"});
    CHECK(list_folder(root + "/bars/A").value() == std::vector<std::string>{"1m"});
    CHECK(Catalogue::open(root).value().open_bars("A").value().size() == 10);
    REQUIRE(CatalogueWriter::open(root).value().remove(bars_of("A")));
    CHECK(list_folder(root).value() == std::vector<std::string>{"lock", "manifest"});
}

TEST_CASE("a note that leads out of the catalogue sweeps nothing there") {
    const TempFolder folder;
    const std::string root = folder.path() + "/data", victim = folder.path() + "/victim.tmp";
    REQUIRE(CatalogueWriter::open(root));
    REQUIRE(replace_file(victim, "mine"));
    const std::vector<std::string> notes{"..\n", "bars/../..\n", folder.path() + "\n", "\n./.."};
    for (const std::string& note : notes) {
        REQUIRE(replace_file(root + "/writing", note));
        REQUIRE(CatalogueWriter::open(root));
        CHECK(file_exists(victim));
        CHECK_FALSE(file_exists(root + "/writing"));
    }
}

TEST_CASE("a manifest that was tampered with is refused") {
    const TempFolder folder;
    {
        auto writer = CatalogueWriter::open(folder.path()).value();
        REQUIRE(add(writer, bars_of("A"), "2020-01-01", 100));
    }
    const std::string good = read_file(folder.path() + "/manifest").value();
    CHECK(format_manifest(parse_manifest(good, "m").value()) == good);
    for (size_t i = 0; i < good.size(); ++i) {
        std::string bad = good;
        bad[i] = static_cast<char>(bad[i] ^ 1);
        REQUIRE_FALSE(parse_manifest(bad, "m"));
        REQUIRE_FALSE(parse_manifest(good.substr(0, i), "m"));
    }
}
