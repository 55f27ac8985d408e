#include "script/script_names.h"

#include <vector>

#include "base/suggest.h"
#include "script/lua_tokens.h"

namespace trd {
namespace {

// The NAME in "field 'NAME' (a nil value)", and whether it is a method's; nothing of another message.
struct Missing {
    std::string_view name;
    bool is_method = false;
};
Missing missing_in(std::string_view message) {
    constexpr std::string_view after = "' (a nil value)";
    for (const std::string_view before : {"field '", "method '"}) {
        const size_t end = message.find(after);
        const size_t begin = end == std::string_view::npos ? end : message.rfind(before, end);
        if (begin == std::string_view::npos) continue;
        return {message.substr(begin + before.size(), end - begin - before.size()), before.starts_with("method")};
    }
    return {};
}

}  // namespace

std::string meant_field(std::string_view source, std::string_view message) {
    const Missing missing = missing_in(message);
    if (missing.name.empty()) return {};
    std::vector<std::string_view> names;
    const LuaTokens tokens(source);
    // A field that the script puts somewhere: one that it reads of a bar or a position is none of its own.
    for (size_t i = 0; i < tokens.size(); ++i)
        if (tokens.is_member(i) && (missing.is_method || (tokens.at(i - 1).is(".") && tokens.at(i + 1).is("="))))
            names.push_back(tokens.at(i).text);
    return did_you_mean(missing.name, names);
}

}  // namespace trd
