// Questions to a person at a terminal: on standard error, answered on standard input. Nobody is asked with --no-input
// or -q, or when either is not a terminal; then what is proposed holds.
#pragma once

#include <functional>
#include <string>

#include "cli/answer.h"

namespace trd {

bool may_ask(const Context& context);

struct Question {
    std::string text;      // "Cash at the start"
    std::string proposal;  // what an empty answer means
    // Nothing when the answer will do, else what was expected.
    std::function<std::string(const std::string& answer)> objection = {};
};
// Asks again, three times in all, while there is an objection. Errors: E_NO_ANSWER when standard input ends, E_VALUE
// when the last answer is no better, an interruption.
Result<std::string> ask(const Context& context, const Question& question);

}  // namespace trd
