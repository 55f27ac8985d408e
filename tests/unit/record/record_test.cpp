#include "record/record.h"

#include <optional>
#include <set>
#include <vector>

#include "record/read_posting.h"
#include "support/catch.h"
#include "unit/record/random_values.h"

using namespace trd;
using namespace trd::testing;

namespace {

constexpr size_t size_at = 54;  // of the payload, behind the other fields of the header
constexpr size_t kind_at = 40;
constexpr size_t version_at = 42;
constexpr size_t source_at = 43;

Bytes bytes_of(const RecordHeader& header, const Payload& payload) {
    RecordWriter writer(7);
    write(writer, header, payload);
    return {writer.bytes().begin(), writer.bytes().end()};
}

void set_size(Bytes& record, size_t size) {
    for (size_t i = 0; i < 4; ++i) record[size_at + i] = static_cast<uint8_t>(size >> (8 * i));
}

// What reading said: nothing when it went well.
std::optional<RecordError> error_of(ByteSpan bytes) {
    ByteReader in(bytes);
    const auto record = read_record(in);
    if (record.ok()) return std::nullopt;
    return record.error();
}

OrderId some_order() {
    return OrderId::pack(
        {.profile = 1, .account = {2}, .strategy = {3}, .purpose = Purpose::exit, .incarnation = 4, .sequence = 5});
}

OrderIntent plain_intent() {
    OrderIntent intent;
    intent.id = some_order();
    intent.instrument = {6};
    intent.account = {2};
    intent.strategy = {3};
    intent.side = Side::sell;
    intent.quantity = "1.5"_qty;
    return intent;
}

// One plain value of each kind, texts empty where that keeps the offsets simple.
Instrument plain_instrument() {
    Instrument instrument;
    instrument.id = {6};
    instrument.venue = {1};
    instrument.kind = InstrumentKind::future;
    instrument.symbol = "ES";
    instrument.quote = Currency::literal("USD");
    instrument.multiplier = "50"_dec;
    instrument.issuer = "I";
    instrument.sector = "index";
    instrument.zone = "UTC";
    instrument.calendar = "CME";
    instrument.terms = {{.valid_from = {0},
                         .tick = "0.25"_price,
                         .lot = "1"_qty,
                         .min_quantity = "1"_qty,
                         .max_quantity = {},
                         .min_notional = {},
                         .margin_per_unit = "500"_money}};
    return instrument;
}
Decision plain_decision() { return {DecisionAction::submit, plain_intent(), {}, Denial::quantity_below_minimum, 8}; }
Decision risk_decision() {
    Decision made = plain_decision();
    made.denial = Denial::risk;
    made.grounds.code = 'R' * 256 + 8;
    made.grounds.scope = 1;
    made.grounds.found = "2"_dec;
    return made;
}
RiskRecord plain_risk() {
    RiskRecord made;
    made.kind = 1;
    made.code = 'T' * 256 + 1;
    made.scope = 1;
    made.action = 8;
    made.found = "100"_dec;
    return made;
}
OrderEvent plain_order_event() {
    return {some_order(),
            OrderEventKind::accept,
            OrderState::pending_submission,
            OrderState::submitted,
            true,
            VenueReason::none,
            "0.5"_qty,
            "1"_qty,
            {},
            {},
            {},
            {}};
}
FillRecord plain_fill() {
    Fill fill;
    fill.order = some_order();
    fill.trade.number = 9;
    fill.venue = {1};
    fill.account = {2};
    fill.instrument = {6};
    fill.side = Side::sell;
    fill.price = "100.25"_price;
    fill.quantity = "0.5"_qty;
    fill.fee = "-0.01"_money;
    fill.fee_currency = Currency::literal("USD");
    fill.time = {1'000'000'007};
    return {fill, OrderState::partially_filled, "0.5"_qty, "1"_qty};
}
Posting plain_posting() {
    return {PostingReason::fill,
            {6},
            {{LedgerAccount::cash, Currency::literal("USD"), "-1"_money},
             {LedgerAccount::fees, Currency::literal("USD"), "1"_money}}};
}
Anomaly plain_anomaly() { return {Anomaly::Kind::overfill, some_order(), OrderEventKind::fill, OrderState::filled}; }

RuleVerdict plain_rule_verdict() {
    RuleVerdict made;
    REQUIRE(made.watched.assign("sma"));
    made.order = some_order();
    made.answer = RuleAnswer::deny;
    made.asked = "2"_qty;
    made.reason = "too much";
    return made;
}

std::vector<Payload> one_of_each() {
    return {plain_instrument(), plain_decision(), plain_order_event(), plain_fill(),        plain_posting(),
            plain_anomaly(),    risk_decision(),  plain_risk(),        plain_rule_verdict()};
}

RecordHeader plain_header() {
    RecordHeader header;
    header.cause = 0x11;
    header.correlation = 0x12;
    header.engine_time = {0x13};
    header.source_time = {-1};
    header.source = Source::venue;
    header.actor = 0x14;
    header.venue = {0x15};
    header.account = {0x16};
    header.epoch = 0x17;
    return header;
}

std::string hex_of(ByteSpan bytes) {
    std::string text;
    for (uint8_t byte : bytes) {
        text += "0123456789abcdef"[byte >> 4];
        text += "0123456789abcdef"[byte & 15];
    }
    return text;
}

// Every byte of `payload` at `offset` from 0 to 255 is taken when it is below `count`, and refused otherwise.
void check_enum(const Payload& payload, size_t offset, int count) {
    Bytes record = bytes_of(plain_header(), payload);
    INFO("kind " << payload.index() + 1 << ", offset " << offset);
    REQUIRE(record[record_header_bytes + offset] < count);
    for (int byte = 0; byte < 256; ++byte) {
        record[record_header_bytes + offset] = static_cast<uint8_t>(byte);
        const auto error = error_of(record);
        if (byte < count ? error.has_value() : error != RecordError::bad_payload) FAIL("byte " << byte);
    }
}

}  // namespace

TEST_CASE("what is written reads back equal, in order and without a gap, for every kind") {
    RandomValues values(1);
    for (int round = 0; round < 60; ++round) {
        const uint64_t first = round == 0 ? 1 : values.random.below(uint64_t{1} << 60) + 1;
        RecordWriter writer(first);
        std::vector<std::pair<RecordHeader, Payload>> written;
        std::set<size_t> kinds;
        for (int i = 0; i < 120; ++i) {
            written.push_back({values.header(), values.payload()});
            kinds.insert(written.back().second.index());
            REQUIRE(write(writer, written.back().first, written.back().second) == first + static_cast<uint64_t>(i));
            REQUIRE(writer.next_sequence() == first + static_cast<uint64_t>(i) + 1);
        }
        REQUIRE(kinds.size() == std::variant_size_v<Payload>);
        ByteReader in(writer.bytes());
        for (size_t i = 0; i < written.size(); ++i) {
            const auto record = read_record(in);
            REQUIRE(record.ok());
            RecordHeader expected = written[i].first;
            expected.sequence = first + i;
            expected.kind = static_cast<RecordKind>(written[i].second.index() + 1);
            REQUIRE(record->header == expected);
            REQUIRE(same(record->payload, written[i].second));
        }
        REQUIRE(in.at_end());
    }
}

TEST_CASE("a posting read alone is what any reader reads, whatever was read into it before") {
    RandomValues values(2);
    Posting read;
    for (int round = 0; round < 500; ++round) {
        const Posting posting = values.posting();
        const Bytes record = bytes_of(values.header(), posting);
        REQUIRE(read_posting(record, read));
        REQUIRE(read == posting);
        REQUIRE_FALSE(read_posting(ByteSpan(record).first(record.size() - 1), read));
    }
}

TEST_CASE("to begin with the next bytes does not restart the sequence, restoring does") {
    RecordWriter writer;
    CHECK(writer.write({}, plain_anomaly()) == 1);
    writer.begin();
    CHECK(writer.bytes().empty());
    CHECK(writer.write({}, plain_anomaly()) == 2);
    writer.set_next_sequence(40);
    CHECK(writer.write({}, plain_anomaly()) == 40);
    CHECK(writer.next_sequence() == 41);
}

TEST_CASE("what is kept is everything since it was taken, and bytes() the last of it") {
    RecordWriter writer;
    writer.write({}, plain_anomaly());
    writer.keep();
    Bytes all;
    for (int round = 0; round < 20; ++round) {
        writer.begin();
        CHECK(writer.bytes().empty());
        for (int i = 0; i < round % 3; ++i) writer.write({}, plain_anomaly());
        const Bytes last(writer.bytes().begin(), writer.bytes().end());
        all.insert(all.end(), last.begin(), last.end());
        const ByteSpan kept = writer.kept().bytes();
        REQUIRE(std::equal(last.rbegin(), last.rend(), kept.rbegin()));
        if (round == 0) REQUIRE(!kept.empty());
        if (round != 0) REQUIRE(Bytes(kept.begin(), kept.end()) == all);
        if (round % 7 == 0) writer.kept().clear(), all.clear();
    }
}

TEST_CASE("the header is where it is published to be") {
    const Bytes record = bytes_of(plain_header(), plain_anomaly());
    const std::string expected =
        "0700000000000000"  // sequence
        "1100000000000000"  // cause
        "1200000000000000"  // correlation
        "1300000000000000"  // engine time
        "ffffffffffffffff"  // source time
        "0600"              // kind
        "01"                // version
        "02"                // source
        "1400"              // actor
        "1500"              // venue
        "1600"              // account
        "17000000"          // epoch
        "13000000";         // size
    CHECK(hex_of(ByteSpan(record).first(record_header_bytes)) == expected);
    CHECK(record.size() == record_header_bytes + 0x13);
}

TEST_CASE("one record of each kind, byte for byte: the canonical form") {
    // A change here is a change of every journal and of every run's hash: it needs a new version, not a new text.
    ByteWriter id_bytes;
    id_bytes.put(some_order().high());
    id_bytes.put(some_order().low());
    const std::string id = hex_of(id_bytes.bytes());  // tests/unit/base/ids_test.cpp has an id in full
    const std::string golden[] = {
        "060000000100050200000045530000000000000000555344000000000000203d88792d00000000000000000000010000"
        "004905000000696e6465780300000055544303000000434d45010000000000000000000000004429353a000000000000"
        "00000000000010a5d4e800000000000000000000000010a5d4e800000000000000000000000000000000000000000000"
        "00000000000000000000000000000000000000000000406352bfc601000000000000000000",
        "00" + id + "060000000200030001000000000098f73e5d0100000000000000000000000000070008000000",
        id + "02020301000088526a7400000000000000000000000010a5d4e800000000000000000000000000000000000000000000"
             "00000000"
             "0000",
        id + "09000000000000000001000200060000000100000084a3452d5b000000000000000000000088526a7400000000000000"
             "00000000001cf4abfdffffffffffffffffffffff555344000000000007ca9a3b00000000040088526a740000000000000000"
             "0000000010a5d4e80000000000000000000000",
        "01060000000200555344000000000000f05a2b17ffffffffffffffffffffff0555534400000000000010a5d4e8000000"
        "0000000000000000",
        "02" + id + "0405",
        "00" + id +
            "060000000200030001000000000098f73e5d0100000000000000000000000000260008000000085201000000"
            "204aa9d1010000000000000000000000000000000000000000000000000000",
        "010100080154000000407a10f35a0000000000000000000000000000000000000000000000000000",
        id + "0003736d610100204aa9d1010000000000000000000000000000000000000000000000000000"
             "08000000746f6f206d756368",
    };
    const std::vector<Payload> payloads = one_of_each();
    for (size_t i = 0; i < payloads.size(); ++i) {
        const Bytes record = bytes_of(plain_header(), payloads[i]);
        CHECK(hex_of(ByteSpan(record).subspan(record_header_bytes)) == golden[i]);
    }
}

TEST_CASE("a record that was cut anywhere is truncated") {
    RandomValues values(2);
    for (int round = 0; round < 200; ++round) {
        const Bytes record = bytes_of(values.header(), values.payload());
        for (size_t size = 0; size < record.size(); ++size)
            if (error_of(ByteSpan(record).first(size)) != RecordError::truncated)
                FAIL("cut to " << size << " of " << record.size());
    }
}

TEST_CASE("a payload that is shorter or longer than its size says is bad") {
    RandomValues values(3);
    for (int round = 0; round < 100; ++round) {
        const Bytes whole = bytes_of(values.header(), values.payload());
        const size_t payload = whole.size() - record_header_bytes;
        for (size_t size = 0; size < payload; ++size) {
            Bytes shorter(whole.begin(), whole.begin() + static_cast<long>(record_header_bytes + size));
            set_size(shorter, size);
            if (error_of(shorter) != RecordError::bad_payload)
                FAIL("payload of " << payload << " bytes cut to " << size);
            Bytes followed = whole;  // the bytes are there, and belong to the next record
            set_size(followed, size);
            if (error_of(followed) != RecordError::bad_payload)
                FAIL("payload of " << payload << " bytes called " << size);
        }
        Bytes longer = whole;
        longer.resize(longer.size() + 3);
        for (size_t extra = 1; extra <= 3; ++extra) {
            set_size(longer, payload + extra);
            REQUIRE(error_of(longer) == RecordError::bad_payload);
        }
        set_size(longer, payload + 4);
        REQUIRE(error_of(longer) == RecordError::truncated);
        set_size(longer, 0xFFFFFFFF);
        REQUIRE(error_of(longer) == RecordError::truncated);
    }
}

TEST_CASE("only kinds one to nine and version one are known") {
    for (const Payload& payload : one_of_each()) {
        Bytes record = bytes_of(plain_header(), payload);
        const uint8_t own_kind = record[kind_at];
        for (uint32_t kind = 0; kind <= 0xFFFF; ++kind) {
            record[kind_at] = static_cast<uint8_t>(kind);
            record[kind_at + 1] = static_cast<uint8_t>(kind >> 8);
            const auto error = error_of(record);
            const bool right =
                kind == own_kind ? !error.has_value() : (error == RecordError::unknown_kind) == (kind < 1 || kind > 9);
            if (!right) FAIL("kind " << kind);
        }
        record = bytes_of(plain_header(), payload);
        for (int version = 0; version < 256; ++version) {
            record[version_at] = static_cast<uint8_t>(version);
            if (version == 1 ? error_of(record).has_value() : error_of(record) != RecordError::unknown_version)
                FAIL("version " << version);
        }
    }
}

TEST_CASE("every byte of every enum: taken within its range, refused beyond") {
    check_enum(plain_instrument(), 6, static_cast<int>(kind_table().size()));
    check_enum(plain_decision(), 25, 2);  // side
    check_enum(plain_decision(), 26, order_type_count);
    check_enum(plain_decision(), 27, time_in_force_count);
    check_enum(plain_decision(), 28, purpose_count);
    check_enum(plain_decision(), 29, side_bucket_count);
    check_enum(plain_decision(), 49, denial_count - 1);  // low byte; the last one, risk, has its grounds behind it
    check_enum(plain_decision(), 50, 1);                 // high byte
    check_enum(risk_decision(), 57, risk_record_scope_count);
    check_enum(plain_risk(), 0, risk_record_kind_count);
    check_enum(plain_risk(), 1, risk_record_scope_count);
    check_enum(plain_risk(), 3, risk_record_action_count);
    check_enum(plain_rule_verdict(), 21, rule_answer_count);
    check_enum(plain_order_event(), 16, 16);
    check_enum(plain_order_event(), 17, 11);
    check_enum(plain_order_event(), 18, 11);
    check_enum(plain_order_event(), 20, venue_reason_count);
    check_enum(plain_fill(), 33, 2);  // side
    check_enum(plain_fill(), 34, side_bucket_count);
    check_enum(plain_fill(), 35, 3);    // liquidity
    check_enum(plain_fill(), 100, 11);  // state
    check_enum(plain_posting(), 0, posting_reason_count);
    check_enum(plain_posting(), 6, ledger_account_count);   // account of the first entry
    check_enum(plain_posting(), 31, ledger_account_count);  // and of the second
    check_enum(plain_anomaly(), 0, anomaly_kind_count);
    check_enum(plain_anomaly(), 17, 16);
    check_enum(plain_anomaly(), 18, 11);
    Bytes record = bytes_of(plain_header(), plain_anomaly());
    for (int source = 0; source < 256; ++source) {
        record[source_at] = static_cast<uint8_t>(source);
        if (error_of(record).has_value() != (source >= 7)) FAIL("source " << source);
    }
}

TEST_CASE("decimals beyond their range and order ids with a wrong check are refused, null ids are not") {
    const auto with = [](const Payload& payload, size_t offset, Int128 raw) {
        Bytes record = bytes_of(plain_header(), payload);
        for (size_t i = 0; i < 16; ++i) record[record_header_bytes + offset + i] = static_cast<uint8_t>(raw >> (8 * i));
        return error_of(record);
    };
    const std::pair<Payload, size_t> decimals[] = {
        {plain_decision(), 30}, {plain_order_event(), 21}, {plain_order_event(), 53}, {plain_fill(), 36},
        {plain_fill(), 68},     {plain_fill(), 117},       {plain_posting(), 15},     {plain_instrument(), 29}};
    const Int128 top = static_cast<Int128>(~UInt128{0} >> 1);
    for (const auto& [payload, offset] : decimals) {
        INFO("kind " << payload.index() + 1 << ", offset " << offset);
        for (Int128 good : {decimal_max_raw, -decimal_max_raw, Int128{0}, Int128{-1}})
            CHECK_FALSE(with(payload, offset, good).has_value());
        for (Int128 bad : {decimal_max_raw + 1, -decimal_max_raw - 1, top, -top - 1})
            CHECK(with(payload, offset, bad) == RecordError::bad_payload);
    }
    const std::pair<Payload, size_t> ids[] = {
        {plain_decision(), 1}, {plain_order_event(), 0}, {plain_fill(), 0}, {plain_anomaly(), 1}};
    for (const auto& [payload, offset] : ids) {
        CHECK_FALSE(with(payload, offset, 0).has_value());
        CHECK(with(payload, offset, 1) == RecordError::bad_payload);
        // The check is the lowest twelve bits of the low half, which comes second.
        Bytes record = bytes_of(plain_header(), payload);
        record[record_header_bytes + offset + 8] ^= 1;
        CHECK(error_of(record) == RecordError::bad_payload);
    }
}

TEST_CASE("texts longer than their place, and an instrument without terms, are refused") {
    for (int size = 0; size < 256; ++size) {
        Bytes record = bytes_of(plain_header(), plain_fill());
        const auto at = record.begin() + record_header_bytes + 24;  // the size of the trade's name
        *at = static_cast<uint8_t>(size);
        record.insert(at + 1, static_cast<size_t>(size), 'x');
        set_size(record, record.size() - record_header_bytes);
        const auto error = error_of(record);
        if (size <= 39 ? error.has_value() : error != RecordError::bad_payload) FAIL("size " << size);
    }
    Instrument bare = plain_instrument();
    bare.terms.clear();
    CHECK(error_of(bytes_of(plain_header(), bare)) == RecordError::bad_payload);
}

TEST_CASE("random damage is refused or is another record that writes the same bytes") {
    RandomValues values(4);
    int accepted = 0;
    for (int round = 0; round < 60'000; ++round) {
        Bytes record = bytes_of(plain_header(), one_of_each()[values.random.below(8)]);
        for (uint64_t n = values.random.below(3) + 1; n > 0; --n) {
            size_t at = values.random.below(record.size());
            const bool is_flag = record[kind_at] == 3 && at == record_header_bytes + 19;
            if (!is_flag)
                record[at] = static_cast<uint8_t>(values.random.chance(50) ? values.random.next()
                                                                           : record[at] ^ 1u << values.random.below(8));
        }
        ByteReader in(record);
        const auto read = read_record(in);
        if (!read.ok()) continue;
        ++accepted;
        const bool two_kinds_confused = static_cast<size_t>(read->header.kind) != read->payload.index() + 1;
        REQUIRE_FALSE(two_kinds_confused);
        RecordWriter writer(read->header.sequence);
        write(writer, read->header, read->payload);
        if (in.offset() == record.size()) REQUIRE(Bytes(writer.bytes().begin(), writer.bytes().end()) == record);
    }
    CHECK(accepted > 1'000);
}

TEST_CASE("a flag is zero or one, and nothing else is canonical") { check_enum(plain_order_event(), 19, 2); }

TEST_CASE("a whole record with a source that does not exist is not called truncated") {
    Bytes record = bytes_of(plain_header(), plain_anomaly());
    record[source_at] = 200;
    const auto error = error_of(record);
    REQUIRE(error.has_value());
    CHECK(*error != RecordError::truncated);
}

TEST_CASE("orders and instruments of a snapshot read back equal, and every cut is noticed") {
    RandomValues values(5);
    for (int round = 0; round < 150; ++round) {
        const Order order = values.order();
        const Instrument instrument = values.instrument();
        ByteWriter first, second;
        encode(first, order);
        encode(second, instrument);
        Order order_back;
        Instrument instrument_back;
        ByteReader in(first.bytes()), in_second(second.bytes());
        REQUIRE((decode(in, order_back) && in.at_end() && order_back == order));
        REQUIRE((decode(in_second, instrument_back) && in_second.at_end() && same(instrument_back, instrument)));
        for (size_t size = 0; size < first.size(); ++size) {
            Order cut;
            ByteReader short_in(first.bytes().first(size));
            if (decode(short_in, cut)) FAIL("order cut to " << size);
        }
        for (size_t size = 0; size < second.size(); ++size) {
            Instrument cut;
            ByteReader short_in(second.bytes().first(size));
            if (decode(short_in, cut)) FAIL("instrument cut to " << size);
        }
    }
}

TEST_CASE("ledger accounts and anomalies have the names and the numbers of the wire") {
    const char* accounts[] = {"cash",    "margin",  "position",  "realized",  "variation", "fees",
                              "capital", "funding", "financing", "dividends", "conversion"};
    REQUIRE(std::size(accounts) == ledger_account_count);
    for (size_t i = 0; i < std::size(accounts); ++i) CHECK(name_of(static_cast<LedgerAccount>(i)) == accounts[i]);
    CHECK(name_of(LedgerAccount::variation) == "variation");
    CHECK(name_of(LedgerAccount::capital) == "capital");
    const char* reasons[] = {"transfer", "fill",  "variation", "funding",   "borrow",
                             "dividend", "split", "interest",  "conversion"};
    REQUIRE(std::size(reasons) == posting_reason_count);
    for (size_t i = 0; i < std::size(reasons); ++i) CHECK(name_of(static_cast<PostingReason>(i)) == reasons[i]);
    const char* kinds[] = {"duplicate_fill",        "fill_of_unknown_order", "overfill",
                           "impossible_transition", "unknown_instrument",    "report_of_unknown_order",
                           "unsound_fill",          "misplaced_fill",        "unknown_worth"};
    REQUIRE(std::size(kinds) == anomaly_kind_count);
    for (size_t i = 0; i < std::size(kinds); ++i) CHECK(name_of(static_cast<Anomaly::Kind>(i)) == kinds[i]);
    CHECK(name_of(Anomaly::Kind::unsound_fill) == "unsound_fill");
}

TEST_CASE("terms without shares of value have one form, and it is the short one") {
    Instrument instrument = plain_instrument();
    ByteWriter plain, with_rates;
    encode(plain, instrument);
    instrument.terms[0].maintenance_rate = "0.5"_dec;
    encode(with_rates, instrument);
    Bytes bytes = with_rates.take();
    REQUIRE(bytes.size() == plain.bytes().size() + 48);
    Instrument back;
    ByteReader sound{ByteSpan(bytes)};
    REQUIRE(decode(sound, back));
    CHECK(testing::same(back, instrument));
    std::fill(bytes.end() - 48, bytes.end(), uint8_t{0});  // all zero: then they should not be there
    ByteReader doubled{ByteSpan(bytes)};
    CHECK_FALSE(decode(doubled, back));
}
