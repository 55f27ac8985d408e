// How much happened in a run. In a header of its own, because all that shows results includes it and needs nothing of
// what drives a run.
#pragma once

#include <cstdint>

namespace trd {

struct RunCounts {
    uint64_t inputs = 0, bars = 0, orders = 0, denied = 0, fills = 0, trades = 0, anomalies = 0;
};

}  // namespace trd
