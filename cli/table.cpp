#include "cli/table.h"

#include <algorithm>
#include <numeric>

#include "base/assert.h"
#include "cli/json_writer.h"
#include "cli/text_format.h"

namespace trd {
namespace {

constexpr size_t gap_columns = 2;
constexpr size_t narrowest_column = 8;
constexpr size_t narrowest_prose = 20;

using WordLines = std::vector<std::vector<std::string>>;

std::string offset_text(Duration offset) {
    const int64_t minutes = offset.ns / 60'000'000'000;
    const auto two = [](int64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
    const int64_t size = minutes < 0 ? -minutes : minutes;
    return (minutes < 0 ? "-" : "+") + two(size / 60) + ":" + two(size % 60);
}

const Cell& cell_of(const std::vector<Cell>& row, size_t column) {
    static const Cell nothing;
    return column < row.size() ? row[column] : nothing;
}

std::string for_people(const Cell& cell, Zone zone) {
    switch (cell.kind()) {
        case Cell::Kind::none:
            return "-";
        case Cell::Kind::time:
            return time_in_zone(cell.time(), zone);
        case Cell::Kind::text:
        case Cell::Kind::number:
            return harmless(cell.text(), Lines::shown);
    }
    TRD_ASSERT(false);
}

std::string for_programs(const Cell& cell) {
    return cell.kind() == Cell::Kind::time ? to_iso(cell.time()) : cell.text();
}

bool has_times(const Table& table, size_t column) {
    return std::any_of(table.rows.begin(), table.rows.end(), [column](const std::vector<Cell>& row) {
        return cell_of(row, column).kind() == Cell::Kind::time;
    });
}

std::string heading_of(const Table& table, size_t column, Zone zone) {
    std::string text(table.columns[column].heading);
    if (zone != Zone::utc() && has_times(table, column)) text.append(" (").append(zone.name()).append(")");
    return text;
}

bool has_headings(const Table& table) {
    return std::any_of(table.columns.begin(), table.columns.end(),
                       [](const Column& column) { return !column.heading.empty(); });
}

WordLines words_for_people(const Table& table, Zone zone, bool with_headings) {
    WordLines lines;
    if (with_headings && !table.rows.empty()) {
        lines.emplace_back();
        for (size_t i = 0; i < table.columns.size(); ++i) lines.back().push_back(heading_of(table, i, zone));
    }
    for (const auto& row : table.rows) {
        lines.emplace_back();
        for (size_t i = 0; i < table.columns.size(); ++i) lines.back().push_back(for_people(cell_of(row, i), zone));
    }
    return lines;
}

std::vector<size_t> widths_of(const WordLines& lines, size_t columns) {
    std::vector<size_t> widths(columns, 0);
    for (const auto& line : lines)
        for (size_t i = 0; i < columns; ++i) widths[i] = std::max(widths[i], display_width(line[i]));
    return widths;
}

size_t total_width(const std::vector<size_t>& widths) {
    const size_t gaps = widths.empty() ? 0 : (widths.size() - 1) * gap_columns;
    return std::accumulate(widths.begin(), widths.end(), gaps);
}

// Without the columns that may go, as far as it takes.
Table fitted(const Table& table, std::vector<size_t> widths, size_t room) {
    std::vector<std::string_view> names;
    for (const Column& column : table.columns) names.push_back(column.name);
    for (size_t i = names.size(); i-- > 0 && total_width(widths) > room;) {
        if (table.columns[i].narrowing != Narrowing::left_out) continue;
        names.erase(names.begin() + static_cast<std::ptrdiff_t>(i));
        widths.erase(widths.begin() + static_cast<std::ptrdiff_t>(i));
    }
    return names.size() == table.columns.size() ? table : with_fields(table, names);
}

bool may_narrow(const Table& table, size_t column, size_t width) {
    const Column& what = table.columns[column];
    if (what.is_right_aligned || what.narrowing == Narrowing::whole || has_times(table, column)) return false;
    return width > (what.narrowing == Narrowing::wrapped ? narrowest_prose : narrowest_column);
}

// The widest column that may gives way, one place after the other, what goes on in the next line before the others.
void narrow(std::vector<size_t>& widths, const Table& table, size_t room) {
    while (total_width(widths) > room) {
        size_t widest = widths.size();
        for (size_t i = 0; i < widths.size(); ++i) {
            if (!may_narrow(table, i, widths[i])) continue;
            const bool gives_way_first = table.columns[i].narrowing == Narrowing::wrapped;
            if (widest == widths.size() || gives_way_first || widths[i] > widths[widest]) widest = i;
        }
        if (widest == widths.size()) return;
        --widths[widest];
    }
}

std::string cut_to(const std::string& word, size_t width, bool is_utf8) {
    if (display_width(word) <= width) return word;
    return std::string(fitting_front(word, width - 1)) + (is_utf8 ? "\xE2\x80\xA6" : ">");
}

std::string cut_front_to(const std::string& word, size_t width, bool is_utf8) {
    std::string_view end = word;
    while (display_width(end) > width - 1 && !end.empty()) end.remove_prefix(std::max<size_t>(utf8_size(end), 1));
    return display_width(word) <= width ? word : (is_utf8 ? "\xE2\x80\xA6" : "<") + std::string(end);
}

std::string aligned_line(const Table& table, const std::vector<std::string>& words, const std::vector<size_t>& widths,
                         bool is_utf8) {
    std::string text;
    size_t begin = 0;
    for (size_t i = 0; i < words.size(); ++i) {
        if (i > 0) text.append(gap_columns, ' ');
        if (table.columns[i].narrowing == Narrowing::wrapped) {
            text += wrapped_text(words[i], begin, begin + widths[i]);
        } else {
            const auto cut = table.columns[i].narrowing == Narrowing::cut_front ? cut_front_to : cut_to;
            const std::string word = cut(words[i], widths[i], is_utf8);
            text += table.columns[i].is_right_aligned ? padded_left(word, widths[i]) : padded_right(word, widths[i]);
        }
        begin += widths[i] + gap_columns;
    }
    text.erase(text.find_last_not_of(' ') + 1);
    return text + "\n";
}

// A line a column, for a terminal in which not even the narrowest columns stand beside each other.
std::string stacked_text(const Table& table, const TableStyle& style) {
    std::vector<std::string> headings;
    size_t widest = 0;
    for (size_t i = 0; i < table.columns.size(); ++i) {
        headings.push_back(heading_of(table, i, style.zone));
        widest = std::max(widest, display_width(headings.back()));
    }
    std::string out;
    for (const auto& words : words_for_people(table, style.zone, false)) {
        if (!out.empty()) out += "\n";
        for (size_t i = 0; i < words.size(); ++i)
            out += padded_right(headings[i], widest) + std::string(gap_columns, ' ') + words[i] + "\n";
    }
    return out;
}

std::string aligned_text(const Table& whole, const TableStyle& style) {
    const bool with_headings = has_headings(whole);
    const auto widths_in = [&](const Table& table) {
        return widths_of(words_for_people(table, style.zone, with_headings), table.columns.size());
    };
    const Table table = style.columns > 0 ? fitted(whole, widths_in(whole), style.columns) : whole;
    std::vector<size_t> widths = widths_in(table);
    if (style.columns > 0) narrow(widths, table, style.columns);
    if (style.columns > 0 && with_headings && total_width(widths) > style.columns) return stacked_text(whole, style);
    std::string out;
    for (const auto& words : words_for_people(table, style.zone, with_headings))
        out += aligned_line(table, words, widths, style.is_utf8);
    return out;
}

// Tabs divide: within a field they, line ends and backslashes are written \t \n \r \\.
std::string tab_field(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const size_t named = std::string_view("\t\n\r\\").find(c);
        if (named == std::string_view::npos)
            out += c;
        else
            out.append("\\").append(1, "tnr\\"[named]);
    }
    return out;
}

// RFC 4180.
std::string csv_field(std::string_view text) {
    const bool needs_quotes =
        text.find_first_of(",\"\r\n") != std::string_view::npos || text.starts_with(' ') || text.ends_with(' ');
    if (!needs_quotes) return std::string(text);
    std::string out = "\"";
    for (const char c : text) out.append(c == '"' ? 2 : 1, c);
    return out + "\"";
}

std::string divided_text(const Table& table, char divider, bool with_names) {
    const auto field = [divider](std::string_view text) { return divider == ',' ? csv_field(text) : tab_field(text); };
    std::string out;
    const auto end_line = [&out] { out.back() = '\n'; };
    for (const Column& column : table.columns)
        if (with_names) out.append(field(column.name)).append(1, divider);
    if (with_names) end_line();
    for (const auto& row : table.rows) {
        for (size_t i = 0; i < table.columns.size(); ++i) {
            const Cell& cell = cell_of(row, i);
            const bool needs_mark = cell.kind() == Cell::Kind::none && !with_names;  // awk must see a field there
            out.append(needs_mark ? "-" : field(for_programs(cell))).append(1, divider);
        }
        end_line();
    }
    return out;
}

std::string markdown_field(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '|' || c == '\\') out += '\\';
        out += c;
    }
    return out;
}

std::string markdown_heading(const Table& table, size_t column, Zone zone) {
    if (has_headings(table)) return heading_of(table, column, zone);
    return std::string(table.columns[column].name);
}

std::string markdown_text(const Table& table, Zone zone) {
    std::string out = "|", rule = "|";
    for (size_t i = 0; i < table.columns.size(); ++i) {
        out += " " + markdown_field(markdown_heading(table, i, zone)) + " |";
        rule += table.columns[i].is_right_aligned ? " ---: |" : " --- |";
    }
    out += "\n" + rule + "\n";
    for (const auto& line : words_for_people(table, zone, false)) {
        out += "|";
        for (const std::string& word : line) out += " " + markdown_field(word) + " |";
        out += "\n";
    }
    return out;
}

void put_cell(JsonWriter& json, const Cell& cell) {
    switch (cell.kind()) {
        case Cell::Kind::none:
            json.null();
            return;
        case Cell::Kind::text:
            json.value(cell.text());
            return;
        case Cell::Kind::number:
            json.raw(cell.text());
            return;
        case Cell::Kind::time:
            json.value(to_iso_nanoseconds(cell.time()));
            return;
    }
}

std::string json_lines_text(const Table& table) {
    std::string out;
    for (const auto& row : table.rows) {
        JsonWriter json;
        json.begin_object().member("type", table.record);
        for (size_t i = 0; i < table.columns.size(); ++i) {
            json.key(table.columns[i].name);
            put_cell(json, cell_of(row, i));
        }
        out += json.end_object().take() + "\n";
    }
    return out;
}

}  // namespace

Cell Cell::number(std::string digits) {
    Cell cell(std::move(digits));
    cell.kind_ = Kind::number;
    return cell;
}

std::string time_in_zone(Timestamp time, Zone zone) {
    if (zone == Zone::utc()) return to_iso(time);
    std::string text = to_iso(zone.to_wall(time));
    text.pop_back();  // the Z
    return text + offset_text(zone.offset_at(time).offset);
}

std::string date_in_zone(Timestamp time, Zone zone) { return to_iso_date(zone.to_wall(time)); }

Table with_fields(Table table, std::span<const std::string_view> names) {
    Table out{table.record, {}, {}};
    std::vector<size_t> places;
    for (const std::string_view name : names) {
        const auto found = std::find_if(table.columns.begin(), table.columns.end(),
                                        [name](const Column& column) { return column.name == name; });
        TRD_ASSERT(found != table.columns.end());
        places.push_back(static_cast<size_t>(found - table.columns.begin()));
        out.columns.push_back(*found);
    }
    for (const auto& row : table.rows) {
        std::vector<Cell> cells;
        for (const size_t place : places) cells.push_back(cell_of(row, place));
        out.rows.push_back(std::move(cells));
    }
    return out;
}

std::string table_text(const Table& table, Format format, const TableStyle& style) {
    switch (format) {
        case Format::table:
            return aligned_text(table, style);
        case Format::plain:
            return divided_text(table, '\t', false);
        case Format::tsv:
            return divided_text(table, '\t', true);
        case Format::csv:
            return divided_text(table, ',', true);
        case Format::md:
            return markdown_text(table, style.zone);
        case Format::jsonl:
            return json_lines_text(table);
        case Format::json:
            break;
    }
    TRD_ASSERT(false);
}

}  // namespace trd
