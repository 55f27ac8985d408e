#include "cli/json_flat.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace trd {
namespace {

using Json = nlohmann::ordered_json;
using Flat = std::vector<std::pair<std::string, std::string>>;

std::string leaf_text(const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

// Of an array whose elements have a name each, which no other has; else none. Strategies go by the place that they were
// named in: the same one may be there twice.
std::vector<std::string> names_of(const Json& array, const std::string& path) {
    std::vector<std::string> names;
    if (!array.is_array() || path == "strategies") return names;
    for (const Json& element : array) {
        const auto name = element.is_object() ? element.find("name") : element.end();
        if (name == element.end() || !name->is_string()) return {};
        names.push_back(name->get<std::string>());
        if (std::count(names.begin(), names.end(), names.back()) > 1) return {};
    }
    return names;
}

void flatten(const Json& value, const std::string& name, Flat& out) {
    if (!value.is_structured() || value.empty()) {
        out.emplace_back(name, leaf_text(value));
        return;
    }
    const std::vector<std::string> names = names_of(value, name);
    size_t place = 0;
    for (const auto& [key, member] : value.items()) {
        const std::string& own = names.empty() ? key : names[place++];
        flatten(member, name.empty() ? own : name + "." + own, out);
    }
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
