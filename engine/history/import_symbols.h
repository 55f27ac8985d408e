// Whose rows of a text file are taken, where a column says whose each row is. Rows of several symbols would make one
// series of prices that no market ever had. Used by history/importer.cpp and import_layout.cpp only.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "history/import_layout.h"
#include "history/text_source.h"

namespace trd {

// Do files call a column of symbols so? The name in normal form.
bool is_name_of_symbols(std::string_view name);

// The symbol whose rows alone are taken; nothing: all rows. Reads the file once when it has such a column. Rows of
// several symbols without `wanted` among them are E_DATA_SYMBOLS, which names the first of them.
Result<std::optional<std::string>> settle_symbols(const TextSource& source, const std::string& file,
                                                  const ImportLayout& layout, const std::string& wanted);

}  // namespace trd
