// trd help: verbs, groups and topics.
#include "base/suggest.h"
#include "cli/answer.h"
#include "cli/help.h"
#include "cli/json_writer.h"
#include "cli/values.h"

namespace trd {
namespace {

constexpr Positional positionals[] = {
    {"TOPIC", "a verb, a group of verbs or a topic; all of them are listed without it", false, true, Completes::verbs},
};

constexpr Example examples[] = {
    {"A verb with examples:", "trd help backtest"},
    {"What the numbers that a command ends with mean:", "trd help exit-codes"},
};

bool is_group(std::string_view name) {
    for (const VerbGroup& group : verb_groups())
        if (group.name == name) return true;
    return false;
}

const Topic* topic_named(std::string_view name) {
    for (const Topic& topic : topic_table())
        if (topic.name == name) return &topic;
    return nullptr;
}

// What people call it whose name here is another, and not near.
struct OtherWord {
    std::string_view said, meant;
};
constexpr OtherWord other_words[] = {
    {"limits", "risk"},        {"limit", "risk"},           {"settings", "config"}, {"variables", "environment"},
    {"strategy", "lua"},       {"strategies", "lua"},       {"scripts", "lua"},     {"errors", "exit-codes"},
    {"json", "output"},        {"formats", "output"},       {"csv", "files"},       {"import", "data import"},
    {"replay", "runs verify"}, {"explain", "runs explain"}, {"systemd", "cron"},
};

std::optional<std::string_view> topic_meant(const std::string& name, std::span<const std::string_view> names) {
    for (const OtherWord& word : other_words)
        if (word.said == name) return word.meant;
    return nearest_name(name, names);
}

Error unknown_topic(const std::string& name) {
    std::vector<std::string_view> names;
    for (const Verb* verb : verb_table()) names.push_back(verb->path);
    for (const VerbGroup& group : verb_groups()) names.push_back(group.name);
    for (const Topic& topic : topic_table()) names.push_back(topic.name);
    const auto meant = topic_meant(name, names);
    return {ExitCode::not_found, "E_TOPIC", "there is no help on " + in_quotes(name),
            meant ? "did you mean trd help " + std::string(*meant) + "?" : "trd help lists verbs and topics"};
}

Result<std::string> help_on(const std::string& name, const HelpStyle& style) {
    if (name.empty()) return root_help(style);
    if (const Verb* verb = verb_named(name); verb != nullptr) return verb_help(*verb, true, style);
    const Topic* topic = topic_named(name);
    if (is_group(name)) return (topic != nullptr ? topic->text() + "\n" : "") + group_help(name, style);
    if (topic != nullptr) return topic->text();
    return Fail{unknown_topic(name)};
}

Result<Answer> run(Context& context) {
    std::string name;
    for (const std::string& word : context.arguments.values("TOPIC")) name += (name.empty() ? "" : " ") + word;
    TRD_TRY(std::string text, help_on(name, {context.paint, help_columns(context.host)}));
    Answer answer{.schema = "trd.help/1"};
    if (context.json())
        answer.data = JsonWriter().begin_object().member("topic", name).member("text", text).end_object().take();
    else
        answer.text = std::move(text);
    return answer;
}

}  // namespace

extern const Verb help_verb;
const Verb help_verb{
    .path = "help",
    .summary = "Explain a verb or a topic",
    .description = {},
    .positionals = positionals,
    .options = {},
    .examples = examples,
    .run = run,
    .is_one_text = true,
};

}  // namespace trd
