// A page of figures, and the line of equity.
#include "cli/page.h"
#include "cli/text_format.h"
#include "support/catch.h"
#include "support/random.h"

namespace trd {
namespace {

TEST_CASE("a sparkline is as wide as it may be, ends at its last value, and reaches both extremes") {
    testing::Random random(3);
    for (int i = 0; i < 500; ++i) {
        std::vector<double> values;
        for (uint64_t n = 2 + random.below(300); n > 0; --n) values.push_back(static_cast<double>(random.below(1000)));
        const size_t width = 1 + random.below(80);
        const std::string line = sparkline(values, width, false);
        REQUIRE(line.size() == std::min(width, values.size()));
        REQUIRE(display_width(sparkline(values, width, true)) == line.size());
    }
    CHECK(sparkline({0, 1, 2, 3, 4, 5, 6, 7}, 8, false) == "_.,-=+*#");
    CHECK(sparkline({7, 0}, 8, true) == "\xE2\x96\x88\xE2\x96\x81");
    CHECK(sparkline({5, 5, 5}, 8, false) == "===");
    CHECK(sparkline({5}, 8, false).empty());
    CHECK(sparkline({1, 2}, 0, false).empty());
}

TEST_CASE("a page leaves out sections that say nothing, and Markdown leaves out colour") {
    Page page{"T", {"head"}, {}, {"foot"}};
    page.sections.push_back({"Nothing"});
    page.sections.push_back({"Some", {{"Figure", "\033[32m+1\033[0m", "why"}}});
    page.sections.push_back({"Curve", {}, {}, {1, 2}});
    const std::string text = page_text(page, {.columns = 80, .paint = {true}});
    CHECK(text.find("Nothing") == std::string::npos);
    CHECK(text.find("\033[32m") != std::string::npos);
    const std::string plain = page_text(page, {});
    CHECK(plain.find("\033") == std::string::npos);
    CHECK(text.find("Curve") != std::string::npos);
    CHECK(page_markdown(page) ==
          "# T\n\n- head\n\n## Some\n\n| figure | value | remark |\n| --- | ---: | --- |\n| Figure | +1 | why |\n\n- "
          "foot\n");
}

TEST_CASE("on a narrow terminal no line of a page is cut by the terminal") {
    Page page{"T", {"one=1, two=2, three=3, four=4, five=5"}, {}, {"fills next_open, fees none, adjust none"}};
    page.sections.push_back(
        {"Some", {{"Figure", "1.00", "a year"}, {"Drawdown", "-1.00 %", "2020-01-01 to 2020-02-01"}}});
    CHECK(page_text(page, {.columns = 50}) ==
          "T\n  one=1, two=2, three=3, four=4, five=5\n\nSome\n"
          "  Figure                          1.00   a year\n"
          "  Drawdown                     -1.00 %\n"
          "    2020-01-01 to 2020-02-01\n\n"
          "fills next_open, fees none, adjust none\n");
    CHECK(page_text(page, {.columns = 30}).starts_with("T\n  one=1, two=2, three=3,\n  four=4, five=5\n"));
    CHECK(page_text(page, {.columns = 30}).ends_with("\nfills next_open, fees none,\nadjust none\n"));
    CHECK(page_text(page, {}).find("-1.00 %   2020-01-01 to 2020-02-01\n") != std::string::npos);
}

}  // namespace
}  // namespace trd
