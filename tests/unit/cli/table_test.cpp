// Records in every format, and text of others on a terminal.
#include "cli/table.h"
#include "cli/json_writer.h"
#include "cli/output.h"
#include "cli/text_format.h"
#include "support/catch.h"
#include "support/random.h"

namespace trd {
namespace {

using testing::Random;

// Pieces that hurt: separators, quotes, controls of both kinds, wide and combining letters, broken UTF-8, reversals.
const std::vector<std::string> pieces{"a",
                                      "b c",
                                      ",",
                                      "\"",
                                      "\n",
                                      "\r",
                                      "\t",
                                      "\\",
                                      "|",
                                      "\x1b[31m",
                                      "\xC2\x9B",
                                      "\xFF",
                                      "\xE2\x80\xAE",
                                      "\x7f",
                                      " ",
                                      "-",
                                      "\xE6\x97\xA5",
                                      "e\xCC\x81",
                                      "\xF0\x9F\x93\x88",
                                      "\xC3",
                                      "\xED\xA0\x80"};

std::string random_text(Random& random) {
    std::string text;
    for (uint64_t n = random.below(6); n > 0; --n) text += pieces[random.below(pieces.size())];
    return text;
}

Table random_table(Random& random) {
    Table table{"thing", {{"one", "ONE"}, {"two", "TWO", true}, {"three", "THREE"}}, {}};
    for (uint64_t n = random.below(5); n > 0; --n)
        table.rows.push_back({random_text(random), Cell::count(random.below(1000)), random_text(random)});
    return table;
}

// RFC 4180, read by another hand.
std::vector<std::vector<std::string>> parse_csv(const std::string& text) {
    std::vector<std::vector<std::string>> rows;
    std::vector<std::string> row(1);
    bool quoted = false;
    for (size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"')
            row.back() += text[i++];
        else if (c == '"')
            quoted = !quoted;
        else if (!quoted && c == ',')
            row.emplace_back();
        else if (!quoted && c == '\n')
            rows.push_back(std::exchange(row, std::vector<std::string>(1)));
        else
            row.back() += c;
    }
    return rows;
}

std::string unescaped(std::string_view field) {
    std::string out;
    for (size_t i = 0; i < field.size(); ++i) {
        if (field[i] != '\\') {
            out += field[i];
            continue;
        }
        const char c = field[++i];
        out += c == 't' ? '\t' : c == 'n' ? '\n' : c == 'r' ? '\r' : c;
    }
    return out;
}

std::vector<std::string> split(const std::string& text, char at) {
    std::vector<std::string> parts(1);
    for (const char c : text)
        if (c == at)
            parts.emplace_back();
        else
            parts.back() += c;
    return parts;
}

TEST_CASE("CSV, TSV and plain give every text back to the byte") {
    Random random(1);
    for (int i = 0; i < 2'000; ++i) {
        const Table table = random_table(random);
        const auto rows = parse_csv(table_text(table, Format::csv, {}));
        REQUIRE(rows.size() == table.rows.size() + 1);
        const auto tsv = split(table_text(table, Format::tsv, {}), '\n');
        const auto plain = split(table_text(table, Format::plain, {}), '\n');
        REQUIRE(tsv.size() == table.rows.size() + 2);
        REQUIRE(plain.size() == table.rows.size() + 1);
        for (size_t r = 0; r < table.rows.size(); ++r)
            for (const size_t c : {0u, 1u, 2u}) {
                REQUIRE(rows[r + 1].at(c) == table.rows[r][c].text());
                REQUIRE(unescaped(split(tsv[r + 1], '\t').at(c)) == table.rows[r][c].text());
                REQUIRE(unescaped(split(plain[r], '\t').at(c)) == table.rows[r][c].text());
            }
    }
}

bool is_harmless(std::string_view text) {
    while (!text.empty()) {
        const size_t size = utf8_size(text);
        if (size == 0) return false;
        const char32_t c = code_point(text.substr(0, size));
        if ((c < 0x20 && c != '\n') || (c >= 0x7F && c < 0xA0) || (c >= 0x202A && c <= 0x202E)) return false;
        text.remove_prefix(size);
    }
    return true;
}

TEST_CASE("a table for people fits its terminal, keeps its columns apart and steers nothing") {
    Random random(2);
    for (int i = 0; i < 2'000; ++i) {
        const Table table = random_table(random);
        const size_t columns = 30 + random.below(60);
        const std::string text = table_text(table, Format::table, {.columns = columns});
        REQUIRE(is_harmless(text));
        REQUIRE(is_harmless(table_text(table, Format::md, {})));
        const auto lines = split(text, '\n');
        REQUIRE(lines.size() == (table.rows.empty() ? 1 : table.rows.size() + 2));
        for (const std::string& line : lines) REQUIRE(display_width(line) <= columns);
        if (table.rows.empty()) continue;
        // Wherever the words are cut, a number stands whole below its heading.
        const size_t edge = display_width(lines[0].substr(0, lines[0].find("TWO") + 3));
        for (size_t r = 0; r < table.rows.size(); ++r)
            REQUIRE(std::string(fitting_front(lines[r + 1], edge)).ends_with(table.rows[r][1].text()));
    }
}

TEST_CASE("a narrow terminal loses columns that may go, then letters, and never part of a number, a time or an id") {
    Table table{"run",
                {{"id", "RUN", false, Narrowing::whole},
                 {"time", "KEPT"},
                 {"symbols", "SYMBOLS", false, Narrowing::left_out},
                 {"name", "STRATEGY"},
                 {"trades", "TRADES", true, Narrowing::left_out}},
                {}};
    table.rows.push_back({"0123456789ab", Timestamp{0}, "DEMO", "a_strategy_name", Cell::count(7)});
    const auto in = [&](size_t columns) { return table_text(table, Format::table, {.columns = columns}); };
    CHECK(in(0) == in(76));
    CHECK(in(76) ==
          "RUN           KEPT                  SYMBOLS  STRATEGY         TRADES\n"
          "0123456789ab  1970-01-01T00:00:00Z  DEMO     a_strategy_name       7\n");
    CHECK(in(62) ==
          "RUN           KEPT                  SYMBOLS  STRATEGY\n"
          "0123456789ab  1970-01-01T00:00:00Z  DEMO     a_strategy_name\n");
    CHECK(in(48) ==
          "RUN           KEPT                  STRATEGY\n"
          "0123456789ab  1970-01-01T00:00:00Z  a_strategy_\xE2\x80\xA6\n");
    CHECK(in(44) ==
          "RUN           KEPT                  STRATEGY\n"
          "0123456789ab  1970-01-01T00:00:00Z  a_strat\xE2\x80\xA6\n");
    table.rows.push_back({"ba9876543210", Cell(), "DEMO"});
    CHECK(in(43) ==
          "RUN       0123456789ab\n"
          "KEPT      1970-01-01T00:00:00Z\n"
          "SYMBOLS   DEMO\n"
          "STRATEGY  a_strategy_name\n"
          "TRADES    7\n"
          "\n"
          "RUN       ba9876543210\n"
          "KEPT      -\n"
          "SYMBOLS   DEMO\n"
          "STRATEGY  -\n"
          "TRADES    -\n");
    CHECK(table_text(table, Format::csv, {.columns = 10}) == table_text(table, Format::csv, {}));
}

TEST_CASE("of a path the end is kept") {
    const Table table{"setting",
                      {{"key", ""}, {"origin", "", false, Narrowing::cut_front}},
                      {{"cash", "/home/\xE6\x97\xA5/trd.toml:2:1"}}};
    CHECK(table_text(table, Format::table, {.columns = 80}) == "cash  /home/\xE6\x97\xA5/trd.toml:2:1\n");
    CHECK(table_text(table, Format::table, {.columns = 21}) == "cash  \xE2\x80\xA6/trd.toml:2:1\n");
    CHECK(table_text(table, Format::table, {.columns = 21, .is_utf8 = false}) == "cash  </trd.toml:2:1\n");
}

TEST_CASE("prose in the last column goes on below itself") {
    const Table table{"check",
                      {{"code", "CODE"}, {"doc", "WHAT FOR", false, Narrowing::wrapped}},
                      {{"R01", "Nothing leaves while trading is stopped."}, {"R02", "Short."}}};
    CHECK(table_text(table, Format::table, {.columns = 30}) ==
          "CODE  WHAT FOR\n"
          "R01   Nothing leaves while\n"
          "      trading is stopped.\n"
          "R02   Short.\n");
    CHECK(table_text(table, Format::table, {}) ==
          "CODE  WHAT FOR\n"
          "R01   Nothing leaves while trading is stopped.\n"
          "R02   Short.\n");
}

TEST_CASE("width is that of a terminal: wide letters two places, marks none, broken bytes one") {
    CHECK(display_width("\xE6\x97\xA5\xE6\x9C\xAC") == 4);
    CHECK(display_width("e\xCC\x81") == 1);
    CHECK(display_width("\xF0\x9F\x93\x88") == 2);
    CHECK(display_width("\xFF\xFE") == 2);
    CHECK(display_width("\xEF\xBC\xA1") == 2);
    CHECK(fitting_front("\xE6\x97\xA5\xE6\x9C\xAC", 3) == "\xE6\x97\xA5");
}

TEST_CASE("what steers a terminal or turns text around is shown, what is only foreign is left") {
    CHECK(harmless("\x1b]0;x\x07") == "\\x1b]0;x\\x07");
    CHECK(harmless("\xC2\x9B"
                   "31m") == "\\x9b31m");
    CHECK(harmless("\xE2\x80\xAEgpj") == "\\u{202e}gpj");
    CHECK(harmless("\xFFz") == "\\xffz");
    CHECK(harmless("\xE6\x97\xA5\n\t") == "\xE6\x97\xA5\n\t");
    CHECK(harmless("a\nb", Lines::shown) == "a\\nb");
}

TEST_CASE("times are told in the reader's zone to people only, with the zone") {
    const Timestamp winter = *parse_iso("2024-01-02T14:30:00Z"), summer = *parse_iso("2024-07-02T13:30:00Z");
    const Table table{"bar", {{"time", "TIME"}}, {{winter}, {summer}}};
    const TableStyle style{.zone = *Zone::find("America/New_York")};
    CHECK(table_text(table, Format::table, style) ==
          "TIME (America/New_York)\n2024-01-02T09:30:00-05:00\n2024-07-02T09:30:00-04:00\n");
    CHECK(table_text(table, Format::csv, style) == "time\n2024-01-02T14:30:00Z\n2024-07-02T13:30:00Z\n");
    CHECK(time_in_zone(winter, *Zone::find("Asia/Kolkata")) == "2024-01-02T20:00:00+05:30");
}

TEST_CASE("nothing is a dash to people and to awk, null to JSON, empty between commas") {
    const Table table{"thing", {{"a", "A"}, {"b", "B"}}, {{"x", Cell()}}};
    CHECK(table_text(table, Format::table, {}) == "A  B\nx  -\n");
    CHECK(table_text(table, Format::plain, {}) == "x\t-\n");
    CHECK(table_text(table, Format::csv, {}) == "a,b\nx,\n");
    CHECK(table_text(table, Format::jsonl, {}) == "{\"type\":\"thing\",\"a\":\"x\",\"b\":null}\n");
}

TEST_CASE("every verb with fields can write all formats, one without has its own") {
    for (const Verb* verb : verb_table()) {
        const auto formats = formats_text(*verb);
        CHECK((formats.find("jsonl") != std::string::npos) == !verb->fields.empty());
        CHECK(formats.find("table, plain") == 0);
    }
}

}  // namespace
}  // namespace trd
