#include "cli/verb.h"

namespace trd {

std::string_view Option::long_name() const {
    const size_t comma = names.rfind(',');
    return comma == std::string_view::npos ? names : names.substr(comma + 1);
}

std::string_view Option::short_name() const {
    const size_t comma = names.find(',');
    return comma == std::string_view::npos ? std::string_view() : names.substr(0, comma);
}

const Verb* verb_named(std::string_view path) {
    for (const Verb* verb : verb_table())
        if (verb->path == path) return verb;
    return nullptr;
}

std::vector<std::string_view> split_choices(std::string_view choices) {
    std::vector<std::string_view> parts;
    while (!choices.empty()) {
        const size_t comma = choices.find(',');
        parts.push_back(choices.substr(0, comma));
        choices = comma == std::string_view::npos ? std::string_view() : choices.substr(comma + 1);
    }
    return parts;
}

}  // namespace trd
