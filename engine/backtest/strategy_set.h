// The strategies of a run: read, loaded, told apart by name, and each given the parameters that are meant for it.
// Called before a run, by whoever starts it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "backtest/backtest.h"
#include "view/strategy.h"

namespace trd {

struct LoadedStrategy {
    std::string name;  // its own; of the second one that is called so, "sma_cross#2"
    std::string path, script;
    std::unique_ptr<Strategy> strategy;

    const StrategyManifest& manifest() const { return strategy->manifest(); }
};
using StrategySet = std::vector<LoadedStrategy>;

// In the plan's order. E_STRATEGY_FILE, E_STRATEGY_LOAD; E_PARAMETER also where nobody, or more than one, could be
// meant.
Result<StrategySet> load_strategies(const BacktestPlan& plan);

// What all of them ask for, one after the other. Of several, names say whose: "sma_cross.main", "sma_cross.fast".
std::vector<SeriesRequest> requests_of(const StrategySet& set);
std::vector<StrategyParameter> parameters_of(const StrategySet& set);
std::vector<std::string> names_of(const StrategySet& set);
// "sma_cross"; of several "sma_cross+ema_cross".
std::string title_of(const StrategySet& set);

Error strategy_error(const StrategyFault& fault);
// E_STRATEGY_FILE for a script that could not be read: with the file of that folder that was probably meant.
Error script_error(const std::string& path, const Error& cause);

}  // namespace trd
