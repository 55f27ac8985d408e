// Numbers, times and tables for people, the same in every locale.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/amount_text.h"
#include "base/decimal.h"
#include "base/time.h"
#include "cli/unicode.h"

namespace trd {

// "1234567.8" -> "1,234,567.8"
std::string with_separators(std::string_view digits);
// Rounded half-even to `places`; "-0.00" never appears.
std::string fixed(double value, int places);
// 0.0312 -> "+3.12 %". What rounds to zero still says on which side it lies, "-0.00 %"; only zero itself has no sign.
std::string signed_percent(double fraction);
std::string percent(double fraction);
// Of an amount: like fixed(), but what is smaller than one step shows three significant digits: 0.00000123, as
// amount_text() of money does.
std::string amount_text(double value, int places);
// "12,345.67 USD", "0.00412 USD"
std::string money_text(Money amount, std::string_view currency);
// With the sign as signed_percent() has it.
std::string signed_money_text(Money amount, std::string_view currency);
// "250 ms", "3.2 s", "2 min 05 s", "4 h 10 min"
std::string span_text(Duration duration);

// Filled with blanks to so many places of a terminal (display_width).
std::string padded_left(std::string text, size_t width);
std::string padded_right(std::string text, size_t width);

// Breaks at blanks so that no line is longer than `columns`, or than 20 letters behind the indent; every line but the
// first starts with `indent` blanks.
std::string wrapped_text(std::string_view text, size_t indent, size_t columns);

// What others wrote must not steer a terminal (harmless()), and not fill it: more than a screen can hold is cut.
std::string for_terminal(std::string_view text);

}  // namespace trd
