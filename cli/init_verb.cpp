// trd init: a new project that runs.
#include "base/suggest.h"
#include "cli/answer.h"
#include "cli/ask.h"
#include "cli/init_files.h"
#include "cli/json_writer.h"
#include "cli/values.h"

namespace trd {
namespace {

constexpr Positional positionals[] = {
    {"DIR", "the project's folder, made if it is not there; this one unless given", false, false, Completes::files},
};

constexpr Option options[] = {
    {"--template", "KIND", "what is traded: it decides currency, fees and quantity; equity unless given or asked",
     false, "crypto,equity,fx", Completes::choices},
    {"--symbol", "NAME", "what the strategy is for"},
    {"--cash", "AMOUNT", "cash at the start of a backtest; 10000 unless given or asked"},
};

constexpr Example examples[] = {
    {"A new project, with three questions:", "trd init trading"},
    {"Without any:", "trd init trading --template crypto --no-input"},
};

constexpr std::string_view default_cash = "10000";

std::string objection_to_template(const std::string& answer) {
    std::string names;
    for (const ProjectTemplate& each : project_templates()) {
        if (each.name == answer) return {};
        names.append(names.empty() ? "one of " : ", ").append(each.name);
    }
    return names;
}

// What a file of TOML or Lua, a shell and a catalogue all take as it stands.
std::string objection_to_symbol(const std::string& answer) {
    constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:/-";
    const bool is_well =
        !answer.empty() && answer.size() <= 32 && answer.find_first_not_of(allowed) == std::string::npos;
    return is_well ? "" : "1 to 32 letters, digits and . _ : / -";
}

std::string objection_to_cash(const std::string& answer) {
    const auto amount = Money::parse(answer);
    return amount && amount->is_positive() ? "" : "an amount such as 10000 or 2500.50";
}

// Given with its flag, or asked for.
Result<std::string> settle(const Context& context, std::string_view flag, const Question& question) {
    const auto given = context.arguments.value(flag);
    if (!given) return ask(context, question);
    const std::string objection = question.objection(*given);
    if (!objection.empty()) return Fail{bad_value(flag, *given, objection)};
    return *given;
}

Result<ProjectPlan> plan_of(const Context& context) {
    ProjectPlan plan;
    TRD_TRY(const std::string kind,
            settle(context, "--template", {"What is traded (crypto, equity, fx)", "equity", objection_to_template}));
    plan.kind = &project_template_named(kind);
    TRD_TRY(plan.symbol, settle(context, "--symbol", {"Symbol", std::string(plan.kind->symbol), objection_to_symbol}));
    TRD_TRY(plan.cash, settle(context, "--cash",
                              {"Cash at the start, in " + std::string(plan.kind->currency), std::string(default_cash),
                               objection_to_cash}));
    return plan;
}

Status<> refuse_to_overwrite(const std::string& folder, const std::vector<ProjectFile>& files) {
    for (const ProjectFile& file : files) {
        const std::string path = folder + "/" + std::string(file.path);
        if (file_exists(path))
            return Fail{Error{ExitCode::refused, "E_PROJECT_EXISTS",
                              path + " is there already; trd init overwrites nothing",
                              "name another folder, or move the file away"}};
    }
    return done;
}

// All of them or none: what was written before a failure is taken away again.
Status<> write_files(const std::string& folder, const std::vector<ProjectFile>& files) {
    TRD_CHECK(make_folders(folder + "/strategies"));
    std::vector<std::string> written;
    for (const ProjectFile& file : files) {
        const std::string path = folder + "/" + std::string(file.path);
        if (auto status = replace_file(path, file.text); !status) {
            for (const std::string& each : written) (void)remove_file(each).ok();
            return status;
        }
        written.push_back(path);
    }
    return done;
}

std::string shell_word(const std::string& text) {
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/-";
    if (text.find_first_not_of(plain) == std::string::npos) return text;
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

std::vector<std::string> next_commands(const std::string& folder, const ProjectPlan& plan) {
    const std::string enter = folder == "." ? "" : "cd " + shell_word(folder) + " && ";
    return {enter + "trd data generate DEMO --tf 1d " + std::string(plan.kind->days_of_demo),
            "trd backtest strategies/first.lua --symbol DEMO --tf 1d" + std::string(plan.kind->flags_of_demo),
            "trd data import YOUR-PRICES.csv --symbol " + shell_word(plan.symbol) +
                " && trd backtest strategies/first.lua --symbol " + shell_word(plan.symbol)};
}

std::string init_json(const std::string& folder, const std::vector<ProjectFile>& files,
                      const std::vector<std::string>& next) {
    JsonWriter json;
    json.begin_object().member("folder", folder).key("files").begin_array();
    for (const ProjectFile& file : files) json.value(file.path);
    json.end_array().key("next").begin_array();
    for (const std::string& command : next) json.value(command);
    return json.end_array().end_object().take();
}

Result<Answer> run(Context& context) {
    const std::string folder = context.arguments.value("DIR").value_or(".");
    if (folder.empty()) return Fail{bad_value("DIR", folder, "the name of a folder")};
    // Before any question: an answer that cannot be used is not asked for.
    TRD_CHECK(refuse_to_overwrite(folder, project_files({&project_templates().front(), "", ""})));
    TRD_TRY(const ProjectPlan plan, plan_of(context));
    const std::vector<ProjectFile> files = project_files(plan);
    TRD_CHECK(write_files(folder, files));
    const std::vector<std::string> next = next_commands(folder, plan);
    Answer answer{.schema = "trd.init/1"};
    if (context.json()) answer.data = init_json(folder, files, next);
    std::string names;
    for (const ProjectFile& file : files) names.append(names.empty() ? "" : ", ").append(file.path);
    answer.notes.push_back("made " + names + " in " + folder + "; next:");
    for (const std::string& command : next) answer.notes.push_back("  " + command);
    answer.notes.push_back("DEMO is a made-up series, to see it run; the last line is for prices of " + plan.symbol);
    return answer;
}

}  // namespace

extern const Verb init_verb;
const Verb init_verb{
    .path = "init",
    .summary = "Make a new project: settings and a strategy that runs",
    .description =
        "Writes trd.toml, strategies/first.lua and .luarc.json, and says which three commands come next. At a terminal "
        "it asks what is traded, for which symbol and with how much cash, unless a flag says so; elsewhere, or with "
        "--no-input, it asks nothing. Nothing is overwritten: where one of the files is there, none is written.",
    .positionals = positionals,
    .options = options,
    .examples = examples,
    .run = run,
};

}  // namespace trd
