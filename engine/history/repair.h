// Repairs of bars by a named policy: clean for prices that cannot be, fill for bars that are missing. The result is a
// new revision of the series; the one before stays, so every change can be looked up and undone. Called by
// cli/data_repair.cpp.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "history/catalogue.h"
#include "history/progress_call.h"

namespace trd {

enum class RepairPolicy : uint8_t {
    drop,    // the row is left out
    clip,    // its prices are moved to the nearest ones that are allowed
    carry,   // the close before it stands for all of its prices, its volume is zero
    second,  // the bar of another series at the same time; where there is none, clean drops and fill leaves the gap
};
std::string_view name_of(RepairPolicy policy);
std::optional<RepairPolicy> repair_policy_named(std::string_view name);

struct RepairChange {
    Timestamp time;
    std::optional<Bar> before;  // none: was missing
    std::optional<Bar> after;   // none: dropped
};

struct RepairReport {
    SeriesKey key;
    uint64_t rows_before = 0, rows_after = 0;
    uint64_t change_count = 0;
    std::vector<RepairChange> changes;  // the first ones, `changes_kept` at most
    bool published = false;             // false when nothing needed a change
};

struct RepairRequest {
    SeriesKey key;
    RepairPolicy policy = RepairPolicy::drop;
    std::optional<SeriesKey> second;  // for RepairPolicy::second
    size_t changes_kept = 1000;
    bool dry_run = false;
    ProgressCall progress;
};

// A bar is wrong when one of its prices is more than `outlier_factor` times above or below the close of the last good
// bar; the first bar is taken to be good. Precondition: outlier_factor >= 2.
Result<RepairReport> clean_series(const std::string& root, const RepairRequest& request, int64_t outlier_factor);

// Missing bars inside of gaps up to `longest`: what is longer is a night, a weekend or a delisting. Policies carry and
// second.
Result<RepairReport> fill_series(const std::string& root, const RepairRequest& request, Duration longest);

}  // namespace trd
