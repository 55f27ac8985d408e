// What a verb found wrong beside the error that it returns, for verbs that can name more than the first thing. The verb
// hands them over before it returns; the frame tells them after the error, and takes them. Main thread.
#pragma once

#include <vector>

#include "base/error.h"

namespace trd {

void add_further_errors(std::vector<Error> errors);
// In the order in which they were added; none are left.
std::vector<Error> take_further_errors();

}  // namespace trd
