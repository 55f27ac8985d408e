#include "store/packed_table.h"

#include <fcntl.h>
#include <zstd.h>

#include <array>
#include <memory>

namespace trd {
namespace {

using Unsigned128 = unsigned __int128;

constexpr int compression_level = 1;                 // 3 takes twice the time for a tenth of the size
constexpr size_t plain_bytes_max = size_t{1} << 30;  // more than any chunk or text: the size in a damaged frame

struct KindName {
    CellKind kind;
    std::string_view name;
};
constexpr std::array kind_names{
    KindName{CellKind::text, "text"},         KindName{CellKind::time, "time"},
    KindName{CellKind::decimal, "decimal"},   KindName{CellKind::count, "count"},
    KindName{CellKind::order_id, "order_id"},
};

// Seven bits a byte, the lowest first; the last byte has its high bit clear.
void put_varint(ByteWriter& out, Unsigned128 value) {
    uint8_t bytes[19];
    size_t size = 0;
    for (; value >= 0x80; value >>= 7) bytes[size++] = static_cast<uint8_t>(value) | 0x80;
    bytes[size++] = static_cast<uint8_t>(value);
    out.append(bytes, size);
}

Unsigned128 get_varint(ByteReader& in) {
    Unsigned128 value = 0;
    for (int shift = 0; shift < 128; shift += 7) {
        const auto byte = in.get<uint8_t>();
        value |= static_cast<Unsigned128>(byte & 0x7f) << shift;
        if ((byte & 0x80) == 0) return value;
    }
    in.fail();
    return 0;
}

// Small numbers of either sign become small numbers.
Unsigned128 zigzag(Unsigned128 difference) { return difference << 1 ^ (0 - (difference >> 127)); }
Unsigned128 unzigzag(Unsigned128 folded) { return folded >> 1 ^ (0 - (folded & 1)); }

Bytes compress(ByteSpan plain) {
    const std::unique_ptr<ZSTD_CCtx, size_t (*)(ZSTD_CCtx*)> context(ZSTD_createCCtx(), ZSTD_freeCCtx);
    ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, compression_level);
    ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
    Bytes packed(ZSTD_compressBound(plain.size()));
    const size_t size = ZSTD_compress2(context.get(), packed.data(), packed.size(), plain.data(), plain.size());
    TRD_ASSERT(ZSTD_isError(size) == 0);
    packed.resize(size);
    packed.shrink_to_fit();  // what is kept of a long run is many of these
    return packed;
}

std::optional<Bytes> decompress(ByteSpan packed) {
    const unsigned long long size = ZSTD_getFrameContentSize(packed.data(), packed.size());
    if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > plain_bytes_max) return {};
    Bytes plain(size);
    const size_t got = ZSTD_decompress(plain.data(), plain.size(), packed.data(), packed.size());
    if (ZSTD_isError(got) != 0 || got != size) return {};
    return plain;
}

ByteSpan bytes_of(std::string_view text) { return {reinterpret_cast<const uint8_t*>(text.data()), text.size()}; }

}  // namespace

std::string columns_text(std::span<const TableColumn> columns) {
    std::string text;
    for (const TableColumn& column : columns) {
        text += (text.empty() ? "" : ",") + column.name + ":";
        text += kind_names[static_cast<size_t>(column.kind)].name;
    }
    return text;
}

std::optional<std::vector<TableColumn>> parse_columns(std::string_view text) {
    std::vector<TableColumn> columns;
    while (!text.empty()) {
        const std::string_view word = text.substr(0, text.find(','));
        text.remove_prefix(std::min(text.size(), word.size() + 1));
        const size_t colon = word.find(':');
        if (colon == std::string_view::npos) return {};
        const KindName* found = nullptr;
        for (const KindName& each : kind_names)
            if (each.name == word.substr(colon + 1)) found = &each;
        if (found == nullptr) return {};
        columns.push_back({std::string(word.substr(0, colon)), found->kind});
    }
    return columns;
}

Result<Bytes> PackedChunk::load() const {
    if (shelf == nullptr) return bytes;
    TRD_TRY(const MappedFile file, MappedFile::map(shelf->descriptor(), shelf->path()));
    const ByteSpan part = file.bytes().subspan(shelf_begin, shelf_size);
    TRD_ASSERT(part.size() == 0 || part[0] != 0);  // a frame never begins so: it has left the shelf
    return Bytes(part.begin(), part.end());
}

void PackedChunk::leave_shelf() const {
    if (shelf == nullptr) return;
    // Where the disk cannot do that, the room comes back with the file.
    (void)::fallocate(shelf->descriptor().number(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                      static_cast<off_t>(shelf_begin), static_cast<off_t>(shelf_size));
}

ChunkShelf::ChunkShelf(std::string folder) : folder_(std::move(folder)) {}

namespace {

// The folder above: of "a/b" a, of "a" the current one; empty above the topmost ones, which are not ours to fill.
std::string folder_above(const std::string& folder) {
    const size_t slash = folder.rfind('/');
    if (slash != std::string::npos) return folder.substr(0, slash);
    return folder == "." || folder == ".." ? std::string() : ".";
}

}  // namespace

bool ChunkShelf::open() {
    while (!folder_.empty() && file_ == nullptr) {
        if (auto file = NewFile::without_name(folder_)) file_ = std::make_shared<NewFile>(std::move(*file));
        folder_ = file_ != nullptr ? std::string() : folder_above(folder_);
    }
    return file_ != nullptr;
}

void ChunkShelf::put(PackedChunk& chunk) {
    if (!open()) return;
    const uint64_t begin = file_->size();
    if (!file_->append(chunk.bytes).ok()) return file_.reset();
    chunk.shelf = file_;
    chunk.shelf_begin = begin;
    chunk.shelf_size = chunk.bytes.size();
    Bytes().swap(chunk.bytes);  // an assignment would keep the room
}

TablePacker::TablePacker(std::string name, std::vector<TableColumn> columns, uint64_t rows_max, ChunkShelf* shelf)
    : rows_max_(rows_max), shelf_(shelf), bytes_(columns.size()), before_(columns.size()) {
    table_.name = std::move(name);
    table_.columns = std::move(columns);
}

void TablePacker::number(Int128 value) {
    TRD_ASSERT(column_ < bytes_.size() && table_.columns[column_].kind != CellKind::text);
    // Modulo 2^128, so that no difference is too large.
    put_varint(bytes_[column_], zigzag(static_cast<Unsigned128>(value) - static_cast<Unsigned128>(before_[column_])));
    before_[column_++] = value;
}

void TablePacker::text(std::string_view value) {
    TRD_ASSERT(column_ < bytes_.size() && table_.columns[column_].kind == CellKind::text);
    put_varint(bytes_[column_], value.size());
    bytes_[column_++].append(value.data(), value.size());
}

// A chunk: for each column the size of its bytes (32 bits) and the bytes.
void TablePacker::close_chunk() {
    if (rows_ == 0) return;
    ByteWriter plain;
    for (ByteWriter& column : bytes_) {
        plain.put(static_cast<uint32_t>(column.size()));
        plain.append(column.bytes());
        column.clear();
    }
    table_.chunks.push_back({.rows = rows_, .bytes = compress(plain.bytes())});
    std::fill(before_.begin(), before_.end(), 0);
    rows_ = 0;
}

void TablePacker::close_full_chunk() {
    close_chunk();
    if (shelf_ != nullptr) shelf_->put(table_.chunks.back());
}

PackedTable TablePacker::finish() {
    close_chunk();
    return std::move(table_);
}

ChunkRows::ChunkRows(const PackedChunk& chunk, std::span<const TableColumn> columns)
    : before_(columns.size()), cells_(columns.size()), left_(chunk.rows) {
    auto plain = decompress(chunk.bytes);
    if (!plain) return;
    plain_ = *std::move(plain);
    ByteReader in{ByteSpan(plain_)};
    for (const TableColumn& column : columns) {
        const std::string_view bytes = in.get_text();
        readers_.emplace_back(bytes_of(bytes));
        kinds_.push_back(column.kind);
    }
    ok_ = in.ok() && in.at_end();
}

PackedCell ChunkRows::read(ByteReader& in, CellKind kind, Int128& before) {
    if (kind != CellKind::text) {
        before = static_cast<Int128>(static_cast<Unsigned128>(before) + unzigzag(get_varint(in)));
        return {before, {}};
    }
    const Unsigned128 size = get_varint(in);
    if (size > in.left()) in.fail();
    return {0, in.ok() ? in.get_bytes(static_cast<size_t>(size)) : std::string_view()};
}

bool ChunkRows::next() {
    if (!ok_ || left_ == 0) return false;
    --left_;
    for (size_t i = 0; i < kinds_.size(); ++i) {
        cells_[i] = read(readers_[i], kinds_[i], before_[i]);
        ok_ = ok_ && readers_[i].ok() && (left_ != 0 || readers_[i].at_end());
    }
    return ok_;
}

std::string cell_text(const PackedCell& cell, CellKind kind) {
    switch (kind) {
        case CellKind::text:
            return std::string(cell.text);
        case CellKind::time:
            return cell.number == cell_no_time ? "" : to_iso_nanoseconds({static_cast<int64_t>(cell.number)});
        case CellKind::decimal: {
            const auto decimal = Decimal::checked_from_raw(cell.number);
            return decimal ? to_string(*decimal) : "";
        }
        case CellKind::count:
            return std::to_string(static_cast<int64_t>(cell.number));
        case CellKind::order_id: {
            const auto bits = static_cast<Unsigned128>(cell.number);
            const auto id = OrderId::from_halves(static_cast<uint64_t>(bits >> 64), static_cast<uint64_t>(bits));
            return id ? id->to_hex() : "";
        }
    }
    return {};
}

Bytes pack_text(std::string_view text) { return compress(bytes_of(text)); }

std::optional<std::string> unpack_text(ByteSpan bytes) {
    const auto plain = decompress(bytes);
    if (!plain) return {};
    return std::string(reinterpret_cast<const char*>(plain->data()), plain->size());
}

}  // namespace trd
