// A text file of bars as a series, without a catalogue: what `backtest --data FILE` reads.
#pragma once

#include <functional>
#include <string>

#include "history/bar_series.h"
#include "history/importer.h"

namespace trd {

struct CsvBarOptions {
    std::string symbol;  // empty: the file's name up to the first point, in upper case
    Duration timeframe;  // zero: the most common step between rows; dates alone are days from 00:00 UTC
    std::string zone;    // of wall clock times; empty: as the header says, else UTC
    std::string map;     // as --map of import
    std::function<void(const std::string& doubt)> warn = {};  // ImportOutcome::doubt
};

// The series lives in memory outside the heap and goes with the object. Errors as of Importer; the first wrong row is
// named with the number of the others.
Result<BarSeries> load_csv_bars(const std::string& path, const CsvBarOptions& options = {});

// "spy-daily.csv.gz" -> "SPY-DAILY"
std::string symbol_of_file(const std::string& path);

}  // namespace trd
