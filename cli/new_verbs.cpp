// trd new strategy: a file to begin with.
#include <algorithm>

#include "base/file.h"
#include "cli/answer.h"
#include "cli/json_writer.h"
#include "cli/values.h"
#include "script/lua_text.h"

namespace trd {
namespace {

constexpr Positional positionals[] = {{"NAME", "what it is called; the file is NAME.lua", true}};

constexpr Example examples[] = {
    {"A crossing of averages to change into something better:", "trd new strategy my_idea"},
};

bool is_name(std::string_view name) {
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    };
    return !name.empty() && name.size() <= 64 && name.front() != '-' && std::all_of(name.begin(), name.end(), fits);
}

std::string strategy_text(const std::string& name) {
    constexpr std::string_view place = "\"NAME\"";
    std::string text(lua_text("new_strategy"));
    const size_t at = text.find(place);
    TRD_ASSERT(at != std::string::npos);
    return text.replace(at, place.size(), "\"" + name + "\"");
}

Result<Answer> run(Context& context) {
    const std::string name = *context.arguments.value("NAME");
    if (!is_name(name)) return Fail{bad_value("NAME", name, "up to 64 letters, digits, '_' and '-'")};
    const std::string path = name + ".lua";
    if (file_exists(path))
        return Fail{Error{ExitCode::refused, "E_FILE_EXISTS", path + " is there already",
                          "choose another name, or remove the file"}};
    TRD_CHECK(replace_file(path, strategy_text(name)));
    Answer answer{.schema = "trd.new.strategy/1"};
    if (context.json())
        answer.data = JsonWriter().begin_object().member("file", path).end_object().take();
    else
        answer.notes.push_back("wrote " + path + "; next: trd check " + path + ", then trd backtest " + path);
    return answer;
}

}  // namespace

extern const Verb new_strategy_verb;
const Verb new_strategy_verb{
    .path = "new strategy",
    .summary = "Write a strategy to begin with",
    .description = "The file is a working strategy with parameters, indicators and comments on what goes where.",
    .positionals = positionals,
    .options = {},
    .examples = examples,
    .run = run,
};

}  // namespace trd
