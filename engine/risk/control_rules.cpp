// RiskControl and the rules from outside: what is kept for them, what they see, and what comes of their answers.
#include "risk/control.h"

namespace trd {

// What rules from outside may look at: what the driver gave, else what the desk knows.
class ReadingsForRules final : public OutsideReadings {
  public:
    ReadingsForRules(const RiskControl& control, const RiskAsking& asking) : control_(control), asking_(asking) {}

    std::optional<Decimal> read(RiskInput input, RiskScope scope) const override {
        const RiskNeed need{input, is_scoped(input) ? scope : RiskScope::firm, {}};
        if (const RiskGiven* const given = control_.given_for(asking_, need)) return given->value;
        const RiskReadingFunction tell = reading_function(input);
        return tell == nullptr ? std::nullopt : tell(asking_, need);
    }

  private:
    const RiskControl& control_;
    const RiskAsking& asking_;
};

// What rules look at is not known before they do: all of it.
void RiskControl::keep_for_rules() {
    if (!outside_.has_rules()) return;
    book_.keep_values(true);
    results_.keep_money(true);
    keeps_statistics_ = true;
    for (const OutsideRule& rule : outside_.rules())
        if (rule.scope == RiskScope::strategy) results_.keep_strategies(true);
}

RiskVerdict RiskControl::ask_outside(RiskAsking asking, Seat& seat, RiskQuery query) {
    RiskVerdict verdict;
    verdict.outside_rule = monitors_.halted_by_rule(seat.monitors);
    verdict.allowed = verdict.outside_rule.empty();
    verdict.code = verdict.allowed ? RiskCode{} : rule_halted;
    if (!verdict.allowed || !outside_.has_rules()) return verdict;
    const ReadingsForRules readings(*this, asking);
    OutsideQuestion question{*query.order, *query.instrument, seat.names, query.action, query.now, {}, readings};
    try {
        if (inputs_.get(RiskInput::worst_mark).state == ReadingState::known &&
            inputs_.get(RiskInput::fx_rate).state == ReadingState::known)
            question.value = worst_value(query);
    } catch (const DecimalOverflow&) {
        // Nothing: a rule that goes by it cannot know it.
    }
    verdict = outside_.ask(question);
    if (const OutsideRule* const rule = outside_.halted_by())
        monitors_.halt(rule->name, rule->scope, seat.names.of(rule->scope), query.now, halts_);
    return verdict.resized.is_zero() ? verdict : ask_again(asking, seat, query, verdict);
}

// What is left of the order has to pass the checks too: they have the last word.
RiskVerdict RiskControl::ask_again(RiskAsking asking, Seat& seat, RiskQuery query, RiskVerdict allowed) {
    OrderIntent smaller = *query.order;
    smaller.quantity = allowed.resized;
    query.order = asking.order = &smaller;
    read(asking, seat.before);
    const RiskVerdict verdict = decide(*seat.plan, query);
    return verdict.allowed ? allowed : verdict;
}

}  // namespace trd
