// What the numbers of limits and inputs count. All of them are exact decimals; the unit says how a file writes one and
// how a person reads it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/decimal.h"
#include "base/error.h"

namespace trd {

enum class RiskUnit : uint8_t {
    money,  // in the account's currency
    price,  // in the instrument's quote currency
    quantity,
    number,       // without a unit
    share,        // 0.2, written "20%" too
    count,        // a whole number
    duration,     // seconds, written "2s", "5m", "1d"
    flag,         // on or off
    symbols,      // names of instruments
    order_types,  // names of order types, kept as bits by OrderType
};

bool is_list(RiskUnit unit);
// "a share such as 0.2 or \"20%\", zero or more ..."
std::string_view expected_text(RiskUnit unit);
// Nothing when the text is not of the unit, or below zero. Not for lists.
std::optional<Decimal> parse_risk_value(RiskUnit unit, std::string_view text);
// As people read it: "20 %", "2s", "1500".
std::string to_text(RiskUnit unit, Decimal value);

}  // namespace trd
