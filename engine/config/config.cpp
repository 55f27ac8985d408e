#include "config/config.h"

#include <toml++/toml.h>

#include <algorithm>
#include <sstream>

#include "base/decimal.h"
#include "base/suggest.h"

namespace trd {
namespace {

constexpr const char* system_file = "/etc/trd/config.toml";
constexpr const char* project_file = "trd.toml";

Error config_error(const char* id, const ConfigOrigin& origin, const std::string& what, std::string hint = {}) {
    const std::string place = origin.text();
    return {ExitCode::config, id, place.empty() ? what : place + ": " + what, std::move(hint)};
}

std::vector<std::string_view> names_of(std::span<const ConfigKey> keys) {
    std::vector<std::string_view> names;
    for (const ConfigKey& key : keys) names.push_back(key.name);
    return names;
}

const ConfigKey* key_named(std::span<const ConfigKey> keys, std::string_view name) {
    const auto found =
        std::find_if(keys.begin(), keys.end(), [name](const ConfigKey& key) { return key.name == name; });
    return found == keys.end() ? nullptr : &*found;
}

// "cash" -> "backtest.cash": the table was forgotten. Nothing where two tables have such a key.
std::optional<std::string_view> only_one_that_ends_with(const std::string& ending,
                                                        std::span<const std::string_view> names) {
    std::optional<std::string_view> found;
    for (const std::string_view name : names) {
        if (!name.ends_with(ending)) continue;
        if (found) return std::nullopt;
        found = name;
    }
    return found;
}

bool is_table_of(std::span<const ConfigKey> keys, std::string_view name) {
    return std::any_of(keys.begin(), keys.end(), [name](const ConfigKey& key) {
        return key.name.size() > name.size() && key.name.starts_with(name) && key.name[name.size()] == '.';
    });
}

bool is_choice(std::string_view choices, std::string_view value) {
    while (!choices.empty()) {
        const size_t comma = choices.find(',');
        if (choices.substr(0, comma) == value) return true;
        choices = comma == std::string_view::npos ? std::string_view() : choices.substr(comma + 1);
    }
    return false;
}

std::string expected_by(const ConfigKey& key) {
    switch (key.kind) {
        case ConfigKind::text:
            return "text that is not empty";
        case ConfigKind::decimal:
            return "a decimal number";
        case ConfigKind::count:
            return "a whole number, zero or more";
        case ConfigKind::choice:
            return "one of " + std::string(key.choices);
    }
    return {};
}

bool fits(const ConfigKey& key, const std::string& text) {
    switch (key.kind) {
        case ConfigKind::text:
            return !text.empty();
        case ConfigKind::decimal:
            return Decimal::parse(text).ok();
        case ConfigKind::count:
            return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
        case ConfigKind::choice:
            return is_choice(key.choices, text);
    }
    return false;
}

Status<> add_value(Config& config, const ConfigKey& key, ConfigValue value) {
    if (!fits(key, value.text))
        return Fail{config_error("E_CONFIG_VALUE", value.origin,
                                 std::string(key.name) + " is \"" + value.text + "\", expected " + expected_by(key))};
    if (key.check != nullptr)
        if (const auto taken = key.check(key, value.text); !taken)
            return Fail{config_error("E_CONFIG_VALUE", value.origin, taken.error().message, taken.error().hint)};
    config.set(key.name, std::move(value));
    return done;
}

// A number of TOML with a fraction is a double; the decimal that its writer meant is the shortest that reads back.
std::string text_of(const toml::node& node) {
    if (const auto* text = node.as_string()) return text->get();
    if (const auto* whole = node.as_integer()) return std::to_string(whole->get());
    if (const auto* truth = node.as_boolean()) return truth->get() ? "on" : "off";
    if (const auto* number = node.as_floating_point()) {
        const auto decimal = from_double<Decimal>(number->get());
        return decimal ? to_string(*decimal) : std::string();
    }
    return {};
}

// Whether TOML's type goes with the key: its writer may have meant anything by a number where a text belongs. true and
// false are what on and off are called there.
bool is_of_kind(const ConfigKey& key, const toml::node& node) {
    switch (key.kind) {
        case ConfigKind::text:
            return node.is_string();
        case ConfigKind::decimal:
        case ConfigKind::count:
            return node.is_string() || node.is_number();
        case ConfigKind::choice:
            return node.is_string() ||
                   (node.is_boolean() && is_choice(key.choices, "on") && is_choice(key.choices, "off"));
    }
    return false;
}

Error wrong_type(const ConfigKey& key, const toml::node& node, const ConfigOrigin& origin) {
    std::ostringstream written;
    node.visit([&written](const auto& value) { written << value; });
    const bool is_text = key.kind == ConfigKind::text;
    const std::string name(key.name), last = name.substr(name.rfind('.') + 1);
    return config_error("E_CONFIG_VALUE", origin,
                        name + " is " + written.str() + ", expected " + (is_text ? "text in quotes" : expected_by(key)),
                        is_text ? "if it is meant so, write " + last + " = \"" + written.str() + "\"" : std::string());
}

// Every value of a table under its key, whether it means something or not.
void add_plainly(Config& config, const toml::table& table, const std::string& prefix, const std::string& source) {
    for (const auto& [key, node] : table) {
        const std::string name = prefix + std::string(key.str());
        if (const auto* inner = node.as_table()) {
            add_plainly(config, *inner, name + ".", source);
            continue;
        }
        std::ostringstream text;
        if (node.is_value())
            text << text_of(node);
        else
            text << *node.as_array();
        config.set(name, {text.str(), {source, key.source().begin.line, key.source().begin.column}});
    }
}

Error syntax_error(const toml::parse_error& problem, const std::string& source) {
    const ConfigOrigin origin{source, problem.source().begin.line, problem.source().begin.column};
    return config_error("E_CONFIG_SYNTAX", origin, std::string(problem.description()));
}

// What a change has to leave alone, or takes away. Other values may be wrong, and the one that is changed often is.
Result<Config> plain_values(std::string_view toml, const std::string& source) {
    try {
        Config config;
        add_plainly(config, toml::parse(toml), {}, source);
        return config;
    } catch (const toml::parse_error& problem) {
        return Fail{syntax_error(problem, source)};
    }
}

// Walks the tables of a file, which are sorted by their names.
class FileReader {
  public:
    FileReader(Config& config, std::string source, std::span<const ConfigKey> keys)
        : config_(config), source_(std::move(source)), keys_(keys) {}

    void read(const toml::table& table, const std::string& prefix) {
        for (const auto& [key, node] : table) {
            const std::string name = prefix.empty() ? std::string(key.str()) : prefix + "." + std::string(key.str());
            const ConfigOrigin origin{source_, key.source().begin.line, key.source().begin.column};
            if (const auto* inner = node.as_table(); inner != nullptr && is_table_of(keys_, name)) {
                read(*inner, name);
                continue;
            }
            if (auto taken = take(name, node, origin); !taken)
                wrong_.push_back({origin.line, origin.column, std::move(taken).error()});
        }
    }

    // In the order in which they stand in the file.
    std::vector<Error> errors() && {
        std::sort(wrong_.begin(), wrong_.end(), [](const Wrong& a, const Wrong& b) {
            return std::pair(a.line, a.column) < std::pair(b.line, b.column);
        });
        std::vector<Error> errors;
        for (Wrong& each : wrong_) errors.push_back(std::move(each.error));
        return errors;
    }

  private:
    struct Wrong {
        uint32_t line, column;
        Error error;
    };

    Status<> take(const std::string& name, const toml::node& node, const ConfigOrigin& origin) {
        const ConfigKey* known = key_named(keys_, name);
        if (known == nullptr) return Fail{unknown(name, origin)};
        if (!node.is_value())
            return Fail{config_error(
                "E_CONFIG_VALUE", origin,
                name + (node.is_table() ? " is a table" : " is a list") + ", expected " + expected_by(*known))};
        if (!is_of_kind(*known, node)) return Fail{wrong_type(*known, node, origin)};
        return add_value(config_, *known, {text_of(node), origin});
    }

    Error unknown(const std::string& name, const ConfigOrigin& origin) const {
        const auto meant = key_meant(name, keys_);
        return config_error("E_CONFIG_KEY", origin, "there is no key " + name,
                            meant ? "did you mean " + std::string(*meant) + "?" : "trd config show lists the keys");
    }

    Config& config_;
    std::string source_;
    std::span<const ConfigKey> keys_;
    std::vector<Wrong> wrong_;
};

Status<> first_of(std::vector<Error> errors) {
    if (errors.empty()) return done;
    return Fail{std::move(errors.front())};
}

// TOML has no zeros before a number and at most 64 bits with a sign; what has is written as text, which is read alike.
bool is_toml_number(const std::string& text) {
    constexpr size_t digits_max = 18;
    return !text.empty() && text.size() <= digits_max && (text[0] != '0' || text.size() == 1) &&
           text.find_first_not_of("0123456789") == std::string::npos;
}

std::string literal_of(const ConfigKey& key, const std::string& value) {
    const bool is_number = key.kind == ConfigKind::count || key.kind == ConfigKind::decimal;
    if (is_number && is_toml_number(value)) return value;
    std::string out = "\"";
    for (const char c : value) out += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
    return out + "\"";
}

// What follows the sign on the line is replaced; a comment after it stays.
std::string with_line_changed(const std::string& toml, uint32_t line, const std::string& literal) {
    size_t begin = 0;
    for (uint32_t n = 1; n < line; ++n) begin = toml.find('\n', begin) + 1;
    const size_t end = std::min(toml.find('\n', begin), toml.size());
    const size_t sign = toml.find('=', begin);
    if (sign >= end) return toml;
    const size_t comment = toml.find(" #", sign);
    const std::string tail = comment < end ? toml.substr(comment, end - comment) : std::string();
    return toml.substr(0, sign + 1) + " " + literal + tail + toml.substr(end);
}

// Below the header of its table, which is made at the end when there is none; a key without a table comes first of all.
std::string with_line_added(std::string toml, std::string_view key, const std::string& literal) {
    const size_t point = key.find('.');
    if (point == std::string_view::npos) return std::string(key) + " = " + literal + "\n" + toml;
    if (!toml.empty() && !toml.ends_with('\n')) toml += '\n';
    const std::string header = "[" + std::string(key.substr(0, point)) + "]\n";
    const std::string entry = std::string(key.substr(point + 1)) + " = " + literal + "\n";
    const size_t at = toml.starts_with(header) ? 0 : toml.find("\n" + header);
    if (at == std::string::npos) return toml + header + entry;
    return toml.insert(at + header.size() + (at == 0 ? 0 : 1), entry);
}

bool same_values(const Config& a, const Config& b) {
    return std::equal(
        a.values().begin(), a.values().end(), b.values().begin(), b.values().end(),
        [](const auto& x, const auto& y) { return x.first == y.first && x.second.text == y.second.text; });
}

std::string parent_of(const std::string& folder) {
    const size_t slash = folder.rfind('/');
    return slash == std::string::npos || folder == "/" ? std::string() : slash == 0 ? "/" : folder.substr(0, slash);
}

std::optional<std::string> project_file_above(std::string folder) {
    for (; !folder.empty(); folder = parent_of(folder)) {
        const std::string path = (folder == "/" ? "" : folder) + "/" + project_file;
        if (file_exists(path)) return path;
    }
    return std::nullopt;
}

}  // namespace

std::string ConfigOrigin::text() const {
    return line == 0 ? source : source + ":" + std::to_string(line) + ":" + std::to_string(column);
}

const ConfigValue* Config::find(std::string_view key) const {
    const auto found = values_.find(key);
    return found == values_.end() ? nullptr : &found->second;
}

std::optional<std::string_view> key_meant(std::string_view word, std::span<const ConfigKey> keys) {
    const auto names = names_of(keys);
    const auto nearest = nearest_name(word, names);
    return nearest ? nearest : only_one_that_ends_with("." + std::string(word), names);
}

std::string variable_of(std::string_view key) {
    std::string name = "TRD_";
    for (const char c : key) {
        if (c == '.')
            name += "__";
        else
            name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return name;
}

std::vector<Error> take_config_text(Config& config, std::string_view toml, const std::string& source,
                                    std::span<const ConfigKey> keys) {
    try {
        FileReader reader(config, source, keys);
        reader.read(toml::parse(toml), {});
        return std::move(reader).errors();
    } catch (const toml::parse_error& problem) {
        return {syntax_error(problem, source)};
    }
}

std::vector<Error> take_config_file(Config& config, const std::string& path, std::span<const ConfigKey> keys) {
    const auto text = read_file(path);
    if (text) return take_config_text(config, *text, path, keys);
    Error error = text.error();
    if (error.id == "E_FILE") error.code = ExitCode::config;  // there is something, but it is no file
    return {std::move(error)};
}

std::vector<Error> take_config_variables(Config& config, const Environment& environment,
                                         std::span<const ConfigKey> keys) {
    std::vector<Error> errors;
    for (const ConfigKey& key : keys) {
        const std::string name = variable_of(key.name);
        const auto value = environment(name);
        if (!value || value->empty()) continue;
        if (auto taken = add_value(config, key, {*value, {name, 0, 0}}); !taken)
            errors.push_back(std::move(taken).error());
    }
    return errors;
}

Status<> add_config_text(Config& config, std::string_view toml, const std::string& source,
                         std::span<const ConfigKey> keys) {
    return first_of(take_config_text(config, toml, source, keys));
}

Status<> add_config_file(Config& config, const std::string& path, std::span<const ConfigKey> keys) {
    return first_of(take_config_file(config, path, keys));
}

Status<> add_config_variables(Config& config, const Environment& environment, std::span<const ConfigKey> keys) {
    return first_of(take_config_variables(config, environment, keys));
}

namespace {

Error unknown_variable(const std::string& name, std::span<const std::string_view> known) {
    auto meant = nearest_name(name, known);
    if (!meant) meant = only_one_that_ends_with("__" + name.substr(name.find('_') + 1), known);
    return {ExitCode::config, "E_CONFIG_VARIABLE", "the variable " + name + " is set, and trd knows none of that name",
            meant ? "did you mean " + std::string(*meant) + "?"
                  : "unset it: names that begin with TRD_ are trd's own; trd help environment lists them"};
}

}  // namespace

namespace {

// "80_TCP", "80_TCP_ADDR"
bool is_port_of_service(std::string_view text) {
    const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    if (digits == 0) return false;
    text.remove_prefix(digits);
    for (const std::string_view protocol : {"_TCP", "_UDP", "_SCTP"})
        for (const std::string_view part : {"", "_PROTO", "_PORT", "_ADDR"})
            if (text == std::string(protocol) + std::string(part)) return true;
    return false;
}

// What follows the service's name.
bool is_end_of_service(std::string_view text) {
    constexpr std::string_view named_port = "_SERVICE_PORT_", port = "_PORT_";
    if (text == "_SERVICE_HOST" || text == "_SERVICE_PORT" || text == "_PORT") return true;
    if (text.starts_with(named_port)) return text.size() > named_port.size();
    return text.starts_with(port) && is_port_of_service(text.substr(port.size()));
}

// "TRD" and "TRD_WEB", of services that are called so.
std::vector<std::string_view> services_among(std::span<const std::string> names) {
    constexpr std::string_view host = "_SERVICE_HOST";
    std::vector<std::string_view> services;
    for (const std::string_view name : names) {
        if (!name.ends_with(host)) continue;
        const std::string_view service = name.substr(0, name.size() - host.size());
        if (std::find(names.begin(), names.end(), std::string(service) + "_SERVICE_PORT") != names.end())
            services.push_back(service);
    }
    return services;
}

}  // namespace

std::vector<std::string> service_variables(std::span<const std::string> names) {
    const auto services = services_among(names);
    std::vector<std::string> found;
    for (const std::string& name : names)
        if (std::any_of(services.begin(), services.end(), [&](std::string_view service) {
                return name.starts_with(service) && is_end_of_service(std::string_view(name).substr(service.size()));
            }))
            found.push_back(name);
    return found;
}

std::vector<Error> unknown_variables(std::span<const std::string> names, std::span<const ConfigKey> keys,
                                     std::span<const std::string_view> others) {
    std::vector<std::string> of_keys;
    for (const ConfigKey& key : keys) of_keys.push_back(variable_of(key.name));
    std::vector<std::string_view> known(of_keys.begin(), of_keys.end());
    known.insert(known.end(), others.begin(), others.end());
    const auto passed_over = service_variables(names);
    const auto contains = [](const auto& list, const std::string& name) {
        return std::find(list.begin(), list.end(), name) != list.end();
    };
    std::vector<Error> errors;
    for (const std::string& name : names)
        if (!contains(known, name) && !contains(passed_over, name)) errors.push_back(unknown_variable(name, known));
    return errors;
}

namespace {

Error edit_refused(const ConfigOrigin& place, std::string_view key) {
    return config_error("E_CONFIG_EDIT", place,
                        std::string(key) + " cannot be changed without touching what stands beside it",
                        "change it in an editor");
}

std::string with_line_removed(const std::string& text, uint32_t number) {
    size_t begin = 0;
    for (uint32_t line = 1; line < number; ++line) begin = text.find('\n', begin) + 1;
    const size_t end = text.find('\n', begin);
    return text.substr(0, begin) + (end == std::string::npos ? std::string() : text.substr(end + 1));
}

}  // namespace

Result<std::optional<std::string>> without_value(const std::string& toml, const std::string& source,
                                                 std::string_view key) {
    TRD_TRY(Config wanted, plain_values(toml, source));
    const ConfigValue* present = wanted.find(key);
    if (present == nullptr) return std::optional<std::string>();
    const ConfigOrigin place = present->origin;
    std::string text = with_line_removed(toml, place.line);
    wanted.remove(key);
    const auto after = plain_values(text, source);
    if (after && same_values(wanted, *after)) return std::optional(std::move(text));
    return Fail{edit_refused(place, key)};
}

Result<std::string> with_value(const std::string& toml, const std::string& source, std::string_view key,
                               const std::string& value, std::span<const ConfigKey> keys) {
    const ConfigKey* known = key_named(keys, key);
    TRD_ASSERT(known != nullptr);
    TRD_TRY(Config wanted, plain_values(toml, source));
    Config judged;
    TRD_CHECK(add_value(judged, *known, {value, {}}));
    const ConfigValue* present = wanted.find(key);
    const ConfigOrigin place = present != nullptr ? present->origin : ConfigOrigin{source, 0, 0};
    const std::string literal = literal_of(*known, value);
    std::string text =
        present != nullptr ? with_line_changed(toml, place.line, literal) : with_line_added(toml, key, literal);
    wanted.set(key, {value, {}});
    const auto after = plain_values(text, source);
    if (after && same_values(wanted, *after)) return text;
    return Fail{edit_refused(place, key)};
}

std::vector<std::string> config_files(const Environment& environment, const std::string& folder) {
    std::vector<std::string> files;
    if (file_exists(system_file)) files.emplace_back(system_file);
    if (const auto places = places_from(environment)) {
        const std::string own = places->config + "/config.toml";
        if (file_exists(own)) files.push_back(own);
    }
    if (auto project = project_file_above(folder)) files.push_back(std::move(*project));
    return files;
}

}  // namespace trd
