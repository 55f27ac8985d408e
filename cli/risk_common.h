// What the risk verbs share.
#pragma once

#include "cli/answer.h"
#include "cli/json_writer.h"
#include "cli/verb.h"
#include "risk/limits_file.h"
#include "risk/readings.h"

namespace trd {

// The file's limits: of --limits FILE, or those that come with trd. E_LIMITS_FILE, E_LIMITS.
struct LimitsRead {
    std::string name;
    std::string text;
    RiskLimits limits;
};
Result<LimitsRead> limits_named(const std::string& file);

// E_RISK_CODE, with what was probably meant.
Result<const RiskCheck*> check_named(const std::string& code);

// One check with its rules.
void put_check(JsonWriter& json, const RiskCheck& check);
// What a backtest can make of a limit: "yes", "it denies every order, because a backtest does not know
// cash_violations".
std::string backtest_text(const RiskCheck& check, const RiskRule& rule);
// Whether a backtest can ask the check: "yes", "partly", "no"; "not asked": it is not for backtests.
std::string_view backtest_word(const RiskCheck& check);
// "at most", "pass": how a rule's figure has to stand to its limit.
std::string unit_text(RiskUnit unit);
// "17:00"
std::string time_of_day(Duration since_midnight);

}  // namespace trd
