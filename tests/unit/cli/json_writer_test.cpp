#include "cli/json_writer.h"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>

#include "support/catch.h"

namespace trd {
namespace {

using Json = nlohmann::json;

TEST_CASE("nested values come out with commas only between them") {
    JsonWriter json;
    json.begin_object().key("a").begin_array().value(1).value(true).null().end_array();
    json.key("b").begin_object().end_object().member("c", "x").key("d").begin_array().end_array().end_object();
    CHECK(json.take() == R"({"a":[1,true,null],"b":{},"c":"x","d":[]})");
}

TEST_CASE("decimals are text, doubles the shortest that reads back equal, what is not finite is null") {
    JsonWriter json;
    json.begin_array().value(Money::parse("0.1").value()).value(0.1).value(1e300).value(-0.0);
    json.value(std::numeric_limits<double>::quiet_NaN()).value(std::numeric_limits<double>::infinity()).end_array();
    CHECK(json.take() == R"(["0.1",0.1,1e+300,-0,null,null])");
    std::mt19937_64 random(7);
    for (int i = 0; i < 20'000; ++i) {
        const auto number = std::bit_cast<double>(random());
        if (!std::isfinite(number)) continue;
        JsonWriter one;
        REQUIRE(Json::parse(one.value(number).take()).get<double>() == number);
    }
}

TEST_CASE("integers keep all their digits") {
    JsonWriter json;
    json.begin_array().value(UINT64_MAX).value(INT64_MIN).end_array();
    CHECK(json.take() == "[18446744073709551615,-9223372036854775808]");
}

TEST_CASE("any bytes become JSON that a strict parser takes") {
    std::mt19937 random(11);
    for (int i = 0; i < 20'000; ++i) {
        std::string text(random() % 12, '\0');
        for (char& c : text) {
            // Leads, continuations and the borders of the valid ranges more often than chance would give them.
            constexpr unsigned char borders[] = {0x00, 0x1F, 0x7F, 0x80, 0xBF, 0xC1, 0xC2, 0xDF, 0xE0,
                                                 0x9F, 0xA0, 0xED, 0xEF, 0xF0, 0x8F, 0x90, 0xF4, 0xF5};
            c = static_cast<char>(random() % 2 == 0 ? borders[random() % sizeof borders] : random());
        }
        const std::string json = json_string(text);
        const Json parsed = Json::parse(json, nullptr, false);
        REQUIRE(parsed.is_string());
        // The library replaces the same bytes when it is asked to dump what it was given raw, though it may use one
        // mark for several; text that is valid must come back unchanged.
        const bool is_valid = [&text] {
            try {
                (void)Json(text).dump();
                return true;
            } catch (const Json::type_error&) {
                return false;
            }
        }();
        if (is_valid) REQUIRE(parsed.get<std::string>() == text);
        REQUIRE((parsed.get<std::string>() == text) == is_valid);
    }
}

TEST_CASE("what is not UTF-8 gets one replacement for each bad byte") {
    CHECK(json_string("a\xFFz") == "\"a\xEF\xBF\xBDz\"");
    CHECK(json_string("\xE2\x82") == "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");
    CHECK(json_string("\xED\xA0\x80").size() == 2 + 9);
    CHECK(json_string("\x01\n\"\\/") == R"("\u0001\n\"\\/")");
}

}  // namespace
}  // namespace trd
