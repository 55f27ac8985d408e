// What a table of a check says beside its limits (when, where, and what then), and what cannot be meant together.
#include <algorithm>

#include "base/time.h"
#include "risk/limits_reader.h"

namespace trd::risk_detail {
namespace {

constexpr std::string_view terms[] = {"modes", "feeds", "from", "until", "action", "reset", "reset_after", "reduce_to"};
constexpr std::string_view mode_names[] = {"backtest", "paper", "live", "report"};
constexpr std::string_view feed_names[] = {"bars", "quotes", "books"};

template <size_t count>
std::optional<uint8_t> bits_of(const toml::node& node, const std::string_view (&names)[count]) {
    const auto* list = node.as_array();
    if (list == nullptr || list->empty()) return std::nullopt;
    uint8_t bits = 0;
    for (const auto& each : *list) {
        const auto* found = std::find(std::begin(names), std::end(names), each.value_or(std::string_view()));
        if (found == std::end(names)) return std::nullopt;
        bits = static_cast<uint8_t>(bits | 1u << (found - std::begin(names)));
    }
    return bits;
}

template <class Enum>
std::optional<Enum> named(const std::string& text, size_t first, size_t count) {
    for (size_t i = first; i < count; ++i)
        if (name_of(static_cast<Enum>(i)) == text) return static_cast<Enum>(i);
    return std::nullopt;
}

template <class T>
bool set(T& target, const std::optional<T>& value) {
    if (value) target = *value;
    return value.has_value();
}

std::optional<Timestamp> time_of(const std::string& text) {
    const auto time = parse_iso(text);
    return time ? std::optional(*time) : std::nullopt;
}

std::optional<Duration> duration_of(const std::string& text) {
    const auto duration = parse_duration(text);
    return duration && duration->ns > 0 ? std::optional(*duration) : std::nullopt;
}

std::optional<Decimal> share_below_one(const std::string& text) {
    const auto share = parse_risk_value(RiskUnit::share, text);
    return share && *share < Decimal::from_units(1) ? share : std::nullopt;
}

std::string two_digits(int64_t number) { return (number < 10 ? "0" : "") + std::to_string(number); }

bool overlap(const RiskLimit& a, const RiskLimit& b) {
    return (a.modes & b.modes) != 0 && (a.feeds & b.feeds) != 0 && a.from < b.until && b.from < a.until;
}

// Symbols that one list permits and the other forbids.
std::string common_name(const RiskLimit& a, const RiskLimit& b) {
    for (const std::string& name : a.names)
        if (std::find(b.names.begin(), b.names.end(), name) != b.names.end()) return name;
    return {};
}

}  // namespace

std::span<const std::string_view> term_names() { return terms; }
bool is_term(std::string_view key) { return std::find(std::begin(terms), std::end(terms), key) != std::end(terms); }

std::string text_of(const toml::node& node) {
    if (const auto* text = node.as_string()) return text->get();
    if (const auto* whole = node.as_integer()) return std::to_string(whole->get());
    if (const auto* truth = node.as_boolean()) return truth->get() ? "on" : "off";
    if (const auto* date = node.as_date()) {
        const toml::date& day = date->get();
        return std::to_string(day.year) + "-" + two_digits(day.month) + "-" + two_digits(day.day);
    }
    if (const auto* number = node.as_floating_point()) {
        const auto decimal = from_double<Decimal>(number->get());
        return decimal ? to_string(*decimal) : std::string();
    }
    return {};
}

Result<RiskLimit, LimitsProblem> LimitsReader::read_terms(const Section& section) {
    RiskLimit limit;
    limit.check = section.check;
    limit.scope = section.scope;
    limit.subject = section.subject;
    limit.modes = table_[section.check].modes;
    for (const auto& [key, node] : section.table)
        if (is_term(key.str())) TRD_CHECK(read_term(section, key.str(), node, limit));
    TRD_CHECK(check_terms(section, limit));
    return limit;
}

ReadStatus LimitsReader::read_term(const Section& section, std::string_view key, const toml::node& node,
                                   RiskLimit& limit) {
    const std::string text = text_of(node);
    const RiskCheck& check = table_[section.check];
    if (key == "modes") {
        if (!set(limit.modes, bits_of(node, mode_names)))
            return Fail{wrong_value(node, key, "a list of backtest, paper, live and report")};
        if ((limit.modes & ~check.modes) == 0) return done;
        return Fail{
            error(Kind::contradiction, node.source(), to_text(check.code) + " makes no sense in all of these modes")};
    }
    if (key == "feeds")
        return set(limit.feeds, bits_of(node, feed_names))
                   ? ReadStatus(done)
                   : Fail{wrong_value(node, key, "a list of bars, quotes and books")};
    if (key == "from" || key == "until")
        return set(key == "from" ? limit.from : limit.until, time_of(text))
                   ? ReadStatus(done)
                   : Fail{wrong_value(node, key, "a date such as 2026-06-04, or a time")};
    if (!check.is_monitor())
        return Fail{error(Kind::contradiction, node.source(),
                          std::string(key) + " is for monitors; " + to_text(check.code) + " denies the order")};
    if (key == "action")
        return set(limit.action, named<RiskAction>(text, 1, risk_action_count))
                   ? ReadStatus(done)
                   : Fail{wrong_value(node, key, "an action such as \"reducing\" or \"kill\"")};
    if (key == "reset")
        return set(limit.reset, named<RiskReset>(text, 1, risk_reset_count))
                   ? ReadStatus(done)
                   : Fail{wrong_value(node, key, "at_once, session, person or time")};
    if (key == "reset_after")
        return set(limit.reset_after, duration_of(text)) ? ReadStatus(done)
                                                         : Fail{wrong_value(node, key, "a duration such as \"30m\"")};
    return set(limit.reduce_to, share_below_one(text))
               ? ReadStatus(done)
               : Fail{wrong_value(node, key, "a share below 1, such as \"50%\"")};
}

ReadStatus LimitsReader::check_terms(const Section& section, const RiskLimit& limit) const {
    const RiskCheck& check = table_[section.check];
    const auto refuse = [&](const std::string& what) {
        return Fail{error(Kind::contradiction, section.table.source(), to_text(check.code) + ": " + what)};
    };
    if (limit.from >= limit.until) return refuse("from is not before until");
    if (!check.is_monitor()) return done;
    const RiskReset reset = limit.reset == RiskReset::unset ? check.reset : limit.reset;
    const RiskAction action = limit.action == RiskAction::none ? check.action : limit.action;
    if ((reset == RiskReset::time) != (limit.reset_after.ns > 0))
        return refuse(reset == RiskReset::time ? "it resets after a time, and reset_after is not given"
                                               : "reset_after is given, but reset is not \"time\"");
    if (action != RiskAction::reduce && section.table.contains("reduce_to"))
        return refuse("reduce_to is given, but the action is not \"reduce\"");
    if (action == RiskAction::reduce && !section.table.contains("reduce_to"))
        return refuse("the action is \"reduce\", and reduce_to does not say to what");
    return done;
}

ReadStatus LimitsReader::check_pair(const RiskLimit& earlier, const RiskLimit& later) const {
    if (earlier.scope != later.scope || earlier.subject != later.subject || !overlap(earlier, later)) return done;
    const RiskRule& a = table_[earlier.check].rules[earlier.rule];
    const RiskRule& b = table_[later.check].rules[later.rule];
    const std::string where = "line " + std::to_string(earlier.line);
    if (&a == &b)
        return Fail{error(Kind::contradiction, later.line, 1,
                          std::string(b.name) + " is set a second time for the same case; first in " + where)};
    if (a.unit != RiskUnit::symbols || b.unit != RiskUnit::symbols || a.list_forbids == b.list_forbids) return done;
    const std::string both = common_name(earlier, later);
    if (both.empty()) return done;
    return Fail{error(Kind::contradiction, later.line, 1, both + " is both permitted and restricted; see " + where)};
}

ReadStatus LimitsReader::check_pairs() const {
    std::vector<const RiskLimit*> ordered;
    for (const RiskLimit& limit : result_.limits) ordered.push_back(&limit);
    std::stable_sort(ordered.begin(), ordered.end(),
                     [](const RiskLimit* a, const RiskLimit* b) { return a->line < b->line; });
    for (size_t later = 1; later < ordered.size(); ++later)
        for (size_t earlier = 0; earlier < later; ++earlier) TRD_CHECK(check_pair(*ordered[earlier], *ordered[later]));
    return done;
}

}  // namespace trd::risk_detail
