// Made-up market data, for demonstrations, tests and benchmarks: the same seed gives the same bytes on every machine.
// Rows go straight into a segment, in memory that does not depend on their number.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "history/progress_call.h"
#include "history/random_walk.h"
#include "history/segment.h"

namespace trd {

struct GenerateOptions {
    std::string symbol = "DEMO";
    DataKind kind = DataKind::bars;
    Duration timeframe = minutes(1);             // of bars; the mean time between rows of other kinds
    Timestamp start{1'577'836'800'000'000'000};  // 2020-01-01
    uint64_t rows = 100'000;
    uint64_t seed = 1;
    MarketRegime regime = MarketRegime::mixed;
    int64_t first_price_ticks = 10'000;
    uint8_t tick_digits = 2;     // a tick is 10^-tick_digits
    bool weekdays_only = false;  // no rows on Saturdays and Sundays of UTC
    int64_t swing_ppm = 400;     // standard deviation of a step, in millionths of the price
    ProgressCall progress;
};

// The writer's kind and timeframe are those of the options (see segment_info_of). The caller commits.
Status<> generate(const GenerateOptions& options, SegmentWriter& writer);
SegmentInfo segment_info_of(const GenerateOptions& options);

}  // namespace trd
