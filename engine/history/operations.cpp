#include "history/operations.h"

#include <algorithm>

#include "history/csv_bars.h"
#include "history/row_cursor.h"
#include "market/bar_schedule.h"

namespace trd {
namespace {

std::string base_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

Status<> check_symbol(const std::string& symbol) {
    const bool printable =
        std::all_of(symbol.begin(), symbol.end(), [](char c) { return static_cast<uint8_t>(c) > ' ' && c != '\x7f'; });
    if (!symbol.empty() && symbol.size() <= symbol_size_max && printable) return done;
    return Fail{Error{ExitCode::usage, "E_USAGE_SYMBOL", "'" + symbol + "' is no symbol",
                      "a symbol has 1 to " + std::to_string(symbol_size_max) + " characters and no blanks"}};
}

// From the file's name unless it is given.
Status<> settle_symbol(std::string& symbol, const std::string& path) {
    if (!symbol.empty()) return check_symbol(symbol);
    symbol = symbol_of_file(path);
    if (check_symbol(symbol)) return done;
    return Fail{Error{ExitCode::usage, "E_USAGE_SYMBOL",
                      "the name of " + path + " makes no symbol, which has 1 to " + std::to_string(symbol_size_max) +
                          " characters and no blanks",
                      "say what the rows are of: --symbol NAME"}};
}

bool is_midnight(Timestamp time) { return time == Timestamp{} + days(utc_day(time)); }

}  // namespace

Status<> check_replaceable(const CatalogueWriter& catalogue, const SeriesKey& key, bool replace) {
    const SeriesRecord* record = catalogue.find(key);
    if (replace || record == nullptr) return done;
    const std::string& cause = record->newest().cause;
    if (cause.starts_with("generate") || cause.starts_with("resample")) return done;
    return Fail{Error{ExitCode::refused, "E_DATA_EXISTS", "there are " + describe(key) + " already, from: " + cause,
                      "use --replace to put the new rows in front of them, or another symbol"}};
}

Result<ImportReport> import_file(const std::string& root, const ImportRequest& request) {
    ImportOptions options = request.options;
    TRD_TRY(const auto source, open_text(request.path));
    TRD_CHECK(settle_symbol(options.symbol, request.path));
    if (request.detect_kind) {
        TRD_TRY(const auto again, open_text(request.path));
        LineReader lines(*again);
        TRD_TRY(const auto kind, guess_kind(lines.look_ahead(), request.path, options.layout.map));
        options.layout.kind = kind.value_or(options.layout.kind);
    }
    TRD_TRY(Importer importer, Importer::start(*source, request.path, options));
    const SegmentInfo info = importer.segment_info();
    ImportReport report{{info.kind, info.symbol, info.timeframe}, {}};
    if (request.on_layout) request.on_layout(importer, report.key);
    if (request.dry_run) {
        TRD_TRY(SegmentWriter scratch, SegmentWriter::in_memory(info));
        TRD_TRY(report.outcome, importer.run(scratch));
        return report;
    }
    TRD_TRY(CatalogueWriter catalogue, CatalogueWriter::open(root));
    TRD_TRY(const std::string path, catalogue.new_segment_path(report.key));
    TRD_TRY(SegmentWriter writer, SegmentWriter::create(path, info, options.storage));
    TRD_TRY(report.outcome, importer.run(writer));
    if (report.outcome.fault_count > 0) return report;
    TRD_CHECK(writer.commit());
    TRD_CHECK(catalogue.publish(report.key, path, request.mode, "import " + base_name(request.path)));
    return report;
}

Result<SeriesKey> generate_series(const std::string& root, const GenerateOptions& options, bool replace) {
    TRD_CHECK(check_symbol(options.symbol));
    const SegmentInfo info = segment_info_of(options);
    const SeriesKey key{info.kind, info.symbol, info.timeframe};
    TRD_TRY(CatalogueWriter catalogue, CatalogueWriter::open(root));
    TRD_CHECK(check_replaceable(catalogue, key, replace));
    TRD_TRY(const std::string path, catalogue.new_segment_path(key));
    TRD_TRY(SegmentWriter writer, SegmentWriter::create(path, info));
    TRD_CHECK(generate(options, writer));
    TRD_CHECK(writer.commit());
    TRD_CHECK(catalogue.publish(key, path, CatalogueWriter::Publish::replace,
                                "generate seed " + std::to_string(options.seed)));
    return key;
}

Result<GapReport> find_gaps(std::span<const std::string> paths, size_t kept, const MissingBars& missing) {
    TRD_TRY(RowCursor cursor, RowCursor::open(paths));
    const int64_t step = cursor.info().timeframe.ns;
    GapReport report{cursor.total_rows(), 0, 0, {}};
    std::optional<Timestamp> expected;
    while (cursor.next()) {
        const Timestamp time = cursor.time();
        if (expected && time > *expected) {
            const uint64_t steps = static_cast<uint64_t>(((time - *expected).ns + step - 1) / step);
            const Gap gap{*expected, time, missing ? missing(*expected, time) : steps};
            if (gap.missing > 0) {
                ++report.gap_count;
                report.missing += gap.missing;
                report.gaps.push_back(gap);
            }
        }
        expected = time + nanoseconds(cursor.number(1));
    }
    if (cursor.failure()) return Fail{*cursor.failure()};
    std::stable_sort(report.gaps.begin(), report.gaps.end(),
                     [](const Gap& a, const Gap& b) { return a.missing > b.missing; });
    if (report.gaps.size() > kept) report.gaps.resize(kept);
    return report;
}

MissingBars missing_in_sessions(Duration timeframe, const Calendar& calendar, TradingHours hours) {
    const SessionOfDay sessions = calendar.sessions(hours);
    BarSchedule schedule(timeframe, calendar.zone(), sessions);
    // Outside of sessions it is enough to look again now and then: none is shorter than an hour.
    const Duration probe = std::min(timeframe, trd::hours(1));
    return [sessions, schedule, timeframe, probe](Timestamp after, Timestamp before) mutable {
        uint64_t missing = 0;
        if (timeframe >= days(1) && is_midnight(after) && is_midnight(before)) {
            for (int64_t day = utc_day(after); day < utc_day(before); ++day) missing += sessions(day).has_value();
            return missing;
        }
        for (Timestamp at = after; at < before;) {
            const auto interval = schedule.interval_of(at);
            missing += interval && interval->open >= after && interval->close <= before;
            at = interval ? interval->close : at + probe;
        }
        return missing;
    };
}

}  // namespace trd
