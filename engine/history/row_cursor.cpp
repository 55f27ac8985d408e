#include "history/row_cursor.h"

namespace trd {

bool is_decimal(ColumnUnit unit) {
    return unit == ColumnUnit::price || unit == ColumnUnit::quantity || unit == ColumnUnit::rate;
}

Result<RowCursor> RowCursor::open(std::span<const std::string> paths) {
    TRD_ASSERT(!paths.empty());
    RowCursor cursor;
    for (const std::string& path : paths) {
        TRD_TRY(Segment segment, Segment::open(path));
        segment.advise_sequential();
        cursor.total_rows_ += segment.info().rows;
        cursor.segments_.push_back(std::move(segment));
    }
    cursor.columns_.resize(cursor.segments_.front().column_count());
    return cursor;
}

bool RowCursor::enter_next_block() {
    rows_ = row_ = 0;
    if (failure_) return false;
    while (segment_ < segments_.size() && block_ == segments_[segment_].block_count()) {
        ++segment_;
        block_ = 0;
    }
    if (segment_ == segments_.size()) return false;
    const Segment& segment = segments_[segment_];
    if (auto touched = segment.touch(block_); !touched) {
        failure_ = std::move(touched).error();
        return false;
    }
    for (size_t i = 0; i < columns_.size(); ++i) {
        if (columns_[i].load(segment, block_, i)) continue;
        failure_ = Error{ExitCode::data, "E_DATA_CORRUPT",
                         segment.path() + ": block " + std::to_string(block_) + " does not unpack",
                         "import the series again from its source"};
        return false;
    }
    rows_ = segment.rows_in_block(block_++);
    return true;
}

}  // namespace trd
