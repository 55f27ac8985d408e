#include "script/script_names.h"

#include <vector>

#include "base/suggest.h"
#include "script/lua_lexer.h"

namespace trd {
namespace {

// The NAME in "field 'NAME' (a nil value)", or nothing.
std::string_view nil_field(std::string_view message) {
    constexpr std::string_view before = "field '", after = "' (a nil value)";
    const size_t end = message.find(after);
    const size_t begin = end == std::string_view::npos ? end : message.rfind(before, end);
    if (begin == std::string_view::npos) return {};
    return message.substr(begin + before.size(), end - begin - before.size());
}

}  // namespace

std::string meant_field(std::string_view source, std::string_view message) {
    const std::string_view missing = nil_field(message);
    if (missing.empty()) return {};
    std::vector<std::string_view> names;
    LuaLexer lexer(source);
    bool after_point = false;
    for (auto token = lexer.next(); token && token->kind != LuaToken::Kind::end; token = lexer.next()) {
        if (after_point && token->kind == LuaToken::Kind::name) names.push_back(token->text);
        after_point = token->is(".");
    }
    return did_you_mean(missing, names);
}

}  // namespace trd
