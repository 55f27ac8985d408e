// The table of checks, as the tests ask it. TRD_RISK_MUTATION="R08 allow" or "R08 deny" makes every rule of that check
// decide always the same, whatever it measures: tests/unit/risk/mutations.py runs the tests once for each and wants
// them red. Only test programs know of it.
#pragma once

#include <cstdlib>
#include <deque>
#include <vector>

#include "risk/gate.h"

namespace trd::testing {

inline std::vector<RiskRule> mutated(const RiskCheck& check, bool allows) {
    std::vector<RiskRule> rules(check.rules.begin(), check.rules.end());
    for (RiskRule& rule : rules)
        rule.holds = allows ? RiskHolds([](const RiskFigure&, Decimal) { return true; })
                            : RiskHolds([](const RiskFigure&, Decimal) { return false; });
    return rules;
}

inline std::span<const RiskCheck> table_under_test() {
    static std::deque<std::vector<RiskRule>> rules;
    static const std::vector<RiskCheck> table = [] {
        std::vector<RiskCheck> checks(risk_check_table().begin(), risk_check_table().end());
        const char* mutation = std::getenv("TRD_RISK_MUTATION");
        for (RiskCheck& check : checks) {
            if (mutation == nullptr || std::string_view(mutation).substr(0, 3) != to_text(check.code)) continue;
            check.rules = rules.emplace_back(mutated(check, std::string_view(mutation).substr(4) == "allow"));
        }
        return checks;
    }();
    return table;
}

}  // namespace trd::testing
