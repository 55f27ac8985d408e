// The instruments of a catalogue: one file of TOML beside the manifest, checksummed and replaced by rename, under the
// same lock. Readers see the old instruments or the new ones. Called by cli/data_instruments.cpp and by backtests.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "history/instrument_file.h"

namespace trd {

// Sorted by symbol; a catalogue without any is fine. Error: E_DATA_CORRUPT.
Result<std::vector<Instrument>> load_instruments(const std::string& root);
// One of them, without reading the others. Nothing when there is none.
Result<std::optional<Instrument>> find_instrument(const std::string& root, const std::string& symbol);

struct InstrumentsImport {
    std::vector<std::string> added, changed, unchanged;  // symbols, in the order of the file
};
// Adds the file's instruments to those of the catalogue. One that is there and says something else is only changed when
// `replace` says so (E_DATA_EXISTS). Everything or nothing; nothing with dry_run.
Result<InstrumentsImport> import_instruments(const std::string& root, const std::string& path, bool replace,
                                             bool dry_run);
Status<> remove_instrument(const std::string& root, const std::string& symbol);
// E_DATA_MISSING, naming the nearest symbol.
Error missing_instrument(const std::string& root, const std::string& symbol,
                         const std::vector<Instrument>& instruments);

// Those that were changed since, oldest first; a symbol is there as often as it was changed.
Result<std::vector<Instrument>> load_former_instruments(const std::string& root);
// How many there are of one that holds, itself included.
size_t revision_count(const std::vector<Instrument>& former, const Instrument& current);
// All that the catalogue has ever said of one, oldest first; the last one holds. E_DATA_MISSING, E_DATA_CORRUPT.
Result<std::vector<Instrument>> instrument_revisions(const std::string& root, const std::string& symbol);

std::string instruments_path(const std::string& root);
// What they said before they were changed; written before the change, so that nothing is lost whenever a writer dies.
std::string former_instruments_path(const std::string& root);

}  // namespace trd
