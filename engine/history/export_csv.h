// Series as text that import reads back to the same values. Called by `trd data export` and `show`.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "history/adjust.h"
#include "history/progress_call.h"
#include "history/row_cursor.h"

namespace trd {

using TextWriter = std::function<Status<>(std::string_view text)>;

struct ExportOptions {
    std::optional<Timestamp> from, to;  // rows in [from, to)
    uint64_t rows_max = UINT64_MAX;
    std::optional<Adjuster> adjuster;  // of bars only
    ProgressCall progress;             // in rows of the series
};

// "time,open,high,low,close,volume\n". A close_time is there when not every row ends one timeframe after its time.
std::string csv_header(const KindSpec& spec, bool with_close_time);
// Appends the row that the cursor stands on, and a line end. Decimals in full, times in UTC.
void append_csv_row(const RowCursor& cursor, bool with_close_time, std::string& out);
// Does any row end elsewhere than one timeframe after its time? Reads the directories only.
Result<bool> has_uneven_spans(std::span<const std::string> paths);

// Returns the number of rows written.
Result<uint64_t> export_csv(std::span<const std::string> paths, const ExportOptions& options, const TextWriter& write);

}  // namespace trd
