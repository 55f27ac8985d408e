#include "history/tick_cursor.h"

#include <algorithm>

#include "history/codes.h"
#include "history/row_cursor.h"

namespace trd {
namespace {

// Columns by their place in history/kinds.cpp.
constexpr size_t book_snapshot_column = 5;

void put_row(const TickColumns& from, uint32_t i, Quote& row) {
    row.time.ns = from.number(0, i);
    from.put(1, i, row.bid);
    from.put(2, i, row.bid_size);
    from.put(3, i, row.ask);
    from.put(4, i, row.ask_size);
}

void put_row(const TickColumns& from, uint32_t i, QuoteBar& row) {
    row.open_time.ns = from.number(0, i);
    row.close_time.ns = from.number(0, i) + from.number(1, i);
    from.put(2, i, row.bid_open);
    from.put(3, i, row.bid_high);
    from.put(4, i, row.bid_low);
    from.put(5, i, row.bid_close);
    from.put(6, i, row.bid_size);
    from.put(7, i, row.ask_open);
    from.put(8, i, row.ask_high);
    from.put(9, i, row.ask_low);
    from.put(10, i, row.ask_close);
    from.put(11, i, row.ask_size);
}

Aggressor aggressor_of(int64_t code) {
    if (code == side_buy) return Aggressor::buyer;
    return code == side_sell ? Aggressor::seller : Aggressor::unknown;
}

void put_row(const TickColumns& from, uint32_t i, TradeTick& row) {
    row.time.ns = from.number(0, i);
    from.put(1, i, row.price);
    from.put(2, i, row.size);
    row.aggressor = aggressor_of(from.number(3, i));
    row.id = static_cast<uint64_t>(from.number(4, i));
}

void put_row(const TickColumns& from, uint32_t i, BookDelta& row) {
    row.time.ns = from.number(0, i);
    row.side = from.number(1, i) == side_buy ? BookSide::bid : BookSide::ask;
    from.put(2, i, row.price);
    from.put(3, i, row.size);
    row.sequence = static_cast<uint64_t>(from.number(4, i));
    row.begins_snapshot = from.number(book_snapshot_column, i) == book_snapshot;
}

void put_row(const TickColumns& from, uint32_t i, FundingRate& row) {
    row.time.ns = from.number(0, i);
    from.put(1, i, row.rate);
}

void put_row(const TickColumns& from, uint32_t i, CorporateAction& row) {
    row.time.ns = from.number(0, i);
    row.kind = from.number(1, i) == action_split ? CorporateActionKind::split : CorporateActionKind::dividend;
    from.put(2, i, row.value);
}

void put_row(const TickColumns& from, uint32_t i, FxRate& row) {
    row.time.ns = from.number(0, i);
    from.put(1, i, row.rate);
}

bool decimals_are_in_range(const ChunkEntry& chunk) {
    return decimal_detail::in_range(raw_of({chunk.smallest, chunk.exponent})) &&
           decimal_detail::in_range(raw_of({chunk.largest, chunk.exponent}));
}

// A code that this version has no name for would be taken for another one.
bool codes_are_known(DataKind kind, size_t column, const ChunkEntry& chunk) {
    if (kind == DataKind::book && column == book_snapshot_column)
        return chunk.smallest >= 0 && chunk.largest <= book_snapshot;
    if (kind == DataKind::actions) return chunk.smallest >= action_split && chunk.largest <= action_dividend;
    return chunk.smallest >= side_sell && chunk.largest <= side_buy;
}

}  // namespace

Result<TickColumns> TickColumns::open(std::span<const std::string> paths, DataKind kind, TimeWindow window) {
    TRD_ASSERT(!paths.empty());
    TickColumns columns;
    columns.window_ = window;
    columns.segments_.reserve(paths.size());
    for (const std::string& path : paths) {
        TRD_TRY(Segment segment, Segment::open(path));
        TRD_CHECK(columns.add(std::move(segment), kind));
    }
    columns.readers_.resize(spec_of(kind).columns.size());
    columns.numbers_.resize(spec_of(kind).columns.size());
    return columns;
}

Status<> TickColumns::add(Segment segment, DataKind kind) {
    const SegmentInfo& info = segment.info();
    const auto refuse = [&](std::string what) {
        return Fail{Error{ExitCode::data, "E_DATA_SERIES", segment.path() + ": " + std::move(what), ""}};
    };
    if (info.kind != kind)
        return refuse("holds " + std::string(spec_of(info.kind).name) + ", expected " +
                      std::string(spec_of(kind).name));
    if (!segments_.empty()) {
        const SegmentInfo& before = segments_.back().info();
        if (before.symbol != info.symbol || before.timeframe != info.timeframe)
            return refuse("is of another series than " + segments_.back().path());
        if (before.rows > 0 && info.rows > 0 && before.last > info.first)
            return refuse("begins before " + segments_.back().path() + " ends");
    }
    segment.advise_sequential();
    segments_.push_back(std::move(segment));
    return done;
}

// The next block with a time inside the window. The directory is verified, so its bounds can be believed.
bool TickColumns::find_block() {
    for (; segment_ < segments_.size(); ++segment_, block_ = 0) {
        const Segment& segment = segments_[segment_];
        for (; block_ < segment.block_count(); ++block_) {
            const ChunkEntry times = segment.entry(block_, 0);
            if (times.smallest >= window_.to.ns) return false;
            if (times.largest >= window_.from.ns) return true;
        }
    }
    return false;
}

bool TickColumns::enter_next_block() {
    next_row_ = end_row_ = 0;
    if (failure_ || !find_block()) return false;
    const Segment& segment = segments_[segment_];
    if (auto touched = segment.touch(block_); !touched) {
        failure_ = std::move(touched).error();
        return false;
    }
    if (!load(segment, block_)) return false;
    ++block_;
    bound_rows();
    return true;
}

bool TickColumns::load(const Segment& segment, uint32_t block) {
    const KindSpec& spec = spec_of(segment.info().kind);
    for (size_t i = 0; i < readers_.size(); ++i) {
        ChunkReader& reader = readers_[i];
        const ColumnSpec& column = spec.columns[i];
        if (!reader.load(segment, block, i)) return fail(segment, block, "does not unpack");
        const ChunkEntry& chunk = reader.chunk();
        if (column.unit == ColumnUnit::code && !codes_are_known(spec.kind, i, chunk))
            return fail(segment, block, "holds an unknown " + std::string(column.name));
        if (!is_decimal(column.unit)) continue;
        if (!reader.is_wide() && !decimals_are_in_range(chunk))
            return fail(segment, block, "holds a " + std::string(column.name) + " out of range");
        factors_[i] = reader.is_wide() ? 0 : powers_of_ten[static_cast<size_t>(decimal_places - chunk.exponent)];
    }
    return true;
}

bool TickColumns::fail(const Segment& segment, uint32_t block, const std::string& what) {
    failure_ = Error{ExitCode::data, "E_DATA_CORRUPT", segment.path() + ": block " + std::to_string(block) + " " + what,
                     "import the series again from its source"};
    return false;
}

void TickColumns::bound_rows() {
    const ChunkEntry& times = readers_[0].chunk();
    next_row_ = times.smallest >= window_.from.ns ? 0 : first_row_at(window_.from.ns);
    end_row_ = times.largest < window_.to.ns ? times.rows : first_row_at(window_.to.ns);
}

uint32_t TickColumns::first_row_at(int64_t time_ns) const {
    uint32_t low = 0, high = readers_[0].chunk().rows;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (readers_[0].at(middle) < time_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

uint32_t TickColumns::read_batch() {
    while (next_row_ >= end_row_)
        if (!enter_next_block()) return 0;
    first_row_ = next_row_;
    const uint32_t count = std::min(batch, end_row_ - next_row_);
    for (size_t i = 0; i < readers_.size(); ++i)
        if (!readers_[i].is_wide()) readers_[i].read(first_row_, count, numbers_[i].data());
    next_row_ += count;
    return count;
}

template <class Row>
Result<TickCursor<Row>> TickCursor<Row>::open(const Catalogue& catalogue, const std::string& symbol, TimeWindow window,
                                              Duration timeframe) {
    SeriesKey key{kind, symbol, timeframe};
    if (spec_of(kind).has_timeframe && timeframe.ns == 0)
        for (const SeriesRecord& record : catalogue.series()) {
            if (record.key.kind != kind || record.key.symbol != symbol) continue;
            key = record.key;
            break;
        }
    TRD_TRY(const std::vector<std::string> paths, catalogue.paths_of(key));
    return open(paths, window);
}

template <class Row>
Result<TickCursor<Row>> TickCursor<Row>::open(std::span<const std::string> paths, TimeWindow window) {
    TRD_TRY(TickColumns columns, TickColumns::open(paths, kind, window));
    return TickCursor(std::move(columns));
}

// Every row of a snapshot is flagged in the file; only its first is to empty the book.
void SnapshotMarks::mark(std::span<BookDelta> rows) {
    for (BookDelta& row : rows) {
        const bool is_part = row.begins_snapshot;
        row.begins_snapshot = is_part && (!was_part_ || row.time != time_);
        was_part_ = is_part;
        time_ = row.time;
    }
}

template <class Row>
bool TickCursor<Row>::refill() {
    place_ = 0;
    filled_ = columns_.read_batch();
    for (uint32_t i = 0; i < filled_; ++i) put_row(columns_, i, rows_[i]);
    if constexpr (std::is_same_v<Row, BookDelta>) snapshots_.mark({rows_.data(), filled_});
    return filled_ > 0;
}

template class TickCursor<Quote>;
template class TickCursor<QuoteBar>;
template class TickCursor<TradeTick>;
template class TickCursor<BookDelta>;
template class TickCursor<FundingRate>;
template class TickCursor<CorporateAction>;
template class TickCursor<FxRate>;

}  // namespace trd
