#include "history/checksum.h"

#include <bit>
#include <cstring>

namespace trd {
namespace {

// The five primes of the published algorithm.
constexpr uint64_t prime_1 = 0x9E3779B185EBCA87;
constexpr uint64_t prime_2 = 0xC2B2AE3D27D4EB4F;
constexpr uint64_t prime_3 = 0x165667B19E3779F9;
constexpr uint64_t prime_4 = 0x85EBCA77C2B2AE63;
constexpr uint64_t prime_5 = 0x27D4EB2F165667C5;

template <class Word>
uint64_t load(const uint8_t* place) {
    Word word;
    std::memcpy(&word, place, sizeof word);
    return word;
}

uint64_t round_of(uint64_t lane, uint64_t input) { return std::rotl(lane + input * prime_2, 31) * prime_1; }

uint64_t merge(uint64_t hash, uint64_t lane) { return (hash ^ round_of(0, lane)) * prime_1 + prime_4; }

// Whole stripes of 32 bytes; moves `place` behind them.
uint64_t hash_stripes(const uint8_t*& place, const uint8_t* end) {
    uint64_t a = prime_1 + prime_2, b = prime_2, c = 0, d = -prime_1;
    for (; end - place >= 32; place += 32) {
        a = round_of(a, load<uint64_t>(place));
        b = round_of(b, load<uint64_t>(place + 8));
        c = round_of(c, load<uint64_t>(place + 16));
        d = round_of(d, load<uint64_t>(place + 24));
    }
    const uint64_t sum = std::rotl(a, 1) + std::rotl(b, 7) + std::rotl(c, 12) + std::rotl(d, 18);
    return merge(merge(merge(merge(sum, a), b), c), d);
}

uint64_t hash_tail(uint64_t hash, const uint8_t* place, const uint8_t* end) {
    for (; end - place >= 8; place += 8)
        hash = std::rotl(hash ^ round_of(0, load<uint64_t>(place)), 27) * prime_1 + prime_4;
    if (end - place >= 4) {
        hash = std::rotl(hash ^ load<uint32_t>(place) * prime_1, 23) * prime_2 + prime_3;
        place += 4;
    }
    for (; place != end; ++place) hash = std::rotl(hash ^ *place * prime_5, 11) * prime_1;
    return hash;
}

}  // namespace

uint64_t checksum64(ByteSpan bytes) {
    if (bytes.empty()) bytes = {};
    const uint8_t* place = bytes.data();
    const uint8_t* end = place + bytes.size();
    uint64_t hash = bytes.size() >= 32 ? hash_stripes(place, end) : prime_5;
    hash = hash_tail(hash + bytes.size(), place, end);
    hash = (hash ^ hash >> 33) * prime_2;
    hash = (hash ^ hash >> 29) * prime_3;
    return hash ^ hash >> 32;
}

}  // namespace trd
