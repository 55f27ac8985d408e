// trd new strategy, trd new indicator, trd new risk: a file to begin with.
#include <algorithm>

#include "base/file.h"
#include "cli/answer.h"
#include "cli/json_writer.h"
#include "cli/values.h"
#include "record/record.h"
#include "script/lua_text.h"

namespace trd {
namespace {

constexpr Positional positionals[] = {{"NAME", "what it is called; the file is NAME.lua", true}};

constexpr Example examples[] = {
    {"A crossing of averages to change into something better:", "trd new strategy my_idea"},
};

constexpr Example risk_examples[] = {
    {"A cap on everything together, to change into something better:", "trd new risk my_cap"},
};

constexpr Example indicator_examples[] = {
    {"The distance from a mean, to change into something better:", "trd new indicator distance"},
};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_name(std::string_view name) {
    const auto fits = [](char c) { return is_letter(c) || is_digit(c) || c == '-'; };
    return !name.empty() && name.size() <= 64 && name.front() != '-' && std::all_of(name.begin(), name.end(), fits);
}

// What can stand for a variable in Lua, and does not stand for something else where the file uses it.
bool is_word(std::string_view name) {
    constexpr std::string_view reserved[] = {
        "and", "break", "do", "else",   "elseif", "end",  "false", "for",   "function", "goto", "if", "in",   "local",
        "nil", "not",   "or", "repeat", "return", "then", "true",  "until", "while",    "trd",  "S",  "self", "ctx"};
    const auto fits = [](char c) { return is_letter(c) || is_digit(c); };
    return !name.empty() && name.size() <= 64 && !is_digit(name.front()) &&
           std::all_of(name.begin(), name.end(), fits) &&
           std::find(std::begin(reserved), std::end(reserved), name) == std::end(reserved);
}

// The text of that name in lua/, with NAME replaced wherever it stands.
std::string text_for(std::string_view file, const std::string& name) {
    constexpr std::string_view place = "NAME";
    std::string text(lua_text(file));
    size_t at = text.find(place);
    TRD_ASSERT(at != std::string::npos);
    for (; at != std::string::npos; at = text.find(place, at + name.size())) text.replace(at, place.size(), name);
    return text;
}

Result<Answer> write_new(Context& context, std::string_view file, const std::string& name, const char* schema,
                         const std::string& then) {
    const std::string path = name + ".lua";
    if (file_exists(path))
        return Fail{Error{ExitCode::refused, "E_FILE_EXISTS", path + " is there already",
                          "choose another name, or remove the file"}};
    TRD_CHECK(replace_file(path, text_for(file, name)));
    Answer answer{.schema = schema};
    if (context.json())
        answer.data = JsonWriter().begin_object().member("file", path).end_object().take();
    else
        answer.notes.push_back("wrote " + path + "; next: trd check " + path + ", then " + then + path);
    return answer;
}

Result<Answer> new_strategy(Context& context) {
    const std::string name = *context.arguments.value("NAME");
    if (!is_name(name)) return Fail{bad_value("NAME", name, "up to 64 letters, digits, '_' and '-'")};
    return write_new(context, "new_strategy", name, "trd.new.strategy/1", "trd backtest ");
}

Result<Answer> new_risk(Context& context) {
    const std::string name = *context.arguments.value("NAME");
    if (!is_name(name) || name.size() > VenueText::max_size())
        return Fail{bad_value("NAME", name, "up to 39 letters, digits, '_' and '-'")};
    return write_new(context, "new_risk", name, "trd.new.risk/1", "trd backtest STRATEGY --risk-rule ");
}

Result<Answer> new_indicator(Context& context) {
    const std::string name = *context.arguments.value("NAME");
    if (!is_word(name))
        return Fail{bad_value("NAME", name,
                              "a word of up to 64 letters, digits and '_' that means nothing else in a strategy",
                              "it is a variable in the file")};
    return write_new(context, "new_indicator", name, "trd.new.indicator/1", "trd backtest ");
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
    .run = new_strategy,
};

extern const Verb new_risk_verb;
const Verb new_risk_verb{
    .path = "new risk",
    .summary = "Write a risk rule to begin with",
    .description =
        "The file is a working rule: it caps what everything together is worth. trd backtest STRATEGY --risk-rule FILE "
        "asks it about every order that the limits have allowed.",
    .positionals = positionals,
    .options = {},
    .examples = risk_examples,
    .run = new_risk,
};

extern const Verb new_indicator_verb;
const Verb new_indicator_verb{
    .path = "new indicator",
    .summary = "Write an indicator of your own to begin with",
    .description =
        "The file is a working indicator in Lua, inside a strategy that plots it: trd check and trd backtest run it as "
        "it is. The indicator is copied into whatever strategy is to use it.",
    .positionals = positionals,
    .options = {},
    .examples = indicator_examples,
    .run = new_indicator,
};

}  // namespace trd
