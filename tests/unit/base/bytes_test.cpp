// A second writer and reader, which know no memcpy and no templates, say what the bytes must be and what a reader makes
// of bytes that end too soon.
#include "base/bytes.h"

#include <string>

#include "support/catch.h"
#include "support/random.h"

using namespace trd;
using testing::Random;

namespace {

void put_slowly(Bytes& out, unsigned __int128 value, int size) {
    for (int i = 0; i < size; ++i) out.push_back(static_cast<uint8_t>(value >> (8 * i) & 0xFF));
}

unsigned __int128 number_at(ByteSpan bytes, size_t offset, size_t size) {
    unsigned __int128 value = 0;
    for (size_t i = size; i-- > 0;) value = value << 8 | bytes[offset + i];
    return value;
}

std::string random_text(Random& random, size_t size_max) {
    std::string text(random.below(size_max + 1), '\0');
    for (char& c : text) c = static_cast<char>(random.next());
    return text;
}

Bytes random_bytes(Random& random, size_t size) {
    Bytes bytes(size);
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random.below(random.chance(50) ? 4 : 256));
    return bytes;
}

enum class Width : uint16_t { narrow = 7, wide = 0xABCD };

// Reads `bytes` both ways with the same random calls; the slow way keeps its own offset and verdict.
class TwoReaders {
  public:
    explicit TwoReaders(ByteSpan bytes) : bytes_(bytes), reader_(bytes) {}

    template <class T>
    void number() {
        const bool fits = bytes_.size() - offset_ >= sizeof(T);
        const auto expected = fits ? static_cast<T>(number_at(bytes_, offset_, sizeof(T))) : T{};
        REQUIRE((reader_.get<T>() == expected));
        advance(fits, sizeof(T));
    }
    void boolean() {
        const bool fits = offset_ < bytes_.size();
        REQUIRE(reader_.get_bool() == (fits && bytes_[offset_] != 0));
        advance(fits, 1);
    }
    void text() {
        const bool has_size = bytes_.size() - offset_ >= 4;
        const auto size = has_size ? static_cast<size_t>(number_at(bytes_, offset_, 4)) : 0;
        const bool fits = has_size && bytes_.size() - offset_ - 4 >= size;
        const std::string_view text = reader_.get_text();
        REQUIRE(text == (fits ? std::string(bytes_.begin() + static_cast<long>(offset_) + 4,
                                            bytes_.begin() + static_cast<long>(offset_ + 4 + size))
                              : ""));
        if (has_size) offset_ += 4;
        advance(fits, size);
    }
    void step(Random& random) {
        switch (random.below(7)) {
            case 0:
                return number<uint8_t>();
            case 1:
                return number<uint16_t>();
            case 2:
                return number<int32_t>();
            case 3:
                return number<uint64_t>();
            case 4:
                return number<__int128>();
            case 5:
                return boolean();
            default:
                return text();
        }
    }
    size_t offset() const { return offset_; }

  private:
    void advance(bool fits, size_t size) {
        if (fits)
            offset_ += size;
        else
            ok_ = false;
        REQUIRE(reader_.ok() == ok_);
        REQUIRE(reader_.offset() == offset_);
        REQUIRE(reader_.left() == bytes_.size() - offset_);
        REQUIRE(reader_.at_end() == (offset_ == bytes_.size()));
    }

    ByteSpan bytes_;
    ByteReader reader_;
    size_t offset_ = 0;
    bool ok_ = true;
};

}  // namespace

TEST_CASE("what is written is little-endian, of fixed width and without gaps") {
    Random random(1);
    for (int round = 0; round < 300; ++round) {
        ByteWriter writer;
        Bytes expected;
        for (uint64_t n = random.below(60); n > 0; --n) {
            const uint64_t value = random.next();
            const __int128 wide = static_cast<__int128>(static_cast<unsigned __int128>(value) << 64 | random.next());
            switch (random.below(8)) {
                case 0:
                    writer.put(static_cast<uint8_t>(value)), put_slowly(expected, static_cast<uint8_t>(value), 1);
                    break;
                case 1:
                    writer.put(static_cast<int32_t>(value)), put_slowly(expected, value, 4);
                    break;
                case 2:
                    writer.put(value), put_slowly(expected, value, 8);
                    break;
                case 3:
                    writer.put(wide), put_slowly(expected, static_cast<unsigned __int128>(wide), 16);
                    break;
                case 4:
                    writer.put(value % 2 == 0), put_slowly(expected, value % 2 == 0 ? 1 : 0, 1);
                    break;
                case 5:
                    writer.put(Width::wide), put_slowly(expected, 0xABCD, 2);
                    break;
                case 6:
                    writer.put(-2.5), put_slowly(expected, 0xC004000000000000u, 8);
                    break;
                default: {
                    const std::string text = random_text(random, 700);
                    writer.put_text(text);
                    put_slowly(expected, text.size(), 4);
                    for (char c : text) expected.push_back(static_cast<uint8_t>(c));
                }
            }
        }
        REQUIRE(writer.size() == expected.size());
        REQUIRE(Bytes(writer.bytes().begin(), writer.bytes().end()) == expected);
        REQUIRE(writer.take() == expected);
        REQUIRE(writer.size() == 0);
    }
}

TEST_CASE("a writer is cleared, extended, patched and used again") {
    Random random(2);
    ByteWriter writer;
    for (int round = 0; round < 200; ++round) {
        writer.clear();
        REQUIRE(writer.bytes().empty());
        Bytes expected = random_bytes(random, 4 + random.below(1000));
        writer.append(ByteSpan(expected).first(4));
        uint8_t* place = writer.extend(expected.size() - 4);
        std::copy(expected.begin() + 4, expected.end(), place);
        const size_t offset = random.below(expected.size() - 3);
        const auto value = static_cast<uint32_t>(random.next());
        writer.patch(offset, value);
        for (size_t i = 0; i < 4; ++i) expected[offset + i] = static_cast<uint8_t>(value >> (8 * i));
        REQUIRE(Bytes(writer.bytes().begin(), writer.bytes().end()) == expected);
        if (random.chance(20)) REQUIRE(writer.take() == expected);
    }
}

TEST_CASE("nothing can be appended") {
    ByteWriter writer;
    writer.put_text("");
    writer.append(writer.bytes().first(0));
    CHECK(writer.size() == 4);
    CHECK(ByteReader(writer.bytes()).get_text().empty());
}

TEST_CASE("a reader of any bytes gives what is there, zeros beyond, and says so") {
    Random random(3);
    for (int round = 0; round < 20'000; ++round) {
        const Bytes bytes = random_bytes(random, random.below(60));
        TwoReaders readers(bytes);
        for (uint64_t n = random.below(20); n > 0; --n) readers.step(random);
    }
}

TEST_CASE("each value ends exactly where the bytes may end") {
    const Bytes bytes(16, 0xFF);
    for (size_t size = 0; size <= 16; ++size) {
        const ByteSpan cut = ByteSpan(bytes).first(size);
        const auto reads = [&](auto value) {
            ByteReader reader(cut);
            const auto read = reader.get<decltype(value)>();
            return reader.ok() && read == static_cast<decltype(value)>(-1);
        };
        CHECK(reads(uint8_t{}) == (size >= 1));
        CHECK(reads(uint16_t{}) == (size >= 2));
        CHECK(reads(uint32_t{}) == (size >= 4));
        CHECK(reads(uint64_t{}) == (size >= 8));
        CHECK(reads(__int128{}) == (size >= 16));
    }
}

TEST_CASE("a text longer than what is left is no text, however long it says it is") {
    for (uint32_t claimed : {0u, 4u, 5u, 6u, 255u, 0x7FFFFFFFu, 0xFFFFFFFFu}) {
        ByteWriter writer;
        writer.put(claimed);
        writer.append("hello", 5);
        ByteReader reader(writer.bytes());
        CHECK(reader.get_text() == std::string("hello").substr(0, claimed <= 5 ? claimed : 0));
        CHECK(reader.ok() == (claimed <= 5));
    }
}

TEST_CASE("a reader that was told of a failure stays failed") {
    const Bytes bytes(8, 1);
    ByteReader reader(bytes);
    reader.fail();
    CHECK(reader.get<uint64_t>() == 0x0101010101010101u);
    CHECK_FALSE(reader.ok());
    CHECK(reader.at_end());
}
