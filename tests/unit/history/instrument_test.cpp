// Instruments as text and in a catalogue: what is written is what is read, and every mistake is named with its place.
#include "history/catalogue.h"
#include "history/instrument_store.h"
#include "support/catch.h"
#include "support/random.h"
#include "support/temp_folder.h"

using namespace trd;
using trd::testing::Random;

namespace {

InstrumentFile parse(const std::string& toml) { return parse_instruments(toml, "x.toml"); }

Instrument random_instrument(Random& random, int number) {
    Instrument made;
    made.kind = static_cast<InstrumentKind>(random.below(kind_table().size()));
    made.symbol = "S" + std::to_string(number) + (random.chance(30) ? "/\"\\x" : "");
    made.quote = Currency::literal("EUR");
    if (random.chance(50) || is_inverse(made.kind)) made.base = Currency::literal("BTC");
    made.multiplier = Decimal::from_raw(1 + random.below(1'000'000'000'000));
    if (random.chance(50)) made.sector = "\xC3\xA9nergie, \"clean\"";
    if (random.chance(50)) made.zone = "Europe/Berlin";
    Timestamp from{INT64_MIN};
    for (uint64_t n = random.below(3) + 1; n > 0; --n) {
        Terms terms;
        terms.valid_from = from;
        terms.tick = Price::from_raw(1 + random.below(1'000'000'000'000'000));
        terms.lot = Quantity::from_raw(1 + random.below(1'000'000'000'000'000));
        terms.min_quantity = Quantity::from_raw(random.below(1000));
        if (made.valuation() == Valuation::margined) terms.margin_per_unit = Money::from_raw(random.below(1'000'000));
        if (made.valuation() == Valuation::margined && random.chance(50)) {
            terms.margin_rate = Decimal::from_raw(random.below(1'000'000));
            terms.maintenance_per_unit = Money::from_raw(random.below(1'000'000));
            terms.maintenance_rate = Decimal::from_raw(random.below(1'000'000'000'001));
        }
        made.terms.push_back(terms);
        from = Timestamp{static_cast<int64_t>(1'000'000'000 * (5 - n))} + days(static_cast<int64_t>(5 - n));
    }
    return made;
}

void write_text(const std::string& path, const std::string& text) { REQUIRE(replace_file(path, text)); }

}  // namespace

TEST_CASE("instruments that are written read back the same") {
    Random random(11);
    for (int round = 0; round < 300; ++round) {
        const Instrument instrument = random_instrument(random, round);
        const std::string text = format_instruments(std::span(&instrument, 1));
        const InstrumentFile back = parse(text);
        INFO(text);
        REQUIRE(back.faults.empty());
        REQUIRE(back.instruments.size() == 1);
        REQUIRE(says_the_same(back.instruments[0], instrument));
        CHECK(back.instruments[0].terms.back().tick == instrument.terms.back().tick);
        CHECK(back.instruments[0].sector == instrument.sector);
        for (size_t i = 0; i < instrument.terms.size(); ++i) {
            CHECK(back.instruments[0].terms[i].margin_rate == instrument.terms[i].margin_rate);
            CHECK(back.instruments[0].terms[i].maintenance_per_unit == instrument.terms[i].maintenance_per_unit);
            CHECK(back.instruments[0].terms[i].maintenance_rate == instrument.terms[i].maintenance_rate);
        }
    }
}

TEST_CASE("a file of as many instruments as a venue lists is read in one go") {
    constexpr int count = 20'000;  // work that grew with their square would take minutes
    Random random(29);
    std::vector<Instrument> made;
    for (int i = 0; i < count; ++i) made.push_back(random_instrument(random, i));
    const InstrumentFile back = parse(format_instruments(made));
    REQUIRE(back.faults.empty());
    REQUIRE(back.instruments.size() == count);
    for (int i = 0; i < count; ++i)
        if (!says_the_same(back.instruments[static_cast<size_t>(i)], made[static_cast<size_t>(i)])) FAIL(i);
}

TEST_CASE("numbers are the decimals that were written, and terms change only what they name") {
    const auto parsed = parse(R"(
[[instrument]]
symbol = "ES"
kind = "future"
currency = "USD"
multiplier = 1_000.000000000001
[[instrument.terms]]
tick = 0.1
lot = 2 # a comment
margin = "0.3"
[[instrument.terms]]
from = 2024-06-01
lot = 5
[[instrument.terms]]
from = 2024-06-02T12:30:00Z
min_quantity = 10
[[instrument]]
symbol = "X"
kind = "equity"
currency = "USD"
tick = 0.05
)");
    REQUIRE(parsed.faults.empty());
    const Instrument& future = parsed.instruments[0];
    CHECK(future.multiplier == "1000.000000000001"_dec);
    REQUIRE(future.terms.size() == 3);
    CHECK(future.terms[0].margin_per_unit == "0.3"_money);
    CHECK(future.terms[0].min_quantity == "2"_qty);
    CHECK(future.terms[1].valid_from == parse_iso("2024-06-01").value());
    CHECK(future.terms[1].tick == "0.1"_price);
    CHECK(future.terms[1].min_quantity == "5"_qty);  // it was the lot, and still is
    CHECK(future.terms[2].min_quantity == "10"_qty);
    CHECK(future.terms_at(parse_iso("2024-06-02T12:29:59Z").value()).min_quantity == "5"_qty);
    CHECK(parsed.instruments[1].terms.front().tick == "0.05"_price);
    CHECK(parsed.instruments[1].terms.front().lot == "1"_qty);
}

TEST_CASE("every mistake in an instrument is named with line, column, what was found and what was expected") {
    const std::string head = "[[instrument]]\nsymbol = \"A\"\nkind = \"equity\"\ncurrency = \"USD\"\n";
    const std::pair<std::string, std::string> cases[] = {
        {"tik = 1", "x.toml:5:1: key is \"tik\" (did you mean 'tick'?), expected one of symbol, kind"},
        {"tick = -1", "x.toml:5:8: tick is \"-1\", expected a number above zero"},
        {"tick = 0.0", "x.toml:5:8: tick is \"0.0\", expected a number above zero"},
        {"tick = nan", "x.toml:5:8: tick is \"nan\", expected a number above zero"},
        {"tick = 1e-13", "x.toml:5:8: tick is \"1e-13\", expected a number above zero"},
        {"lot = true", "x.toml:5:7: lot is \"true\", expected a number above zero"},
        {"lot = []", "x.toml:5:7: lot is \"an array\", expected a number above zero"},
        {"max_quantity = -2", "x.toml:5:16: max_quantity is \"-2\", expected a number, zero or more"},
        {"base = \"dollar\"", "x.toml:5:8: base is \"dollar\", expected a currency such as \"USD\""},
        {"zone = \"Europe/Berlim\"", "x.toml:5:8: zone is \"Europe/Berlim\", expected a time zone such as "},
        {"issuer = \"a\\nb\"", "x.toml:5:10: issuer is \"a\nb\", expected text of one line"},
        {"margin = 5", "x.toml:5:10: margin is there, expected none: a equity is paid in full"},
        {"maintenance_rate = 0.1", "x.toml:5:20: maintenance_rate is there, expected none: a equity is paid in full"},
        {"margin_rate = \"much\"", "x.toml:5:15: margin_rate is \"much\", expected a share of the value, from 0 to 1"},
        {"terms = 5", "x.toml:5:9: terms is \"5\", expected [[instrument.terms]] before each"},
        {"tick = 1\n[[instrument.terms]]\nlot = 1", "x.toml:1:1: tick, lot, margin and their like stand in"},
        {"[[instrument.terms]]\nfrm = 2024-01-01",
         "x.toml:6:1: key is \"frm\" (did you mean 'from'?), expected one of from, tick"},
        {"[[instrument.terms]]\nfrom = 2024-13-01", "x.toml:6:"},
        {"[[instrument.terms]]\nfrom = \"soon\"", "x.toml:6:8: from is \"soon\", expected a date such as 2024-06-01"},
        {"[[instrument.terms]]\nfrom = 2024-01-02\n[[instrument.terms]]\nfrom = 2024-01-02",
         "x.toml:7:1: from is not after the from of the terms above it"},
        {"[[instrument.terms]]\n[[instrument.terms]]\nlot = 1", "x.toml:6:1: there is no from, expected when"},
        {head, "x.toml:6:10: symbol is \"A\" for the second time"},
        {"[other]", "x.toml:5:2: key is \"other\", expected one of instrument"},
        {"tick = ", "x.toml:5:"},
    };
    for (const auto& [text, expected] : cases) {
        const auto parsed = parse(head + text + "\n");
        INFO(text);
        REQUIRE(parsed.faults.size() == 1);
        CHECK(parsed.faults[0].substr(0, expected.size()) == expected);
    }
    CHECK(parse("[[instrument]]\nkind = \"fx\"\n").faults ==
          std::vector<std::string>{"x.toml:1:1: there is no symbol", "x.toml:1:1: there is no currency"});
    CHECK(parse("[[instrument]]\nsymbol = \"B\"\nkind = \"inverse_future\"\ncurrency = \"USD\"\n").faults ==
          std::vector<std::string>{
              "x.toml:1:1: there is no base, expected the currency that a inverse_future settles in"});
    CHECK(parse("").faults.size() == 1);
    CHECK(parse("instrument = 5").faults.size() == 1);
}

TEST_CASE("a catalogue keeps instruments whole: added, found, changed only when told, removed") {
    const TempFolder folder;
    const std::string root = folder.path() + "/data", file = folder.path() + "/in.toml";
    REQUIRE(load_instruments(root).value().empty());
    REQUIRE_FALSE(find_instrument(root, "A").value().has_value());
    Random random(3);
    std::vector<Instrument> made;
    for (int i = 0; i < 50; ++i) made.push_back(random_instrument(random, i));
    write_text(file, format_instruments(made));
    CHECK(import_instruments(root, file, false, true).value().added.size() == 50);
    CHECK(load_instruments(root).value().empty());
    REQUIRE(import_instruments(root, file, false, false));
    for (const Instrument& instrument : made) {
        const auto found = find_instrument(root, instrument.symbol);
        REQUIRE(found.ok());
        REQUIRE(found->has_value());
        CHECK(says_the_same(**found, instrument));
    }
    CHECK_FALSE(find_instrument(root, "S").value().has_value());
    CHECK(import_instruments(root, file, false, false).value().unchanged.size() == 50);

    made[7].multiplier = "77"_dec;
    write_text(file, format_instruments(made));
    CHECK(import_instruments(root, file, false, false).error().id == "E_DATA_EXISTS");
    CHECK_FALSE(says_the_same(**find_instrument(root, made[7].symbol), made[7]));
    CHECK(import_instruments(root, file, true, false).value().changed == std::vector<std::string>{made[7].symbol});
    CHECK(says_the_same(**find_instrument(root, made[7].symbol), made[7]));
    REQUIRE(remove_instrument(root, made[7].symbol));
    CHECK(load_instruments(root).value().size() == 49);
    CHECK(remove_instrument(root, made[7].symbol).error().id == "E_DATA_MISSING");
}

TEST_CASE("a flipped byte among the instruments is found before it is used") {
    const TempFolder folder;
    Random random(5);
    const Instrument instrument = random_instrument(random, 1);
    write_text(folder.path() + "/in.toml", format_instruments(std::span(&instrument, 1)));
    REQUIRE(import_instruments(folder.path(), folder.path() + "/in.toml", false, false));
    const std::string path = instruments_path(folder.path());
    const std::string sound = read_file(path).value();
    for (size_t i = 0; i < sound.size(); ++i) {
        std::string flipped = sound;
        flipped[i] = static_cast<char>(flipped[i] ^ 1);
        write_text(path, flipped);
        if (find_instrument(folder.path(), instrument.symbol).ok()) FAIL("byte " << i);
    }
}

TEST_CASE("what an instrument said before is kept, in order, until it is removed") {
    const TempFolder folder;
    const std::string root = folder.path() + "/data", file = folder.path() + "/in.toml";
    Random random(17);
    std::vector<Instrument> made{random_instrument(random, 1), random_instrument(random, 2)};
    const std::string symbol = made[0].symbol;
    std::vector<Instrument> said;
    for (const int multiplier : {1, 2, 3, 3, 1, 2}) {  // one of them changes nothing; the first is said twice
        made[0].multiplier = Decimal::from_units(multiplier);
        write_text(file, format_instruments(made));
        REQUIRE(import_instruments(root, file, true, false));
        if (said.empty() || !says_the_same(said.back(), made[0])) said.push_back(made[0]);
        const auto revisions = instrument_revisions(root, symbol);
        REQUIRE(revisions.ok());
        REQUIRE(revisions->size() == said.size());
        for (size_t i = 0; i < said.size(); ++i) CHECK(says_the_same((*revisions)[i], said[i]));
        CHECK(revision_count(load_former_instruments(root).value(), made[0]) == said.size());
        CHECK(instrument_revisions(root, made[1].symbol)->size() == 1);
    }
    REQUIRE(remove_instrument(root, symbol));
    CHECK(load_former_instruments(root).value().empty());
    REQUIRE(import_instruments(root, file, true, false));
    CHECK(instrument_revisions(root, symbol)->size() == 1);
}

TEST_CASE("a writer that dies between its two files of instruments loses nothing and counts nothing twice") {
    const TempFolder folder;
    const std::string root = folder.path() + "/data", file = folder.path() + "/in.toml";
    Random random(19);
    Instrument made = random_instrument(random, 1);
    const auto import = [&](const char* multiplier) {
        made.multiplier = Decimal::parse(multiplier).value();
        write_text(file, format_instruments(std::span(&made, 1)));
        REQUIRE(import_instruments(root, file, true, false));
    };
    import("1");
    import("2");
    const std::string before = read_file(instruments_path(root)).value();
    import("3");
    write_text(instruments_path(root), before);  // as if the second file had never come

    const auto multipliers = [&] {
        std::vector<std::string> found;
        const auto revisions = instrument_revisions(root, made.symbol).value();
        for (const Instrument& each : revisions) found.push_back(to_string(each.multiplier));
        CHECK(revision_count(load_former_instruments(root).value(), revisions.back()) == revisions.size());
        return found;
    };
    CHECK(multipliers() == std::vector<std::string>{"1", "2"});
    import("3");
    CHECK(multipliers() == std::vector<std::string>{"1", "2", "3"});

    // The same when the first file is that of another change, and when an instrument is removed.
    REQUIRE(remove_instrument(root, made.symbol));
    import("4");
    import("5");
    const std::string former = read_file(former_instruments_path(root)).value();
    REQUIRE(remove_instrument(root, made.symbol));
    write_text(former_instruments_path(root), former);
    import("6");
    CHECK(multipliers() == std::vector<std::string>{"6"});
}

TEST_CASE("a flipped byte in what instruments said before is found before it is used") {
    const TempFolder folder;
    Random random(23);
    Instrument made = random_instrument(random, 1);
    for (const char* multiplier : {"1", "2", "3"}) {
        made.multiplier = Decimal::parse(multiplier).value();
        write_text(folder.path() + "/in.toml", format_instruments(std::span(&made, 1)));
        REQUIRE(import_instruments(folder.path(), folder.path() + "/in.toml", true, false));
    }
    const std::string path = former_instruments_path(folder.path());
    const std::string sound = read_file(path).value();
    for (size_t i = 0; i < sound.size(); ++i) {
        std::string flipped = sound;
        flipped[i] = static_cast<char>(flipped[i] ^ 1);
        write_text(path, flipped);
        if (instrument_revisions(folder.path(), made.symbol).ok()) FAIL("byte " << i);
    }
}
