#include "history/packing.h"

#include <zstd.h>

#include <algorithm>
#include <bit>
#include <numeric>
#include <vector>

namespace trd {
namespace {

constexpr int compression_level = 5;  // the ones above cost twice the time for a hundredth of the size

// The byte after the first number: how many planes there are, and these. A file of before they were known has neither.
constexpr uint8_t planes_mask = 0x0F;
constexpr uint8_t has_unit = 0x10;    // eight bytes follow: every difference was divided by them
constexpr uint8_t from_first = 0x20;  // differences are to the first number, not to the one before

// Differences are taken modulo 2^64, so none is too large, and multiples of a unit stay multiples of it.
uint64_t magnitude(uint64_t difference) { return difference >> 63 != 0 ? 0 - difference : difference; }
uint64_t zigzag(uint64_t difference) { return difference << 1 ^ (0 - (difference >> 63)); }
uint64_t unzigzag(uint64_t folded) { return folded >> 1 ^ (0 - (folded & 1)); }

struct Folded {
    uint8_t form = 0;
    uint64_t unit = 1;
    std::vector<uint64_t> numbers;  // of all but the first
    uint8_t planes = 0;             // low bytes that hold every one of them
};

// What divides all of them: 1,000 where a clock of nanoseconds ticks in microseconds; 0 when all are 0.
uint64_t unit_of(std::span<const uint64_t> differences) {
    uint64_t unit = 0;
    for (const uint64_t difference : differences) {
        if (unit == 1) break;
        unit = std::gcd(unit, magnitude(difference));
    }
    return unit;
}

void divide_and_zigzag(Folded& folded) {
    folded.unit = std::max<uint64_t>(1, unit_of(folded.numbers));
    if (folded.unit > 1) folded.form |= has_unit;
    uint64_t all = 0;
    for (uint64_t& number : folded.numbers) {
        const uint64_t parts = folded.unit == 1 ? magnitude(number) : magnitude(number) / folded.unit;
        number = zigzag(number >> 63 != 0 ? 0 - parts : parts);
        all |= number;
    }
    folded.planes = static_cast<uint8_t>((std::bit_width(all) + 7) / 8);
}

Folded fold(std::span<const int64_t> numbers, uint8_t form) {
    Folded folded;
    folded.form = form;
    folded.numbers.resize(numbers.empty() ? 0 : numbers.size() - 1);
    for (size_t i = 0; i < folded.numbers.size(); ++i)
        folded.numbers[i] =
            static_cast<uint64_t>(numbers[i + 1]) - static_cast<uint64_t>(numbers[form == from_first ? 0 : i]);
    divide_and_zigzag(folded);
    return folded;
}

Bytes compressed_planes(const Folded& folded) {
    const size_t count = folded.numbers.size();
    Bytes bytes(count * folded.planes);
    for (uint8_t plane = 0; plane < folded.planes; ++plane)
        for (size_t i = 0; i < count; ++i)
            bytes[plane * count + i] = static_cast<uint8_t>(folded.numbers[i] >> (8 * plane));
    Bytes compressed(ZSTD_compressBound(bytes.size()));
    const size_t size =
        ZSTD_compress(compressed.data(), compressed.size(), bytes.data(), bytes.size(), compression_level);
    TRD_ASSERT(ZSTD_isError(size) == 0);
    compressed.resize(size);
    return compressed;
}

void put_packed(int64_t first, const Folded& folded, const Bytes& compressed, ByteWriter& out) {
    out.put(first);
    out.put(static_cast<uint8_t>(folded.form | folded.planes));
    if (folded.unit > 1) out.put(folded.unit);
    out.append(compressed.data(), compressed.size());
}

uint64_t joined(const Bytes& plain, size_t count, uint8_t planes, size_t i) {
    uint64_t folded = 0;
    for (uint8_t plane = 0; plane < planes; ++plane)
        folded |= static_cast<uint64_t>(plain[plane * count + i]) << (8 * plane);
    return folded;
}

}  // namespace

// Layout: first number (8 bytes), form (1 byte), the unit if the form says so (8 bytes), then zstd of the planes, least
// significant first. What is unrelated from row to row, as sizes and sides are, is smaller seen from the first number:
// that is tried where it takes no more planes, and the shorter one is kept.
void pack_numbers(std::span<const int64_t> numbers, ByteWriter& out) {
    const int64_t first = numbers.empty() ? 0 : numbers[0];
    const Folded stepwise = fold(numbers, 0);
    const Bytes packed = compressed_planes(stepwise);
    if (const Folded level = fold(numbers, from_first); level.planes <= stepwise.planes) {
        const Bytes other = compressed_planes(level);
        if (other.size() < packed.size()) return put_packed(first, level, other, out);
    }
    put_packed(first, stepwise, packed, out);
}

bool unpack_numbers(ByteSpan bytes, std::span<int64_t> numbers) {
    ByteReader in(bytes);
    const auto first = in.get<int64_t>();
    const auto form = in.get<uint8_t>();
    const auto unit = (form & has_unit) != 0 ? in.get<uint64_t>() : 1;
    const auto planes = static_cast<uint8_t>(form & planes_mask);
    if (!in.ok() || planes > 8 || form >= 2 * from_first || numbers.empty()) return false;
    const size_t rest = numbers.size() - 1;
    Bytes plain(rest * planes);
    const size_t size = ZSTD_decompress(plain.data(), plain.size(), bytes.data() + in.offset(), in.left());
    if (size != plain.size()) return false;  // error codes are larger than any block
    const bool moves = (form & from_first) == 0;
    uint64_t base = static_cast<uint64_t>(first);
    numbers[0] = first;
    for (size_t i = 0; i < rest; ++i) {
        const uint64_t number = base + unzigzag(joined(plain, rest, planes, i)) * unit;
        numbers[i + 1] = static_cast<int64_t>(number);
        if (moves) base = number;
    }
    return true;
}

}  // namespace trd
