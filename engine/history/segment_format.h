// The header of a segment file and its bytes. Only segment*.cpp include this.
#pragma once

#include "base/bytes.h"
#include "history/segment.h"

namespace trd {

inline constexpr uint64_t segment_page = 4096;
inline constexpr uint64_t chunk_alignment = 64;
inline constexpr std::string_view segment_magic = "trdseg1\n";
inline constexpr uint32_t segment_version = 2;  // 1 packed differences only, which unpack_numbers still reads

struct SegmentHeader {
    SegmentInfo info;
    uint16_t column_count = 0;
    uint32_t block_count = 0;
    uint64_t directory_offset = 0;
    uint64_t directory_checksum = 0;
};

void put_header(const SegmentHeader& header, ByteWriter& out);

enum class HeaderRefusal : uint8_t { not_a_segment, newer_version, checksum, unknown_kind, columns };
Result<SegmentHeader, HeaderRefusal> get_header(ByteSpan file);

}  // namespace trd
