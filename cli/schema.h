// The JSON that commands print, as JSON Schema. Each shape is written once, in a short form that a person reads at a
// glance:
//   {name: type, other: [type], may_be_left_out?: type, *: type}   * is every other member
//   text decimal number count truth time hex any object            and a ? after a type: or null
// Members are only ever added to a schema; else the number after its name rises.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace trd {

struct SchemaRow {
    std::string_view name;   // "trd.backtest/1"
    std::string_view shape;  // of "data"
};
std::span<const SchemaRow> schema_table();

// The schema of one shape; empty when the shape is not well formed.
std::optional<std::string> schema_of_shape(std::string_view shape);
// The whole of what a command prints: the envelope around `row`, or the error object for "trd.error/1".
std::string json_schema(const SchemaRow& row);

}  // namespace trd
