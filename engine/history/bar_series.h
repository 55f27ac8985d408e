// A read-only series of bars: one or several immutable segments, in time order, mapped and never loaded. Backtest, data
// commands and charts read it. BarSeries may be shared by threads; a BarCursor belongs to one.
//
// A block of 65,536 rows is verified against its checksums when it is first touched, so reading can fail half-way: at()
// and read() say so in their result, a cursor by ending with failure().
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "history/segment.h"
#include "market/bar.h"
#include "market/bar_values.h"

namespace trd {

class BarSeries {
  public:
    // Segments of kind bars, of one symbol and timeframe, each beginning after the one before ends.
    static Result<BarSeries> open(std::span<const std::string> paths);
    static Result<BarSeries> open(const std::string& path) { return open(std::span(&path, 1)); }
    static Result<BarSeries> from_mapping(MappedFile file);

    uint64_t size() const { return rows_; }
    bool empty() const { return rows_ == 0; }
    const std::string& symbol() const { return segments_.front().info().symbol; }
    Duration timeframe() const { return segments_.front().info().timeframe; }
    Timestamp first_open_time() const { return segments_.front().info().first; }
    Timestamp last_open_time() const { return segments_.back().info().last; }

    // Precondition: index < size().
    Result<Bar> at(uint64_t index) const;
    // Precondition: first + out.size() <= size().
    Status<> read(uint64_t first, std::span<Bar> out) const;
    // Index of the first bar that opens at or after `time`; size() when there is none.
    Result<uint64_t> first_at_or_after(Timestamp time) const;
    // How many digits after the point its prices have at most, as the directory has it; reads no row.
    uint8_t price_digits() const;
    // Every checksum of every block.
    Status<> verify() const;
    // Names the content: the same rows in the same segments have the same one. Made from the checksums, not the rows.
    Digest fingerprint() const;

  private:
    friend class BarCursor;
    struct Block {
        const Segment* segment;
        uint32_t index;  // in the segment
        uint64_t first_row;
        uint32_t rows;
    };
    Status<> add(Segment segment);
    void index_blocks();
    size_t block_of(uint64_t row) const;

    std::vector<Segment> segments_;
    std::vector<Block> blocks_;
    uint64_t rows_ = 0;
};

// The bars one after the other, as decimals and as doubles (each the double nearest to the decimal). A few nanoseconds
// a bar; memory does not depend on the length.
//
//   BarCursor cursor(series);
//   while (cursor.next()) use(cursor.bar(), cursor.values());
//   if (cursor.failure()) return Fail{*cursor.failure()};
class BarCursor {
  public:
    // Rows [first, end); the default is all. The series outlives the cursor and does not move.
    explicit BarCursor(const BarSeries& series, uint64_t first = 0, uint64_t end = UINT64_MAX);

    bool next() {
        if (++place_ < filled_) [[likely]]
            return true;
        return refill();
    }
    // After next() said true, until the next call of it.
    const Bar& bar() const { return bars_[place_]; }
    const BarValues& values() const { return values_[place_]; }
    // Row number of bar() in the series.
    uint64_t index() const { return next_row_ - filled_ + place_; }
    const std::optional<Error>& failure() const { return failure_; }

  private:
    static constexpr uint32_t batch = 64;
    static constexpr size_t decimal_columns = 5;

    bool refill();
    bool enter_block();
    void fill(uint32_t first, uint32_t count);
    void fill_inexact(uint32_t first, uint32_t count);

    const BarSeries* series_;
    uint64_t next_row_;  // the first one not yet in the batch
    uint64_t end_row_;
    size_t block_ = SIZE_MAX;
    uint32_t place_ = 0, filled_ = 0;
    std::vector<ChunkReader> readers_;
    std::array<bool, decimal_columns> is_exact_{};    // of the block: one division of doubles gives the nearest double
    std::array<int64_t, decimal_columns> factors_{};  // of the block: from its numbers to 1e-12
    std::optional<Error> failure_;
    std::vector<Bar> bars_ = std::vector<Bar>(batch);
    std::vector<BarValues> values_ = std::vector<BarValues>(batch);
};

// Writes bars into a new segment. Rows are appended in order of time; commit() makes the file appear.
class BarWriter {
  public:
    static Result<BarWriter> create(const std::string& path, std::string symbol, Duration timeframe,
                                    Storage storage = Storage::hot);
    static Result<BarWriter> in_memory(std::string symbol, Duration timeframe);

    Status<> append(const Bar& bar);
    SegmentWriter& segment() { return writer_; }
    uint64_t rows() const { return writer_.rows(); }
    Status<> commit() { return writer_.commit(); }
    Result<BarSeries> finish_in_memory();

  private:
    explicit BarWriter(SegmentWriter writer) : writer_(std::move(writer)) {}
    SegmentWriter writer_;
};

// The columns of DataKind::bars.
enum BarColumn : size_t { bar_time, bar_span, bar_open, bar_high, bar_low, bar_close, bar_volume, bar_column_count };

}  // namespace trd
