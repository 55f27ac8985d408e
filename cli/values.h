// From the words of a command line to values, and the errors for words that are none: each names the flag, what was
// found and what was expected. A flag that was not given is an empty optional.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/decimal.h"
#include "base/time.h"
#include "cli/arguments.h"

namespace trd {

// In double quotes, control characters escaped, long text cut.
std::string in_quotes(std::string_view text);
// "--cash is "abc", expected EXPECTED" with ExitCode::usage and id E_VALUE.
Error bad_value(std::string_view flag, std::string_view found, std::string_view expected, std::string hint = {});

enum class Sign : uint8_t { any, not_negative, positive };

namespace values_detail {
Error bad_decimal(std::string_view flag, std::string_view found, DecimalError why, std::string_view what);
Error bad_sign(std::string_view flag, std::string_view found, Sign sign);
}  // namespace values_detail

// `what`: "an amount such as 2500.50".
template <class T>
Result<std::optional<T>> decimal_value(const Arguments& arguments, std::string_view flag, Sign sign,
                                       std::string_view what) {
    const auto text = arguments.value(flag);
    if (!text) return std::optional<T>();
    const auto number = T::parse(*text);
    if (!number) return Fail{values_detail::bad_decimal(flag, *text, number.error(), what)};
    const bool fits = sign == Sign::any || number->is_positive() || (sign == Sign::not_negative && number->is_zero());
    if (!fits) return Fail{values_detail::bad_sign(flag, *text, sign)};
    return std::optional<T>(*number);
}

// A whole number from 0 to 2^64 - 1.
Result<std::optional<uint64_t>> count_value(const Arguments& arguments, std::string_view flag);
// A date or a date and time, UTC unless it names its offset.
Result<std::optional<Timestamp>> time_value(const Arguments& arguments, std::string_view flag);
// "1m", "4h", "1d"; longer than nothing.
Result<std::optional<Duration>> duration_value(const Arguments& arguments, std::string_view flag);

}  // namespace trd
