#include "risk/limits_file.h"

#include <algorithm>

#include "base/suggest.h"
#include "base/zone.h"
#include "risk/limits_reader.h"

namespace trd {
namespace risk_detail {
namespace {

constexpr std::string_view end_table = "end";
constexpr std::string_view day_table = "day";
constexpr std::string_view day_keys[] = {"begins", "zone"};
constexpr std::string_view remarks[] = {"name", "as_of", "sources", "remarks"};  // for people
constexpr std::string_view everyone = "*";

bool is_remark(std::string_view key) {
    return std::find(std::begin(remarks), std::end(remarks), key) != std::end(remarks);
}

std::vector<std::string_view> scope_names() {
    std::vector<std::string_view> names{end_table, day_table};
    for (size_t i = 0; i < risk_scope_count; ++i) names.push_back(name_of(static_cast<RiskScope>(i)));
    names.insert(names.end(), std::begin(remarks), std::end(remarks));
    return names;
}

std::vector<std::string> code_names(std::span<const RiskCheck> table) {
    std::vector<std::string> names;
    for (const RiskCheck& check : table) names.push_back(to_text(check.code));
    return names;
}

std::vector<std::string_view> keys_of(const RiskCheck& check) {
    std::vector<std::string_view> names(term_names().begin(), term_names().end());
    for (const RiskRule& rule : check.rules) {
        names.push_back(rule.name);
        if (!rule.setting.name.empty()) names.push_back(rule.setting.name);
    }
    return names;
}

std::string meant(std::string_view word, std::span<const std::string_view> names, std::string otherwise) {
    const auto near = nearest_name(word, names);
    return near ? "did you mean " + std::string(*near) + "?" : otherwise;
}

// "17:00", as the time since midnight.
std::optional<Duration> clock_time(std::string_view text) {
    const auto digit = [&](size_t at) { return text[at] >= '0' && text[at] <= '9' ? text[at] - '0' : 100; };
    if (text.size() != 5 || text[2] != ':') return std::nullopt;
    const int hour = digit(0) * 10 + digit(1), minute = digit(3) * 10 + digit(4);
    if (hour > 23 || minute > 59) return std::nullopt;
    return Duration{(hour * 60 + minute) * 60 * int64_t{1'000'000'000}};
}

bool is_setting(const RiskCheck& check, std::string_view key) {
    return std::any_of(check.rules.begin(), check.rules.end(),
                       [key](const RiskRule& rule) { return rule.setting.name == key; });
}

std::optional<uint16_t> rule_named(const RiskCheck& check, std::string_view key) {
    for (uint16_t i = 0; i < check.rules.size(); ++i)
        if (check.rules[i].name == key) return i;
    return std::nullopt;
}

bool goes_by_profit(const RiskRule& rule) {
    return std::any_of(rule.needs.begin(), rule.needs.end(), [](RiskInput input) {
        return input == RiskInput::day_pnl || input == RiskInput::week_pnl || input == RiskInput::month_pnl ||
               input == RiskInput::best_day;
    });
}

}  // namespace

LimitsProblem LimitsReader::error(LimitsProblem::Kind kind, uint32_t line, uint32_t column, const std::string& what,
                                  std::string hint) const {
    const std::string place = source_ + ":" + std::to_string(line) + ":" + std::to_string(column);
    return {kind, place + ": " + what, std::move(hint)};
}

LimitsProblem LimitsReader::wrong_value(const toml::node& node, std::string_view key, std::string_view expected) const {
    const std::string text = text_of(node);
    const std::string found = text.empty() ? "something else" : "\"" + text + "\"";
    return error(Kind::value, node.source(), std::string(key) + " is " + found + ", expected " + std::string(expected));
}

Result<RiskLimits, LimitsProblem> LimitsReader::read(const toml::table& file) {
    if (!file[end_table].is_table())
        return Fail{LimitsProblem{
            Kind::incomplete, source_ + ": the file ends before its last line, which has to be [end]",
            "a file that was cut off cannot be told from a whole one without it; add [end] when it is whole"}};
    for (const auto& [key, node] : file) {
        const std::string name(key.str());
        if (name == end_table || is_remark(name)) continue;
        if (name == day_table) {
            TRD_CHECK(read_day(node));
            continue;
        }
        const auto scope = risk_scope_named(name);
        if (!scope || !node.is_table())
            return Fail{
                error(Kind::key, key.source(), "there is no scope " + name,
                      meant(name, scope_names(), "the scopes are firm, account, venue, strategy and instrument"))};
        TRD_CHECK(read_scope(*scope, *node.as_table()));
    }
    TRD_CHECK(check_pairs());
    return std::move(result_);
}

// [day]: when the day of losses, counts and latches begins.
ReadStatus LimitsReader::read_day(const toml::node& node) {
    const auto* table = node.as_table();
    if (table == nullptr) return Fail{wrong_value(node, day_table, "a table such as [day]")};
    for (const auto& [key, value] : *table) {
        const std::string name(key.str());
        const std::string text = value.value<std::string>().value_or("");
        if (name == "begins") {
            const auto begins = clock_time(text);
            if (!begins) return Fail{wrong_value(value, name, "a time of day such as \"17:00\"")};
            result_.day_begins = *begins;
        } else if (name == "zone") {
            if (!Zone::find(text)) return Fail{wrong_value(value, name, "a zone such as \"America/Chicago\"")};
            result_.zone = text;
        } else {
            return Fail{error(Kind::key, key.source(), "the day has no " + name,
                              meant(name, day_keys, "it has begins and zone"))};
        }
    }
    return done;
}

ReadStatus LimitsReader::read_scope(RiskScope scope, const toml::table& table) {
    if (scope == RiskScope::firm) return read_checks(scope, {}, table);
    for (const auto& [key, node] : table) {
        const std::string name(key.str());
        if (!node.is_table())
            return Fail{
                error(Kind::key, key.source(),
                      "[" + std::string(name_of(scope)) + "] needs a name before the check, or \"*\" for every one",
                      "write [" + std::string(name_of(scope)) + ".NAME.CODE]")};
        if (name != everyone) TRD_CHECK(check_name(scope, name, key.source()));
        TRD_CHECK(read_checks(scope, name == everyone ? std::string() : name, *node.as_table()));
    }
    return done;
}

ReadStatus LimitsReader::check_name(RiskScope scope, const std::string& name, const toml::source_region& where) const {
    const auto& known = scope == RiskScope::account    ? names_.accounts
                        : scope == RiskScope::venue    ? names_.venues
                        : scope == RiskScope::strategy ? names_.strategies
                                                       : names_.symbols;
    if (!known || std::find(known->begin(), known->end(), name) != known->end()) return done;
    const std::vector<std::string_view> names(known->begin(), known->end());
    const std::string what = scope == RiskScope::instrument ? "symbol" : std::string(name_of(scope));
    return Fail{error(Kind::name, where, "there is no " + what + " " + name,
                      meant(name, names, "limits of what is not there would limit nothing: remove them"))};
}

ReadStatus LimitsReader::read_checks(RiskScope scope, const std::string& subject, const toml::table& table) {
    for (const auto& [key, node] : table) {
        const std::string code(key.str());
        if (risk_check_named(table_, code) == nullptr) {
            const auto codes = code_names(table_);
            const std::vector<std::string_view> names(codes.begin(), codes.end());
            return Fail{error(Kind::key, key.source(), "there is no check " + code,
                              meant(code, names, "checks have codes such as R08 and T01"))};
        }
        TRD_CHECK(read_check(code, node, scope, subject));
    }
    return done;
}

// [firm.R05], or [[firm.R05]] more than once.
ReadStatus LimitsReader::read_check(const std::string& code, const toml::node& node, RiskScope scope,
                                    const std::string& subject) {
    const auto check = static_cast<uint16_t>(risk_check_named(table_, code) - table_.data());
    if (const auto* table = node.as_table()) return read_section({*table, check, scope, subject});
    const auto* list = node.as_array();
    if (list == nullptr || list->empty()) return Fail{wrong_value(node, code, "a table such as [firm." + code + "]")};
    for (const auto& each : *list) {
        if (!each.is_table()) return Fail{wrong_value(each, code, "tables such as [[firm." + code + "]]")};
        TRD_CHECK(read_section({*each.as_table(), check, scope, subject}));
    }
    return done;
}

ReadStatus LimitsReader::read_section(const Section& section) {
    TRD_TRY(const RiskLimit terms, read_terms(section));
    const RiskCheck& check = table_[section.check];
    const size_t before = result_.limits.size();
    for (const auto& [key, node] : section.table) {
        const std::string_view name = key.str();
        if (is_term(name) || is_setting(check, name)) continue;
        const auto rule = rule_named(check, name);
        if (!rule)
            return Fail{error(Kind::key, key.source(), to_text(check.code) + " has no limit " + std::string(name),
                              meant(name, keys_of(check), "trd risk show " + to_text(check.code) + " lists them"))};
        TRD_CHECK(read_rule(section, *rule, node, terms));
    }
    TRD_CHECK(check_settings(section));
    if (result_.limits.size() > before) return done;
    return Fail{error(Kind::contradiction, section.table.source(),
                      to_text(check.code) + " is named, but no limit is set",
                      "set one of its limits, or remove the table")};
}

ReadStatus LimitsReader::read_rule(const Section& section, uint16_t rule, const toml::node& node, RiskLimit limit) {
    const RiskRule& row = table_[section.check].rules[rule];
    limit.rule = rule;
    limit.line = node.source().begin.line;
    if (section.scope == RiskScope::instrument && goes_by_profit(row))
        return Fail{error(Kind::contradiction, section.table.source(),
                          to_text(table_[section.check].code) + " " + std::string(row.name) +
                              " goes by the profit of an account, a strategy, a venue or the firm, and what a single "
                              "instrument has earned by day is not kept",
                          "name one of these instead, or limit the open loss of the instrument with T04")};
    if (is_list(row.unit)) {
        TRD_CHECK(read_list(row, node, limit));
    } else {
        const auto value = parse_risk_value(row.unit, text_of(node));
        if (!value) return Fail{wrong_value(node, row.name, expected_text(row.unit))};
        limit.value = *value;
    }
    TRD_CHECK(read_setting(section, row, limit));
    result_.limits.push_back(std::move(limit));
    return done;
}

ReadStatus LimitsReader::read_setting(const Section& section, const RiskRule& rule, RiskLimit& limit) const {
    const toml::node* node = rule.setting.name.empty() ? nullptr : section.table.get(rule.setting.name);
    if (node == nullptr && rule.setting.unit == RiskUnit::duration && !rule.setting.name.empty())
        return Fail{error(Kind::contradiction, section.table.source(),
                          to_text(table_[section.check].code) + " " + std::string(rule.name) + " needs " +
                              std::string(rule.setting.name) + ": over nothing it would never be broken",
                          "add " + std::string(rule.setting.name) + " = \"1h\", or another time, to its table")};
    if (node == nullptr) return done;
    const auto value = parse_risk_value(rule.setting.unit, text_of(*node));
    if (!value) return Fail{wrong_value(*node, rule.setting.name, expected_text(rule.setting.unit))};
    limit.setting = *value;
    return done;
}

ReadStatus LimitsReader::read_list(const RiskRule& rule, const toml::node& node, RiskLimit& limit) const {
    const auto* list = node.as_array();
    if (list == nullptr) return Fail{wrong_value(node, rule.name, expected_text(rule.unit))};
    int64_t bits = 0;
    for (const auto& each : *list) {
        const auto name = each.value<std::string>();
        if (!name) return Fail{wrong_value(each, rule.name, expected_text(rule.unit))};
        if (rule.unit == RiskUnit::symbols) TRD_CHECK(check_name(RiskScope::instrument, *name, each.source()));
        int type = 0;
        while (rule.unit == RiskUnit::order_types && type < order_type_count &&
               name_of(static_cast<OrderType>(type)) != *name)
            ++type;
        if (type == order_type_count) return Fail{wrong_value(each, rule.name, "a type of order such as \"limit\"")};
        bits |= int64_t{1} << type;
        limit.names.push_back(*name);
    }
    limit.value = Decimal::from_units(rule.unit == RiskUnit::order_types ? bits : 1);
    return done;
}

// A setting of a rule that is not there would do nothing.
ReadStatus LimitsReader::check_settings(const Section& section) const {
    for (const auto& entry : section.table) {
        const auto& key = entry.first;
        const RiskCheck& check = table_[section.check];
        if (!is_setting(check, key.str())) continue;
        const bool used = std::any_of(check.rules.begin(), check.rules.end(), [&](const RiskRule& rule) {
            return rule.setting.name == key.str() && section.table.contains(rule.name);
        });
        if (used) continue;
        return Fail{error(Kind::contradiction, key.source(),
                          std::string(key.str()) + " is set, but the limit that goes by it is not")};
    }
    return done;
}

}  // namespace risk_detail

std::string_view name_of(LimitsProblem::Kind kind) {
    constexpr std::string_view names[] = {"syntax", "incomplete", "key", "value", "name", "contradiction"};
    return names[static_cast<size_t>(kind)];
}

Result<RiskLimits, LimitsProblem> parse_limits(std::string_view toml, const std::string& source, const RiskNames& names,
                                               std::span<const RiskCheck> table) {
    try {
        return risk_detail::LimitsReader(source, names, table).read(toml::parse(toml));
    } catch (const toml::parse_error& problem) {
        const auto where = problem.source().begin;
        return Fail{LimitsProblem{LimitsProblem::Kind::syntax,
                                  source + ":" + std::to_string(where.line) + ":" + std::to_string(where.column) +
                                      ": " + std::string(problem.description()),
                                  "the limits in force stay as they are"}};
    }
}

}  // namespace trd
