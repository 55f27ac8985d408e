// trd data with --kind instruments: what can be traded, beside what was traded. Used by cli/data_*.cpp only.
#pragma once

#include "cli/data_common.h"
#include "history/instrument_store.h"

namespace trd {

// --kind instruments; for import also a file whose name ends in .toml.
bool means_instruments(const Arguments& arguments);

Result<Answer> import_instruments_answer(Context& context);
Result<Answer> show_instrument(Context& context);
Result<Answer> export_instrument(Context& context);
Result<Answer> remove_instrument_answer(Context& context);

// One row of ls for each instrument of the catalogue, or of one symbol.
Status<> list_instruments(const std::string& root, const std::optional<std::string>& symbol, JsonWriter& json,
                          Table& table);

}  // namespace trd
