// SHA-256 a second time, as FIPS 180-4 states it, with its constants worked out from the roots of the first primes.
#include "base/hash.h"

#include <cstdio>
#include <string>
#include <vector>

#include "support/catch.h"
#include "support/random.h"

using namespace trd;
using testing::Random;

namespace {

using Wide = unsigned __int128;

std::vector<uint32_t> first_primes(size_t count) {
    std::vector<uint32_t> primes;
    for (uint32_t candidate = 2; primes.size() < count; ++candidate) {
        bool is_prime = true;
        for (uint32_t prime : primes) is_prime = is_prime && candidate % prime != 0;
        if (is_prime) primes.push_back(candidate);
    }
    return primes;
}

// The first 32 bits behind the point of the square root (power 2) or the cube root (power 3).
uint32_t root_bits(uint32_t prime, int power) {
    const Wide target = static_cast<Wide>(prime) << (32 * power);
    Wide root = 0;
    for (int bit = 36; bit >= 0; --bit) {
        const Wide next = root | static_cast<Wide>(1) << bit;
        if ((power == 2 ? next * next : next * next * next) <= target) root = next;
    }
    return static_cast<uint32_t>(root);
}

uint32_t turn(uint32_t x, int n) { return x >> n | x << (32 - n); }

void slow_block(uint32_t (&h)[8], const uint8_t* block) {
    static const std::vector<uint32_t> primes = first_primes(64);
    uint32_t w[64];
    for (int i = 0; i < 16; ++i)
        w[i] = uint32_t{block[4 * i]} << 24 | uint32_t{block[4 * i + 1]} << 16 | uint32_t{block[4 * i + 2]} << 8 |
               block[4 * i + 3];
    for (int i = 16; i < 64; ++i) {
        const uint32_t s0 = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ w[i - 15] >> 3;
        const uint32_t s1 = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ w[i - 2] >> 10;
        w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    uint32_t v[8];
    std::copy(std::begin(h), std::end(h), v);
    for (size_t i = 0; i < 64; ++i) {
        const uint32_t s1 = turn(v[4], 6) ^ turn(v[4], 11) ^ turn(v[4], 25);
        const uint32_t one = v[7] + s1 + ((v[4] & v[5]) ^ (~v[4] & v[6])) + root_bits(primes[i], 3) + w[i];
        const uint32_t s0 = turn(v[0], 2) ^ turn(v[0], 13) ^ turn(v[0], 22);
        const uint32_t two = s0 + ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
        for (int j = 7; j > 0; --j) v[j] = v[j - 1];
        v[4] += one;
        v[0] = one + two;
    }
    for (int i = 0; i < 8; ++i) h[i] += v[i];
}

std::string slow_sha256(ByteSpan bytes) {
    Bytes padded(bytes.begin(), bytes.end());
    padded.push_back(0x80);
    while (padded.size() % 64 != 56) padded.push_back(0);
    for (int shift = 56; shift >= 0; shift -= 8)
        padded.push_back(static_cast<uint8_t>(uint64_t{bytes.size()} * 8 >> shift));
    uint32_t h[8];
    const std::vector<uint32_t> primes = first_primes(8);
    for (size_t i = 0; i < 8; ++i) h[i] = root_bits(primes[i], 2);
    for (size_t at = 0; at < padded.size(); at += 64) slow_block(h, padded.data() + at);
    std::string hex;
    for (uint32_t word : h) {
        char text[9];
        std::snprintf(text, sizeof text, "%08x", word);
        hex += text;
    }
    return hex;
}

Bytes random_bytes(Random& random, size_t size) {
    Bytes bytes(size);
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random.next());
    return bytes;
}

}  // namespace

TEST_CASE("the examples of FIPS 180-4") {
    CHECK(to_hex(sha256("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(to_hex(sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(to_hex(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")) ==
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    CHECK(to_hex(sha256("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopq"
                        "rsmnopqrstnopqrstu")) == "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
    CHECK(to_hex(sha256(std::string(1'000'000, 'a'))) ==
          "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("every length around the blocks, against the slow SHA-256") {
    Random random(1);
    for (size_t size = 0; size < 260; ++size) {
        const Bytes bytes = random_bytes(random, size);
        INFO("size " << size);
        REQUIRE(to_hex(sha256(bytes)) == slow_sha256(bytes));
    }
}

TEST_CASE("in pieces as in one") {
    Random random(2);
    const Bytes bytes = random_bytes(random, 300);
    const Digest whole = sha256(bytes);
    for (size_t first = 0; first <= bytes.size(); ++first) {
        Sha256 hash;
        hash.update(ByteSpan(bytes).first(first));
        Sha256 moved = std::move(hash);  // a half-done hash may move house
        moved.update(ByteSpan(bytes).subspan(first));
        REQUIRE(moved.finish() == whole);
    }
    for (int round = 0; round < 200; ++round) {
        Sha256 hash;
        for (size_t at = 0; at < bytes.size();) {
            const size_t size = std::min<size_t>(random.below(70), bytes.size() - at);
            hash.update(ByteSpan(bytes).subspan(at, size));
            at += size;
        }
        REQUIRE(hash.finish() == whole);
    }
}

TEST_CASE("a digest is written as 64 lower-case digits, first byte first") {
    Digest digest{};
    for (size_t i = 0; i < digest.size(); ++i) digest[i] = static_cast<uint8_t>(i * 8 + i / 4);
    std::string expected;
    for (uint8_t byte : digest) {
        char text[3];
        std::snprintf(text, sizeof text, "%02x", byte);
        expected += text;
    }
    CHECK(to_hex(digest) == expected);
}
