// In the place of an indicator that somebody else has made: when that has values nobody here can tell.
#pragma once

#include <memory>

#include "market/indicator_set.h"

namespace trd::indicators {

std::unique_ptr<Indicator> make_unknown(uint32_t outputs);

}  // namespace trd::indicators
