// What trd backtest does with a run that has ended: it keeps it, unless it is told not to. A store that cannot be
// written costs a warning, never the result.
#pragma once

#include <string>
#include <vector>

#include "backtest/run_keeper.h"
#include "cli/answer.h"

namespace trd {

// Of --keep and --save, before the run: E_VALUE for a name that is none.
struct KeepChoice {
    bool keep = true;
    std::string name;  // empty: none
};
Result<KeepChoice> keep_choice(const Arguments& arguments);

// What there is to say of it.
struct KeepReport {
    std::vector<std::string> warnings;
    std::vector<std::string> notes;
};

// `printed` is the answer in every form, painted.
KeepReport keep_run(const Context& context, const KeepChoice& choice, RunKeeper& keeper, const BacktestResult& result,
                    const Answer& printed);

}  // namespace trd
