// A window onto the last values of an indicator or of a bar's field: what `series[0]` in a script reads. Plain memory
// of known layout, declared again in lua/strategy.lua, which reads it through FFI when the JIT is on.
#pragma once

#include <cstdint>
#include <limits>

#include "market/indicator_set.h"

namespace trd {

struct ScriptSeries {
    const uint64_t* count = nullptr;  // values so far
    const double* values = nullptr;   // a ring of IndicatorOutput::capacity rows
    int64_t stride = 1;               // doubles from one row to the next

    double ago(uint64_t updates) const {
        if (updates >= *count || updates >= IndicatorOutput::capacity) return std::numeric_limits<double>::quiet_NaN();
        return values[static_cast<int64_t>((*count - 1 - updates) % IndicatorOutput::capacity) * stride];
    }
};

// +1: a is above b now and was below when they last differed, within what is kept. -1: the other way round. Otherwise,
// and where a value is not there yet, 0. A null series stands for the number beside it.
double crossing(const ScriptSeries* a, double a_number, const ScriptSeries* b, double b_number);

}  // namespace trd
