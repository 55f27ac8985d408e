// Bars of a timeframe from what a series holds, through the aggregator that live bars use: bars from bars or trades,
// quote bars from quote bars or quotes. Called by cli/data_make.cpp.
#pragma once

#include <string>

#include "history/catalogue.h"
#include "history/progress_call.h"
#include "market/bar_schedule.h"

namespace trd {

struct ResampleRequest {
    SeriesKey from;
    BarSchedule schedule;
    std::string cause;
    bool replace = false;  // also where imported rows are
    ProgressCall progress;
};
struct ResampleReport {
    SeriesKey key;
    uint64_t rows_read = 0;
    uint64_t left_out = 0;  // of them, outside of the sessions
    uint64_t rows = 0;
};

// What rows of the kind can be made into; nothing: no bars.
std::optional<DataKind> kind_resampled_from(DataKind kind);

// What the target series held stays as an older revision. Precondition: kind_resampled_from has an answer.
Result<ResampleReport> resample_series(const std::string& root, const ResampleRequest& request);

}  // namespace trd
