#include <algorithm>
#include <cmath>

#include "desk/intake_parts.h"

namespace trd::intake {
namespace {

// The fee depends on the quantity that it takes part in deciding; this many rounds are far more than it takes.
constexpr int fee_rounds_max = 8;

// A signed quantity, towards zero to a multiple of the lot.
Denial signed_units(double wanted, const Terms& terms, Quantity& quantity) {
    const auto rounded = quantize<Quantity>(wanted, terms.lot, Rounding::toward_zero);
    if (!rounded.ok()) return Denial::quantity_too_large;
    quantity = *rounded;
    return Denial::none;
}

// The most that can be had for `money`, in lots; both signs.
Denial units_for(Money money, const IntakePosition& position, const Terms& terms, Quantity& quantity) {
    const Instrument& instrument = *position.instrument;
    if (position.mark.is_zero()) return Denial::no_market_yet;
    const auto exact = trd::units_for(instrument, money, position.mark);
    if (!exact.ok()) return Denial::quantity_too_large;
    quantity = round_to_step(*exact, terms.lot, Rounding::toward_zero);
    // Division rounds to nearest: one lot too many must not come of it.
    const auto cost = checked_notional_of(instrument, position.mark, quantity);
    if (!cost.ok()) return Denial::quantity_too_large;
    if (*cost > abs(money)) quantity -= quantity.is_negative() ? -terms.lot : terms.lot;
    return Denial::none;
}

// With the fee of the order that gets there taken from what is there to spend.
Denial units_after_fee(Money money, Quantity held, const IntakePosition& position, const Terms& terms,
                       Quantity& quantity) {
    Denial denial = units_for(money, position, terms, quantity);
    for (int round = 0; denial == Denial::none && round < fee_rounds_max; ++round) {
        const Quantity change = abs(quantity - held);
        if (change.is_zero()) break;
        const Money fee = position.account->fees.fee(*position.instrument, position.mark, change);
        const Money left = std::max(abs(money) - fee, Money::zero());
        const Quantity before = quantity;
        denial = units_for(money.is_negative() ? -left : left, position, terms, quantity);
        if (quantity == before) break;
    }
    return denial;
}

Denial units_of_weight(double weight, Quantity held, const IntakePosition& position, const Terms& terms,
                       Quantity& quantity) {
    const auto share = from_double<Decimal>(weight);
    if (!share.ok()) return Denial::quantity_too_large;
    if (!position.equity || !position.equity->is_positive()) return Denial::no_equity;
    const AccountTerms& account = *position.account;
    const Money kept = multiply(*position.equity, Decimal::from_units(1) - account.sizing_buffer);
    const Money money = multiply(kept, *share);
    if (account.size_after_fees) return units_after_fee(money, held, position, terms, quantity);
    return units_for(money, position, terms, quantity);
}

Denial units_of_notional(double wanted, const IntakePosition& position, const Terms& terms, Quantity& quantity) {
    const auto money = from_double<Money>(wanted);
    if (!money.ok()) return Denial::quantity_too_large;
    return units_for(*money, position, terms, quantity);
}

Denial target_of(const RawIntent& raw, Quantity held, const IntakePosition& position, const Terms& terms,
                 Quantity& target) {
    if (!std::isfinite(raw.quantity)) return Denial::quantity_not_finite;
    const auto measure = static_cast<TargetMeasure>(raw.measure);
    if (measure == TargetMeasure::quantity) return signed_units(raw.quantity, terms, target);
    if (measure == TargetMeasure::weight) return units_of_weight(raw.quantity, held, position, terms, target);
    return units_of_notional(raw.quantity, position, terms, target);
}

}  // namespace

Denial wanted_quantity(double wanted, const Terms& terms, Quantity& quantity) {
    if (!std::isfinite(wanted)) return Denial::quantity_not_finite;
    if (wanted <= 0) return Denial::quantity_not_positive;
    const auto rounded = quantize<Quantity>(wanted, terms.lot, Rounding::down);
    if (!rounded.ok()) return Denial::quantity_too_large;
    quantity = *rounded;
    return quantity.is_zero() ? Denial::quantity_rounds_to_zero : Denial::none;
}

Denial check_quantity(Quantity quantity, Price price, const Terms& terms, const Instrument& instrument) {
    if (quantity < terms.min_quantity) return Denial::quantity_below_minimum;
    if (!terms.max_quantity.is_zero() && quantity > terms.max_quantity) return Denial::quantity_above_maximum;
    if (terms.min_notional.is_zero()) return Denial::none;
    if (price.is_zero()) return Denial::no_market_yet;
    const auto value = checked_notional_of(instrument, price, quantity);
    if (!value.ok()) return Denial::quantity_too_large;
    return *value < terms.min_notional ? Denial::notional_below_minimum : Denial::none;
}

// On the way from what is held towards zero and no further: the order may reduce and nothing else. What is to be undone
// of orders on their way has nothing to reduce yet.
bool only_reduces(const IntakePosition::Held& held, Quantity target, Side side) {
    if (held.quantity.is_zero() || (held.quantity.is_positive() != (side == Side::sell))) return false;
    return target.is_zero() || target.is_positive() == held.quantity.is_positive();
}

// Whether what is asked for, before lots, is what will be held: the change is nothing, and not too little for an order.
bool is_there_already(const RawIntent& raw, Quantity expected, const IntakePosition& position, const Terms& terms) {
    Terms without_lots = terms;
    without_lots.lot = Quantity::from_raw(1);
    Quantity exact;
    return target_of(raw, expected, position, without_lots, exact) == Denial::none && exact == expected;
}

// What is missing to the target counts market orders on their way as done.
Denial aim(const RawIntent& raw, const IntakePosition& position, const Terms& terms, OrderIntent& intent) {
    if (position.account->hedging) return Denial::bucket_not_kept;
    const IntakePosition::Held& held = position.held[0];
    const Quantity expected = held.quantity + held.buying - held.selling;
    Quantity target;
    const Denial denial = target_of(raw, expected, position, terms, target);
    if (denial != Denial::none) return denial;
    const Quantity change = target - expected;
    intent.side = change.is_negative() ? Side::sell : Side::buy;
    intent.quantity = round_to_step(abs(change), terms.lot, Rounding::down);
    // Out of a position completely, even of what is left of a lot.
    if (target.is_zero()) intent.quantity = abs(change);
    if (intent.quantity.is_zero()) {
        const bool was_too_small = raw.quantity != 0 && target.is_zero();
        return !was_too_small && is_there_already(raw, expected, position, terms) ? Denial::already_at_target
                                                                                  : Denial::quantity_rounds_to_zero;
    }
    intent.reduce_only = only_reduces(held, target, intent.side);
    return target.is_zero() ? Denial::none
                            : check_quantity(intent.quantity, position.mark, terms, *position.instrument);
}

}  // namespace trd::intake
