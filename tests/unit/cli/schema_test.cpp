#include "cli/schema.h"

#include <nlohmann/json.hpp>

#include "support/catch.h"

namespace trd {
namespace {

TEST_CASE("every schema is JSON, sorted by name, named once") {
    std::string_view last;
    for (const SchemaRow& row : schema_table()) {
        INFO(row.name);
        CHECK(row.name > last);
        last = row.name;
        REQUIRE(schema_of_shape(row.shape).has_value());
        const auto schema = nlohmann::json::parse(json_schema(row), nullptr, false);
        REQUIRE(schema.is_object());
        CHECK(schema["title"] == std::string(row.name));
    }
}

TEST_CASE("a shape becomes the schema that it reads like") {
    CHECK(schema_of_shape("text") == R"({"type":"string"})");
    CHECK(schema_of_shape("number?") == R"({"type":["number","null"]})");
    CHECK(schema_of_shape("[truth]") == R"({"type":"array","items":{"type":"boolean"}})");
    CHECK(schema_of_shape("{a: any, b?: count, *: text}") ==
          R"({"type":"object","properties":{"a":{},"b":{"type":"integer","minimum":0}},"required":["a"],)"
          R"("additionalProperties":{"type":"string"}})");
}

TEST_CASE("a shape that is not well formed is none") {
    for (const char* shape :
         {"", "txt", "{", "{}", "{a}", "{a:}", "{a: text", "[text", "{a: text} text", "{a: text,}", "?"}) {
        INFO(shape);
        CHECK_FALSE(schema_of_shape(shape).has_value());
    }
}

}  // namespace
}  // namespace trd
