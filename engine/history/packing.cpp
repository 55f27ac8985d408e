#include "history/packing.h"

#include <zstd.h>

#include <algorithm>
#include <bit>
#include <vector>

namespace trd {
namespace {

constexpr int compression_level = 5;  // the ones above cost twice the time for a hundredth of the size

uint64_t zigzag(uint64_t difference) { return difference << 1 ^ (0 - (difference >> 63)); }
uint64_t unzigzag(uint64_t folded) { return folded >> 1 ^ (0 - (folded & 1)); }

std::vector<uint64_t> differences_of(std::span<const int64_t> numbers) {
    std::vector<uint64_t> folded(numbers.size());
    uint64_t before = 0;
    for (size_t i = 0; i < numbers.size(); ++i) {
        const auto number = static_cast<uint64_t>(numbers[i]);
        folded[i] = zigzag(number - before);  // modulo 2^64, so no difference is too large
        before = number;
    }
    return folded;
}

// How many low bytes hold every number but the first, which is large by nature (a time since 1970).
uint8_t planes_of(std::span<const uint64_t> folded) {
    uint64_t all = 0;
    for (const uint64_t number : folded.subspan(std::min<size_t>(1, folded.size()))) all |= number;
    return static_cast<uint8_t>((std::bit_width(all) + 7) / 8);
}

}  // namespace

// Layout: first number (8 bytes), count of planes (1 byte), then zstd of the planes, least significant first.
void pack_numbers(std::span<const int64_t> numbers, ByteWriter& out) {
    const std::vector<uint64_t> folded = differences_of(numbers);
    const uint8_t planes = planes_of(folded);
    const size_t rest = numbers.empty() ? 0 : numbers.size() - 1;
    Bytes bytes(rest * planes);
    for (uint8_t plane = 0; plane < planes; ++plane)
        for (size_t i = 0; i < rest; ++i) bytes[plane * rest + i] = static_cast<uint8_t>(folded[i + 1] >> (8 * plane));
    out.put(numbers.empty() ? int64_t{0} : numbers[0]);
    out.put(planes);
    Bytes compressed(ZSTD_compressBound(bytes.size()));
    const size_t size =
        ZSTD_compress(compressed.data(), compressed.size(), bytes.data(), bytes.size(), compression_level);
    TRD_ASSERT(ZSTD_isError(size) == 0);
    out.append(compressed.data(), size);
}

bool unpack_numbers(ByteSpan bytes, std::span<int64_t> numbers) {
    ByteReader in(bytes);
    const auto first = in.get<int64_t>();
    const auto planes = in.get<uint8_t>();
    if (!in.ok() || planes > 8 || numbers.empty()) return false;
    const size_t rest = numbers.size() - 1;
    Bytes plain(rest * planes);
    const size_t size = ZSTD_decompress(plain.data(), plain.size(), bytes.data() + in.offset(), in.left());
    if (size != plain.size()) return false;  // error codes are larger than any block
    uint64_t number = static_cast<uint64_t>(first);
    numbers[0] = first;
    for (size_t i = 0; i < rest; ++i) {
        uint64_t folded = 0;
        for (uint8_t plane = 0; plane < planes; ++plane)
            folded |= static_cast<uint64_t>(plain[plane * rest + i]) << (8 * plane);
        number += unzigzag(folded);
        numbers[i + 1] = static_cast<int64_t>(number);
    }
    return true;
}

}  // namespace trd
