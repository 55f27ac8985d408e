// Market data: how fast it is made, imported, mapped and found.
#include <cstdlib>
#include <string>

#include "history/catalogue.h"
#include "history/csv_bars.h"
#include "history/generate.h"
#include "history/manifest.h"
#include "history/tick_cursor.h"
#include "support/bench.h"
#include "support/temp_folder.h"

namespace {

using namespace trd;

[[noreturn]] void stop(const Error& error) {
    std::fprintf(stderr, "%s\n", error.message.c_str());
    std::exit(1);
}
template <class T>
T value_of(Result<T> result) {
    if (!result) stop(result.error());
    return std::move(*result);
}

double seconds_of(const auto& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

const TempFolder& folder() {
    static const TempFolder shared;
    return shared;
}

std::string generated(DataKind kind, uint64_t rows) {
    GenerateOptions options;
    options.kind = kind;
    options.rows = rows;
    if (kind == DataKind::trades) options.timeframe = milliseconds(50);
    const std::string path = folder().path() + "/" + std::string(spec_of(kind).name) + std::to_string(rows);
    auto writer = value_of(SegmentWriter::create(path, segment_info_of(options)));
    value_of(generate(options, writer));
    value_of(writer.commit());
    return path;
}

constexpr uint64_t many_bars = 10'000'000;

const std::string& bars_file() {
    static const std::string path = generated(DataKind::bars, many_bars);
    return path;
}

bench::Reading generate_rows_per_s() {
    std::string path;
    const double spent = seconds_of([&] { path = generated(DataKind::bars, many_bars + 1); });
    value_of(remove_file(path));
    return static_cast<double>(many_bars) / spent / 1e6;
}

// One pass that verifies and decodes, then passes over what is verified: what a sweep of many runs sees.
bench::Reading cursor_ns_per_bar() {
    const auto series = value_of(BarSeries::open(bars_file()));
    double sum = 0;
    int64_t lots = 0;
    double best = 1e9;
    for (int round = 0; round < 3; ++round) {
        const double spent = seconds_of([&] {
            BarCursor cursor(series);
            while (cursor.next()) {
                sum += cursor.values().close;
                lots += static_cast<int64_t>(cursor.bar().volume.raw());
            }
            if (cursor.failure()) stop(*cursor.failure());
        });
        best = std::min(best, spent);
    }
    bench::keep(sum);
    bench::keep(lots);
    return best * 1e9 / static_cast<double>(many_bars);
}

constexpr uint64_t many_ticks = 4'000'000;

// The slowest of a first pass, which verifies, and two more.
template <class Row>
double tick_cursor_ns(DataKind kind) {
    static const std::string path = generated(kind, many_ticks);
    int64_t sum = 0;
    double worst = 0;
    for (int round = 0; round < 3; ++round) {
        auto cursor = value_of(TickCursor<Row>::open(std::span(&path, 1)));
        const double spent = seconds_of([&] {
            while (cursor.next()) {
                const Row& row = cursor.row();
                bench::keep(row);
                ++sum;
            }
            if (cursor.failure()) stop(*cursor.failure());
        });
        worst = std::max(worst, spent);
    }
    bench::keep(sum);
    return worst * 1e9 / static_cast<double>(many_ticks);
}
bench::Reading quote_cursor_ns() { return tick_cursor_ns<Quote>(DataKind::quotes); }
bench::Reading trade_cursor_ns() { return tick_cursor_ns<TradeTick>(DataKind::trades); }
bench::Reading book_cursor_ns() { return tick_cursor_ns<BookDelta>(DataKind::book); }

bench::Reading cold_pass_ns_per_bar() {
    const auto series = value_of(BarSeries::open(bars_file()));
    double sum = 0;
    const double spent = seconds_of([&] {
        BarCursor cursor(series);
        while (cursor.next()) sum += cursor.values().close;
    });
    bench::keep(sum);
    return spent * 1e9 / static_cast<double>(many_bars);
}

// Every number of every column, verified and decoded, by the column.
bench::Reading values_per_s() {
    const Segment segment = value_of(Segment::open(bars_file()));
    std::vector<int64_t> numbers(block_rows_max);
    int64_t sum = 0;
    const double spent = seconds_of([&] {
        ChunkReader reader;
        for (uint32_t block = 0; block < segment.block_count(); ++block) {
            value_of(segment.touch(block));
            for (size_t column = 0; column < segment.column_count(); ++column) {
                if (!reader.load(segment, block, column)) std::exit(1);
                reader.read(0, reader.chunk().rows, numbers.data());
                sum += numbers[reader.chunk().rows - 1];
            }
        }
    });
    bench::keep(sum);
    return static_cast<double>(many_bars * segment.column_count()) / spent / 1e6;
}

bench::Reading import_rows_per_s() {
    constexpr size_t rows = 2'000'000;
    const auto series = value_of(BarSeries::open(bars_file()));
    const std::string path = folder().path() + "/import.csv";
    {
        std::string text = "time,open,high,low,close,volume\n";
        BarCursor cursor(series, 0, rows);
        while (cursor.next()) {
            const Bar& bar = cursor.bar();
            text += to_iso(bar.open_time);
            for (const Price price : {bar.open, bar.high, bar.low, bar.close}) text += "," + format_fixed(price, 2);
            text += "," + to_string(bar.volume) + "\n";
        }
        value_of(replace_file(path, text));
    }
    double best = 1e9;
    for (int round = 0; round < 3; ++round) {
        const double spent = seconds_of([&] {
            ImportOptions options;
            options.symbol = "X";
            const auto source = value_of(open_text(path));
            auto importer = value_of(Importer::start(*source, path, options));
            auto writer = value_of(SegmentWriter::create(folder().path() + "/imported", importer.segment_info()));
            if (value_of(importer.run(writer)).rows != rows) std::exit(1);
            value_of(writer.commit());
        });
        best = std::min(best, spent);
    }
    return static_cast<double>(rows) / best / 1e6;
}

bench::Reading open_catalogue_ms() {
    const std::string root = folder().path() + "/catalogue";
    value_of(make_folders(root));
    std::vector<SeriesRecord> series;
    for (int i = 0; i < 5'000; ++i) {
        SeriesRecord record;
        record.key = {DataKind::bars, "SYM" + std::to_string(10'000 + i), minutes(1)};
        record.revisions.push_back(
            {"import prices.csv",
             {{"bars/SYM" + std::to_string(10'000 + i) + "/1m/1.seg", 100'000, Timestamp{}, Timestamp{1}}}});
        series.push_back(std::move(record));
    }
    value_of(replace_file(root + "/manifest", format_manifest(series)));
    size_t count = 0;
    const double spent = seconds_of([&] { count = value_of(Catalogue::open(root)).series().size(); });
    return count == 5'000 ? spent * 1e3 : 1e9;
}

// The largest of all regimes, at the pace of `trd data generate` as it stands and at a livelier one.
bench::Reading bytes_a_trade() {
    double worst = 0;
    for (const Duration pace : {minutes(1), milliseconds(50)}) {
        for (const MarketRegime regime : {MarketRegime::mixed, MarketRegime::trending, MarketRegime::mean_reverting,
                                          MarketRegime::jumpy, MarketRegime::gappy}) {
            GenerateOptions options;
            options.kind = DataKind::trades;
            options.rows = 500'000;
            options.timeframe = pace;
            options.regime = regime;
            const std::string path = folder().path() + "/cold_trades";
            auto writer = value_of(SegmentWriter::create(path, segment_info_of(options), Storage::cold));
            value_of(generate(options, writer));
            value_of(writer.commit());
            const auto file = value_of(MappedFile::open(path));
            worst = std::max(worst, static_cast<double>(file.bytes().size()) / static_cast<double>(options.rows));
            value_of(remove_file(path));
        }
    }
    return worst;
}

constexpr bench::Figure figures[] = {
    {"history.generate", "million rows/s", 10, "higher", generate_rows_per_s},
    {"history.cursor", "ns/bar", 10, "lower", cursor_ns_per_bar},
    {"history.cursor_first_pass", "ns/bar", 15, "lower", cold_pass_ns_per_bar},
    {"history.quote_cursor", "ns/row", 20, "lower", quote_cursor_ns},
    {"history.trade_cursor", "ns/row", 20, "lower", trade_cursor_ns},
    {"history.book_cursor", "ns/row", 20, "lower", book_cursor_ns},
    {"history.values", "million values/s", 200, "higher", values_per_s},
    {"history.import", "million rows/s", 2, "higher", import_rows_per_s},
    {"history.open_catalogue", "ms", 50, "lower", open_catalogue_ms},
    {"history.trade_row", "bytes", 6, "lower", bytes_a_trade},
};

}  // namespace

int main(int argc, char** argv) { return trd::bench::run_figures(argc, argv, figures); }
