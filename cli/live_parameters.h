// What completion offers behind --set.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "cli/complete.h"

namespace trd {

// "fast=" of each parameter of the strategies that the line names, "sma_cross.fast=" where it names several; of a
// switch both values. A file that does not load offers nothing.
std::vector<Candidate> live_parameters(std::span<const std::string> words);

}  // namespace trd
