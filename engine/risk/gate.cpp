#include "risk/gate.h"

#include <algorithm>
#include <tuple>

#include "risk/outside.h"

namespace trd {
namespace {

constexpr std::string_view feed_names[] = {"bars", "quotes", "books"};

bool concerns(const RiskLimit& limit, const RiskSetup& setup, const RiskSubject& subject) {
    return includes(limit.modes, setup.mode) && (limit.feeds & static_cast<uint8_t>(setup.feed)) != 0 &&
           (limit.scope == RiskScope::firm || limit.subject.empty() || limit.subject == subject.of(limit.scope));
}

// A list of symbols becomes, for one of them, the number that the rule compares: 1 lets it through, 0 does not.
Decimal limit_for(const RiskRule& rule, const RiskLimit& limit, const RiskSubject& subject) {
    if (rule.unit != RiskUnit::symbols) return limit.value;
    const bool listed = std::find(limit.names.begin(), limit.names.end(), subject.symbol) != limit.names.end();
    return Decimal::from_units(listed != rule.list_forbids ? 1 : 0);
}

Duration window_for(const RiskRule& rule, const RiskLimit& limit) {
    const bool counts = rule.setting.unit == RiskUnit::duration;
    return {counts ? static_cast<int64_t>(limit.setting.raw() / 1'000) : 0};
}

bool needs_value(const RiskNeeds& needs) {
    return std::find(needs.begin(), needs.end(), RiskInput::fx_rate) != needs.end();
}

bool can_be_valued(const RiskInputs& inputs) {
    return inputs.get(RiskInput::worst_mark).state == ReadingState::known &&
           inputs.get(RiskInput::fx_rate).state == ReadingState::known;
}

RiskFinding overflow_of(const ArmedRule& armed) {
    const RiskNeeds& needs = armed.rule->needs;
    return {{}, needs.count == 0 ? RiskInput::worst_mark : needs.inputs[0], ReadingState::overflow};
}

RiskVerdict denial(const ArmedRule& armed, const RiskFinding& finding, bool reduces) {
    return {.allowed = false,
            .reduces = reduces,
            .code = armed.code,
            .scope = armed.scope,
            .rule = armed.rule,
            .found = finding.found,
            .limit = armed.limit,
            .input = finding.input,
            .reading = finding.reading};
}

// What no rule has to be armed for.
constexpr RiskCode no_quantity{'R', 1}, no_plan_for_it{'R', 3};

RiskVerdict denial_without_rule(RiskCode code) {
    RiskVerdict verdict;
    verdict.allowed = false;
    verdict.code = code;
    return verdict;
}

std::string found_text(const RiskVerdict& verdict) {
    if (verdict.reading == ReadingState::known) return "found " + to_text(verdict.rule->unit, verdict.found);
    std::string text = std::string(name_of(verdict.input)) + " " + std::string(describe(verdict.reading));
    const bool is_of_session = verdict.input == RiskInput::session_open || verdict.input == RiskInput::seconds_to_close;
    return is_of_session && verdict.reading == ReadingState::missing ? text + ": no calendar says it" : text;
}

}  // namespace

std::string_view name_of(RiskFeed feed) {
    return feed_names[feed == RiskFeed::bars ? 0 : feed == RiskFeed::quotes ? 1 : 2];
}

const std::string& RiskSubject::of(RiskScope scope) const {
    static const std::string none;
    switch (scope) {
        case RiskScope::firm:
            return none;
        case RiskScope::account:
            return account;
        case RiskScope::venue:
            return venue;
        case RiskScope::strategy:
            return strategy;
        case RiskScope::instrument:
            return symbol;
    }
    return none;
}

std::string explain(const RiskVerdict& verdict, const RiskSubject& subject) {
    if (verdict.allowed) return "allowed";
    if (!verdict.outside_rule.empty())
        return to_text(verdict.code) + " " + std::string(name_of_outside(verdict.code)) + ": " +
               std::string(verdict.outside_rule);
    if (verdict.rule == nullptr && verdict.code == no_quantity)
        return to_text(verdict.code) + ": the order has no quantity";
    if (verdict.rule == nullptr) return to_text(verdict.code) + ": nothing is permitted to this strategy here";
    std::string text = to_text(verdict.code) + " " + std::string(verdict.rule->name);
    if (verdict.scope != RiskScope::firm)
        text += " of " + std::string(name_of(verdict.scope)) + " " + subject.of(verdict.scope);
    const std::string_view phrase = phrase_of(verdict.rule->holds);
    text += ": " + found_text(verdict);
    if (phrase == "none" || is_list(verdict.rule->unit)) return text;
    return text + ", has to be " + std::string(phrase) + " " + to_text(verdict.rule->unit, verdict.limit);
}

std::string_view name_of_rule(const RiskRule* rule) { return rule == nullptr ? std::string_view() : rule->name; }

RiskPlan compile_plan(const RiskSetup& setup, const RiskLimits& limits, RiskSubject subject) {
    RiskPlan plan{std::move(subject), {}, {}};
    std::vector<const RiskLimit*> ordered;
    for (const RiskLimit& limit : limits.limits)
        if (concerns(limit, setup, plan.subject)) ordered.push_back(&limit);
    std::stable_sort(ordered.begin(), ordered.end(), [](const RiskLimit* a, const RiskLimit* b) {
        return std::tie(a->check, a->rule, a->scope) < std::tie(b->check, b->rule, b->scope);
    });
    for (const RiskLimit* limit : ordered) {
        const RiskCheck& check = setup.table[limit->check];
        const RiskRule& rule = check.rules[limit->rule];
        if (!includes(check.modes, setup.mode) || (rule.unit == RiskUnit::flag && limit->value.is_zero())) continue;
        ArmedRule& armed = (check.is_monitor() ? plan.monitors : plan.before).emplace_back();
        static_cast<RuleTerms&>(armed) = {limit->scope, limit_for(rule, *limit, plan.subject), limit->setting,
                                          window_for(rule, *limit)};
        armed.rule = &rule;
        armed.code = check.code;
        armed.from = limit->from;
        armed.until = limit->until;
        armed.source = limit;
        for (size_t i = 0; i < rule.needs.count; ++i)
            armed.places[i] = static_cast<uint16_t>(RiskInputs::place(rule.needs.inputs[i], limit->scope));
    }
    return plan;
}

bool has_code(const RiskPlan& plan, RiskCode code) {
    const auto is_it = [code](const ArmedRule& armed) { return armed.code == code; };
    return std::any_of(plan.before.begin(), plan.before.end(), is_it) ||
           std::any_of(plan.monitors.begin(), plan.monitors.end(), is_it);
}

std::vector<RiskCode> unarmed_checks(const RiskSetup& setup, std::span<const RiskPlan> plans) {
    std::vector<RiskCode> codes;
    for (const RiskCheck& check : setup.table)
        if (includes(check.modes, setup.mode) &&
            std::none_of(plans.begin(), plans.end(), [&](const RiskPlan& plan) { return has_code(plan, check.code); }))
            codes.push_back(check.code);
    return codes;
}

namespace {

Decimal quantity_of(const RiskQuery& query) {
    return query.order == nullptr ? Decimal() : Decimal::from_raw(query.order->quantity.raw());
}

const Reading& reading_for(const ArmedRule& armed, size_t need, const RiskInputs& inputs) {
    if (armed.window.ns == 0) [[likely]]
        return inputs.at(armed.places[need]);
    return inputs.get_over(armed.window, armed.rule->needs.inputs[need], armed.scope);
}

// What the rule needs and is not known; its end: nothing.
const RiskInput* missing_of(const ArmedRule& armed, const RiskInputs& inputs) {
    const RiskNeeds& needs = armed.rule->needs;
    for (size_t i = 0; i < needs.count; ++i)
        if (reading_for(armed, i, inputs).state != ReadingState::known) [[unlikely]]
            return needs.inputs + i;
    return needs.end();
}

// The question may have been about another rule. Throws DecimalOverflow, like the next one.
bool holds(const ArmedRule& armed, RuleQuery& question) {
    if (!question.query.all_known && missing_of(armed, *question.query.inputs) != armed.rule->needs.end()) [[unlikely]]
        return false;
    question.terms = &armed;
    const RiskFigure figure = armed.rule->measure(question);
    return armed.rule->holds(figure, armed.limit);
}

// Of a rule that does not hold.
[[gnu::cold]] RiskFinding finding_of(const ArmedRule& armed, const RuleQuery& question) {
    const RiskNeeds& needs = armed.rule->needs;
    const RiskInput* const missing = missing_of(armed, *question.query.inputs);
    if (missing == needs.end())
        return {armed.rule->measure(question).rounded(), RiskInput::gate_state, ReadingState::known};
    const auto need = static_cast<size_t>(missing - needs.begin());
    return {{}, *missing, reading_for(armed, need, *question.query.inputs).state};
}

}  // namespace

std::optional<RiskFinding> broken(const ArmedRule& armed, const RiskQuery& query, Decimal value, bool reduces) {
    try {
        RuleQuery question{query, quantity_of(query), value, reduces};
        return holds(armed, question) ? std::nullopt : std::optional(finding_of(armed, question));
    } catch (const DecimalOverflow&) {
        return overflow_of(armed);
    }
}

RiskFigure figure_of(const ArmedRule& armed, const RiskQuery& query) {
    return armed.rule->measure({query, {}, {}, false, &armed});
}

RiskVerdict decide(const RiskPlan& plan, const RiskQuery& query) {
    RiskVerdict verdict;
    if (query.action == DecisionAction::cancel) return verdict;
    if (!query.order->quantity.is_positive()) return denial_without_rule(no_quantity);
    verdict.reduces = provably_reduces(query);
    RuleQuery question{query, quantity_of(query), {}, verdict.reduces};
    bool is_valued = false;
    const ArmedRule* asked = nullptr;
    try {
        for (const ArmedRule& armed : plan.before) {
            if (verdict.reduces && armed.rule->reducing_passes) continue;
            if (query.now < armed.from || query.now >= armed.until) continue;
            asked = &armed;
            if (!is_valued && needs_value(armed.rule->needs) && can_be_valued(*query.inputs)) {
                question.value = worst_value(query);
                is_valued = true;
            }
            if (!holds(armed, question)) [[unlikely]]
                return denial(armed, finding_of(armed, question), verdict.reduces);
        }
    } catch (const DecimalOverflow&) {
        return denial(*asked, overflow_of(*asked), verdict.reduces);
    }
    return verdict;
}

void RiskGate::set_limits(RiskLimits limits) {
    limits_ = std::move(limits);
    for (RiskPlan& plan : plans_) plan = compile_plan(setup_, limits_, std::move(plan.subject));
}

void RiskGate::add(StrategyId strategy, InstrumentId instrument, RiskSubject subject) {
    if (index_.size() <= strategy.value) index_.resize(strategy.value + size_t{1});
    auto& row = index_[strategy.value];
    if (row.size() <= instrument.value) row.resize(instrument.value + size_t{1}, no_plan);
    if (row[instrument.value] == no_plan) {
        row[instrument.value] = static_cast<uint32_t>(plans_.size());
        plans_.emplace_back();
    }
    plans_[row[instrument.value]] = compile_plan(setup_, limits_, std::move(subject));
}

const RiskPlan* RiskGate::plan_of(StrategyId strategy, InstrumentId instrument) const {
    if (strategy.value >= index_.size() || instrument.value >= index_[strategy.value].size()) return nullptr;
    const uint32_t place = index_[strategy.value][instrument.value];
    return place == no_plan ? nullptr : &plans_[place];
}

RiskVerdict RiskGate::decide(const RiskQuery& query) const {
    if (query.action == DecisionAction::cancel) return {};
    const RiskPlan* plan = plan_of(query.order->strategy, query.order->instrument);
    return plan != nullptr ? trd::decide(*plan, query) : denial_without_rule(no_plan_for_it);
}

}  // namespace trd
