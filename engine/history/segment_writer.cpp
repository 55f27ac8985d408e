#include <algorithm>
#include <cstring>

#include "history/checksum.h"
#include "history/packing.h"
#include "history/segment.h"
#include "history/segment_format.h"

namespace trd {
namespace {

struct Range {
    int64_t smallest = 0, largest = 0;
    bool linear = true;
    int64_t step = 0;
};

Range range_of(std::span<const int64_t> numbers) {
    Range range;
    if (numbers.empty()) return range;
    const auto [smallest, largest] = std::minmax_element(numbers.begin(), numbers.end());
    range.smallest = *smallest;
    range.largest = *largest;
    if (numbers.size() > 1) range.linear = !__builtin_sub_overflow(numbers[1], numbers[0], &range.step);
    for (size_t i = 2; range.linear && i < numbers.size(); ++i) {
        int64_t step = 0;
        range.linear = !__builtin_sub_overflow(numbers[i], numbers[i - 1], &step) && step == range.step;
    }
    return range;
}

void put_narrow(std::span<const int64_t> numbers, int64_t base, ByteWriter& out) {
    uint8_t* place = out.extend(numbers.size() * sizeof(uint32_t));
    for (const int64_t number : numbers) {
        const auto difference = static_cast<uint32_t>(static_cast<uint64_t>(number) - static_cast<uint64_t>(base));
        std::memcpy(place, &difference, sizeof difference);
        place += sizeof difference;
    }
}

void put_numbers(std::span<const int64_t> numbers, Storage storage, ChunkEntry& entry, ByteWriter& out) {
    const Range range = range_of(numbers);
    entry.smallest = range.smallest;
    entry.largest = range.largest;
    entry.base = range.smallest;
    const uint64_t width = static_cast<uint64_t>(range.largest) - static_cast<uint64_t>(range.smallest);
    if (range.linear) {
        entry.encoding = ColumnEncoding::linear;
        entry.base = numbers.empty() ? 0 : numbers[0];
        entry.step = range.step;
    } else if (storage == Storage::cold) {
        entry.encoding = ColumnEncoding::packed;
        pack_numbers(numbers, out);
    } else if (width <= UINT32_MAX) {
        entry.encoding = ColumnEncoding::narrow;
        put_narrow(numbers, entry.base, out);
    } else {
        entry.encoding = ColumnEncoding::plain;
        out.append(numbers.data(), numbers.size_bytes());
    }
}

void pad_to(ByteWriter& out, size_t alignment) {
    const size_t rest = out.size() % alignment;
    if (rest == 0) return;
    std::memset(out.extend(alignment - rest), 0, alignment - rest);
}

}  // namespace

void ColumnBuilder::append_other(Scaled value) {
    if (is_wide_) {
        wide_.push_back(raw_of(value));
        ++count_;
        return;
    }
    const bool fits = value.exponent < exponent_ || rescale(value.exponent);
    const int64_t factor = fits ? powers_of_ten[static_cast<size_t>(exponent_ - value.exponent)] : 0;
    if (fits && !__builtin_mul_overflow(value.mantissa, factor, &numbers_[count_])) {
        ++count_;
        return;
    }
    widen();
    append_other(value);
}

void ColumnBuilder::append_raw(Int128 raw) {
    Scaled value;
    if (!is_wide_ && shorten(raw, value)) return append(value);
    if (!is_wide_) widen();
    wide_.push_back(raw);
    ++count_;
}

bool ColumnBuilder::rescale(uint8_t exponent) {
    const int64_t factor = powers_of_ten[static_cast<size_t>(exponent - exponent_)];
    const auto numbers = std::span(numbers_).first(count_);
    const auto too_large = [factor](int64_t n) { return n > INT64_MAX / factor || n < INT64_MIN / factor; };
    if (std::any_of(numbers.begin(), numbers.end(), too_large)) return false;
    for (int64_t& number : numbers) number *= factor;
    exponent_ = exponent;
    return true;
}

void ColumnBuilder::widen() {
    wide_.reserve(block_rows_max);
    for (uint32_t i = 0; i < count_; ++i) wide_.push_back(raw_of({numbers_[i], exponent_}));
    is_wide_ = true;
}

ChunkEntry ColumnBuilder::finish(Storage storage, ByteWriter& out) {
    ChunkEntry entry{};
    entry.rows = count_;
    entry.exponent = exponent_;
    const size_t start = out.size();
    if (is_wide_) {
        entry.encoding = ColumnEncoding::wide;
        entry.exponent = decimal_places;
        out.append(wide_.data(), wide_.size() * sizeof(Int128));
    } else {
        put_numbers(std::span(numbers_).first(count_), storage, entry, out);
    }
    entry.bytes = out.size() - start;
    entry.checksum = checksum64(out.bytes().subspan(start));
    wide_.clear();
    count_ = 0;
    exponent_ = 0;
    is_wide_ = false;
    return entry;
}

SegmentWriter::SegmentWriter(NewFile file, SegmentInfo info, Storage storage)
    : file_(std::move(file)), info_(std::move(info)), storage_(storage), columns_(spec_of(info_.kind).columns.size()) {
    TRD_ASSERT(info_.symbol.size() <= symbol_size_max);
    info_.rows = 0;
}

Result<SegmentWriter> SegmentWriter::create(const std::string& path, SegmentInfo info, Storage storage) {
    TRD_TRY(NewFile file, NewFile::create(path));
    return SegmentWriter(std::move(file), std::move(info), storage);
}

Result<SegmentWriter> SegmentWriter::in_memory(SegmentInfo info) {
    TRD_TRY(NewFile file, NewFile::in_memory(info.symbol));
    return SegmentWriter(std::move(file), std::move(info), Storage::hot);
}

Status<> SegmentWriter::append_raw(int64_t time, std::span<const Int128> others) {
    columns_[0].append({time, 0});
    for (size_t i = 0; i < others.size(); ++i) columns_[i + 1].append_raw(others[i]);
    return row_done(time);
}

Status<> SegmentWriter::flush_block() {
    const uint32_t rows = columns_[0].size();
    if (rows == 0) return done;
    const uint64_t start =
        std::max<uint64_t>(segment_page, (file_.size() + segment_page - 1) / segment_page * segment_page);
    buffer_.clear();
    for (ColumnBuilder& column : columns_) {
        TRD_ASSERT(column.size() == rows);  // else a kind got a column, and whoever fills it did not hear of it
        pad_to(buffer_, chunk_alignment);
        const uint64_t offset = start + buffer_.size();
        directory_.push_back(column.finish(storage_, buffer_));
        directory_.back().offset = offset;
    }
    return file_.write_at(start, buffer_.bytes());
}

Status<> SegmentWriter::finish() {
    TRD_CHECK(flush_block());
    SegmentHeader header;
    header.info = info_;
    header.column_count = static_cast<uint16_t>(columns_.size());
    header.block_count = static_cast<uint32_t>(directory_.size() / columns_.size());
    header.directory_offset =
        std::max<uint64_t>(segment_page, (file_.size() + chunk_alignment - 1) / chunk_alignment * chunk_alignment);
    const ByteSpan directory(reinterpret_cast<const uint8_t*>(directory_.data()),
                             directory_.size() * sizeof(ChunkEntry));
    header.directory_checksum = checksum64(directory);
    TRD_CHECK(file_.write_at(header.directory_offset, directory));
    buffer_.clear();
    put_header(header, buffer_);
    pad_to(buffer_, segment_page);
    return file_.write_at(0, buffer_.bytes());
}

Status<> SegmentWriter::commit() {
    TRD_CHECK(finish());
    return file_.commit();
}

Result<MappedFile> SegmentWriter::finish_in_memory() {
    TRD_CHECK(finish());
    return MappedFile::map(file_.descriptor(), file_.path());
}

}  // namespace trd
