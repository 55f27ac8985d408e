#include "view/notes.h"

#include <cstddef>
#include <cstring>
#include <memory>
#include <vector>

#include "support/catch.h"
#include "support/random.h"
#include "view/alert_limit.h"

using namespace trd;
using testing::Random;

namespace {

struct Said {
    NoteKind kind;
    uint16_t number;
    double real;
    std::string text, rest;
    friend bool operator==(const Said&, const Said&) = default;
};

Said copy_of(const Note& note) {
    return {note.kind, note.number, note.real, std::string(note.text), std::string(note.rest)};
}
std::vector<Said> all_of(NoteReader& reader) {
    std::vector<Said> said;
    Note note;
    while (reader.next(note)) said.push_back(copy_of(note));
    return said;
}

std::string letters(Random& random, uint64_t most) {
    std::string text(random.below(most), ' ');
    for (char& c : text) c = static_cast<char>('a' + random.below(26));
    return text;
}

Note random_note(Random& random, std::string& text, std::string& rest) {
    Note note;
    note.kind = static_cast<NoteKind>(random.below(note_kind_count - 1) + 1);
    note.level = static_cast<NoteLevel>(random.below(note_level_count));
    note.number = static_cast<uint16_t>(random.below(200));
    note.real = static_cast<double>(random.below(1000)) / 8;
    text = "t" + letters(random, 60);
    rest = letters(random, 300);
    note.text = text;
    note.rest = rest;
    return note;
}

}  // namespace

TEST_CASE("the layout of the ring of notes, offset by offset") {
    CHECK(offsetof(NoteHead, kind) == 4);
    CHECK(offsetof(NoteHead, detail) == 5);
    CHECK(offsetof(NoteHead, number) == 6);
    CHECK(offsetof(NoteHead, text_bytes) == 8);
    CHECK(offsetof(NoteHead, rest_bytes) == 12);
    CHECK(offsetof(NoteHead, real) == 16);
    CHECK(offsetof(NoteHead, integer) == 24);
    CHECK(offsetof(NoteRing, taken) == 8);
    CHECK(offsetof(NoteRing, dropped) == 16);
    CHECK(offsetof(NoteRing, bytes) == 24);
}

TEST_CASE("what is committed comes out as it went in, whatever the place in the ring; of a failed batch only the log") {
    const auto ring = std::make_unique<NoteRing>();
    NoteBatch batch(*ring);
    NoteReader reader(*ring);
    Random random(3);
    std::string text, rest;
    uint64_t bytes = 0;
    while (bytes < 5 * NoteRing::capacity) {
        std::vector<Said> expected, of_the_log;
        const bool fails = random.below(4) == 0;
        for (uint64_t count = random.below(60); count > 0; --count) {
            const Note note = random_note(random, text, rest);
            REQUIRE(batch.stage(note));
            bytes += sizeof(NoteHead) + text.size() + rest.size();
            expected.push_back(copy_of(note));
            if (note.kind == NoteKind::log) of_the_log.push_back(expected.back());
        }
        CHECK(reader.empty());
        fails ? batch.discard() : batch.commit();
        CHECK(all_of(reader) == (fails ? of_the_log : expected));
    }
    CHECK((reader.refused() == 0 && reader.dropped() == 0));
}

TEST_CASE("a batch beyond the ring is cut and counted, a text beyond the limit is cut between characters") {
    const auto ring = std::make_unique<NoteRing>();
    NoteBatch batch(*ring);
    NoteReader reader(*ring);
    const std::string text(1500, 'x');
    uint64_t staged = 0;
    for (int i = 0; i < 200; ++i) staged += batch.stage({.kind = NoteKind::log, .text = text}) ? 1 : 0;
    batch.commit();
    CHECK(staged < 200);
    CHECK(reader.dropped() == 200 - staged);
    CHECK(all_of(reader).size() == staged);

    std::string euros;
    for (int i = 0; i < 1000; ++i) euros += "\xE2\x82\xAC";
    REQUIRE(batch.stage({.kind = NoteKind::log, .text = euros}));
    batch.commit();
    CHECK(all_of(reader).front().text.size() == 1998);
}

TEST_CASE("any bytes in the ring are read without harm, and what is understood is within its limits") {
    const auto ring = std::make_unique<NoteRing>();
    Random random(9);
    uint64_t understood = 0;
    for (int round = 0; round < 3000; ++round) {
        NoteReader reader(*ring);
        const uint64_t start = random.below(NoteRing::capacity);
        ring->taken = start;
        NoteBatch batch(*ring);
        ring->committed = start;
        std::string text, rest;
        for (int i = 0; i < 5; ++i) batch.stage(random_note(random, text, rest));
        batch.commit();
        for (uint64_t flips = random.below(6); flips > 0; --flips)
            ring->bytes[(start + random.below(300)) % NoteRing::capacity] = static_cast<uint8_t>(random.below(256));
        if (random.below(10) == 0) ring->committed = start + random.below(1 << 20);
        Note note;
        while (reader.next(note)) {
            ++understood;
            const bool fine = note.kind != NoteKind::none && static_cast<uint8_t>(note.kind) < note_kind_count &&
                              note.text.size() <= note_text_max && note.rest.size() <= note_text_max &&
                              static_cast<uint8_t>(note.level) < note_level_count;
            if (!fine) FAIL("a note out of its limits");
        }
        CHECK(reader.empty());
    }
    CHECK(understood > 5000);
}

TEST_CASE("the same alert comes once a minute, and twenty an hour at most") {
    AlertLimit limit;
    const Timestamp start{0};
    CHECK(limit.allows("fire", start));
    CHECK_FALSE(limit.allows("fire", start + seconds(59)));
    CHECK(limit.allows("water", start + seconds(59)));
    CHECK(limit.allows("fire", start + seconds(60)));
    uint64_t allowed = 3;
    for (int i = 0; i < 100; ++i) allowed += limit.allows("alert " + std::to_string(i), start + seconds(70)) ? 1 : 0;
    CHECK(allowed == AlertLimit::most_an_hour);
    CHECK_FALSE(limit.allows("new", start + minutes(59)));
    CHECK(limit.allows("new", start + minutes(60)));
    CHECK(limit.suppressed() == 85);
}
