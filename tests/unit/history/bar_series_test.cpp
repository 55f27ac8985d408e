#include "history/bar_series.h"

#include <random>

#include "base/hash.h"
#include "history/catalogue.h"
#include "history/checksum.h"
#include "history/generate.h"
#include "support/catch.h"
#include "support/temp_folder.h"

using namespace trd;

namespace {

// Prices and volumes of every size that decimals have, some of which no 64-bit mantissa of one exponent holds.
std::vector<Bar> random_bars(size_t count, uint64_t seed, bool extreme) {
    std::mt19937_64 random(seed);
    const auto raw = [&]() -> Int128 {
        const Int128 size = static_cast<Int128>(random() % 1'000'000'000) + 1;
        const int digits = extreme ? static_cast<int>(random() % 15) : 10;
        Int128 value = size;
        for (int i = 0; i < digits; ++i) value *= 10;
        return std::min(value, decimal_max_raw);
    };
    std::vector<Bar> bars(count);
    int64_t time = 0;
    for (Bar& bar : bars) {
        time += 60'000'000'000 * (1 + static_cast<int64_t>(random() % 3));
        bar = {Timestamp{time},          Timestamp{time + 60'000'000'000}, Price::from_raw(raw()),
               Price::from_raw(raw()),   Price::from_raw(raw()),           Price::from_raw(raw()),
               Quantity::from_raw(raw())};
    }
    return bars;
}

std::string write_bars(const std::string& path, const std::vector<Bar>& bars, Storage storage) {
    auto writer = BarWriter::create(path, "X", minutes(1), storage).value();
    for (const Bar& bar : bars) REQUIRE(writer.append(bar));
    REQUIRE(writer.commit());
    return path;
}

void check_equal(const BarSeries& series, const std::vector<Bar>& bars) {
    REQUIRE(series.size() == bars.size());
    BarCursor cursor(series);
    size_t index = 0;
    for (; cursor.next(); ++index) {
        REQUIRE(cursor.index() == index);
        REQUIRE(cursor.bar() == bars[index]);
        const BarValues expected = to_values(bars[index]);
        REQUIRE(cursor.values().open == expected.open);
        REQUIRE(cursor.values().high == expected.high);
        REQUIRE(cursor.values().low == expected.low);
        REQUIRE(cursor.values().close == expected.close);
        REQUIRE(cursor.values().volume == expected.volume);
        REQUIRE(cursor.values().open_time_ns == expected.open_time_ns);
        REQUIRE(cursor.values().close_time_ns == expected.close_time_ns);
    }
    REQUIRE_FALSE(cursor.failure());
    REQUIRE(index == bars.size());
    REQUIRE_FALSE(cursor.next());
}

}  // namespace

TEST_CASE("the checksum is XXH64") {
    const auto sum = [](std::string_view text) {
        return checksum64({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
    };
    // Published vectors.
    CHECK(sum("") == 0xEF46DB3751D8E999);
    CHECK(sum("a") == 0xD24EC4F1A98C6E5B);
    CHECK(sum("abc") == 0x44BC2CF5AD770999);
    CHECK(sum("Nobody inspects the spammish repetition") == 0xFBCEA83C8A378BF1);
}

TEST_CASE("what is written is read back, whatever its size") {
    const TempFolder folder;
    for (const Storage storage : {Storage::hot, Storage::cold}) {
        for (const size_t count : {size_t{1}, size_t{2}, size_t{63}, size_t{64}, size_t{65}, size_t{65'535},
                                   size_t{65'536}, size_t{65'537}, size_t{150'000}}) {
            const auto bars = random_bars(count, count, count % 2 == 1);
            const auto path = write_bars(folder.path() + "/" + std::to_string(count), bars, storage);
            const BarSeries series = BarSeries::open(path).value();
            CHECK(series.symbol() == "X");
            CHECK(series.timeframe() == minutes(1));
            CHECK(series.first_open_time() == bars.front().open_time);
            CHECK(series.last_open_time() == bars.back().open_time);
            check_equal(series, bars);
            REQUIRE(series.verify());
        }
    }
}

TEST_CASE("any place of a series can be read") {
    const TempFolder folder;
    const auto bars = random_bars(140'000, 9, true);
    // Three segments, as three imports would make them.
    std::vector<std::string> paths;
    const size_t cuts[] = {0, 50'000, 50'001, 140'000};
    for (int i = 0; i < 3; ++i)
        paths.push_back(
            write_bars(folder.path() + "/" + std::to_string(i),
                       {bars.begin() + static_cast<long>(cuts[i]), bars.begin() + static_cast<long>(cuts[i + 1])},
                       i == 0 ? Storage::cold : Storage::hot));
    const BarSeries series = BarSeries::open(paths).value();
    check_equal(series, bars);
    std::mt19937_64 random(4);
    for (int i = 0; i < 50; ++i) {
        const uint64_t index = random() % bars.size();
        REQUIRE(series.at(index).value() == bars[index]);
        std::vector<Bar> part(random() % std::min<uint64_t>(3'000, bars.size() - index));
        REQUIRE(series.read(index, part));
        REQUIRE(std::equal(part.begin(), part.end(), bars.begin() + static_cast<long>(index)));
        REQUIRE(series.first_at_or_after(bars[index].open_time).value() == index);
        REQUIRE(series.first_at_or_after(bars[index].open_time + nanoseconds(1)).value() == index + 1);
    }
    BarCursor some(series, 49'990, 50'010);
    uint64_t count = 0;
    while (some.next()) REQUIRE(some.bar() == bars[49'990 + count++]);
    CHECK(count == 20);
    std::swap(paths[0], paths[2]);
    CHECK(BarSeries::open(paths).error().id == "E_DATA_SERIES");
}

TEST_CASE("a series in memory") {
    const auto bars = random_bars(70'000, 5, false);
    auto writer = BarWriter::in_memory("MEM", minutes(1)).value();
    for (const Bar& bar : bars) REQUIRE(writer.append(bar));
    BarSeries series = writer.finish_in_memory().value();
    const BarSeries moved = std::move(series);
    check_equal(moved, bars);
}

TEST_CASE("an empty series is a series") {
    const TempFolder folder;
    const auto path = write_bars(folder.path() + "/e", {}, Storage::hot);
    const BarSeries series = BarSeries::open(path).value();
    CHECK(series.empty());
    BarCursor cursor(series);
    CHECK_FALSE(cursor.next());
    CHECK(series.first_at_or_after(Timestamp{}).value() == 0);
}

TEST_CASE("a flipped byte is found before it is used, a cut file is refused") {
    const TempFolder folder;
    for (const Storage storage : {Storage::hot, Storage::cold}) {
        const auto bars = random_bars(70'000, 21, false);
        const std::string good = read_file(write_bars(folder.path() + "/a", bars, storage)).value();
        const BarSeries before = BarSeries::open(folder.path() + "/a").value();
        const Segment segment = Segment::open(folder.path() + "/a").value();
        const auto is_padding = [&](size_t place) {
            for (uint32_t block = 0; block < segment.block_count(); ++block)
                for (size_t column = 0; column < segment.column_count(); ++column) {
                    const ChunkEntry chunk = segment.entry(block, column);
                    if (place >= chunk.offset && place < chunk.offset + chunk.bytes) return false;
                }
            return true;
        };
        std::mt19937_64 random(2);
        int damaged_blocks = 0;
        for (int i = 0; i < 300; ++i) {
            std::string bad = good;
            const size_t place = i < 200 ? random() % 200 : random() % bad.size();
            bad[place] = static_cast<char>(bad[place] ^ (1 << random() % 8));
            REQUIRE(replace_file(folder.path() + "/b", bad));
            const auto series = BarSeries::open(folder.path() + "/b");
            if (!series) {
                CHECK(series.error().code == ExitCode::data);
                continue;
            }
            BarCursor cursor(*series);
            uint64_t count = 0;
            while (cursor.next()) REQUIRE(cursor.bar() == bars[count++]);
            if (count == bars.size()) {
                REQUIRE(is_padding(place));  // between the chunks lies nothing that is read
                continue;
            }
            ++damaged_blocks;
            REQUIRE(cursor.failure()->id == "E_DATA_CORRUPT");
            REQUIRE_FALSE(series->verify());
        }
        CHECK(damaged_blocks > 20);
        for (const size_t size : {size_t{0}, size_t{3}, size_t{100}, size_t{4096}, good.size() / 2, good.size() - 1}) {
            REQUIRE(replace_file(folder.path() + "/c", good.substr(0, size)));
            CHECK(BarSeries::open(folder.path() + "/c").error().code == ExitCode::data);
        }
    }
}

TEST_CASE("the same seed makes the same bytes") {
    const TempFolder folder;
    GenerateOptions options;
    options.rows = 100'000;
    const auto make = [&](const std::string& name) {
        auto writer = SegmentWriter::create(folder.path() + "/" + name, segment_info_of(options)).value();
        REQUIRE(generate(options, writer));
        REQUIRE(writer.commit());
        return sha256(read_file(folder.path() + "/" + name).value());
    };
    const Digest first = make("a");
    CHECK(make("b") == first);
    CHECK(to_hex(first) == "52f6fdec7e81d1f23e355f1e26f4e02c85f15d612ae3d59f51b1ea26fe9bb5fb");
    options.seed = 2;
    CHECK(make("c") != first);
}

TEST_CASE("generated bars are sound in every regime") {
    for (const MarketRegime regime : {MarketRegime::mixed, MarketRegime::trending, MarketRegime::mean_reverting,
                                      MarketRegime::jumpy, MarketRegime::gappy}) {
        GenerateOptions options;
        options.rows = 300'000;
        options.regime = regime;
        auto writer = SegmentWriter::in_memory(segment_info_of(options)).value();
        REQUIRE(generate(options, writer));
        const BarSeries series = BarSeries::from_mapping(writer.finish_in_memory().value()).value();
        REQUIRE(series.size() == options.rows);
        BarCursor cursor(series);
        Timestamp before{INT64_MIN};
        uint64_t gaps = 0;
        Price lowest = Price::max(), highest;
        while (cursor.next()) {
            const Bar& bar = cursor.bar();
            REQUIRE(bar.open_time > before);
            gaps += before.ns != INT64_MIN && bar.open_time - before > minutes(1) ? 1 : 0;
            before = bar.open_time;
            REQUIRE(bar.low.is_positive());
            REQUIRE(bar.high >= std::max(bar.open, bar.close));
            REQUIRE(bar.low <= std::min(bar.open, bar.close));
            REQUIRE(bar.volume.is_positive());
            lowest = std::min(lowest, bar.low);
            highest = std::max(highest, bar.high);
        }
        CHECK((regime == MarketRegime::gappy) == (gaps > 0));
        CHECK(highest > lowest + "1"_price);  // it moves
        CHECK(lowest >= "5"_price);
        CHECK(highest < "1700"_price);
    }
}
