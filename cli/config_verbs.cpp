// trd config show, get, check and path: what holds, and who says so.
#include <algorithm>
#include <iterator>

#include "cli/answer.h"
#include "cli/json_writer.h"
#include "cli/settings.h"
#include "cli/text_format.h"
#include "cli/values.h"

namespace trd {
namespace {

constexpr Option show_options[] = {
    {"--origin", "", "say where each value comes from: a file with line and column, a variable, or built in"},
};
constexpr Example show_examples[] = {
    {"Which file or variable sets what:", "trd config show --origin"},
};
constexpr Positional get_positionals[] = {
    {"KEY", "a key of trd config show, such as backtest.cash", true, false, Completes::settings},
};
constexpr Example get_examples[] = {
    {"One value, for a script:", "trd config get backtest.cash"},
};
constexpr Positional check_positionals[] = {
    {"FILE", "a file to check instead of those that count here", false, true, Completes::files},
};
constexpr Example check_examples[] = {
    {"Before a file is put into its place:", "trd config check new.toml"},
};
constexpr Example path_examples[] = {
    {"The files that count here, the weakest first:", "trd config path"},
};

constexpr Positional set_positionals[] = {
    {"KEY", "a key of trd config show, such as backtest.cash", true, false, Completes::settings},
    {"VALUE", "what it is to be", true, false, Completes::values},
};
constexpr Option set_options[] = {
    {"--user", "", "in the user's file, even where there is a project or a --config"},
};
constexpr Example set_examples[] = {
    {"More money for this project:", "trd config set backtest.cash 25000"},
    {"More money in another file:", "trd -c big.toml config set backtest.cash 1e6"},
};

constexpr Example unset_examples[] = {
    {"Back to what weaker sources say:", "trd config unset backtest.cash"},
};
constexpr Positional diff_positionals[] = {
    {"FILE", "a file that is not read yet", false, false, Completes::files},
};
constexpr Example diff_examples[] = {
    {"What is set here at all:", "trd config diff"},
    {"What a file would change:", "trd config diff big.toml"},
};

struct Holding {
    std::string value;
    std::string origin;
};

// These verbs show and mend settings, so a variable that means nothing is told and does not stop them; config get and
// config check, whose answer scripts believe, stop.
void warn_of_unknown_variables(const Context& context, Answer& answer) {
    for (const Error& error : unknown_variables(context.host))
        answer.warnings.push_back(error.message + "; " + error.hint);
}

Holding holding_of(const SettingKey& setting, const Config& config) {
    const ConfigValue* value = config.find(setting.key.name);
    if (value == nullptr) return {std::string(setting.built_in), "built in"};
    return {value->text, value->origin.text()};
}

std::string show_json(const Config& config) {
    JsonWriter json;
    json.begin_object().key("values").begin_array();
    for (const SettingKey& setting : setting_keys()) {
        const Holding holding = holding_of(setting, config);
        json.begin_object().member("key", setting.key.name).member("value", holding.value);
        json.member("origin", holding.origin).member("flag", setting.flag).end_object();
    }
    return json.end_array().end_object().take();
}

std::string show_table(const Config& config, bool with_origin) {
    std::string out;
    for (const SettingKey& setting : setting_keys()) {
        const Holding holding = holding_of(setting, config);
        const std::string value = holding.value.empty() ? "-" : harmless(holding.value);
        out += padded_right(std::string(setting.key.name), 20);
        out += (with_origin ? padded_right(value, 16) + "  " + holding.origin : value) + "\n";
    }
    return out;
}

Table show_records(const Config& config) {
    Table table{
        "setting",
        {{"key", "KEY"}, {"value", "VALUE"}, {"origin", "ORIGIN", false, Narrowing::cut_front}, {"flag", "FLAG"}},
        {}};
    for (const SettingKey& setting : setting_keys()) {
        const Holding holding = holding_of(setting, config);
        table.rows.push_back({setting.key.name, holding.value, holding.origin, setting.flag});
    }
    return table;
}

Result<Answer> run_show(Context& context) {
    TRD_TRY(const LoadedConfig loaded, load_known_config(context.host, context.arguments));
    Answer answer{.schema = "trd.config.show/1"};
    if (context.json()) answer.data = show_json(loaded.config);
    answer.text = show_table(loaded.config, context.arguments.has("--origin"));
    answer.table = show_records(loaded.config);
    warn_of_unknown_variables(context, answer);
    return answer;
}

Error unknown_key(const std::string& name) {
    const auto meant = key_meant(name, config_keys());
    return {ExitCode::not_found, "E_CONFIG_NO_KEY", "there is no key " + in_quotes(name),
            meant ? "did you mean " + std::string(*meant) + "?" : "trd config show lists the keys"};
}

Result<Answer> run_get(Context& context) {
    const std::string name = *context.arguments.value("KEY");
    TRD_TRY(const LoadedConfig loaded, load_config(context.host, context.arguments));
    for (const SettingKey& setting : setting_keys()) {
        if (setting.key.name != name) continue;
        const Holding holding = holding_of(setting, loaded.config);
        Answer answer{.schema = "trd.config.get/1", .text = holding.value + "\n"};
        if (context.json()) {
            JsonWriter json;
            json.begin_object()
                .member("key", name)
                .member("value", holding.value)
                .member("origin", holding.origin)
                .end_object();
            answer.data = json.take();
        }
        return answer;
    }
    return Fail{unknown_key(name)};
}

Answer answer_with_files(const Context& context, std::string_view schema, const std::vector<std::string>& files) {
    Answer answer{.schema = schema};
    JsonWriter json;
    json.begin_object().key("files").begin_array();
    for (const std::string& file : files) {
        json.value(file);
        answer.text += file + "\n";
    }
    json.end_array().end_object();
    if (context.json()) answer.data = json.take();
    return answer;
}

// The files that are named, or all sources that count here.
std::vector<Error> errors_of_sources(const Context& context, const std::vector<std::string>& files, bool are_named) {
    Config config;
    std::vector<Error> errors;
    const auto add = [&errors](std::vector<Error> more) {
        std::move(more.begin(), more.end(), std::back_inserter(errors));
    };
    for (const std::string& file : files) add(take_config_file(config, file, config_keys()));
    if (are_named) return errors;
    add(take_config_variables(config, context.host.environment, config_keys()));
    add(unknown_variables(context.host));
    return errors;
}

Result<Answer> run_check(Context& context) {
    const auto named = context.arguments.values("FILE");
    std::vector<std::string> files(named.begin(), named.end());
    if (named.empty()) {
        TRD_TRY(files, settings_files(context.host, context.arguments));
    }
    if (std::vector<Error> errors = errors_of_sources(context, files, !named.empty()); !errors.empty()) {
        Error first = std::move(errors.front());
        errors.erase(errors.begin());
        context.further_errors = std::move(errors);
        return Fail{std::move(first)};
    }
    Answer answer = answer_with_files(context, "trd.config.check/1", files);
    answer.text.clear();
    answer.notes.push_back(std::to_string(files.size()) + (files.size() == 1 ? " file is" : " files are") + " well");
    return answer;
}

// What is wrong with a value elsewhere stops other verbs, so it is told; this one has done its part all the same.
void warn_of_wrong_settings(const Context& context, Answer& answer) {
    if (const auto loaded = load_known_config(context.host, context.arguments); !loaded)
        answer.warnings.push_back(loaded.error().message +
                                  (loaded.error().hint.empty() ? "" : "; " + loaded.error().hint));
    warn_of_unknown_variables(context, answer);
}

Result<Answer> run_path(Context& context) {
    TRD_TRY(const std::vector<std::string> files, settings_files(context.host, context.arguments));
    Answer answer = answer_with_files(context, "trd.config.path/1", files);
    answer.table = Table{"file", {{"file", ""}}, {}};
    for (const std::string& file : files) answer.table->rows.push_back({file});
    warn_of_wrong_settings(context, answer);
    return answer;
}

// The strongest: the last one of --config, else the project's, else the user's.
Result<std::string> file_to_change(const Context& context) {
    TRD_TRY(const std::vector<std::string> files, settings_files(context.host, context.arguments));
    const bool is_named = context.arguments.has("--config");
    const bool in_project = !files.empty() && files.back().ends_with("/trd.toml");
    if ((is_named || in_project) && !context.arguments.has("--user")) return files.back();
    TRD_TRY(const Places places, places_from(context.host.environment));
    TRD_CHECK(make_folders(places.config));
    return places.config + "/config.toml";
}

Status<> check_key(const std::string& key) {
    const auto keys = config_keys();
    if (std::any_of(keys.begin(), keys.end(), [&key](const ConfigKey& each) { return each.name == key; })) return done;
    return Fail{unknown_key(key)};
}

Result<Answer> run_set(Context& context) {
    const std::string key = *context.arguments.value("KEY");
    const std::string value = *context.arguments.value("VALUE");
    const auto keys = config_keys();
    TRD_CHECK(check_key(key));
    TRD_TRY(const std::string file, file_to_change(context));
    std::string before;
    if (file_exists(file)) {
        TRD_TRY(before, read_file(file));
    }
    TRD_TRY(const std::string after, with_value(before, file, key, value, keys));
    TRD_CHECK(replace_file(file, after));
    Answer answer{.schema = "trd.config.set/1"};
    if (context.json())
        answer.data = JsonWriter()
                          .begin_object()
                          .member("key", key)
                          .member("value", value)
                          .member("file", file)
                          .end_object()
                          .take();
    answer.notes.push_back(key + " is " + value + " in " + file + "; trd config show --origin shows what holds");
    warn_of_wrong_settings(context, answer);
    return answer;
}

Error not_set(const std::string& key, const std::string& file) {
    return {ExitCode::not_found, "E_CONFIG_NOT_SET", file + " does not set " + key,
            "trd config show --origin tells who does"};
}

Result<Answer> run_unset(Context& context) {
    const std::string key = *context.arguments.value("KEY");
    TRD_CHECK(check_key(key));
    TRD_TRY(const std::string file, file_to_change(context));
    if (!file_exists(file)) return Fail{not_set(key, file)};
    TRD_TRY(const std::string before, read_file(file));
    TRD_TRY(const std::optional<std::string> after, without_value(before, file, key));
    if (!after) return Fail{not_set(key, file)};
    TRD_CHECK(replace_file(file, *after));
    Answer answer{.schema = "trd.config.unset/1"};
    if (context.json())
        answer.data = JsonWriter().begin_object().member("key", key).member("file", file).end_object().take();
    answer.notes.push_back(key + " is no longer in " + file + "; trd config show --origin shows what holds");
    warn_of_wrong_settings(context, answer);
    return answer;
}

// What holds against what is built in; with a file, what would hold with it against what does.
Result<Answer> run_diff(Context& context) {
    TRD_TRY(const LoadedConfig loaded, load_known_config(context.host, context.arguments));
    Config with_file = loaded.config;
    const auto file = context.arguments.value("FILE");
    if (file) TRD_CHECK(add_config_file(with_file, *file, config_keys()));
    const Config nothing;
    const Config& before = file ? loaded.config : nothing;
    const Config& after = file ? with_file : loaded.config;
    Answer answer{.schema = "trd.config.diff/1"};
    answer.table = Table{
        "difference",
        {{"key", "KEY"}, {"before", "BEFORE"}, {"after", "AFTER"}, {"origin", "ORIGIN", false, Narrowing::cut_front}},
        {}};
    JsonWriter json;
    json.begin_object().key("differences").begin_array();
    for (const SettingKey& setting : setting_keys()) {
        const Holding old = holding_of(setting, before), now = holding_of(setting, after);
        if (old.value == now.value) continue;
        answer.table->rows.push_back({setting.key.name, old.value, now.value, now.origin});
        json.begin_object().member("key", setting.key.name).member("before", old.value).member("after", now.value);
        json.member("origin", now.origin).end_object();
    }
    const size_t count = answer.table->rows.size();
    if (context.json()) answer.data = json.end_array().end_object().take();
    if (count > 0) answer.code = ExitCode::findings;
    answer.notes.push_back(std::to_string(count) + (count == 1 ? " key differs" : " keys differ"));
    warn_of_unknown_variables(context, answer);
    return answer;
}

}  // namespace

extern const Verb config_unset_verb, config_diff_verb;
const Verb config_unset_verb{
    .path = "config unset",
    .summary = "Take a value out of the project's or the user's file",
    .description =
        "Of a file given with --config, where there is one. Comments and everything else in the file stay as they are. "
        "What a weaker source says holds again.",
    .positionals = get_positionals,
    .options = set_options,
    .examples = unset_examples,
    .run = run_unset,
};
const Verb config_diff_verb{
    .path = "config diff",
    .summary = "Show keys that are not as built in, or that a file changes",
    .description =
        "Without FILE: every key whose value is not the built-in one. With it: every key that would have another value "
        "if "
        "the file were read as the strongest one, by -c FILE; variables and flags are not asked then. Exit code 10 "
        "when "
        "there is a difference.",
    .positionals = diff_positionals,
    .options = {},
    .examples = diff_examples,
    .run = run_diff,
    .fields = "key,before,after,origin",
};

extern const Verb config_set_verb;
const Verb config_set_verb{
    .path = "config set",
    .summary = "Change a value in the project's or the user's file",
    .description =
        "In the file given with --config, where there is one. Comments and everything else in the file stay as they "
        "are. A value that a stronger source overrides is "
        "written all the same; trd config show --origin tells which one holds.",
    .positionals = set_positionals,
    .options = set_options,
    .examples = set_examples,
    .run = run_set,
};

extern const Verb config_show_verb, config_get_verb, config_check_verb, config_path_verb;

const Verb config_show_verb{
    .path = "config show",
    .summary = "Show every key with the value that holds",
    .description =
        "A value comes from the strongest source that has one: a flag, a variable TRD_KEY (TRD_BACKTEST__CASH for "
        "backtest.cash), a file given with --config, the project's trd.toml, the user's config.toml, the system's, "
        "and at last what is built in.",
    .positionals = {},
    .options = show_options,
    .examples = show_examples,
    .run = run_show,
    .fields = "key,value,origin,flag",
};
const Verb config_get_verb{
    .path = "config get",
    .summary = "Print the value of one key",
    .description = {},
    .positionals = get_positionals,
    .options = {},
    .examples = get_examples,
    .run = run_get,
    .is_product = true,
};
const Verb config_check_verb{
    .path = "config check",
    .summary = "Read the configuration and say what is wrong with it",
    .description =
        "Unknown keys, values of the wrong kind and broken TOML end with exit code 5, and every one of them is named "
        "with "
        "file, line and column; in JSON they are the errors of trd.error/1. So do variables that begin with TRD_ and "
        "mean nothing to trd, unless a FILE is named.",
    .positionals = check_positionals,
    .options = {},
    .examples = check_examples,
    .run = run_check,
};
const Verb config_path_verb{
    .path = "config path",
    .summary = "List the files that count here",
    .description = {},
    .positionals = {},
    .options = {},
    .examples = path_examples,
    .run = run_path,
    .fields = "file",
};

}  // namespace trd
