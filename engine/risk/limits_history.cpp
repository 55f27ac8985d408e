#include "risk/limits_history.h"

#include <algorithm>
#include <string_view>

namespace trd {
namespace {

bool is_subset(const std::vector<std::string>& part, const std::vector<std::string>& whole) {
    return std::all_of(part.begin(), part.end(), [&](const std::string& name) {
        return std::find(whole.begin(), whole.end(), name) != whole.end();
    });
}

bool covers(const RiskLimit& wide, const RiskLimit& narrow) {
    return wide.check == narrow.check && wide.rule == narrow.rule && wide.scope == narrow.scope &&
           (wide.subject.empty() || wide.subject == narrow.subject) && (narrow.modes & ~wide.modes) == 0 &&
           (narrow.feeds & ~wide.feeds) == 0 && wide.from <= narrow.from && wide.until >= narrow.until;
}

bool is_as_tight_in_value(const RiskRule& rule, const RiskLimit& next, const RiskLimit& now) {
    if (rule.unit == RiskUnit::symbols)
        return rule.list_forbids ? is_subset(now.names, next.names) : is_subset(next.names, now.names);
    if (rule.unit == RiskUnit::order_types) return is_subset(next.names, now.names);
    if (rule.unit == RiskUnit::flag || rule.holds == RiskHolds(at_least)) return next.value >= now.value;
    return next.value <= now.value;
}

// Settings and what monitors do have no order that could be told by a number: any other one waits.
bool is_as_tight(const RiskRule& rule, const RiskLimit& next, const RiskLimit& now) {
    return is_as_tight_in_value(rule, next, now) && next.setting == now.setting && next.action == now.action &&
           next.reset == now.reset && next.reset_after == now.reset_after && next.reduce_to == now.reduce_to;
}

// In a list such as "grace, bob".
bool is_named(std::string_view list, std::string_view who) {
    for (size_t begin = 0; begin <= list.size();) {
        const size_t end = std::min(list.find(", ", begin), list.size());
        if (list.substr(begin, end - begin) == who) return true;
        begin = end + 2;
    }
    return false;
}

}  // namespace

std::optional<Loosening> loosening(std::span<const RiskCheck> table, const RiskLimits& now, const RiskLimits& next) {
    // Another day may let go of a latch sooner, and no number says whether it does.
    const bool same_day = now.day_begins == next.day_begins && now.zone == next.zone;
    if (!same_day && !now.limits.empty()) {
        const RiskLimit& first = now.limits.front();
        return Loosening{first.check, first.rule, first.scope, first.subject};
    }
    for (const RiskLimit& limit : now.limits) {
        const RiskRule& rule = table[limit.check].rules[limit.rule];
        if (rule.unit == RiskUnit::flag && limit.value.is_zero()) continue;  // was not armed
        bool removed = true, tight = false;
        for (const RiskLimit& other : next.limits) {
            if (!covers(other, limit)) continue;
            removed = false;
            tight = tight || is_as_tight(rule, other, limit);
        }
        if (!tight) return Loosening{limit.check, limit.rule, limit.scope, limit.subject, removed};
    }
    return std::nullopt;
}

std::string_view describe(LimitsHistory::Refusal refusal) {
    constexpr std::string_view texts[] = {"a change of limits needs a reason", "a change of limits needs a name",
                                          "there is no such version", "the version does not wait for anything"};
    return texts[static_cast<size_t>(refusal)];
}

std::string_view name_of(LimitsHistory::State state) {
    constexpr std::string_view names[] = {"in force", "waiting", "replaced", "withdrawn"};
    return names[static_cast<size_t>(state)];
}

const LimitsHistory::Version* LimitsHistory::in_force() const {
    const auto found = std::find_if(versions_.rbegin(), versions_.rend(),
                                    [](const Version& version) { return version.state == State::in_force; });
    return found == versions_.rend() ? nullptr : &*found;
}

LimitsHistory::Version* LimitsHistory::waiting() {
    const auto found = std::find_if(versions_.begin(), versions_.end(),
                                    [](const Version& version) { return version.state == State::waiting; });
    return found == versions_.end() ? nullptr : &*found;
}

void LimitsHistory::put_in_force(Version& version, Timestamp at) {
    for (Version& other : versions_)
        if (other.state == State::in_force) other.state = State::replaced;
    version.state = State::in_force;
    version.in_force_at = at;
}

Result<uint32_t, LimitsHistory::Refusal> LimitsHistory::propose(RiskLimits limits, std::string text, std::string who,
                                                                std::string why, Timestamp now) {
    if (who.empty()) return Fail{Refusal::no_person};
    if (why.empty()) return Fail{Refusal::no_reason};
    if (Version* earlier = waiting()) earlier->state = State::withdrawn;
    const Version* current = in_force();
    const bool waits = current != nullptr && loosening(table_, current->limits, limits).has_value();
    Version version;
    version.number = limits.version = static_cast<uint32_t>(versions_.size() + 1);
    version.state = State::waiting;
    version.proposed_at = now;
    version.earliest = waits ? now + delay_ : now;
    version.who = std::move(who);
    version.why = std::move(why);
    version.limits = std::move(limits);
    version.text = std::move(text);
    versions_.push_back(std::move(version));
    if (!waits) put_in_force(versions_.back(), now);
    return versions_.back().number;
}

Status<LimitsHistory::Refusal> LimitsHistory::confirm(uint32_t number, std::string who, Timestamp now) {
    if (who.empty()) return Fail{Refusal::no_person};
    if (number == 0 || number > versions_.size()) return Fail{Refusal::unknown_version};
    Version& version = versions_[number - 1];
    if (version.state != State::waiting) return Fail{Refusal::not_waiting};
    if (version.confirmed_by.empty()) version.confirmed_at = now;
    if (!is_named(version.confirmed_by, who)) version.confirmed_by += (version.confirmed_by.empty() ? "" : ", ") + who;
    advance(now);
    return done;
}

bool LimitsHistory::advance(Timestamp now) {
    Version* version = waiting();
    if (version == nullptr || version->confirmed_by.empty() || now < version->earliest) return false;
    put_in_force(*version, std::max(version->earliest, version->confirmed_at));
    return true;
}

}  // namespace trd
