#include "cli/help.h"
#include "cli/text_format.h"
#include "cli/values.h"
#include "support/catch.h"

namespace trd {
namespace {

TEST_CASE("separators stand between groups of three digits before the point") {
    CHECK(with_separators("0") == "0");
    CHECK(with_separators("999") == "999");
    CHECK(with_separators("1000") == "1,000");
    CHECK(with_separators("-1234567.1234") == "-1,234,567.1234");
    CHECK(with_separators("") == "");
    CHECK(with_separators("n/a") == "n/a");
}

TEST_CASE("fixed and percent round as printed and never show a negative zero") {
    CHECK(fixed(1.005, 2) == "1.00");
    CHECK(fixed(-0.004, 2) == "0.00");
    CHECK(signed_percent(0.03125) == "+3.12 %");
    CHECK(signed_percent(-0.5) == "-50.00 %");
    CHECK(signed_percent(0) == "0.00 %");
    CHECK(signed_percent(-0.0) == "0.00 %");
    CHECK(percent(12.3456) == "1,234.56 %");
}

TEST_CASE("a gain or loss that rounds to zero says which it was") {
    CHECK(signed_percent(0.00001) == "+0.00 %");
    CHECK(signed_percent(-0.00001) == "-0.00 %");
    CHECK(signed_money_text(*Money::parse("0.001"), "USD") == "+0.001 USD");
    CHECK(signed_money_text(*Money::parse("-0.0000012345"), "BTC") == "-0.00000123 BTC");
    CHECK(signed_money_text(*Money::parse("0"), "USD") == "0.00 USD");
    CHECK(signed_money_text(*Money::parse("-12345.678"), "USD") == "-12,345.68 USD");
}

TEST_CASE("an amount below one step has three significant digits, and no other amount has more than its places") {
    CHECK(amount_text(0, 2) == "0.00");
    CHECK(amount_text(-0.0, 2) == "0.00");
    CHECK(amount_text(1234.567, 2) == "1234.57");
    CHECK(amount_text(0.01, 2) == "0.01");
    CHECK(amount_text(0.014, 2) == "0.01");
    CHECK(amount_text(0.004, 2) == "0.004");
    CHECK(amount_text(-0.0041239, 2) == "-0.00412");
    CHECK(amount_text(0.00000123456, 2) == "0.00000123");
    CHECK(amount_text(0.00002, 4) == "0.00002");
    CHECK(amount_text(1e-300, 2) == "0.00");
}

TEST_CASE("spans of time are told in the two units that matter") {
    CHECK(span_text(milliseconds(250)) == "250 ms");
    CHECK(span_text(milliseconds(3'200)) == "3.2 s");
    CHECK(span_text(seconds(125)) == "2 min 05 s");
    CHECK(span_text(minutes(250)) == "4 h 10 min");
    CHECK(span_text(hours(50)) == "2 d 02 h");
}

TEST_CASE("in a coloured text our colours stay, and whatever else could steer a terminal is shown") {
    CHECK(harmless_in_colour("\033[31mred\033[0m\n") == "\033[31mred\033[0m\n");
    CHECK(harmless_in_colour("a\033[2J\033[1;31mb\033]0;title\a") == "a\\x1b[2J\033[1;31mb\\x1b]0;title\\x07");
    CHECK(harmless_in_colour("\033") == "\\x1b");
    CHECK(harmless_in_colour("\xC2\x9B"
                             "2J \xFF \xE2\x80\xAE \r") == "\\x9b2J \\xff \\u{202e} \\x0d");
    CHECK(harmless_in_colour("") == "");
}

TEST_CASE("width counts code points and leaves colour out") {
    CHECK(display_width("abc") == 3);
    CHECK(display_width("\033[31mabc\033[0m") == 3);
    CHECK(display_width("\xE2\x96\x81\xE2\x96\x88") == 2);
    CHECK(padded_left("\033[1mx\033[0m", 3) == "  \033[1mx\033[0m");
}

TEST_CASE("wrapped text keeps every word and every line within its width") {
    const std::string text = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen";
    for (size_t columns = 24; columns < 90; ++columns) {
        const std::string wrapped = wrapped_text(text, 4, columns);
        std::string joined;
        size_t column = 4;
        for (const char c : wrapped) {
            column = c == '\n' ? 0 : column + 1;
            REQUIRE(column <= std::max<size_t>(columns, 24));
            if (c != '\n' && !(c == ' ' && joined.ends_with(' '))) joined += c;
            if (c == '\n') joined += ' ';
        }
        REQUIRE(joined == text);
    }
}

TEST_CASE("what is quoted in a message cannot disturb a terminal and is never long") {
    CHECK(in_quotes("a\"b\\") == R"("a\"b\\")");
    CHECK(in_quotes("\033[31m\n\t") == R"("\x1b[31m\n\t")");
    CHECK(in_quotes(std::string(500, 'x')).size() < 90);
    const std::string cut = in_quotes(std::string(79, 'x') + "\xE2\x82\xAC\xE2\x82\xAC");
    CHECK(cut == "\"" + std::string(79, 'x') + "...\"");
}

}  // namespace
}  // namespace trd
