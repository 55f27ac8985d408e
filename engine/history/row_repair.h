// Repairs by a named policy of everything that is not bars: rows that cannot be, rows that are there twice, rows that
// are missing. As history/repair.h does for bars, the result is a new revision and the one before stays. Called by
// cli/data_repair.cpp.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "history/repair.h"

namespace trd {

// What makes sense for which kind, bars included.
struct RepairPolicies {
    DataKind kind;
    std::span<const RepairPolicy> clean, fill;
    std::string_view why_not;  // the end of a sentence, where a list is empty
};
const RepairPolicies& policies_of(DataKind kind);

struct RowChange {
    Timestamp time;
    std::string_view why;  // "outlier", "crossed", "duplicate", "missing"
    std::string before;    // the row as export writes it; empty: was missing
    std::string after;     // empty: dropped
};

struct RowRepairReport {
    SeriesKey key;
    uint64_t rows_before = 0, rows_after = 0;
    uint64_t change_count = 0;
    std::vector<RowChange> changes;  // the first ones
    bool published = false;
};

struct RowLimits {
    int64_t outlier_factor = 5;                                // at least 2
    Decimal largest_rate = Decimal::from_raw(50'000'000'000);  // of funding, either way: 0.05
};

// A row is wrong when
//   a price of it is more than `outlier_factor` times above or below that of the last good row (of a quote bar: its
//   close; of a book: the last good price of that side), or a funding rate is beyond `largest_rate`;
//   a bid is above its ask (of a quote bar: at its open or its close);
//   it is there twice: the row before at the same time says the same, or is a trade of the same id.
// Clip moves prices and rates to the nearest ones that are allowed; what is crossed or there twice is dropped then.
// Carry puts the last good row in its place (of a quote bar: its closes); what is there twice is dropped all the same.
// Precondition: the policy is one of policies_of(kind).clean.
Result<RowRepairReport> clean_rows(const std::string& root, const RepairRequest& request, const RowLimits& limits);

struct RowGaps {
    // Rows further apart than this have a gap between them. Zero: of quotes and trades a minute, of funding and
    // exchange rates half as much again as the most common step. Quote bars go by where one ends.
    Duration silence;
    Duration longest;  // zero: of quotes and trades an hour, otherwise ten of the most common step
};
// Rows for gaps: those of the second series, or carried ones at the times that are missing.
// Precondition: the policy is one of policies_of(kind).fill.
Result<RowRepairReport> fill_rows(const std::string& root, const RepairRequest& request, const RowGaps& gaps);

}  // namespace trd
