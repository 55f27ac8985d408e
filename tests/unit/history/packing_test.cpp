#include "history/packing.h"

#include <zstd.h>

#include <limits>

#include "history/generate.h"
#include "history/segment.h"
#include "support/catch.h"
#include "support/random.h"
#include "support/temp_folder.h"

using namespace trd;

namespace {

Bytes packed(const std::vector<int64_t>& numbers) {
    ByteWriter out;
    pack_numbers(numbers, out);
    return Bytes(out.bytes().begin(), out.bytes().end());
}

std::vector<int64_t> unpacked(const Bytes& bytes, size_t count) {
    std::vector<int64_t> numbers(count);
    REQUIRE(unpack_numbers(bytes, numbers));
    return numbers;
}

// Steps of a shape that a column may have: multiples of a unit, small, large, or over the whole range.
std::vector<int64_t> random_numbers(testing::Random& random) {
    std::vector<int64_t> numbers(1 + random.below(300));
    const auto unit = static_cast<uint64_t>(random.chance(50) ? random.between(1, 1'000'000) : 1);
    const uint64_t reach = uint64_t{1} << random.below(64);
    const bool walks = random.chance(50);
    auto number = random.next();
    for (int64_t& out : numbers) {
        const uint64_t step = (random.below(reach) - reach / 2) * unit;
        out = static_cast<int64_t>(walks ? number += step : number + step);
    }
    return numbers;
}

// What the first version of segments wrote: always differences to the number before, never divided.
Bytes packed_by_version_1(const std::vector<int64_t>& numbers) {
    Bytes planes(2 * (numbers.size() - 1));
    for (size_t i = 1; i < numbers.size(); ++i) {
        const int64_t difference = numbers[i] - numbers[i - 1];
        const auto folded = static_cast<uint64_t>(difference << 1 ^ difference >> 63);
        planes[i - 1] = static_cast<uint8_t>(folded);
        planes[numbers.size() - 1 + i - 1] = static_cast<uint8_t>(folded >> 8);
    }
    Bytes compressed(ZSTD_compressBound(planes.size()));
    compressed.resize(ZSTD_compress(compressed.data(), compressed.size(), planes.data(), planes.size(), 5));
    ByteWriter out;
    out.put(numbers[0]);
    out.put(uint8_t{2});
    out.append(compressed.data(), compressed.size());
    return Bytes(out.bytes().begin(), out.bytes().end());
}

double cold_bytes_a_row(const GenerateOptions& options) {
    const TempFolder folder;
    const std::string path = folder.path() + "/cold";
    auto writer = SegmentWriter::create(path, segment_info_of(options), Storage::cold).value();
    REQUIRE(generate(options, writer));
    REQUIRE(writer.commit());
    const MappedFile file = MappedFile::open(path).value();
    return static_cast<double>(file.bytes().size()) / static_cast<double>(options.rows);
}

}  // namespace

TEST_CASE("whatever numbers are packed come back") {
    testing::Random random(20);
    for (int round = 0; round < 3'000; ++round) {
        const auto numbers = random_numbers(random);
        REQUIRE(unpacked(packed(numbers), numbers.size()) == numbers);
    }
}

TEST_CASE("numbers at the ends of their range are packed") {
    constexpr auto smallest = std::numeric_limits<int64_t>::min(), largest = std::numeric_limits<int64_t>::max();
    for (const std::vector<int64_t>& numbers : std::vector<std::vector<int64_t>>{
             {smallest}, {smallest, largest}, {largest, smallest, largest}, {0, smallest, 0, smallest}, {7, 7, 7}})
        CHECK(unpacked(packed(numbers), numbers.size()) == numbers);
}

TEST_CASE("a clock that ticks in microseconds costs no more than one that counts them") {
    testing::Random random(21);
    std::vector<int64_t> micros{1'700'000'000'000'000}, nanos{1'700'000'000'000'000'000};
    for (int i = 0; i < 20'000; ++i) {
        micros.push_back(micros.back() + random.between(1, 100'000));
        nanos.push_back(micros.back() * 1'000);
    }
    CHECK(packed(nanos).size() <= packed(micros).size() + sizeof(uint64_t));
}

TEST_CASE("bytes that are not packed numbers are refused") {
    const std::vector<int64_t> numbers{1'000, 3'000, 2'000, 9'000};
    const Bytes bytes = packed(numbers);
    std::vector<int64_t> out(numbers.size());
    for (size_t size = 0; size < bytes.size(); ++size) REQUIRE_FALSE(unpack_numbers(ByteSpan(bytes).first(size), out));
    std::vector<int64_t> more(numbers.size() + 1);
    CHECK_FALSE(unpack_numbers(bytes, more));
    for (const uint8_t form : {0x09, 0x40, 0x80}) {
        Bytes other = bytes;
        other[8] = form;
        CHECK_FALSE(unpack_numbers(other, out));
    }
}

TEST_CASE("numbers that the first version packed are read") {
    testing::Random random(22);
    std::vector<int64_t> numbers;
    for (int i = 0; i < 5'000; ++i) numbers.push_back(random.between(-8'000, 8'000));
    CHECK(unpacked(packed_by_version_1(numbers), numbers.size()) == numbers);
}

// On the rows of `trd data generate --kind trades`, as it stands and at a livelier pace.
TEST_CASE("a cold trade takes at most six bytes in every regime") {
    for (const Duration pace : {minutes(1), seconds(1), milliseconds(50)}) {
        for (const MarketRegime regime : {MarketRegime::mixed, MarketRegime::trending, MarketRegime::mean_reverting,
                                          MarketRegime::jumpy, MarketRegime::gappy}) {
            GenerateOptions options;
            options.kind = DataKind::trades;
            options.rows = 200'000;
            options.timeframe = pace;
            options.regime = regime;
            const double bytes = cold_bytes_a_row(options);
            CAPTURE(pace.ns, static_cast<int>(regime), bytes);
            CHECK(bytes <= 6);
        }
    }
}
