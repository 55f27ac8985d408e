// Repairs of quotes and trades by a named policy: rows that cannot be, rows that are there twice, rows that are
// missing. As history/repair.h does for bars, the result is a new revision and the one before stays. Called by
// cli/data_repair.cpp.
#pragma once

#include <string>
#include <vector>

#include "history/repair.h"

namespace trd {

struct TickChange {
    Timestamp time;
    std::string_view why;  // "outlier", "crossed", "duplicate", "missing"
    std::string before;    // the row as export writes it; empty: was missing
    std::string after;     // empty: dropped
};

struct TickRepairReport {
    SeriesKey key;
    uint64_t rows_before = 0, rows_after = 0;
    uint64_t change_count = 0;
    std::vector<TickChange> changes;  // the first ones
    bool published = false;
};

// A row is wrong when a price of it is more than `outlier_factor` times above or below that of the last good row, when
// a bid is above its ask, or when it is there twice: for quotes the row before at the same time says the same, for
// trades the one before has the same trade id. Policies: drop, and for quotes carry (the last good quote stands in;
// what is there twice is dropped all the same). Preconditions: request.key is of quotes or trades, outlier_factor >= 2.
Result<TickRepairReport> clean_ticks(const std::string& root, const RepairRequest& request, int64_t outlier_factor);

// Rows of the second series in gaps longer than `silence` and up to `longest`. Policy: second.
Result<TickRepairReport> fill_ticks(const std::string& root, const RepairRequest& request, Duration silence,
                                    Duration longest);

}  // namespace trd
