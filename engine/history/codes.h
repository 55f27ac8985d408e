// Small whole numbers in columns that text writes as words: the side of a trade, the kind of a corporate action.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "history/kinds.h"

namespace trd {

// Values in files: append-only.
inline constexpr int64_t side_buy = 1;         // of a trade: who crossed the spread; of a book level: bid
inline constexpr int64_t side_sell = -1;       // or ask
inline constexpr int64_t book_snapshot = 1;    // of a book row: it is part of a whole book, not a change
inline constexpr int64_t action_split = 1;     // value: new shares for one old share
inline constexpr int64_t action_dividend = 2;  // value: cash a share

std::optional<int64_t> code_of(const KindSpec& spec, size_t column, std::string_view text);
// The word that export writes; the number itself when there is none.
std::string code_text(const KindSpec& spec, size_t column, int64_t code);
// "buy or sell", for messages.
std::string code_names(const KindSpec& spec, size_t column);

}  // namespace trd
