#include "stats/figure.h"

#include <array>

namespace trd {

std::string_view to_text(Undefined reason) {
    static constexpr std::array<std::string_view, 11> names = {
        "none",        "too_few",   "not_finite", "equity_not_positive", "zero_deviation", "zero_tail",
        "no_drawdown", "no_trades", "no_wins",    "no_losses",           "no_time",
    };
    return names[static_cast<size_t>(reason)];
}

}  // namespace trd
