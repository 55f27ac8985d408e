#include "cli/settings.h"

#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/assert.h"
#include "base/log.h"
#include "cli/backtest_flags.h"

namespace trd {
namespace {

// Would the run take it for the flag of the key? Its error, told of the key.
Status<> check_as_flag(const ConfigKey& key, const std::string& text) {
    const auto all = setting_keys();
    const auto own = std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.key.name == key.name; });
    TRD_ASSERT(own != all.end());
    const auto taken = check_backtest_flag(own->flag, text);
    if (taken) return done;
    Error error = taken.error();
    if (error.message.starts_with(own->flag)) error.message.replace(0, own->flag.size(), key.name);
    return Fail{std::move(error)};
}

constexpr std::array settings{
    SettingKey{{"catalogue", ConfigKind::text, "", "folder of the catalogue of market data"},
               "--catalogue",
               "",
               Completes::files,
               "--data"},
    SettingKey{{"store", ConfigKind::text, "", "folder of kept runs"}, "--store", "", Completes::files},
    SettingKey{{"backtest.cash", ConfigKind::decimal, "", "cash at the start", check_as_flag}, "--cash", "10000"},
    SettingKey{
        {"backtest.currency", ConfigKind::text, "", "currency of the account", check_as_flag}, "--currency", "USD"},
    SettingKey{{"backtest.fees", ConfigKind::text, "", "what the venue charges", check_as_flag}, "--fees", "none"},
    SettingKey{{"backtest.kind", ConfigKind::choice, "equity,fund,index,fx,crypto,future,perpetual", "what is traded"},
               "--kind",
               "equity"},
    SettingKey{{"backtest.seed", ConfigKind::count, "", "seed of the strategy's random numbers", check_as_flag},
               "--seed",
               "1"},
    SettingKey{{"backtest.jit", ConfigKind::choice, "on,off", "compile Lua to machine code"}, "--jit", "on"},
    SettingKey{{"backtest.limits", ConfigKind::text, "", "file of limits, in-force, default or none"},
               "--limits",
               "in-force",
               Completes::files},
    SettingKey{{"backtest.keep", ConfigKind::choice, "on,off", "keep every run, for trd runs"}, "--keep", "on"},
};

constexpr auto keys = [] {
    std::array<ConfigKey, settings.size()> out{};
    for (size_t i = 0; i < settings.size(); ++i) out[i] = settings[i].key;
    return out;
}();

// Read elsewhere than here. The tests and measurements of trd itself run it with theirs.
constexpr std::array<std::string_view, 6> other_variables{
    "TRD_CORRELATION_ID", "TRD_PROGRAM", "TRD_RISK_MUTATION", "TRD_TEST_FULL", "TRD_TEST_SEED", "TRD_WRITE_SEEDS",
};

// "backtest.cash" is for the verb backtest; a key without a table is for every verb that has its flag.
bool is_for(const SettingKey& setting, const Verb& verb) {
    const size_t point = setting.key.name.find('.');
    if (point != std::string_view::npos && setting.key.name.substr(0, point) != verb.path) return false;
    return std::any_of(verb.options.begin(), verb.options.end(),
                       [&](const Option& option) { return option.long_name() == setting.flag; });
}

std::string current_folder() {
    char buffer[4096];
    return ::getcwd(buffer, sizeof buffer) != nullptr ? buffer : std::string();
}

}  // namespace

std::span<const SettingKey> setting_keys() { return settings; }
std::span<const ConfigKey> config_keys() { return keys; }

std::vector<Error> unknown_variables(const Host& host) {
    return unknown_variables(host.own_variables, keys, other_variables);
}

Result<LoadedConfig> load_config(const Host& host, const Arguments& arguments) {
    auto unknown = unknown_variables(host);
    if (!unknown.empty()) return Fail{std::move(unknown.front())};
    return load_known_config(host, arguments);
}

Result<std::vector<std::string>> settings_files(const Host& host, const Arguments& arguments) {
    auto files = config_files(host.environment, current_folder());
    for (const std::string& file : arguments.values("--config")) {
        Config nothing;
        if (!file_exists(file)) TRD_CHECK(add_config_file(nothing, file, keys));
        files.push_back(file);
    }
    return files;
}

Result<LoadedConfig> load_known_config(const Host& host, const Arguments& arguments) {
    LoadedConfig loaded;
    TRD_TRY(loaded.files, settings_files(host, arguments));
    for (const std::string& file : loaded.files) {
        log_debug("config.file", {{"path", file}});
        TRD_CHECK(add_config_file(loaded.config, file, keys));
    }
    TRD_CHECK(add_config_variables(loaded.config, host.environment, keys));
    return loaded;
}

Result<std::vector<AppliedSetting>> apply_config(const Host& host, CommandLine& line) {
    std::vector<AppliedSetting> applied;
    if (line.verb->path == "doctor") return applied;  // a broken file is one of the things it looks for
    const bool is_needed = std::any_of(settings.begin(), settings.end(),
                                       [&](const SettingKey& setting) { return is_for(setting, *line.verb); });
    if (!is_needed) return applied;
    TRD_TRY(const LoadedConfig loaded, load_config(host, line.arguments));
    for (const SettingKey& setting : settings) {
        const ConfigValue* value = loaded.config.find(setting.key.name);
        if (value == nullptr || !is_for(setting, *line.verb) || line.arguments.has(setting.flag)) continue;
        if (!setting.not_beside.empty() && line.arguments.has(setting.not_beside)) continue;
        line.arguments.add(setting.flag, value->text);
        applied.push_back({setting.flag, value->origin.text()});
    }
    return applied;
}

Error with_origin(Error error, std::span<const AppliedSetting> applied) {
    for (const auto& [flag, origin] : applied) {
        const bool is_about_it = error.code == ExitCode::usage && error.message.starts_with(flag) &&
                                 error.message.find_first_of(" :", flag.size()) == flag.size();
        if (!is_about_it) continue;
        error.code = ExitCode::config;
        error.message.insert(0, origin + ": ");
    }
    return error;
}

}  // namespace trd
