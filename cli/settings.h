// Which keys a configuration may have, and which flags they stand for: a value of the configuration is the value of its
// flag where the flag is not given.
#pragma once

#include <span>

#include "cli/arguments.h"
#include "cli/host.h"
#include "config/config.h"

namespace trd {

struct SettingKey {
    ConfigKey key;
    std::string_view flag;
    std::string_view built_in;  // what holds when no source says anything; for people
    Completes completes = Completes::nothing;
    std::string_view not_beside = {};  // a flag beside which only a typed value counts
};
std::span<const SettingKey> setting_keys();
std::span<const ConfigKey> config_keys();

// All sources, weakest first: the files of config_files(), those of --config, variables. A variable that begins with
// TRD_ and means nothing to trd is an error: it may be a mistyped one, on which money depends.
struct LoadedConfig {
    Config config;
    std::vector<std::string> files;  // that were read
};
Result<LoadedConfig> load_config(const Host& host, const Arguments& arguments);
// The same for those who tell of such variables themselves, or ask for no result that depends on them.
Result<LoadedConfig> load_known_config(const Host& host, const Arguments& arguments);
// Their files without a look into them: a wrong value is no reason not to name or to mend one.
Result<std::vector<std::string>> settings_files(const Host& host, const Arguments& arguments);
std::vector<Error> unknown_variables(const Host& host);

// A flag of the line that nobody typed: a source of the configuration says it.
struct AppliedSetting {
    std::string_view flag;
    std::string origin;  // "trd.toml:3:8"
};
// Adds to the line's arguments what the configuration says for flags of its verb that are not given. Reads no file when
// the verb has no such flag, so that a broken file does not stop `trd help`.
Result<std::vector<AppliedSetting>> apply_config(const Host& host, CommandLine& line);
// An error about the value of a flag that nobody typed says where it stands, and is one of the configuration.
Error with_origin(Error error, std::span<const AppliedSetting> applied);

}  // namespace trd
