// trd runs show: a kept run as trd backtest printed it, or its plan or script.
#include <algorithm>

#include "backtest/stored_plan.h"
#include "cli/kept_answer.h"
#include "cli/runs_common.h"

namespace trd {
namespace {

constexpr Positional positionals[] = {
    {"RUN", "first digits of its id, its name, or last", true, false, Completes::runs},
};
constexpr Option options[] = {
    {"--script", "", "the strategy's script as it was then; of several, and with risk rules, one after the other"},
    {"--plan", "", "parameters, data, models and places as they were then"},
    store_option,
};
constexpr Example examples[] = {
    {"The newest run once more:", "trd runs show last"},
    {"What became of a script since:", "trd runs show nightly --script | diff - sma_cross.lua"},
};

constexpr std::string_view fields = "name,value";  // those of trd backtest

Error damaged(const RunStore& store, const RunLabel& run) {
    return {ExitCode::data, "E_STORE_CORRUPT",
            store.path() + " is damaged: what run " + short_id(run) + " printed cannot be read",
            "run it again to keep it anew, or remove it with trd runs rm " + short_id(run)};
}

// Facts by section, in the order of their first ones; the figures are those of the result.
void put_plan(JsonWriter& json, const KeptRun& run) {
    std::vector<std::string_view> sections;
    for (const RunFact& fact : run.facts)
        if (fact.section != "figure" && std::find(sections.begin(), sections.end(), fact.section) == sections.end())
            sections.push_back(fact.section);
    json.key("plan").begin_object();
    for (const std::string_view section : sections) {
        json.key(section).begin_object();
        for (const RunFact& fact : run.facts)
            if (fact.section == section) json.member(fact.name, fact.value);
        json.end_object();
    }
    json.end_object();
}

std::string json_of(const KeptRun& run) {
    JsonWriter json;
    json.begin_object().key("run").begin_object();
    put_label(json, run);
    json.end_object();
    put_plan(json, run);
    json.member("script", run.texts.at("script")).key("scripts").begin_array();
    const std::vector<std::string> names = strategies_of(run);
    for (size_t i = 0; i < names.size(); ++i) {
        json.begin_object().member("strategy", names[i]);
        json.member("text", run.texts.at(numbered_name("script", i))).end_object();
    }
    json.end_array().key("rules").begin_array();
    const std::vector<std::string> rules = rules_of(run);
    for (size_t i = 0; i < rules.size(); ++i) {
        json.begin_object().member("rule", rules[i]);
        json.member("text", run.texts.at(numbered_name("rule", i))).end_object();
    }
    json.end_array().key("result").raw(run.texts.at("result.json"));
    return json.end_object().take();
}

bool has_scripts(const KeptRun& run) {
    const auto has_all = [&run](const char* name, size_t count) {
        for (size_t i = 0; i < count; ++i)
            if (!run.texts.contains(numbered_name(name, i))) return false;
        return true;
    };
    return has_all("script", strategies_of(run).size()) && has_all("rule", rules_of(run).size());
}

// Of several each below a line of Lua that says whose it is.
std::string scripts_text(const KeptRun& run) {
    const std::vector<std::string> names = strategies_of(run), rules = rules_of(run);
    const size_t count = names.size() + rules.size();
    if (count == 1) return run.texts.at("script");
    std::string text;
    for (size_t i = 0; i < count; ++i) {
        const bool is_rule = i >= names.size();
        const size_t place = is_rule ? i - names.size() : i;
        text += "-- " + std::to_string(i + 1) + " of " + std::to_string(count) + ": " +
                (is_rule ? "risk rule " + rules[place] : names[place]) + "\n" +
                run.texts.at(numbered_name(is_rule ? "rule" : "script", place)) + "\n";
    }
    return text;
}

Table plan_records(const KeptRun& run) {
    Table table{"fact", {{"name", ""}, {"value", ""}}, {}};
    for (const RunFact& fact : run.facts)
        if (fact.section != "figure") table.rows.push_back({fact.section + "." + fact.name, fact.value});
    return table;
}

// What another trd printed may have other columns; --fields asks for those of this one.
void complete_columns(Table& table) {
    for (const std::string_view name : split_choices(fields)) {
        const auto has_name = [name](const Column& column) { return column.name == name; };
        if (std::none_of(table.columns.begin(), table.columns.end(), has_name)) table.columns.push_back({name, ""});
    }
}

Result<Answer> run(Context& context) {
    TRD_TRY(const RunStore store, open_runs(context));
    TRD_TRY(const RunSummary summary, store.find(*context.arguments.value("RUN")));
    TRD_TRY(const KeptRun kept, store.load(summary));
    auto answer = kept.texts.contains("answer") ? unpack_answer(kept.texts.at("answer")) : std::nullopt;
    if (!answer || !has_scripts(kept) || !kept.texts.contains("result.json")) return Fail{damaged(store, kept)};
    answer->schema = "trd.runs.show/1";
    answer->run_id = kept.id;
    if (context.json()) {
        answer->data = json_of(kept);
    } else if (context.arguments.has("--script")) {
        *answer = {.schema = "trd.runs.show/1", .text = scripts_text(kept)};
    } else if (context.arguments.has("--plan")) {
        *answer = {.schema = "trd.runs.show/1", .table = plan_records(kept)};
    }
    if (answer->table) complete_columns(*answer->table);
    return *std::move(answer);
}

}  // namespace

extern const Verb runs_show_verb;
const Verb runs_show_verb{
    .path = "runs show",
    .summary = "Show a kept run as it was printed",
    .description =
        "What is shown is what trd backtest printed then, warnings and findings too; the exit code is 0. JSON has the "
        "plan, the script and the result together.",
    .positionals = positionals,
    .options = options,
    .examples = examples,
    .run = run,
    .fields = fields,
};

}  // namespace trd
