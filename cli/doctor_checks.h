// What trd doctor looks at. Each check asks the machine one question and changes nothing.
#pragma once

#include <string>
#include <vector>

#include "cli/answer.h"

namespace trd {

struct Finding {
    enum class Grade : uint8_t { fine, note, problem };
    Grade grade = Grade::fine;
    std::string check;   // "lua_jit": stable, for scripts
    std::string answer;  // what was found, one line
    std::string remedy;  // for problems
};

std::vector<Finding> run_doctor_checks(const Context& context);

}  // namespace trd
