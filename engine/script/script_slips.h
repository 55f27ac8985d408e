// What a script may say and what can hardly be meant: Lua runs it without a word, and only the result is another. From
// the text alone, so also where no made-up bar leads; what may mean something else is let pass. Used by trd check;
// pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace trd {

struct ScriptSlip {
    int line = 0;
    std::string message;  // "ctx:target: weight = 50 is 50 times the equity ..."
};

// In the order of the text. Precondition: it compiles.
std::vector<ScriptSlip> script_slips(std::string_view source);

// A weight is a share of the equity. One beyond this is mostly a percentage; who means it can give a notional.
inline constexpr double usual_weight_max = 10;
// "ctx:target: weight = 50 is ...", for one beyond it.
std::string unusual_weight_text(double weight);

}  // namespace trd
