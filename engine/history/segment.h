// One immutable file of columns: what a series is made of. Written once (SegmentWriter), then only mapped and read
// (Segment). Layout, little-endian:
//
//   page 0      header: magic, version, what the series is, row count, where the directory is, names of the columns,
//               checksum of all that
//   blocks      each begins on a page and holds up to 65,536 rows, one chunk a column, each chunk on 64 bytes
//   directory   one ChunkEntry a block and column: encoding, digits after the point, place, smallest and largest value,
//               checksum of the chunk's bytes; checksummed itself in the header
//
// Header and directory are verified when the file is opened; a block is verified when it is first touched, by every
// reader that opens the file. So a flipped byte is found before it is used, and nothing is read twice.
#pragma once

#include <atomic>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/hash.h"
#include "base/time.h"
#include "history/kinds.h"
#include "history/scaled.h"

namespace trd {

inline constexpr uint32_t block_rows_max = 65'536;
inline constexpr size_t symbol_size_max = 63;

// Values in files: append-only.
enum class ColumnEncoding : uint8_t {
    linear = 1,  // base + row * step: regular times, constants; no bytes at all
    narrow,      // base + a 32-bit number
    plain,       // 64-bit numbers
    wide,        // 128-bit counts of 1e-12, for values that no 64-bit mantissa holds
    packed,      // zstd of the byte planes of differences (packing.h): cold storage
};

struct ChunkEntry {
    ColumnEncoding encoding;
    uint8_t exponent;  // value = number * 10^-exponent; 0 for times and codes
    uint16_t reserved;
    uint32_t rows;
    uint64_t offset;
    uint64_t bytes;
    int64_t base;
    int64_t step;
    int64_t smallest;  // of the numbers; 0 for wide
    int64_t largest;
    uint64_t checksum;
};
static_assert(sizeof(ChunkEntry) == 64 && std::is_trivially_copyable_v<ChunkEntry>);

struct SegmentInfo {
    DataKind kind = DataKind::bars;
    std::string symbol;
    Duration timeframe;  // zero for kinds without one
    uint64_t rows = 0;
    Timestamp first, last;  // times of the first and the last row; both zero when there is none
};

enum class Storage : uint8_t { hot, cold };

// Collects the numbers of one column of one block and picks the encoding that fits.
class ColumnBuilder {
  public:
    void append(Scaled value) {
        if (value.exponent == exponent_ && !is_wide_) [[likely]] {
            numbers_[count_++] = value.mantissa;
        } else {
            append_other(value);
        }
    }
    void append_raw(Int128 raw);
    uint32_t size() const { return count_; }
    // Appends the chunk's bytes to `out` and says what it is (without offset); ready for the next block.
    ChunkEntry finish(Storage storage, ByteWriter& out);

  private:
    void append_other(Scaled value);
    bool rescale(uint8_t exponent);
    void widen();

    std::vector<int64_t> numbers_ = std::vector<int64_t>(block_rows_max);
    std::vector<Int128> wide_;
    uint32_t count_ = 0;
    uint8_t exponent_ = 0;
    bool is_wide_ = false;
};

class SegmentWriter {
  public:
    static Result<SegmentWriter> create(const std::string& path, SegmentInfo info, Storage storage = Storage::hot);
    static Result<SegmentWriter> in_memory(SegmentInfo info);

    // One value a column of the kind, in its order. Precondition: times ascend.
    Status<> append(std::span<const Scaled> row) {
        for (size_t i = 0; i < row.size(); ++i) columns_[i].append(row[i]);
        return row_done(row[0].mantissa);
    }
    // The same where a value may need more than 64 bits; for times and codes, exponent 12 is not applied: see `scaled`.
    Status<> append_raw(int64_t time, std::span<const Int128> others);
    Status<> row_done(int64_t time) {
        if (info_.rows++ == 0) info_.first.ns = time;
        info_.last.ns = time;
        if (columns_[0].size() == block_rows_max) return flush_block();
        return done;
    }
    ColumnBuilder& column(size_t index) { return columns_[index]; }
    uint64_t rows() const { return info_.rows; }
    // Rows, first and last of what was appended so far.
    const SegmentInfo& info() const { return info_; }

    // Writes directory and header and gives the file its name. The file does not exist before.
    Status<> commit();
    // The same for a writer in memory, which stays readable through the mapping returned.
    Result<MappedFile> finish_in_memory();

  private:
    SegmentWriter(NewFile file, SegmentInfo info, Storage storage);
    Status<> flush_block();
    Status<> finish();

    NewFile file_;
    SegmentInfo info_;
    Storage storage_;
    std::vector<ColumnBuilder> columns_;
    std::vector<ChunkEntry> directory_;
    ByteWriter buffer_;
};

// A mapped segment. Const functions may be called from any thread.
class Segment {
  public:
    // Error ids: E_DATA_FORMAT (not a segment, or of a newer version), E_DATA_CORRUPT (a checksum or a bound).
    static Result<Segment> open(const std::string& path);
    static Result<Segment> from_mapping(MappedFile file);

    const SegmentInfo& info() const { return info_; }
    const std::string& path() const { return file_.name(); }
    uint32_t block_count() const { return block_count_; }
    uint32_t rows_in_block(uint32_t block) const { return entry(block, 0).rows; }
    size_t column_count() const { return column_count_; }
    ChunkEntry entry(uint32_t block, size_t column) const;
    // Verifies the block on its first touch. Everything below needs it done.
    Status<> touch(uint32_t block) const;
    // The chunk's bytes as they lie in the file.
    const uint8_t* chunk_data(const ChunkEntry& chunk) const { return file_.bytes().data() + chunk.offset; }
    // All blocks, touched before or not.
    Status<> verify() const;
    void advise_sequential() const { file_.advise_sequential(); }

  private:
    Status<> read_header();
    Status<> check_directory() const;
    Status<> check_chunks(uint32_t block) const;
    Error corrupt(std::string what) const;

    MappedFile file_;
    SegmentInfo info_;
    uint32_t block_count_ = 0;
    size_t column_count_ = 0;
    uint64_t directory_offset_ = 0;
    std::unique_ptr<std::atomic<uint8_t>[]> touched_;
};

// Names the rows of segments in their order, by the checksums that cover every one of them.
Digest fingerprint_of(std::span<const Segment> segments);

// Numbers of a touched chunk, decoded. Keeps at most one block's worth of memory, and that only for packed chunks.
class ChunkReader {
  public:
    // Precondition: the block is touched. False: packed bytes that do not unpack (the checksum held, the writer erred).
    [[nodiscard]] bool load(const Segment& segment, uint32_t block, size_t column);

    uint8_t exponent() const { return entry_.exponent; }
    const ChunkEntry& chunk() const { return entry_; }
    bool is_wide() const { return entry_.encoding == ColumnEncoding::wide; }
    // Preconditions: not wide; first + count <= rows.
    void read(uint32_t first, uint32_t count, int64_t* out) const;
    int64_t at(uint32_t row) const {
        int64_t number = 0;
        read(row, 1, &number);
        return number;
    }
    // Counts of 1e-12, whatever the encoding. For columns with a decimal unit.
    Int128 raw_at(uint32_t row) const;

  private:
    ChunkEntry entry_{};
    const uint8_t* data_ = nullptr;
    std::vector<int64_t> unpacked_;
};

}  // namespace trd
