// One case for each rule of the table: how it is arranged, and what it then has to find.
#pragma once

#include "unit/risk/risk_rig.h"

namespace trd::testing {

struct RuleCase {
    const char* code;
    const char* rule;
    void (*arrange)(RiskRig& rig);
    const char* found;
    const char* setting = "0";
    void (*arrange_good)(RiskRig& rig) = nullptr;  // flags: an arrangement that passes
    const char* limit = "1";                       // with it
};

const std::vector<RuleCase>& rule_cases();

}  // namespace trd::testing
