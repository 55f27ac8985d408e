// A bar as signals see it: doubles. The layout is shared with the view block and with the script prelude; a test
// compares the two. Money never takes this road.
#pragma once

#include <cstdint>

#include "market/bar.h"

namespace trd {

struct BarValues {
    int64_t open_time_ns = 0;
    int64_t close_time_ns = 0;
    double open = 0, high = 0, low = 0, close = 0, volume = 0;
};
static_assert(sizeof(BarValues) == 56);

// The means that indicators and scripts use: one formula each, so that both see the same last bit.
inline double hl2(const BarValues& bar) { return (bar.high + bar.low) / 2; }
// As a distance from one of the three: exact when they are equal.
inline double hlc3(const BarValues& bar) { return bar.close + ((bar.high - bar.close) + (bar.low - bar.close)) / 3; }
inline double ohlc4(const BarValues& bar) { return ((bar.open + bar.close) + (bar.high + bar.low)) / 4; }

inline BarValues to_values(const Bar& bar) {
    return {bar.open_time.ns,   bar.close_time.ns,    to_double(bar.open),  to_double(bar.high),
            to_double(bar.low), to_double(bar.close), to_double(bar.volume)};
}

}  // namespace trd
