// Rows with named columns, and every form they are written in. What a verb that lists things answers; the frame writes
// it as --format says. Pure functions.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "base/zone.h"
#include "cli/paint.h"

namespace trd {

enum class Format : uint8_t { table, plain, json, jsonl, csv, tsv, md };

// What becomes of a column when a table is wider than its terminal. Numbers and times stay whole whatever this says.
enum class Narrowing : uint8_t {
    cut,        // gives way, and a mark says so
    cut_front,  // the same where the end says most, as in a path
    whole,      // stays as it is: a part of it says nothing, or the wrong thing
    left_out,   // goes first, the last one before the others
    wrapped,    // goes on in the next line; only for the last column, and words of our own
};

struct Column {
    std::string_view name;     // "first": for --fields, CSV and JSON lines
    std::string_view heading;  // "FIRST": in a table for people; all empty: no line of headings
    bool is_right_aligned = false;
    Narrowing narrowing = Narrowing::cut;
};

// A value of a row. A number is JSON already; a time is told in the zone of the reader to people, in UTC to programs.
class Cell {
  public:
    enum class Kind : uint8_t { none, text, number, time };

    Cell() = default;
    Cell(std::string text) : kind_(Kind::text), text_(std::move(text)) {}
    Cell(std::string_view text) : Cell(std::string(text)) {}
    Cell(const char* text) : Cell(std::string(text)) {}
    Cell(Timestamp time) : kind_(Kind::time), time_(time) {}
    static Cell number(std::string digits);
    static Cell count(uint64_t value) { return number(std::to_string(value)); }

    Kind kind() const { return kind_; }
    const std::string& text() const { return text_; }
    Timestamp time() const { return time_; }

  private:
    Kind kind_ = Kind::none;
    std::string text_;
    Timestamp time_;
};

struct Table {
    std::string_view record;  // "series": what a row is, for JSON lines
    std::vector<Column> columns;
    std::vector<std::vector<Cell>> rows;  // as many cells as columns, or fewer: the rest is none
};

struct TableStyle {
    size_t columns = 0;  // of the terminal; 0: as wide as it gets
    Zone zone = Zone::utc();
    Paint paint = {};
    bool is_utf8 = true;  // of the reader; for the mark of a cut
};

// "2024-01-02T09:30:00-05:00" in a zone, "...Z" in UTC.
std::string time_in_zone(Timestamp time, Zone zone);
std::string date_in_zone(Timestamp time, Zone zone);

// Only the named columns, in that order. Precondition: the names are among the columns.
Table with_fields(Table table, std::span<const std::string_view> names);

// Any format but json; ends in a newline unless there is nothing to say.
std::string table_text(const Table& table, Format format, const TableStyle& style);

}  // namespace trd
