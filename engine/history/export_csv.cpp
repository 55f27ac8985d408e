#include "history/export_csv.h"

#include <charconv>

#include "history/codes.h"

namespace trd {
namespace {

constexpr size_t flush_size = size_t{1} << 16;

void append_number(int64_t number, std::string& out) {
    char digits[24];
    out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

void append_decimal(Int128 raw, std::string& out) {
    char digits[decimal_text_max];
    out.append(digits, decimal_detail::to_chars(digits, raw));
}

void append_field(const RowCursor& cursor, size_t column, ColumnUnit unit, std::string& out) {
    if (is_decimal(unit))
        append_decimal(cursor.raw(column), out);
    else if (unit == ColumnUnit::code)
        out += code_text(cursor.spec(), column, cursor.number(column));
    else
        append_number(cursor.number(column), out);
}

}  // namespace

std::string csv_header(const KindSpec& spec, bool with_close_time) {
    std::string line = "time";
    if (with_close_time) line += ",close_time";
    for (const ColumnSpec& column : spec.columns.subspan(1))
        if (column.unit != ColumnUnit::span) line.append(",").append(column.name);
    return line + "\n";
}

void append_csv_row(const RowCursor& cursor, bool with_close_time, std::string& out) {
    out += to_iso(cursor.time());
    const auto columns = cursor.spec().columns;
    for (size_t i = 1; i < columns.size(); ++i) {
        if (columns[i].unit == ColumnUnit::span) {
            if (with_close_time) out += "," + to_iso(cursor.time() + nanoseconds(cursor.number(i)));
            continue;
        }
        out += ',';
        append_field(cursor, i, columns[i].unit, out);
    }
    out += '\n';
}

Result<bool> has_uneven_spans(std::span<const std::string> paths) {
    for (const std::string& path : paths) {
        TRD_TRY(const Segment segment, Segment::open(path));
        if (!spec_of(segment.info().kind).has_timeframe) return false;
        for (uint32_t block = 0; block < segment.block_count(); ++block) {
            const ChunkEntry chunk = segment.entry(block, 1);
            if (chunk.smallest != segment.info().timeframe.ns || chunk.largest != chunk.smallest) return true;
        }
    }
    return false;
}

namespace {

Bar bar_of(const RowCursor& cursor) {
    Bar bar;
    bar.open_time = cursor.time();
    bar.close_time = cursor.time() + nanoseconds(cursor.number(bar_span));
    bar.open = Price::from_raw(cursor.raw(bar_open));
    bar.high = Price::from_raw(cursor.raw(bar_high));
    bar.low = Price::from_raw(cursor.raw(bar_low));
    bar.close = Price::from_raw(cursor.raw(bar_close));
    bar.volume = Quantity::from_raw(cursor.raw(bar_volume));
    return bar;
}

void append_bar(const Bar& bar, bool with_close_time, std::string& out) {
    out += to_iso(bar.open_time);
    if (with_close_time) out += "," + to_iso(bar.close_time);
    for (const Price price : {bar.open, bar.high, bar.low, bar.close}) out += "," + to_string(price);
    out += "," + to_string(bar.volume) + "\n";
}

}  // namespace

Result<uint64_t> export_csv(std::span<const std::string> paths, const ExportOptions& options, const TextWriter& write) {
    std::optional<Adjuster> adjuster = options.adjuster;
    TRD_TRY(const bool with_close_time, has_uneven_spans(paths));
    TRD_TRY(RowCursor cursor, RowCursor::open(paths));
    std::string text = csv_header(cursor.spec(), with_close_time);
    uint64_t rows = 0;
    while (rows < options.rows_max && cursor.next()) {
        if (options.from && cursor.time() < *options.from) continue;
        if (options.to && cursor.time() >= *options.to) break;
        if (adjuster) {
            TRD_TRY(const Bar bar, adjuster->apply(bar_of(cursor)));
            append_bar(bar, with_close_time, text);
        } else {
            append_csv_row(cursor, with_close_time, text);
        }
        ++rows;
        if (text.size() < flush_size) continue;
        TRD_CHECK(tell(options.progress, rows, cursor.total_rows()));
        TRD_CHECK(write(text));
        text.clear();
    }
    if (cursor.failure()) return Fail{*cursor.failure()};
    TRD_CHECK(write(text));
    return rows;
}

}  // namespace trd
