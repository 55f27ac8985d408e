#include "order/fill.h"

#include <array>

namespace trd {
namespace {

struct DenialText {
    std::string_view name;
    std::string_view text;
};

constexpr std::array<DenialText, denial_count> denial_texts = {{
    {"none", "allowed"},
    {"malformed", "a field of the intent is outside its range"},
    {"unknown_instrument", "the instrument is not part of this run"},
    {"quantity_not_finite", "the quantity is not a finite number"},
    {"quantity_not_positive", "the quantity is not above zero"},
    {"quantity_too_large", "the quantity is beyond 1e15"},
    {"quantity_rounds_to_zero", "the quantity is below one lot"},
    {"quantity_below_minimum", "the quantity is below the instrument's minimum"},
    {"quantity_above_maximum", "the quantity is above the instrument's maximum"},
    {"notional_below_minimum", "the order's value is below the instrument's minimum"},
    {"no_market_yet", "no price has been seen for the instrument yet"},
    {"nothing_to_close", "there is no position left to close"},
    {"handle_out_of_order", "the order's number does not follow the one before it"},
    {"unknown_order", "no such order of this strategy"},
    {"not_cancellable", "the order has already ended"},
}};

}  // namespace

std::string_view name_of(Denial denial) { return denial_texts[static_cast<size_t>(denial)].name; }
std::string_view describe(Denial denial) { return denial_texts[static_cast<size_t>(denial)].text; }

}  // namespace trd
