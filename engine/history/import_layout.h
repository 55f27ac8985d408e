// What the columns of a text file mean, found out from its first lines or told with --map. Import prints it before it
// writes; describe() is that text. Pure functions over text.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/zone.h"
#include "history/field_text.h"
#include "history/kinds.h"

namespace trd {

// What a column of the text becomes: a column of the kind, or one of these.
enum class TextRole : uint8_t {
    ignored,
    column,      // kind column `target`
    clock,       // time of day, to be added to the date in the time column
    close_time,  // when the bar ends; the last instant or the next one's beginning
    symbol,      // whose row it is
};

struct TextColumn {
    std::string name;  // of the header, or "column 3"
    TextRole role = TextRole::ignored;
    size_t target = 0;
    TimeFormat time_format = TimeFormat::iso;
};

struct ImportLayout {
    char delimiter = ',';
    bool has_header = true;
    std::vector<TextColumn> columns;
    std::string zone = "UTC";    // of wall clock times
    bool zone_is_given = false;  // by the header or the user; otherwise assumed
    uint8_t price_digits = 0;    // prices are whole numbers of 10^-price_digits
    std::string preset;          // "kline", where the file is a known dump without a header
};

// Of dates with strokes; unknown: as the rows prove.
enum class DateOrder : uint8_t { unknown, month_first, day_first };

struct LayoutOptions {
    DataKind kind = DataKind::bars;
    // "time=Datum,open=2,close=C,volume=-": kind column = header name or number from 1, "-" for none. Besides columns
    // of the kind: clock, close_time, symbol.
    std::string map;
    std::string zone;  // empty: as the file says, else UTC
    std::optional<uint8_t> price_digits;
    DateOrder dates = DateOrder::unknown;
};

// `sample` is the beginning of the file; its last line may be cut. Errors: E_DATA_LAYOUT naming file, line and what is
// missing, with the known names in the hint.
Result<ImportLayout> find_layout(std::string_view sample, const std::string& file, const LayoutOptions& options);

// The kind whose columns the header of the sample names best. Without a header: by the count of fields and whether the
// first one is a time. Nothing when no kind fits.
Result<std::optional<DataKind>> guess_kind(std::string_view sample, const std::string& file, const std::string& map);

// "bars, with a header; time = time_new_york (ISO 8601, America/New_York); open = open; ...; not used: note"
std::string describe(const ImportLayout& layout, DataKind kind);

// The fields of a line. Blanks around a field and the quotes around a whole field are dropped; a quoted field may hold
// the delimiter. Fields beyond `fields.size()` are counted only.
size_t split_fields(std::string_view line, char delimiter, std::span<std::string_view> fields);

}  // namespace trd
