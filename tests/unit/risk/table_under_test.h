// The table of checks, as the tests ask it. TRD_RISK_MUTATION breaks one rule of it: "R08 max_notional allow" or "...
// deny" makes it decide always the same, whatever it measures; "... limit" draws its line on the other side of the
// limit itself;
// "... asks worst_mark" has it decide without knowing that reading. tests/unit/risk/mutations.py runs the tests once
// for each and wants them red. Only test programs know of it.
#pragma once

#include <cstdlib>
#include <deque>
#include <sstream>
#include <vector>

#include "risk/gate.h"
#include "support/catch.h"

namespace trd::testing {

struct RuleMutation {
    std::string code, rule, what, input;

    static RuleMutation wanted() {
        RuleMutation mutation;
        const char* const text = std::getenv("TRD_RISK_MUTATION");
        std::istringstream(text == nullptr ? "" : text) >> mutation.code >> mutation.rule >> mutation.what >>
            mutation.input;
        return mutation;
    }
};

// Null: its limit is no line.
inline RiskHolds on_the_other_side_of_the_limit(RiskHolds holds) {
    if (holds == RiskHolds(at_most)) return below;
    if (holds == RiskHolds(below)) return at_most;
    if (holds == RiskHolds(at_least))
        return [](const RiskFigure& figure, Decimal limit) { return compare(figure, limit) > 0; };
    return nullptr;
}

inline RiskNeeds without(const RiskNeeds& needs, std::string_view name) {
    RiskNeeds rest{};
    for (const RiskInput input : needs)
        if (name_of(input) != name) rest.inputs[rest.count++] = input;
    return rest;
}

inline void mutate(RiskRule& rule, const RuleMutation& mutation) {
    if (mutation.what == "allow") rule.holds = [](const RiskFigure&, Decimal) { return true; };
    if (mutation.what == "deny") rule.holds = [](const RiskFigure&, Decimal) { return false; };
    if (mutation.what == "limit") rule.holds = on_the_other_side_of_the_limit(rule.holds);
    if (mutation.what == "asks") rule.needs = without(rule.needs, mutation.input);
}

inline std::span<const RiskCheck> table_under_test() {
    static std::deque<std::vector<RiskRule>> rules;
    static const std::vector<RiskCheck> table = [] {
        std::vector<RiskCheck> checks(risk_check_table().begin(), risk_check_table().end());
        const RuleMutation mutation = RuleMutation::wanted();
        for (RiskCheck& check : checks) {
            if (to_text(check.code) != mutation.code) continue;
            auto& mutated = rules.emplace_back(check.rules.begin(), check.rules.end());
            for (RiskRule& rule : mutated)
                if (rule.name == mutation.rule) mutate(rule, mutation);
            check.rules = mutated;
        }
        return checks;
    }();
    return table;
}

// "R08:backtest max_notional limit worst_mark fx_rate": a rule, and what can be broken about it beside its answer.
inline std::string mutations_of(const RiskCheck& check, const RiskRule& rule) {
    std::string text = to_text(check.code) + (includes(check.modes, RiskMode::backtest) ? ":backtest " : ": ");
    text += std::string(rule.name) + (on_the_other_side_of_the_limit(rule.holds) != nullptr ? " limit" : " -");
    for (const RiskInput input : rule.needs) text += " " + std::string(name_of(input));
    return text;
}

}  // namespace trd::testing
