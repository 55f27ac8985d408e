// The rows of a series of any kind, one after the other, as exact numbers: for export, listings, checks and repairs.
// Backtests read bars through BarCursor, which is faster. One thread.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "history/segment.h"

namespace trd {

class RowCursor {
  public:
    // Segments of one series, in time order.
    static Result<RowCursor> open(std::span<const std::string> paths);

    const SegmentInfo& info() const { return segments_.front().info(); }
    const KindSpec& spec() const { return spec_of(info().kind); }
    uint64_t total_rows() const { return total_rows_; }

    // False at the end or on a damaged block, see failure().
    bool next() {
        if (++row_ < rows_) return true;
        return enter_next_block();
    }
    Timestamp time() const { return Timestamp{number(0)}; }
    // Of a time, span, code or number column.
    int64_t number(size_t column) const { return columns_[column].at(row_); }
    // Of a price, quantity or rate column, in 1e-12.
    Int128 raw(size_t column) const { return columns_[column].raw_at(row_); }
    const std::optional<Error>& failure() const { return failure_; }

  private:
    bool enter_next_block();

    std::vector<Segment> segments_;
    uint64_t total_rows_ = 0;
    size_t segment_ = 0;
    uint32_t block_ = 0;  // the next one to enter
    uint32_t row_ = 0, rows_ = 0;
    std::vector<ChunkReader> columns_;
    std::optional<Error> failure_;
};

bool is_decimal(ColumnUnit unit);

}  // namespace trd
