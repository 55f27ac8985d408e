#include "cli/arguments.h"

#include <algorithm>

namespace trd {

std::optional<std::string> Arguments::value(std::string_view name) const {
    const auto all = values(name);
    return all.empty() ? std::nullopt : std::optional(all.back());
}

std::span<const std::string> Arguments::values(std::string_view name) const {
    for (const Entry& entry : entries_)
        if (entry.name == name) return entry.values;
    return {};
}

void Arguments::add(std::string_view name, std::string value) {
    const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) { return e.name == name; });
    Entry& entry = found != entries_.end() ? *found : entries_.emplace_back(Entry{std::string(name), {}});
    entry.values.push_back(std::move(value));
}

std::optional<std::string> word_after(std::span<const std::string> words, std::string_view flag) {
    std::optional<std::string> found;
    const std::string joined = std::string(flag) + "=";
    for (size_t i = 0; i < words.size() && words[i] != "--"; ++i) {
        if (words[i] == flag && i + 1 < words.size()) found = words[i + 1];
        if (words[i].starts_with(joined)) found = words[i].substr(joined.size());
    }
    return found;
}

bool asks_for_json(std::span<const std::string> words) {
    const auto end = std::find(words.begin(), words.end(), "--");
    const auto format = word_after(words, "--format");
    return std::find(words.begin(), end, "--json") != end || format == "json" || format == "jsonl";
}

}  // namespace trd
