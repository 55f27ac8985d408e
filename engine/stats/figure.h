// A statistic, or the reason why there is none: never 0, an infinity or a NaN in its place. Thread-free.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace trd {

enum class Undefined : uint8_t {
    none,  // it is defined
    too_few,
    not_finite,
    equity_not_positive,
    zero_deviation,
    zero_tail,
    no_drawdown,
    no_trades,
    no_wins,
    no_losses,
    no_time,
};
// "zero_deviation", for machine output.
std::string_view to_text(Undefined reason);

struct Figure {
    std::optional<double> value;
    Undefined why = Undefined::too_few;  // none exactly when there is a value

    Figure() = default;
    Figure(double defined) : value(defined), why(Undefined::none) {}
    Figure(Undefined reason) : why(reason) {}

    explicit operator bool() const { return value.has_value(); }
    double operator*() const { return *value; }

    friend bool operator==(const Figure&, const Figure&) = default;
};

}  // namespace trd
