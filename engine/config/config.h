// Settings from files and variables: which source wins, where each value comes from (file, line, column), and what is
// wrong with a file, told where it stands. The caller says which keys there are; a key that nobody knows is an error.
// Called by the command line once at the start of a verb; values are text in the form that flags take. Thread-free.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/result.h"

namespace trd {

enum class ConfigKind : uint8_t { text, decimal, count, choice };

struct ConfigKey {
    std::string_view name;  // "backtest.cash": a table and a key of TOML; TRD_BACKTEST__CASH as a variable
    ConfigKind kind = ConfigKind::text;
    std::string_view choices;  // "on,off", for ConfigKind::choice
    std::string_view doc;
    // Whether its user takes the text, which is of the kind, with the error for people; null: it takes every one.
    Status<> (*check)(const ConfigKey& key, const std::string& text) = nullptr;
};

struct ConfigOrigin {
    std::string source;  // a path, or a variable's name
    uint32_t line = 0;   // 0: not a file
    uint32_t column = 0;

    // "trd.toml:3:8", "TRD_BACKTEST__CASH"
    std::string text() const;
};

struct ConfigValue {
    std::string text;
    ConfigOrigin origin;
};

class Config {
  public:
    const ConfigValue* find(std::string_view key) const;
    // The value of a source that is stronger than all before it.
    void set(std::string_view key, ConfigValue value) { values_.insert_or_assign(std::string(key), std::move(value)); }
    void remove(std::string_view key) {
        if (const auto found = values_.find(key); found != values_.end()) values_.erase(found);
    }
    const std::map<std::string, ConfigValue, std::less<>>& values() const { return values_; }

  private:
    std::map<std::string, ConfigValue, std::less<>> values_;
};

// The key that a mistyped one, or one without its table, probably stands for.
std::optional<std::string_view> key_meant(std::string_view word, std::span<const ConfigKey> keys);

// "backtest.cash" -> "TRD_BACKTEST__CASH"
std::string variable_of(std::string_view key);

// Each adds to `config` what its source says, over what was there, and gives back all that is wrong with it, in the
// order of the source. Errors have ExitCode::config and name file, line and column: E_CONFIG_SYNTAX, after which a file
// is not read on, E_CONFIG_KEY (with a suggestion), E_CONFIG_VALUE; a file that cannot be read is E_FILE*.
std::vector<Error> take_config_file(Config& config, const std::string& path, std::span<const ConfigKey> keys);
std::vector<Error> take_config_text(Config& config, std::string_view toml, const std::string& source,
                                    std::span<const ConfigKey> keys);
std::vector<Error> take_config_variables(Config& config, const Environment& environment,
                                         std::span<const ConfigKey> keys);

// The same for who cannot go on with a wrong source: the first of its errors.
Status<> add_config_file(Config& config, const std::string& path, std::span<const ConfigKey> keys);
Status<> add_config_text(Config& config, std::string_view toml, const std::string& source,
                         std::span<const ConfigKey> keys);
Status<> add_config_variables(Config& config, const Environment& environment, std::span<const ConfigKey> keys);

// E_CONFIG_VARIABLE for each of `names` that is neither the variable of a key nor one of `others` nor a
// service_variable(), in their order. What
// the variable holds is not told: it may be a secret.
std::vector<Error> unknown_variables(std::span<const std::string> names, std::span<const ConfigKey> keys,
                                     std::span<const std::string_view> others);

// Those of `names` that Kubernetes sets in every container beside a service called as the prefix, "trd" or "trd-...":
// TRD_SERVICE_HOST, TRD_SERVICE_PORT, TRD_SERVICE_PORT_name, TRD_PORT, TRD_PORT_number_protocol and of that _PROTO,
// _PORT and _ADDR. Only where the first two are there, which it always sets together.
std::vector<std::string> service_variables(std::span<const std::string> names);

// The text of a file with one value changed or added, everything else of it left as it is. What stands there now may be
// wrong. Refused with E_CONFIG_VALUE when the new value is wrong, with E_CONFIG_SYNTAX where the file is no TOML, and
// with E_CONFIG_EDIT where it is written so that a person has to do it.
Result<std::string> with_value(const std::string& toml, const std::string& source, std::string_view key,
                               const std::string& value, std::span<const ConfigKey> keys);

// The same with one value taken out; nothing: the file does not have it. Refused with E_CONFIG_EDIT where it shares its
// line with others.
Result<std::optional<std::string>> without_value(const std::string& toml, const std::string& source,
                                                 std::string_view key);

// The files that count, weakest first, those that are not there left out: the system's, the user's, the project's
// (trd.toml in `folder` or above it). Without a HOME there is no user's file.
std::vector<std::string> config_files(const Environment& environment, const std::string& folder);

}  // namespace trd
