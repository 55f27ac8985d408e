// Rows of a run's trades, orders, fills or equity in few bytes: columns, differences of neighbours, zstd with a
// checksum, 8,192 rows at a time. A table says itself which columns it has, so a column can be added without a new
// form, and what an older trd kept stays readable. Packing costs about a tenth of a microsecond a cell and memory for
// one chunk; the rows beyond a bound are counted and left out.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/decimal.h"
#include "base/file.h"
#include "base/ids.h"
#include "base/time.h"

namespace trd {

// Append-only: the names of the kinds are in files.
enum class CellKind : uint8_t {
    text,
    time,     // nanoseconds; cell_no_time: none
    decimal,  // at the scale of decimals; cell_no_decimal: none
    count,
    order_id,
};
inline constexpr int64_t cell_no_time = INT64_MIN;
inline constexpr Int128 cell_no_decimal = static_cast<Int128>(static_cast<unsigned __int128>(1) << 127);

struct TableColumn {
    std::string name;
    CellKind kind = CellKind::text;
    friend bool operator==(const TableColumn&, const TableColumn&) = default;
};

// "time:time,symbol:text,price:decimal" and back; empty when a kind is unknown.
std::string columns_text(std::span<const TableColumn> columns);
std::optional<std::vector<TableColumn>> parse_columns(std::string_view text);

struct PackedChunk {
    uint64_t rows = 0;
    Bytes bytes;  // empty: on the shelf
    std::shared_ptr<const NewFile> shelf = {};
    uint64_t shelf_begin = 0, shelf_size = 0;

    Result<Bytes> load() const;
    // It is written elsewhere and not loaded again: the shelf gives its room back.
    void leave_shelf() const;
};

// Where the packed chunks of a run that is still going on wait: in a file without a name, so that a long run needs no
// more memory than a short one.
class ChunkShelf {
  public:
    // In the folder, or in the nearest one above it that is there and lets us.
    explicit ChunkShelf(std::string folder);

    // Leaves the chunk as it is where there is no such file, or no room in it.
    void put(PackedChunk& chunk);

  private:
    bool open();

    std::string folder_;             // empty once there is a file, or none can be had
    std::shared_ptr<NewFile> file_;  // null: not yet, or no more
};

struct PackedTable {
    std::string name;
    std::vector<TableColumn> columns;
    uint64_t rows = 0;
    uint64_t dropped = 0;  // rows that came after the bound
    std::vector<PackedChunk> chunks;
};

// One row after the other: begin(), then a value for each column in their order. What begin() refuses is not to be
// given.
class TablePacker {
  public:
    static constexpr uint64_t rows_a_chunk = 8'192;

    // `shelf`: where its chunks wait for the end; null: here.
    TablePacker(std::string name, std::vector<TableColumn> columns, uint64_t rows_max, ChunkShelf* shelf = nullptr);

    bool begin() {
        if (table_.rows == rows_max_) {
            ++table_.dropped;
            return false;
        }
        if (rows_ == rows_a_chunk) close_full_chunk();
        ++table_.rows;
        ++rows_;
        column_ = 0;
        return true;
    }
    void number(Int128 value);
    void text(std::string_view value);
    void time(Timestamp value) { number(value.ns); }
    void no_time() { number(cell_no_time); }
    void id(OrderId id) { number(static_cast<Int128>(static_cast<unsigned __int128>(id.high()) << 64 | id.low())); }
    template <class Tag>
    void decimal(Fixed<Tag> value) {
        number(value.raw());
    }
    void no_decimal() { number(cell_no_decimal); }

    uint64_t rows() const { return table_.rows; }
    // Once.
    PackedTable finish();

  private:
    void close_chunk();
    void close_full_chunk();

    PackedTable table_;
    uint64_t rows_max_;
    ChunkShelf* shelf_;
    uint64_t rows_ = 0;  // in the chunk
    size_t column_ = 0;
    std::vector<ByteWriter> bytes_;  // by column
    std::vector<Int128> before_;     // by column
};

struct PackedCell {
    Int128 number = 0;
    std::string_view text;
};

// The rows of one chunk that is not on a shelf, in order. False from the constructor's ok() when the bytes are not what
// a packer wrote.
class ChunkRows {
  public:
    ChunkRows(const PackedChunk& chunk, std::span<const TableColumn> columns);

    bool ok() const { return ok_; }
    // False after the last row, or when the bytes end early: then ok() is false as well.
    bool next();
    // Of the row; text dies with this object.
    std::span<const PackedCell> cells() const { return cells_; }

  private:
    PackedCell read(ByteReader& in, CellKind kind, Int128& before);

    std::vector<CellKind> kinds_;
    Bytes plain_;
    std::vector<ByteReader> readers_;
    std::vector<Int128> before_;
    std::vector<PackedCell> cells_;
    uint64_t left_;
    bool ok_ = false;
};

// As it stands in a file: a time in RFC 3339 with nanoseconds, a decimal in full, an id as 32 hex digits.
std::string cell_text(const PackedCell& cell, CellKind kind);

// Any text in few bytes. unpack_text gives nothing when the bytes are damaged.
Bytes pack_text(std::string_view text);
std::optional<std::string> unpack_text(ByteSpan bytes);

}  // namespace trd
