#include "history/bar_series.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "history/put_decimal.h"

namespace trd {
namespace {

// What divide() takes; beyond it the slow, exact road is taken.
constexpr int64_t exact_double_max = (int64_t{1} << 51) - 1;

constexpr std::array<double, decimal_places + 1> double_powers_of_ten = [] {
    std::array<double, decimal_places + 1> powers{};
    for (size_t i = 0; i < powers.size(); ++i) powers[i] = static_cast<double>(powers_of_ten[i]);
    return powers;
}();

// One exact number divided by one exact power of ten is rounded once: the result is the double nearest to the decimal.
bool one_division_is_exact(const ChunkReader& reader) {
    const ChunkEntry& chunk = reader.chunk();
    if (reader.is_wide() || chunk.smallest < -exact_double_max || chunk.largest > exact_double_max) return false;
    return raw_of({chunk.smallest, chunk.exponent}) >= -decimal_max_raw &&
           raw_of({chunk.largest, chunk.exponent}) <= decimal_max_raw;
}

Bar bar_at(const std::array<ChunkReader, bar_column_count>& columns, uint32_t row) {
    Bar bar;
    bar.open_time.ns = columns[bar_time].at(row);
    bar.close_time.ns = bar.open_time.ns + columns[bar_span].at(row);
    bar.open = Price::from_raw(columns[bar_open].raw_at(row));
    bar.high = Price::from_raw(columns[bar_high].raw_at(row));
    bar.low = Price::from_raw(columns[bar_low].raw_at(row));
    bar.close = Price::from_raw(columns[bar_close].raw_at(row));
    bar.volume = Quantity::from_raw(columns[bar_volume].raw_at(row));
    return bar;
}

Error unpack_error(const Segment& segment, uint32_t block) {
    return {ExitCode::data, "E_DATA_CORRUPT", segment.path() + ": block " + std::to_string(block) + " does not unpack",
            "import the series again from its source"};
}

using IntegerPair [[gnu::vector_size(16)]] = uint64_t;  // wraps: what is not used may be anything
using DoublePair [[gnu::vector_size(16)]] = double;

// number / 10^exponent for a whole batch, two at a time. There is no instruction for two conversions: below 2^51 a
// number added to the bits of 1.5 * 2^52 is that double plus the number, exactly, and the subtraction is exact too.
// What is beyond the rows asked for may be anything and is not used.
template <size_t batch>
void divide(const std::array<int64_t, batch>& numbers, uint8_t exponent, std::array<double, batch>& out) {
    constexpr double shifted_zero = 6755399441055744.0;
    const DoublePair divisor = {double_powers_of_ten[exponent], double_powers_of_ten[exponent]};
    for (size_t i = 0; i < batch; i += 2) {
        IntegerPair pair;
        std::memcpy(&pair, &numbers[i], sizeof pair);
        pair += std::bit_cast<uint64_t>(shifted_zero);
        DoublePair result = std::bit_cast<DoublePair>(pair) - shifted_zero;
        if (exponent > 0) result /= divisor;
        std::memcpy(&out[i], &result, sizeof result);
    }
}

template <class Field, class Value>
void fill_slowly(const ChunkReader& reader, uint32_t first, std::span<Bar> bars, BarValues* values, Field field,
                 Value value) {
    using Decimals = std::remove_reference_t<decltype(bars[0].*field)>;
    for (uint32_t i = 0; i < bars.size(); ++i) {
        bars[i].*field = Decimals::from_raw(reader.raw_at(first + i));
        values[i].*value = to_double(bars[i].*field);
    }
}

}  // namespace

Status<> BarSeries::add(Segment segment) {
    const SegmentInfo& info = segment.info();
    const auto refuse = [&](std::string what) {
        return Fail{Error{ExitCode::data, "E_DATA_SERIES", segment.path() + ": " + std::move(what), ""}};
    };
    if (info.kind != DataKind::bars) return refuse("holds " + std::string(spec_of(info.kind).name) + ", expected bars");
    if (!segments_.empty()) {
        const SegmentInfo& before = segments_.back().info();
        if (before.symbol != info.symbol || before.timeframe != info.timeframe)
            return refuse("is of another series than " + segments_.back().path());
        if (before.rows > 0 && info.rows > 0 && before.last >= info.first)
            return refuse("begins before " + segments_.back().path() + " ends");
    }
    segments_.push_back(std::move(segment));
    return done;
}

void BarSeries::index_blocks() {
    for (const Segment& segment : segments_) {
        for (uint32_t i = 0; i < segment.block_count(); ++i) {
            blocks_.push_back({&segment, i, rows_, segment.rows_in_block(i)});
            rows_ += blocks_.back().rows;
        }
    }
}

Result<BarSeries> BarSeries::open(std::span<const std::string> paths) {
    TRD_ASSERT(!paths.empty());
    BarSeries series;
    series.segments_.reserve(paths.size());
    for (const std::string& path : paths) {
        TRD_TRY(Segment segment, Segment::open(path));
        TRD_CHECK(series.add(std::move(segment)));
    }
    series.index_blocks();
    return series;
}

Result<BarSeries> BarSeries::from_mapping(MappedFile file) {
    BarSeries series;
    TRD_TRY(Segment segment, Segment::from_mapping(std::move(file)));
    TRD_CHECK(series.add(std::move(segment)));
    series.index_blocks();
    return series;
}

size_t BarSeries::block_of(uint64_t row) const {
    const auto after = std::upper_bound(blocks_.begin(), blocks_.end(), row,
                                        [](uint64_t r, const Block& block) { return r < block.first_row; });
    return static_cast<size_t>(after - blocks_.begin()) - 1;
}

uint8_t BarSeries::price_digits() const {
    uint8_t digits = 0;
    for (const Block& block : blocks_)
        for (const size_t column : {bar_open, bar_high, bar_low, bar_close}) {
            const ChunkEntry chunk = block.segment->entry(block.index, column);
            const bool is_wide = chunk.encoding == ColumnEncoding::wide;
            digits = std::max(digits, is_wide ? static_cast<uint8_t>(decimal_places) : chunk.exponent);
        }
    return digits;
}

Result<Bar> BarSeries::at(uint64_t index) const {
    TRD_ASSERT(index < rows_);
    const Block& block = blocks_[block_of(index)];
    TRD_CHECK(block.segment->touch(block.index));
    std::array<ChunkReader, bar_column_count> columns;
    for (size_t i = 0; i < columns.size(); ++i)
        if (!columns[i].load(*block.segment, block.index, i)) return Fail{unpack_error(*block.segment, block.index)};
    return bar_at(columns, static_cast<uint32_t>(index - block.first_row));
}

Status<> BarSeries::read(uint64_t first, std::span<Bar> out) const {
    TRD_ASSERT(first + out.size() <= rows_);
    BarCursor cursor(*this, first, first + out.size());
    for (Bar& bar : out) {
        if (!cursor.next()) return Fail{*cursor.failure()};
        bar = cursor.bar();
    }
    return done;
}

Result<uint64_t> BarSeries::first_at_or_after(Timestamp time) const {
    uint64_t low = 0, high = rows_;
    while (low < high) {
        const uint64_t middle = low + (high - low) / 2;
        TRD_TRY(const Bar bar, at(middle));
        if (bar.open_time < time)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

Status<> BarSeries::verify() const {
    for (const Segment& segment : segments_) TRD_CHECK(segment.verify());
    return done;
}

BarCursor::BarCursor(const BarSeries& series, uint64_t first, uint64_t end)
    : series_(&series), next_row_(first), end_row_(std::min(end, series.size())), readers_(bar_column_count) {
    for (const Segment& segment : series.segments_) segment.advise_sequential();
}

bool BarCursor::enter_block() {
    block_ = series_->block_of(next_row_);
    const BarSeries::Block& block = series_->blocks_[block_];
    if (auto touched = block.segment->touch(block.index); !touched) {
        failure_ = std::move(touched).error();
        return false;
    }
    for (size_t i = 0; i < bar_column_count; ++i) {
        if (readers_[i].load(*block.segment, block.index, i)) continue;
        failure_ = unpack_error(*block.segment, block.index);
        return false;
    }
    for (size_t i = 0; i < decimal_columns; ++i) {
        const ChunkReader& reader = readers_[bar_open + i];
        is_exact_[i] = one_division_is_exact(reader);
        factors_[i] = powers_of_ten[static_cast<size_t>(decimal_places - reader.exponent())];
    }
    return true;
}

bool BarCursor::refill() {
    place_ = 0;
    filled_ = 0;
    if (failure_ || next_row_ >= end_row_) return false;
    const auto inside = [&] {
        const BarSeries::Block& block = series_->blocks_[block_];
        return next_row_ >= block.first_row && next_row_ - block.first_row < block.rows;
    };
    if ((block_ == SIZE_MAX || !inside()) && !enter_block()) return false;
    const BarSeries::Block& block = series_->blocks_[block_];
    const auto first = static_cast<uint32_t>(next_row_ - block.first_row);
    filled_ = static_cast<uint32_t>(std::min<uint64_t>({batch, block.rows - first, end_row_ - next_row_}));
    fill(first, filled_);
    next_row_ += filled_;
    return true;
}

// All columns into plain arrays, then row by row into the bars: each bar's memory is written once.
void BarCursor::fill(uint32_t first, uint32_t count) {
    std::array<int64_t, batch> times, spans;
    readers_[bar_time].read(first, count, times.data());
    readers_[bar_span].read(first, count, spans.data());
    std::array<std::array<int64_t, batch>, decimal_columns> numbers;
    std::array<std::array<double, batch>, decimal_columns> doubles;
    for (size_t i = 0; i < decimal_columns; ++i) {
        const ChunkReader& reader = readers_[bar_open + i];
        if (is_exact_[i])
            reader.read(first, count, numbers[i].data());
        else
            numbers[i].fill(0);
        divide(numbers[i], reader.exponent(), doubles[i]);
    }
    const auto factors = factors_;
    for (uint32_t i = 0; i < count; ++i) {
        Bar& bar = bars_[i];
        bar.open_time.ns = times[i];
        bar.close_time.ns = times[i] + spans[i];
        put_product(numbers[0][i], factors[0], bar.open);
        put_product(numbers[1][i], factors[1], bar.high);
        put_product(numbers[2][i], factors[2], bar.low);
        put_product(numbers[3][i], factors[3], bar.close);
        put_product(numbers[4][i], factors[4], bar.volume);
        values_[i] = {times[i],      times[i] + spans[i], doubles[0][i], doubles[1][i],
                      doubles[2][i], doubles[3][i],       doubles[4][i]};
    }
    fill_inexact(first, count);
}

void BarCursor::fill_inexact(uint32_t first, uint32_t count) {
    constexpr std::array<Price Bar::*, 4> prices{&Bar::open, &Bar::high, &Bar::low, &Bar::close};
    constexpr std::array<double BarValues::*, 4> doubles{&BarValues::open, &BarValues::high, &BarValues::low,
                                                         &BarValues::close};
    const auto bars = std::span(bars_).first(count);
    for (size_t i = 0; i < prices.size(); ++i)
        if (!is_exact_[i]) fill_slowly(readers_[bar_open + i], first, bars, values_.data(), prices[i], doubles[i]);
    if (!is_exact_[4]) fill_slowly(readers_[bar_volume], first, bars, values_.data(), &Bar::volume, &BarValues::volume);
}

Result<BarWriter> BarWriter::create(const std::string& path, std::string symbol, Duration timeframe, Storage storage) {
    SegmentInfo info;
    info.symbol = std::move(symbol);
    info.timeframe = timeframe;
    TRD_TRY(SegmentWriter writer, SegmentWriter::create(path, std::move(info), storage));
    return BarWriter(std::move(writer));
}

Result<BarWriter> BarWriter::in_memory(std::string symbol, Duration timeframe) {
    SegmentInfo info;
    info.symbol = std::move(symbol);
    info.timeframe = timeframe;
    TRD_TRY(SegmentWriter writer, SegmentWriter::in_memory(std::move(info)));
    return BarWriter(std::move(writer));
}

Status<> BarWriter::append(const Bar& bar) {
    writer_.column(bar_time).append({bar.open_time.ns, 0});
    writer_.column(bar_span).append({(bar.close_time - bar.open_time).ns, 0});
    writer_.column(bar_open).append_raw(bar.open.raw());
    writer_.column(bar_high).append_raw(bar.high.raw());
    writer_.column(bar_low).append_raw(bar.low.raw());
    writer_.column(bar_close).append_raw(bar.close.raw());
    writer_.column(bar_volume).append_raw(bar.volume.raw());
    return writer_.row_done(bar.open_time.ns);
}

Result<BarSeries> BarWriter::finish_in_memory() {
    TRD_TRY(MappedFile file, writer_.finish_in_memory());
    return BarSeries::from_mapping(std::move(file));
}

Digest BarSeries::fingerprint() const { return fingerprint_of(segments_); }

}  // namespace trd
