// What the data verbs share: which series is meant, the catalogue, and rows as text. Used by cli/data_*.cpp only.
#pragma once

#include <string>
#include <vector>

#include "cli/answer.h"
#include "cli/json_writer.h"
#include "cli/progress.h"
#include "history/catalogue.h"
#include "history/progress_call.h"

namespace trd {

inline constexpr Option catalogue_option{
    "--catalogue", "DIR", "the catalogue of market data; TRD_CATALOGUE or the cache folder unless given here",
    false,         {},    Completes::files};
inline constexpr Option kind_option{"--kind",
                                    "KIND",
                                    "what the rows are; bars unless given here",
                                    false,
                                    "bars,quote-bars,quotes,trades,book,funding,actions,fx,factors,instruments",
                                    Completes::choices};
inline constexpr Option timeframe_option{"--tf", "SPAN", "length of a bar, such as 1m, 1h or 1d"};

// From SYMBOL, --kind and --tf. Without --tf: the only timeframe of the symbol that there is; E_USAGE_TF when there are
// several.
Result<SeriesKey> series_meant(const Context& context, const Catalogue& catalogue);
DataKind kind_meant(const Arguments& arguments);

// "bars" "SPY" "1d" as members kind, symbol, timeframe (null where there is none).
void put_key(JsonWriter& json, const SeriesKey& key);
Cell timeframe_cell(const SeriesKey& key);

// A bar for work that counts, and the error that the command line gives for an interruption.
ProgressCall progress_call(Progress& progress);
Error cli_error(Error error);

// "1 gap", "2 gaps"
std::string counted(uint64_t count, std::string_view noun);

// Rows of words as a table with two blanks between columns, numbers on the right; or tabs between them (plain).
std::string rows_text(const std::vector<std::vector<std::string>>& rows, const std::string& right_aligned,
                      Format format);

}  // namespace trd
