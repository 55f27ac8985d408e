#include <cmath>

#include "desk/intake_parts.h"

namespace trd::intake {
namespace {

bool given(double number) { return !std::isnan(number); }

// Where the market is for an order that is yet to come: one that follows another finds it where that will trade. When
// that has traded already, the order is not kept back and meets the market as it is now.
Price reference_price(const IntakePosition& position) {
    if (position.parent == nullptr || position.parent->filled.is_positive()) return position.mark;
    const OrderIntent& parent = position.parent->intent;
    if (has_limit(parent.type)) return parent.limit;
    return has_trigger(parent.type) && !parent.trigger.is_zero() ? parent.trigger : position.mark;
}

// A stop waits for a worse price, an if-touched order for a better one.
Denial check_trigger_side(const OrderIntent& intent, Price market) {
    if (market.is_zero()) return Denial::no_market_yet;
    const bool waits_above = (intent.side == Side::buy) == is_stop(intent.type);
    const bool fits = waits_above ? intent.trigger > market : intent.trigger < market;
    return fits ? Denial::none : Denial::trigger_wrong_side;
}

Denial read_trail(const RawIntent& raw, const Terms& terms, OrderIntent& intent) {
    if (intent.type != OrderType::trailing_stop) return given(raw.trail) ? Denial::price_not_wanted : Denial::none;
    if (!given(raw.trail)) return Denial::price_missing;
    if ((raw.flags & intent_trail_percent) == 0)
        return wanted_price(raw.trail, terms, Rounding::half_even, intent.trail_amount);
    if (!std::isfinite(raw.trail)) return Denial::price_not_finite;
    const auto share = from_double<Decimal>(raw.trail);
    if (!share.ok() || *share >= Decimal::from_units(1)) return Denial::price_too_large;
    if (!share->is_positive()) return Denial::price_not_positive;
    intent.trail_percent = *share;
    return Denial::none;
}

bool needs_trigger(OrderType type) { return has_trigger(type) && type != OrderType::trailing_stop; }

}  // namespace

Rounding limit_rounding(Side side) { return side == Side::buy ? Rounding::down : Rounding::up; }
Rounding trigger_rounding(OrderType type, Side side) {
    return (side == Side::buy) == is_stop(type) ? Rounding::down : Rounding::up;
}

Denial wanted_price(double wanted, const Terms& terms, Rounding towards, Price& price) {
    if (!std::isfinite(wanted)) return Denial::price_not_finite;
    if (wanted <= 0) return Denial::price_not_positive;
    const auto rounded =
        terms.tick.is_positive() ? quantize<Price>(wanted, terms.tick, towards) : from_double<Price>(wanted);
    if (!rounded.ok()) return Denial::price_too_large;
    price = *rounded;
    return price.is_positive() ? Denial::none : Denial::price_rounds_to_zero;
}

Denial read_prices(const RawIntent& raw, const IntakePosition& position, const Terms& terms, OrderIntent& intent) {
    if (given(raw.limit) != has_limit(intent.type))
        return given(raw.limit) ? Denial::price_not_wanted : Denial::price_missing;
    if (given(raw.trigger) && !has_trigger(intent.type)) return Denial::price_not_wanted;
    if (!given(raw.trigger) && needs_trigger(intent.type)) return Denial::price_missing;
    Denial denial = read_trail(raw, terms, intent);
    if (denial == Denial::none && given(raw.limit))
        denial = wanted_price(raw.limit, terms, limit_rounding(intent.side), intent.limit);
    if (denial != Denial::none || !given(raw.trigger)) return denial;
    denial = wanted_price(raw.trigger, terms, trigger_rounding(intent.type, intent.side), intent.trigger);
    return denial != Denial::none ? denial : check_trigger_side(intent, reference_price(position));
}

}  // namespace trd::intake
