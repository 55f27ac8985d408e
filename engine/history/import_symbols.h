// Whose rows of a text file are taken, where a column says whose each row is. Rows of several symbols would make one
// series of prices that no market ever had. Used by history/importer.cpp and import_layout.cpp only.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "history/import_layout.h"
#include "history/text_source.h"

namespace trd {

// Do files call a column of symbols so? The name in normal form. Of two columns the one of the lower rank has them.
std::optional<size_t> rank_of_symbols(std::string_view name);

struct WhoseRows {
    std::optional<std::string> only;  // the symbol whose rows alone are taken; nothing: all rows
    std::string doubt;                // what is odd about it; empty: nothing is
};
// Reads the file once when it has a column of symbols. Rows of several symbols without `wanted` among them are
// E_DATA_SYMBOLS, which names the first of them.
Result<WhoseRows> settle_symbols(const TextSource& source, const std::string& file, const ImportLayout& layout,
                                 const std::string& wanted);

}  // namespace trd
