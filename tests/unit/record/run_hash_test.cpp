#include "record/run_hash.h"

#include <algorithm>
#include <vector>

#include "record/chain.h"
#include "support/catch.h"
#include "support/random.h"

using namespace trd;
using testing::Random;

namespace {

Bytes random_bytes(Random& random, size_t size) {
    Bytes bytes(size);
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random.next());
    return bytes;
}

// Sizes of one piece: crumbs, records, and more than a stretch.
size_t piece_size(Random& random) {
    const uint64_t bounds[] = {3, 200, 5'000, 128 * 1024 + 2, 300'000};
    return random.below(bounds[random.below(5)]);
}

Digest chain_of(const std::vector<Bytes>& records) {
    Digest link = chain_start;
    for (const Bytes& record : records) link = chain_link(link, leaf_hash(record));
    return link;
}

}  // namespace

TEST_CASE("a run's hash is the hash of its bytes, in whatever pieces they came") {
    Random random(1);
    // The longest ones have a thread to help them.
    for (size_t size : {0, 1, 128 * 1024 - 1, 128 * 1024, 128 * 1024 + 1, 512 * 1024, 640 * 1024, 2'000'000}) {
        const Bytes bytes = random_bytes(random, size);
        const Digest whole = sha256(bytes);
        for (int round = 0; round < 15; ++round) {
            RunHash hash;
            ByteWriter records;
            for (size_t at = 0; at < size;) {
                const size_t piece = std::min(piece_size(random), size - at);
                records.append(ByteSpan(bytes).subspan(at, piece));
                at += piece;
                if (random.below(4) == 0) continue;
                hash.take(records);
                REQUIRE(records.size() == 0);
            }
            hash.take(records);
            REQUIRE(hash.finish() == whole);
        }
    }
}

TEST_CASE("a hash that is given up in the middle leaves nothing behind") {
    Random random(4);
    const Bytes bytes = random_bytes(random, 200'000);
    for (int pieces = 0; pieces < 12; ++pieces) {
        RunHash hash;
        for (int i = 0; i < pieces; ++i) {
            ByteWriter records;
            records.append(bytes);
            hash.take(records);
        }
    }
}

TEST_CASE("the leaf of the empty record is the one of RFC 6962") {
    CHECK(to_hex(leaf_hash({})) == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
}

TEST_CASE("leaf and link are the hashes of what they are said to be of") {
    Random random(2);
    for (int round = 0; round < 200; ++round) {
        const Bytes record = random_bytes(random, random.below(300));
        Bytes prefixed = {0};
        prefixed.insert(prefixed.end(), record.begin(), record.end());
        const Digest leaf = leaf_hash(record);
        REQUIRE(leaf == sha256(prefixed));
        const Digest previous = sha256(random_bytes(random, 8));
        Bytes both(previous.begin(), previous.end());
        both.insert(both.end(), leaf.begin(), leaf.end());
        REQUIRE(chain_link(previous, leaf) == sha256(both));
    }
    for (uint8_t byte : chain_start) CHECK(byte == 0);
}

TEST_CASE("a record changed, dropped, repeated or moved gives another chain") {
    Random random(3);
    for (int round = 0; round < 300; ++round) {
        std::vector<Bytes> records;
        for (int i = 0; i < 12; ++i) records.push_back(random_bytes(random, 1 + random.below(60)));
        const Digest link = chain_of(records);
        REQUIRE(chain_of(records) == link);
        std::vector<Bytes> forged = records;
        const size_t at = random.below(11);
        switch (random.below(4)) {
            case 0:
                forged[at][random.below(forged[at].size())] ^= static_cast<uint8_t>(1u << random.below(8));
                break;
            case 1:
                forged.erase(forged.begin() + static_cast<long>(at));
                break;
            case 2:
                forged.insert(forged.begin() + static_cast<long>(at), forged[at]);
                break;
            default:  // one byte moves from a record to the next: the same bytes in all, cut elsewhere
                forged[at + 1].insert(forged[at + 1].begin(), forged[at].back());
                forged[at].pop_back();
        }
        REQUIRE(chain_of(forged) != link);
    }
}
