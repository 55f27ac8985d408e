#include "history/segment.h"

#include <algorithm>
#include <cstring>

#include "history/checksum.h"
#include "history/packing.h"
#include "history/segment_format.h"

namespace trd {
namespace {

struct RefusalText {
    HeaderRefusal refusal;
    const char* id;
    const char* message;
};
constexpr RefusalText refusal_texts[] = {
    {HeaderRefusal::not_a_segment, "E_DATA_FORMAT", "is not a trd data segment"},
    {HeaderRefusal::newer_version, "E_DATA_FORMAT", "was written by a version of trd with another segment format"},
    {HeaderRefusal::checksum, "E_DATA_CORRUPT", "header does not match its checksum"},
    {HeaderRefusal::unknown_kind, "E_DATA_CORRUPT", "header names an unknown kind of data"},
    {HeaderRefusal::columns, "E_DATA_CORRUPT", "header names columns that its kind does not have"},
};

Error header_error(HeaderRefusal refusal, const std::string& path) {
    for (const RefusalText& text : refusal_texts)
        if (text.refusal == refusal)
            return {ExitCode::data, text.id, path + ": " + text.message, "import the series again from its source"};
    return {};
}

// How many bytes a chunk must have; packed ones have any number.
bool size_fits(const ChunkEntry& chunk) {
    switch (chunk.encoding) {
        case ColumnEncoding::linear:
            return chunk.bytes == 0;
        case ColumnEncoding::narrow:
            return chunk.bytes == uint64_t{chunk.rows} * 4;
        case ColumnEncoding::plain:
            return chunk.bytes == uint64_t{chunk.rows} * 8;
        case ColumnEncoding::wide:
            return chunk.bytes == uint64_t{chunk.rows} * 16;
        case ColumnEncoding::packed:
            return true;
    }
    return false;
}

bool entry_is_sound(const ChunkEntry& chunk, uint64_t file_size) {
    return chunk.rows > 0 && chunk.rows <= block_rows_max && chunk.exponent <= decimal_places && size_fits(chunk) &&
           chunk.offset <= file_size && chunk.bytes <= file_size - chunk.offset && chunk.offset % 8 == 0;
}

// Eights first: with a fixed count the compiler does them two at a time.
void widen_numbers(const uint32_t* numbers, uint32_t count, int64_t base, int64_t* out) {
    uint32_t i = 0;
    for (; i + 8 <= count; i += 8)
        for (uint32_t k = 0; k < 8; ++k) out[i + k] = base + numbers[i + k];
    for (; i < count; ++i) out[i] = base + numbers[i];
}

}  // namespace

Error Segment::corrupt(std::string what) const {
    return {ExitCode::data, "E_DATA_CORRUPT", path() + ": " + std::move(what),
            "the file was damaged after it was written; import the series again from its source"};
}

Result<Segment> Segment::open(const std::string& path) {
    TRD_TRY(MappedFile file, MappedFile::open(path));
    return from_mapping(std::move(file));
}

Result<Segment> Segment::from_mapping(MappedFile file) {
    Segment segment;
    segment.file_ = std::move(file);
    TRD_CHECK(segment.read_header());
    TRD_CHECK(segment.check_directory());
    segment.touched_ = std::make_unique<std::atomic<uint8_t>[]>(segment.block_count_);
    return segment;
}

Status<> Segment::read_header() {
    auto header = get_header(file_.bytes());
    if (!header) return Fail{header_error(header.error(), path())};
    info_ = std::move(header->info);
    block_count_ = header->block_count;
    column_count_ = header->column_count;
    directory_offset_ = header->directory_offset;
    const uint64_t size = uint64_t{block_count_} * column_count_ * sizeof(ChunkEntry);
    const uint64_t file_size = file_.bytes().size();
    if (directory_offset_ > file_size || size > file_size - directory_offset_)
        return Fail{corrupt("the file is cut short: " + std::to_string(file_size) + " bytes")};
    if (checksum64(file_.bytes().subspan(directory_offset_, size)) != header->directory_checksum)
        return Fail{corrupt("directory does not match its checksum")};
    return done;
}

Status<> Segment::check_directory() const {
    uint64_t rows = 0;
    for (uint32_t block = 0; block < block_count_; ++block) {
        rows += rows_in_block(block);
        for (size_t column = 0; column < column_count_; ++column) {
            const ChunkEntry chunk = entry(block, column);
            if (!entry_is_sound(chunk, file_.bytes().size()) || chunk.rows != rows_in_block(block))
                return Fail{corrupt("directory entry of block " + std::to_string(block) + " is out of bounds")};
        }
    }
    if (rows != info_.rows) return Fail{corrupt("header and directory disagree about the number of rows")};
    return done;
}

ChunkEntry Segment::entry(uint32_t block, size_t column) const {
    ChunkEntry chunk;
    const size_t index = block * column_count_ + column;
    std::memcpy(&chunk, file_.bytes().data() + directory_offset_ + index * sizeof chunk, sizeof chunk);
    return chunk;
}

Status<> Segment::touch(uint32_t block) const {
    if (touched_[block].load(std::memory_order_relaxed) != 0) return done;
    TRD_CHECK(check_chunks(block));
    touched_[block].store(1, std::memory_order_relaxed);
    return done;
}

Status<> Segment::check_chunks(uint32_t block) const {
    for (size_t column = 0; column < column_count_; ++column) {
        const ChunkEntry chunk = entry(block, column);
        if (checksum64({chunk_data(chunk), chunk.bytes}) == chunk.checksum) continue;
        return Fail{corrupt("block " + std::to_string(block) + ", column " +
                            std::string(spec_of(info_.kind).columns[column].name) + " does not match its checksum")};
    }
    return done;
}

Status<> Segment::verify() const {
    for (uint32_t block = 0; block < block_count_; ++block) TRD_CHECK(check_chunks(block));
    return done;
}

bool ChunkReader::load(const Segment& segment, uint32_t block, size_t column) {
    entry_ = segment.entry(block, column);
    data_ = segment.chunk_data(entry_);
    if (entry_.encoding != ColumnEncoding::packed) return true;
    unpacked_.resize(entry_.rows);
    return unpack_numbers({data_, entry_.bytes}, unpacked_);
}

void ChunkReader::read(uint32_t first, uint32_t count, int64_t* out) const {
    switch (entry_.encoding) {
        case ColumnEncoding::linear:
            for (uint32_t i = 0; i < count; ++i) out[i] = entry_.base + entry_.step * int64_t{first + i};
            break;
        case ColumnEncoding::narrow: {
            const auto* numbers = reinterpret_cast<const uint32_t*>(data_) + first;
            widen_numbers(numbers, count, entry_.base, out);
            break;
        }
        case ColumnEncoding::plain:
            std::memcpy(out, data_ + size_t{first} * 8, size_t{count} * 8);
            break;
        case ColumnEncoding::packed:
            std::copy_n(unpacked_.data() + first, count, out);
            break;
        case ColumnEncoding::wide:
            TRD_ASSERT(!"wide chunks are read by raw_at");
    }
}

Int128 ChunkReader::raw_at(uint32_t row) const {
    if (!is_wide()) return raw_of({at(row), entry_.exponent});
    Int128 raw = 0;
    std::memcpy(&raw, data_ + size_t{row} * sizeof raw, sizeof raw);
    return raw;
}

Digest fingerprint_of(std::span<const Segment> segments) {
    ByteWriter out;
    for (const Segment& segment : segments) {
        out.put_text(segment.info().symbol);
        out.put(segment.info().timeframe.ns);
        out.put(segment.info().rows);
        for (uint32_t block = 0; block < segment.block_count(); ++block) {
            for (size_t column = 0; column < segment.column_count(); ++column) {
                const ChunkEntry chunk = segment.entry(block, column);
                out.put(chunk.encoding);
                out.put(chunk.exponent);
                out.put(chunk.base);
                out.put(chunk.step);
                out.put(chunk.checksum);
            }
        }
    }
    return sha256(out.bytes());
}

}  // namespace trd
