#include "history/segment_format.h"

#include "history/checksum.h"

namespace trd {
namespace {

bool columns_match(ByteReader& in, const KindSpec& spec, uint16_t count) {
    bool match = count == spec.columns.size();
    for (uint16_t i = 0; i < count; ++i) {
        const std::string_view name = in.get_text();
        match = match && name == spec.columns[i].name;
    }
    return match && in.ok();
}

}  // namespace

void put_header(const SegmentHeader& header, ByteWriter& out) {
    const KindSpec& spec = spec_of(header.info.kind);
    const size_t start = out.size();
    out.append(segment_magic.data(), segment_magic.size());
    out.put(segment_version);
    out.put(header.info.kind);
    out.put(header.column_count);
    out.put(header.info.rows);
    out.put(header.info.timeframe.ns);
    out.put(header.info.first.ns);
    out.put(header.info.last.ns);
    out.put(header.block_count);
    out.put(header.directory_offset);
    out.put(header.directory_checksum);
    out.put_text(header.info.symbol);
    for (const ColumnSpec& column : spec.columns) out.put_text(column.name);
    out.put(checksum64(out.bytes().subspan(start)));
    TRD_ASSERT(out.size() - start <= segment_page);
}

Result<SegmentHeader, HeaderRefusal> get_header(ByteSpan file) {
    ByteReader in(file.first(std::min<size_t>(file.size(), segment_page)));
    for (const char wanted : segment_magic)
        if (in.get<char>() != wanted) return Fail{HeaderRefusal::not_a_segment};
    const auto version = in.get<uint32_t>();
    if (version == 0 || version > segment_version) return Fail{HeaderRefusal::newer_version};
    SegmentHeader header;
    header.info.kind = in.get<DataKind>();
    const auto kind = static_cast<size_t>(header.info.kind);
    if (kind == 0 || kind > data_kinds().size()) return Fail{HeaderRefusal::unknown_kind};
    header.column_count = in.get<uint16_t>();
    header.info.rows = in.get<uint64_t>();
    header.info.timeframe.ns = in.get<int64_t>();
    header.info.first.ns = in.get<int64_t>();
    header.info.last.ns = in.get<int64_t>();
    header.block_count = in.get<uint32_t>();
    header.directory_offset = in.get<uint64_t>();
    header.directory_checksum = in.get<uint64_t>();
    header.info.symbol = in.get_text();
    if (!columns_match(in, spec_of(header.info.kind), header.column_count)) return Fail{HeaderRefusal::columns};
    const uint64_t found = checksum64(file.first(in.offset()));
    if (in.get<uint64_t>() != found || !in.ok()) return Fail{HeaderRefusal::checksum};
    return header;
}

}  // namespace trd
