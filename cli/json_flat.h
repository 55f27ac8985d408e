// A JSON value as names and texts: {"stats":{"sharpe":1.5}} is ("stats.sharpe", "1.5"). Numbers stay as they are
// written, null is "null", an empty object or array is "{}" or "[]". What stands in an array goes by its "name", where
// each has one of its own, or else by its place: {"by_symbol":[{"name":"SPY","net":"5"}]} is ("by_symbol.SPY.net",
// "5").
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace trd {

// In the order of the text; nothing when it is not JSON.
std::optional<std::vector<std::pair<std::string, std::string>>> flatten_json(std::string_view json);

}  // namespace trd
