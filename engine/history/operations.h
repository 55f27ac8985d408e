// What the data commands do to a catalogue: each reads one or more series and publishes the result whole, or leaves the
// catalogue as it was. Called by cli/data_*.cpp and by tests.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "history/catalogue.h"
#include "history/generate.h"
#include "history/importer.h"
#include "market/calendar.h"

namespace trd {

struct ImportRequest {
    std::string path;
    ImportOptions options;    // an empty symbol is taken from the file's name
    bool detect_kind = true;  // from the header, instead of options.layout.kind
    CatalogueWriter::Publish mode = CatalogueWriter::Publish::append;
    bool dry_run = false;  // reads and judges everything, publishes nothing
    // Called before the first row is read: what was understood.
    std::function<void(const Importer&, const SeriesKey&)> on_layout;
};
struct ImportReport {
    SeriesKey key;
    ImportOutcome outcome;  // with faults: nothing was published
};
Result<ImportReport> import_file(const std::string& root, const ImportRequest& request);

// Publishes generated rows. What the series held stays as an older revision; imported rows are only replaced when
// `replace` says so (E_DATA_EXISTS).
Result<SeriesKey> generate_series(const std::string& root, const GenerateOptions& options, bool replace = false);

// What was made can be made again; what was imported cannot, and is only pushed aside when `replace` says so
// (E_DATA_EXISTS).
Status<> check_replaceable(const CatalogueWriter& catalogue, const SeriesKey& key, bool replace);

struct Gap {
    Timestamp after;       // the end of the last bar before it
    Timestamp before;      // the time of the first bar behind it
    uint64_t missing = 0;  // whole timeframes in between
};
struct GapReport {
    uint64_t rows = 0;
    uint64_t gap_count = 0;
    uint64_t missing = 0;
    std::vector<Gap> gaps;  // the longest first, at most `kept`
};
// How many bars are missing between the end of one and the beginning of the next. Empty: one for each timeframe.
using MissingBars = std::function<uint64_t(Timestamp after, Timestamp before)>;
// Steps longer than the timeframe in which bars are missing.
Result<GapReport> find_gaps(std::span<const std::string> paths, size_t kept, const MissingBars& missing);
// Bars that a venue's sessions expect. Bars of days that open at midnight UTC are taken for the trading day of that
// date.
MissingBars missing_in_sessions(Duration timeframe, const Calendar& calendar, TradingHours hours);

}  // namespace trd
