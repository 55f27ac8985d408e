#include "cli/live_parameters.h"

#include "cli/unicode.h"
#include "script/lua_strategy.h"

namespace trd {
namespace {

constexpr uint32_t time_limit_ms = 500;  // somebody waits at a key

// Flags come before their values, so a word that ends like a script and is no flag is one.
std::vector<StrategyManifest> manifests_of(std::span<const std::string> words) {
    std::vector<StrategyManifest> manifests;
    for (const std::string& word : words) {
        if (!word.ends_with(".lua") || word.starts_with('-')) continue;
        LuaOptions options;
        options.time_limit_ms = time_limit_ms;
        if (const auto loaded = LuaStrategy::load(word, {}, options)) manifests.push_back((*loaded)->manifest());
    }
    return manifests;
}

// "bars in the fast average; 10 unless given, 2 to 200"
std::string about(const StrategyParameter& parameter) {
    std::string text = parameter.doc.empty() ? "" : parameter.doc + "; ";
    text += parameter.fallback + " unless given";
    if (!parameter.minimum.empty()) text += ", from " + parameter.minimum;
    if (!parameter.maximum.empty()) text += (parameter.minimum.empty() ? ", to " : " to ") + parameter.maximum;
    return text;
}

void add(std::vector<Candidate>& out, const std::string& whose, const StrategyParameter& parameter) {
    const std::string word = whose + parameter.name + "=";
    std::vector<std::string> values = parameter.choices;
    if (parameter.type == StrategyParameter::Type::boolean) values = {"true", "false"};
    if (values.empty()) out.push_back({word, about(parameter)});
    for (const std::string& value : values)
        if (harmless(value) == value) out.push_back({word + value, about(parameter)});
}

}  // namespace

std::vector<Candidate> live_parameters(std::span<const std::string> words) {
    const std::vector<StrategyManifest> manifests = manifests_of(words);
    std::vector<Candidate> out;
    for (const StrategyManifest& manifest : manifests)
        for (const StrategyParameter& parameter : manifest.parameters)
            add(out, manifests.size() > 1 ? manifest.name + "." : "", parameter);
    return out;
}

}  // namespace trd
