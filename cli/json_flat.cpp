#include "cli/json_flat.h"

#include <nlohmann/json.hpp>

namespace trd {
namespace {

using Json = nlohmann::ordered_json;
using Flat = std::vector<std::pair<std::string, std::string>>;

std::string leaf_text(const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

void flatten(const Json& value, const std::string& name, Flat& out) {
    if (!value.is_structured() || value.empty()) {
        out.emplace_back(name, leaf_text(value));
        return;
    }
    for (const auto& [key, member] : value.items()) flatten(member, name.empty() ? key : name + "." + key, out);
}

}  // namespace

std::optional<Flat> flatten_json(std::string_view text) {
    const Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded()) return {};
    Flat out;
    flatten(json, {}, out);
    return out;
}

}  // namespace trd
