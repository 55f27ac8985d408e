#include "desk/intake.h"

#include <cmath>

namespace trd {
namespace {

constexpr uint64_t handle_max = (uint64_t{1} << 44) - 1;

bool enums_in_range(const RawIntent& raw) {
    return raw.kind < raw_intent_kind_count && raw.side <= static_cast<uint8_t>(Side::sell) &&
           raw.type <= static_cast<uint8_t>(OrderType::market) &&
           raw.time_in_force <= static_cast<uint8_t>(TimeInForce::gtc) && raw.purpose < purpose_count &&
           raw.tag_size <= Tag::max_size();
}

Denial wanted_quantity(double wanted, const Terms& terms, Quantity& quantity) {
    if (!std::isfinite(wanted)) return Denial::quantity_not_finite;
    if (wanted <= 0) return Denial::quantity_not_positive;
    auto rounded = quantize<Quantity>(wanted, terms.lot, Rounding::down);
    if (!rounded.ok()) return Denial::quantity_too_large;
    quantity = *rounded;
    return quantity.is_zero() ? Denial::quantity_rounds_to_zero : Denial::none;
}

Denial check_terms(Quantity quantity, const Terms& terms, const IntakePosition& position) {
    if (quantity < terms.min_quantity) return Denial::quantity_below_minimum;
    if (!terms.max_quantity.is_zero() && quantity > terms.max_quantity) return Denial::quantity_above_maximum;
    if (terms.min_notional.is_zero()) return Denial::none;
    if (position.mark.is_zero()) return Denial::no_market_yet;
    auto value = checked_notional(abs(position.mark), quantity, position.instrument->multiplier);
    if (!value.ok()) return Denial::quantity_too_large;
    return *value < terms.min_notional ? Denial::notional_below_minimum : Denial::none;
}

// The whole rest of the position, whatever its size: what is held may be less than a lot after terms have changed.
Denial close_rest(const IntakePosition& position, OrderIntent& intent) {
    const Quantity rest = abs(position.held) - position.leaving;
    if (!rest.is_positive()) return Denial::nothing_to_close;
    intent.side = position.held.is_negative() ? Side::buy : Side::sell;
    intent.quantity = rest;
    return Denial::none;
}

Denial fill_in(const RawIntent& raw, const IntakePosition& position, OrderIntent& intent) {
    if (static_cast<RawIntentKind>(raw.kind) == RawIntentKind::close_position) return close_rest(position, intent);
    intent.side = static_cast<Side>(raw.side);
    const Terms& terms = position.instrument->terms_at(position.now);
    const Denial denial = wanted_quantity(raw.quantity, terms, intent.quantity);
    return denial != Denial::none ? denial : check_terms(intent.quantity, terms, position);
}

Purpose purpose_of(const RawIntent& raw) {
    return static_cast<RawIntentKind>(raw.kind) == RawIntentKind::close_position ? Purpose::exit
                                                                                 : static_cast<Purpose>(raw.purpose);
}

}  // namespace

Denial check_form(const RawIntent& raw, uint64_t last_handle) {
    if (!enums_in_range(raw) || raw.handle > handle_max) return Denial::malformed;
    return raw.handle > last_handle ? Denial::none : Denial::handle_out_of_order;
}

OrderId id_of(const IntakeContext& context, uint64_t handle, Purpose purpose) {
    return OrderId::pack({.profile = context.profile,
                          .account = context.account,
                          .strategy = context.strategy,
                          .purpose = purpose,
                          .incarnation = context.incarnation,
                          .sequence = handle});
}

Decision take_in(const RawIntent& raw, const IntakeContext& context, const IntakePosition& position) {
    Decision decision;
    OrderIntent& intent = decision.intent;
    intent.strategy = context.strategy;
    intent.account = context.account;
    intent.instrument = {raw.instrument};
    decision.denial = check_form(raw, context.last_handle);
    if (decision.denial != Denial::none) return decision;

    intent.purpose = purpose_of(raw);
    intent.id = id_of(context, raw.handle, intent.purpose);
    intent.type = static_cast<OrderType>(raw.type);
    intent.time_in_force = static_cast<TimeInForce>(raw.time_in_force);
    TRD_ASSERT(intent.tag.assign({raw.tag, raw.tag_size}));
    decision.denial = position.instrument == nullptr ? Denial::unknown_instrument : fill_in(raw, position, intent);
    return decision;
}

}  // namespace trd
