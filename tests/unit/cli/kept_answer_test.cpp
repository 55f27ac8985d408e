// An answer as bytes and back; damaged bytes give none.
#include "cli/kept_answer.h"

#include "support/catch.h"
#include "support/random.h"

namespace trd {
namespace {

Answer full_answer() {
    Answer answer{.schema = "trd.backtest/1"};
    Page page{"title", {"head"}, {}, {"foot"}, *Zone::find("America/New_York")};
    page.sections.push_back({"Result", {{"Gain", "\033[32m+1\033[0m", "a year"}}, {}, {1, 2.5}, "note"});
    page.sections.push_back({"Trades",
                             {},
                             Table{"trade",
                                   {{"opened", "OPENED"}, {"note", "NOTE", false, Narrowing::left_out}},
                                   {{Timestamp{123}, "a long note about it"}}}});
    answer.page = std::move(page);
    answer.warnings = {"one", "two"};
    answer.notes = {"finding: x"};
    answer.table = Table{"figure", {{"name", "NAME"}, {"value", "", true}}, {}};
    answer.table->rows = {{"a", Cell::count(7)}, {Timestamp{123}, Cell()}, {Cell::number("1.5")}, {}};
    return answer;
}

TEST_CASE("an answer comes back as it was, whatever screen it is shown on") {
    const Answer answer = full_answer();
    const std::string bytes = pack_answer(answer);
    const auto unpacked = unpack_answer(bytes);
    REQUIRE(unpacked.has_value());
    CHECK(pack_answer(*unpacked) == bytes);
    for (const TableStyle& style :
         {TableStyle{}, TableStyle{.columns = 80, .paint = {true}}, TableStyle{.columns = 25}})
        CHECK(page_text(*unpacked->page, style) == page_text(*answer.page, style));
    CHECK(page_markdown(*unpacked->page) == page_markdown(*answer.page));
    CHECK(unpacked->warnings == answer.warnings);
    CHECK(table_text(*unpacked->table, Format::jsonl, {}) == table_text(*answer.table, Format::jsonl, {}));
    Answer bare;
    CHECK_FALSE(unpack_answer(pack_answer(bare))->table.has_value());
}

TEST_CASE("bytes that are cut, changed or too many are refused or read within bounds") {
    const std::string bytes = pack_answer(full_answer());
    for (size_t size = 0; size < bytes.size(); ++size) CHECK_FALSE(unpack_answer(bytes.substr(0, size)));
    CHECK_FALSE(unpack_answer(bytes + "x").has_value());
    testing::Random random(4);
    for (int round = 0; round < 5000; ++round) {
        std::string hurt = bytes;
        hurt[random.below(hurt.size())] = static_cast<char>(random.below(256));
        (void)unpack_answer(hurt);
    }
    CHECK(without_paint("a\033[31") == "a");
}

}  // namespace
}  // namespace trd
