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
    {"quantity_rounds_to_zero", "the quantity, or the change to a target, is below one lot"},
    {"quantity_below_minimum", "the quantity is below the instrument's minimum"},
    {"quantity_above_maximum", "the quantity is above the instrument's maximum"},
    {"notional_below_minimum", "the order's value is below the instrument's minimum"},
    {"no_market_yet", "no price has been seen for the instrument yet"},
    {"nothing_to_close", "there is no position left to close"},
    {"handle_out_of_order", "the order's number does not follow the one before it"},
    {"unknown_order", "no such order of this strategy"},
    {"not_cancellable", "the order has already ended"},
    {"price_missing", "the order's type needs a price that was not given"},
    {"price_not_wanted", "a price was given that the order's type has no use for"},
    {"price_not_finite", "a price is not a finite number"},
    {"price_not_positive", "a price is not above zero"},
    {"price_too_large", "a price is beyond 1e15"},
    {"price_rounds_to_zero", "a price is below one tick"},
    {"trigger_wrong_side", "the market is already past the trigger"},
    {"unfit_combination", "the order's type, time in force and flags do not go together"},
    {"expiry_missing", "a good-till-date order needs its date"},
    {"expiry_in_the_past", "the order would have ended before it begins"},
    {"display_unfit", "the shown quantity is above the order's, or below one lot"},
    {"reduce_only_unfit", "there is no position that the order would reduce"},
    {"unknown_parent", "the order it should follow is not this strategy's, or has ended without a fill"},
    {"unknown_group", "there is no such group of orders"},
    {"group_mismatch", "the orders of a group trade one instrument in one direction"},
    {"bucket_not_kept", "the account nets: it keeps no long and short side by side"},
    {"not_amendable", "the order has ended, or an answer about it is still on its way"},
    {"amendment_below_filled", "the new quantity is not above what has traded"},
    {"nothing_to_change", "the amendment says what already holds"},
    {"already_at_target", "the position is where it should be, or market orders on their way take it there"},
    {"no_equity", "the account has no equity to take a share of"},
    {"not_in_these_semantics", "the chosen semantics do not have such an order"},
    {"no_rate", "no rate is known between the instrument's currency and the account's"},
    {"risk", "a limit does not allow it"},
}};

struct ReasonText {
    std::string_view name;
    std::string_view text;
};

constexpr std::array<ReasonText, venue_reason_count> reason_texts = {{
    {"none", "no reason given"},
    {"would_take", "it would have traded on arrival, and is post-only"},
    {"cannot_fill_at_once", "not enough was there to trade at once"},
    {"nothing_to_reduce", "it is reduce-only, and nothing is left to reduce"},
    {"insufficient_funds", "the account cannot pay for it"},
    {"day_over", "the session it was for is over"},
    {"date_reached", "its date has come"},
    {"unknown_order", "the venue does not have the order"},
    {"nothing_left", "no more would be left than has traded"},
    {"other", "see the venue's text"},
    {"not_in_these_semantics", "the rules chosen with --semantics have no such order"},
    {"split", "a split has changed what a unit is"},
    {"no_closing_bar", "its session ended, and no bar closed with it"},
    {"bracket_over", "its bracket is over: what filled later would have no exit"},
}};

}  // namespace

std::string_view name_of(Denial denial) { return denial_texts[static_cast<size_t>(denial)].name; }
std::string_view name_of(VenueReason reason) { return reason_texts[static_cast<size_t>(reason)].name; }
std::string_view describe(VenueReason reason) { return reason_texts[static_cast<size_t>(reason)].text; }
std::string_view name_of(Liquidity liquidity) {
    constexpr std::array<std::string_view, 3> names = {"unknown", "maker", "taker"};
    return names[static_cast<size_t>(liquidity)];
}
std::string_view describe(Denial denial) { return denial_texts[static_cast<size_t>(denial)].text; }

}  // namespace trd
