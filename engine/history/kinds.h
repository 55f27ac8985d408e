// The kinds of market data and the columns of each: one table that import, export, storage, checks and listings read. A
// new kind is one entry in kinds.cpp.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace trd {

// Append-only: the value is in files.
enum class DataKind : uint16_t { bars = 1, quote_bars, quotes, trades, book, funding, actions, fx_rates, factors };

enum class ColumnUnit : uint8_t {
    time,      // UTC nanoseconds
    span,      // nanoseconds from the row's time to the end of what it describes
    price,     // above zero
    quantity,  // not negative
    rate,      // any sign
    code,      // a small whole number with names: side, action
    number,    // a whole number: a venue's trade id
};

struct ColumnSpec {
    std::string_view name;
    ColumnUnit unit;
    bool required = true;  // of an import; a column left out is zero
};

struct KindSpec {
    DataKind kind;
    std::string_view name;                // also the folder in the catalogue
    bool has_timeframe;                   // rows describe an interval; one series a timeframe, opening times are unique
    std::span<const ColumnSpec> columns;  // the first is the time, rows ascend by it
};

std::span<const KindSpec> data_kinds();
const KindSpec& spec_of(DataKind kind);
const KindSpec* data_kind_named(std::string_view name);  // nullptr: unknown

inline constexpr size_t max_columns = 16;

}  // namespace trd
