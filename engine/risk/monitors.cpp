#include "risk/monitors.h"

#include <algorithm>

#include "risk/outside.h"

namespace trd {
namespace {

constexpr uint8_t warning_levels[] = {90, 75, 50};

// Losses and the like, which grow towards their limit.
bool warns(const ArmedRule& armed) {
    const RiskHolds holds = armed.rule->holds;
    return (holds == RiskHolds(below) || holds == RiskHolds(at_most)) && armed.limit.is_positive();
}

bool reaches(const RiskFigure& figure, Decimal limit, uint8_t percent) {
    return compare(figure, mul_div(limit, Decimal::from_units(percent), Decimal::from_units(100))) >= 0;
}

uint8_t level_of(const RiskFigure& figure, Decimal limit) {
    for (const uint8_t level : warning_levels)
        if (reaches(figure, limit, level)) return level;
    return 0;
}

// Several tables may say the same of one subject: "*" and its name, or other dates.
bool is_of_same_rule(const ArmedRule& a, const ArmedRule& b) { return a.rule == b.rule && a.scope == b.scope; }

// Losses in a row are as many after a pause as before it, until a trade wins.
constexpr RiskCode losses_in_a_row{'T', 5};

// Told of an instrument's market, whatever the scope: what everyone of the scope trades has one of its own.
bool is_of_one_market(const RiskRule& rule) {
    const auto is_it = [](RiskInput input) {
        return input == RiskInput::stale_for || input == RiskInput::spread_bps || input == RiskInput::volatility;
    };
    return std::any_of(rule.needs.begin(), rule.needs.end(), is_it);
}

bool is_of_rule_from_outside(RiskCode code) { return code.family == rule_halted.family; }

// Rules that closing part of what is held can mend.
bool is_of_margin(RiskCode code) { return code == RiskCode{'T', 17} || code == RiskCode{'T', 18}; }

constexpr GateState states[risk_action_count] = {GateState::active,   GateState::reducing, GateState::reducing,
                                                 GateState::reducing, GateState::reducing, GateState::reducing,
                                                 GateState::halted,   GateState::halted,   GateState::killed};

}  // namespace

GateState RiskMonitors::state_of(const Watch& watch) {
    if (watch.latched) return states[static_cast<size_t>(watch.action)];
    return watch.blind ? GateState::reducing : GateState::active;
}

RiskAlarm RiskMonitors::alarm_of(const Watch& watch, RiskAlarm::Kind kind) {
    RiskAlarm alarm;
    alarm.kind = kind;
    alarm.code = watch.armed.code;
    alarm.rule = watch.armed.rule;
    alarm.scope = watch.key.scope;
    alarm.subject = watch.key.subject;
    alarm.symbol = watch.key.symbol;
    alarm.action = watch.action;
    alarm.reduce_to = watch.reduce_to;
    alarm.limit = watch.armed.limit;
    if (is_of_rule_from_outside(watch.armed.code)) alarm.outside_rule = watch.key.rule;
    return alarm;
}

void RiskMonitors::set_limits(RiskLimits limits) {
    limits_ = std::move(limits);
    for (Watch& watch : watches_) watch.armed.rule = nullptr;
    for (Subject& subject : subjects_) bind(subject);
}

size_t RiskMonitors::add(RiskSubject subject) {
    subjects_.push_back({std::move(subject), {}});
    bind(subjects_.back());
    return subjects_.size() - 1;
}

void RiskMonitors::bind(Subject& subject) {
    const RiskPlan plan = compile_plan(setup_, limits_, subject.names);
    subject.watches.clear();
    const ArmedRule* before = nullptr;  // a plan has those of one rule and scope side by side
    uint32_t table = 0;
    for (const ArmedRule& armed : plan.monitors) {
        table = before != nullptr && is_of_same_rule(*before, armed) ? table + 1 : 0;
        subject.watches.push_back(watch_for(armed, subject.names, table));
        before = &armed;
    }
}

uint32_t RiskMonitors::watch_for(const ArmedRule& armed, const RiskSubject& names, uint32_t table) {
    Watch& found = watch_of({armed.code.packed(), std::string(armed.rule->name), armed.scope, names.of(armed.scope),
                             table, is_of_one_market(*armed.rule) ? names.symbol : std::string()});
    const RiskCheck& check = setup_.table[armed.source->check];
    found.armed = armed;
    if (!found.latched) found.action = armed.source->action == RiskAction::none ? check.action : armed.source->action;
    found.reset = armed.source->reset == RiskReset::unset ? check.reset : armed.source->reset;
    found.reset_after = armed.source->reset_after;
    found.reduce_to = armed.source->reduce_to;
    return static_cast<uint32_t>(&found - watches_.data());
}

// Made when there is none.
RiskMonitors::Watch& RiskMonitors::watch_of(const Key& key) {
    const auto found =
        std::find_if(watches_.begin(), watches_.end(), [&](const Watch& watch) { return watch.key == key; });
    if (found != watches_.end()) return *found;
    Watch& made = watches_.emplace_back();
    made.key = key;
    made.armed.code = RiskCode::unpacked(key.code);
    return made;
}

// In the order of their names, however they came to be watched.
template <class Due>
void RiskMonitors::let_go_if(std::vector<RiskAlarm>& alarms, Due due) {
    std::vector<Watch*> over;
    for (Watch& watch : watches_)
        if (watch.latched && due(watch)) over.push_back(&watch);
    std::sort(over.begin(), over.end(), [](const Watch* a, const Watch* b) { return a->key < b->key; });
    for (Watch* watch : over) let_go(*watch, alarms);
}

void RiskMonitors::watch(size_t subject, const RiskInputs& inputs, Timestamp now, std::vector<RiskAlarm>& alarms) {
    RiskQuery query;
    query.inputs = &inputs;
    query.now = now;
    let_go_if(alarms, [now](const Watch& each) {  // also those of limits that are gone
        return each.reset == RiskReset::time && now >= each.since + each.reset_after;
    });
    for (const uint32_t index : subjects_[subject].watches) watch_one(watches_[index], query, alarms);
}

void RiskMonitors::watch_one(Watch& watch, const RiskQuery& query, std::vector<RiskAlarm>& alarms) {
    if (query.now < watch.armed.from || query.now >= watch.armed.until) return put_aside(watch, alarms);
    const auto finding = broken(watch.armed, query, {}, false);
    const bool blind = finding && finding->reading != ReadingState::known;
    if (blind && !watch.blind) {
        alarms.push_back(alarm_of(watch, RiskAlarm::Kind::blind));
        alarms.back().input = finding->input;
        alarms.back().reading = finding->reading;
    }
    set_blind(watch, blind);
    if (blind) return;
    keep_answered(watch, finding);
    if (watch.latched) {
        if (goes_on(watch, finding)) act_again(watch, finding, alarms);
        return finding || watch.reset != RiskReset::at_once ? void() : let_go(watch, alarms);
    }
    if (finding && is_answered(watch, *finding)) return;
    finding ? act(watch, *finding, query.now, alarms) : warn(watch, query, alarms);
}

// Out of its dates nobody asks it, so nobody would find that it can be asked again, or holds again.
void RiskMonitors::put_aside(Watch& watch, std::vector<RiskAlarm>& alarms) {
    set_blind(watch, false);
    if (watch.latched && watch.reset == RiskReset::at_once) let_go(watch, alarms);
}

// What has stopped somebody once does not stop him again when he is let go: only as much that is new.
void RiskMonitors::keep_answered(Watch& watch, const std::optional<RiskFinding>& finding) {
    if (watch.armed.code != losses_in_a_row) return;
    if (!finding) watch.answered = {};
    if (finding && watch.latched) watch.answered = finding->found;
}

bool RiskMonitors::is_answered(const Watch& watch, const RiskFinding& finding) {
    return !watch.answered.is_zero() && finding.found - watch.answered < watch.armed.limit;
}

// Closing everything is not done while something is held, and making positions smaller not before it has helped.
bool RiskMonitors::goes_on(const Watch& watch, const std::optional<RiskFinding>& finding) {
    if (watch.action == RiskAction::flatten) return true;
    return watch.action == RiskAction::reduce && finding && is_of_margin(watch.armed.code);
}

void RiskMonitors::act_again(const Watch& watch, const std::optional<RiskFinding>& finding,
                             std::vector<RiskAlarm>& alarms) {
    alarms.push_back(alarm_of(watch, RiskAlarm::Kind::acted));
    alarms.back().again = true;
    if (finding) alarms.back().found = finding->found;
}

void RiskMonitors::act(Watch& watch, const RiskFinding& finding, Timestamp now, std::vector<RiskAlarm>& alarms) {
    set_latched(watch, true);
    watch.since = now;
    watch.warned = 0;
    keep_answered(watch, finding);
    alarms.push_back(alarm_of(watch, RiskAlarm::Kind::acted));
    alarms.back().found = finding.found;
}

void RiskMonitors::let_go(Watch& watch, std::vector<RiskAlarm>& alarms) {
    set_latched(watch, false);
    if (is_of_rule_from_outside(watch.armed.code)) --stops_by_rules_;
    alarms.push_back(alarm_of(watch, RiskAlarm::Kind::released));
}

// Once for each level on the way up.
void RiskMonitors::warn(Watch& watch, const RiskQuery& query, std::vector<RiskAlarm>& alarms) {
    if (!warns(watch.armed)) return;
    const RiskFigure figure = figure_of(watch.armed, query);
    const uint8_t level = level_of(figure, watch.armed.limit);
    if (level > watch.warned) {
        alarms.push_back(alarm_of(watch, RiskAlarm::Kind::warning));
        alarms.back().percent = level;
        alarms.back().found = figure.rounded();
    }
    watch.warned = level == 0 ? level : std::max(level, watch.warned);
}

void RiskMonitors::session_opened(std::vector<RiskAlarm>& alarms) {
    for (Watch& watch : watches_) watch.warned = 0;
    let_go_if(alarms, [](const Watch& watch) { return watch.reset == RiskReset::session; });
}

bool RiskMonitors::reset(RiskCode code, std::string_view rule, RiskScope scope, std::string_view subject,
                         std::vector<RiskAlarm>& alarms) {
    Key key{code.packed(), std::string(rule), scope, std::string(subject)};
    bool was_latched = false;
    for (Watch& watch : watches_) {
        key.table = watch.key.table;
        key.symbol = watch.key.symbol;
        if (watch.key != key || !watch.latched) continue;
        let_go(watch, alarms);
        was_latched = true;
    }
    return was_latched;
}

// Halts and kills of everybody concern every subject, whoever caused them. What rules from outside stop is denied as
// theirs (stopped_by_rule), not as the gate's state.
GateState RiskMonitors::gate_state(size_t subject) const {
    GateState state = GateState::active;
    if (holding_ == 0) [[likely]]
        return state;
    for (const uint32_t index : subjects_[subject].watches) state = std::max(state, state_of(watches_[index]));
    for (const Watch& watch : watches_)
        if (watch.latched && watch.action >= RiskAction::halt_all) state = std::max(state, state_of(watch));
    for (const Watch& watch : watches_) {
        if (!watch.latched || watch.armed.rule != nullptr) continue;  // of limits that are gone: still latched
        if (is_of_rule_from_outside(watch.armed.code)) continue;
        if (concerns(watch, subjects_[subject])) state = std::max(state, state_of(watch));
    }
    return state;
}

bool RiskMonitors::concerns(const Watch& watch, const Subject& subject) const {
    if (!watch.key.symbol.empty() && watch.key.symbol != subject.names.symbol) return false;
    return watch.key.scope == RiskScope::firm || watch.key.subject == subject.names.of(watch.key.scope);
}

void RiskMonitors::halt(std::string_view rule, RiskScope scope, std::string_view subject, Timestamp now,
                        std::vector<RiskAlarm>& alarms) {
    Watch& watch = watch_of({rule_halted.packed(), std::string(rule), scope, std::string(subject)});
    if (watch.latched) return;
    watch.action = RiskAction::reducing;  // a rule never stops an exit
    watch.reset = RiskReset::person;
    ++stops_by_rules_;
    act(watch, {}, now, alarms);
}

bool RiskMonitors::is_halted_by(std::string_view rule, RiskScope scope, std::string_view subject) const {
    return std::any_of(watches_.begin(), watches_.end(), [&](const Watch& watch) {
        return watch.latched && watch.armed.code == rule_halted && watch.key.scope == scope && watch.key.rule == rule &&
               watch.key.subject == subject;
    });
}

const RiskMonitors::Watch* RiskMonitors::unwatched_by(std::string_view rule, RiskScope scope,
                                                      std::string_view subject) const {
    const auto found = std::find_if(watches_.begin(), watches_.end(), [&](const Watch& watch) {
        return watch.blind && is_of_rule_from_outside(watch.armed.code) && watch.key.scope == scope &&
               watch.key.rule == rule && watch.key.subject == subject;
    });
    return found == watches_.end() ? nullptr : &*found;
}

bool RiskMonitors::is_unwatched_by(std::string_view rule, RiskScope scope, std::string_view subject) const {
    return unwatched_by(rule, scope, subject) != nullptr;
}

void RiskMonitors::unwatched(RiskCode why, std::string_view rule, RiskScope scope, std::string_view subject,
                             std::vector<RiskAlarm>& alarms) {
    if (is_unwatched_by(rule, scope, subject)) return;
    Watch& watch = watch_of({why.packed(), std::string(rule), scope, std::string(subject)});
    set_blind(watch, true);
    ++stops_by_rules_;
    alarms.push_back(alarm_of(watch, RiskAlarm::Kind::blind));
}

void RiskMonitors::watched_again(std::string_view rule, RiskScope scope, std::string_view subject) {
    const Watch* const found = unwatched_by(rule, scope, subject);
    if (found == nullptr) return;
    set_blind(watches_[static_cast<size_t>(found - watches_.data())], false);
    --stops_by_rules_;
}

// A halt is for longer, so it is named first.
RiskMonitors::StopByRule RiskMonitors::stopped_by_rule(size_t subject) const {
    StopByRule stop;
    for (const Watch& watch : watches_) {
        const bool stops = (watch.latched || watch.blind) && is_of_rule_from_outside(watch.armed.code);
        if (!stops || !concerns(watch, subjects_[subject])) continue;
        if (stop.rule.empty() || watch.latched) stop = {watch.armed.code, watch.key.rule};
        if (watch.latched) break;
    }
    return stop;
}

size_t RiskMonitors::latched_count() const {
    return static_cast<size_t>(
        std::count_if(watches_.begin(), watches_.end(), [](const Watch& watch) { return watch.latched; }));
}

void RiskMonitors::save(ByteWriter& out) const {
    std::vector<const Watch*> kept;
    for (const Watch& watch : watches_)
        if (watch.latched || watch.blind || watch.warned != 0 || !watch.answered.is_zero()) kept.push_back(&watch);
    std::sort(kept.begin(), kept.end(), [](const Watch* a, const Watch* b) { return a->key < b->key; });
    out.put(static_cast<uint32_t>(kept.size()));
    for (const Watch* watch : kept) {
        out.put(watch->key.code);
        out.put_text(watch->key.rule);
        out.put(watch->key.scope);
        out.put_text(watch->key.subject);
        out.put(watch->key.table);
        out.put_text(watch->key.symbol);
        out.put(watch->latched);
        out.put(watch->blind);
        out.put(watch->warned);
        out.put(watch->action);
        out.put(watch->reset);
        out.put(watch->since.ns);
        out.put(watch->answered.raw());
        out.put(watch->reset_after.ns);
    }
}

bool RiskMonitors::load(ByteReader& in) {
    const auto count = in.get<uint32_t>();
    for (uint32_t i = 0; i < count && in.ok(); ++i) {
        Key key;
        key.code = in.get<uint16_t>();
        key.rule = std::string(in.get_text());
        key.scope = in.get<RiskScope>();
        key.subject = std::string(in.get_text());
        key.table = in.get<uint32_t>();
        key.symbol = std::string(in.get_text());
        Watch* const found = &watch_of(key);
        set_latched(*found, in.get_bool());
        set_blind(*found, in.get_bool());
        found->warned = in.get<uint8_t>();
        found->action = in.get<RiskAction>();
        found->reset = in.get<RiskReset>();
        found->since.ns = in.get<int64_t>();
        const auto answered = Decimal::checked_from_raw(in.get<Int128>());
        if (!answered.ok() || answered->is_negative())
            in.fail();
        else
            found->answered = *answered;
        found->reset_after.ns = in.get<int64_t>();
        if (static_cast<size_t>(key.scope) >= risk_scope_count ||
            static_cast<size_t>(found->action) >= risk_action_count ||
            static_cast<size_t>(found->reset) >= risk_reset_count)
            in.fail();
        if ((found->latched || found->blind) && is_of_rule_from_outside(found->armed.code)) ++stops_by_rules_;
    }
    return in.ok();
}

}  // namespace trd
