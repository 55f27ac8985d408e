// How amounts of money are written for people; machines get all decimals, by to_string().
#pragma once

#include <string>

#include "base/decimal.h"

namespace trd {

// With that many decimals, rounded half-even; what is smaller than one step of them shows three significant digits
// instead, so that nothing but zero looks like zero: "0.00000123".
std::string amount_text(Money amount, int places);

}  // namespace trd
