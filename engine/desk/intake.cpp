#include "desk/intake.h"

#include <cmath>

#include "desk/intake_parts.h"

namespace trd {
namespace {

constexpr uint64_t handle_max = (uint64_t{1} << 44) - 1;

struct Bound {
    uint8_t RawIntent::*field;
    uint32_t count;
};
constexpr Bound bounds[] = {
    {&RawIntent::kind, raw_intent_kind_count},   {&RawIntent::side, 2},
    {&RawIntent::type, order_type_count},        {&RawIntent::time_in_force, time_in_force_count},
    {&RawIntent::purpose, purpose_count},        {&RawIntent::flags, intent_flags_all + 1},
    {&RawIntent::bucket, side_bucket_count},     {&RawIntent::measure, target_measure_count},
    {&RawIntent::tag_size, Tag::max_size() + 1},
};

bool enums_in_range(const RawIntent& raw) {
    bool fit = true;
    for (const Bound& bound : bounds) fit &= raw.*bound.field < bound.count;
    return fit;
}

// The whole rest of the position, whatever its size: what is held may be less than a lot after terms have changed. A
// stop may fill before it arrives, so it only reduces: a close never turns a position round.
Denial close_rest(const IntakePosition& position, OrderIntent& intent) {
    const IntakePosition::Held& held = position.held[static_cast<size_t>(intent.bucket)];
    const bool is_short = held.quantity.is_negative();
    const Quantity rest = abs(held.quantity) - (is_short ? held.buying : held.selling);
    if (!rest.is_positive()) return Denial::nothing_to_close;
    intent.side = is_short ? Side::buy : Side::sell;
    intent.quantity = rest;
    intent.reduce_only = true;
    return Denial::none;
}

Denial fill_in_order(const RawIntent& raw, const IntakePosition& position, OrderIntent& intent) {
    const Terms& terms = position.instrument->terms_at(position.now);
    intent.side = static_cast<Side>(raw.side);
    Denial denial = intake::wanted_quantity(raw.quantity, terms, intent.quantity);
    if (denial == Denial::none) denial = intake::read_relations(raw, position, intent);
    if (denial == Denial::none) denial = intake::read_prices(raw, position, terms, intent);
    if (denial == Denial::none) denial = intake::read_conditions(raw, position, terms, intent);
    if (denial != Denial::none) return denial;
    const Price price = has_limit(intent.type) ? intent.limit : position.mark;
    return intake::check_quantity(intent.quantity, price, terms, *position.instrument);
}

Denial fill_in(const RawIntent& raw, const IntakePosition& position, OrderIntent& intent) {
    const auto kind = static_cast<RawIntentKind>(raw.kind);
    if (kind == RawIntentKind::target_position)
        return intake::aim(raw, position, position.instrument->terms_at(position.now), intent);
    if (kind == RawIntentKind::close_position) {
        const Denial denial = intake::read_relations(raw, position, intent);
        return denial != Denial::none ? denial : close_rest(position, intent);
    }
    TRD_ASSERT(kind == RawIntentKind::submit);  // changes of orders do not come here
    return fill_in_order(raw, position, intent);
}

Purpose purpose_of(const RawIntent& raw) {
    const auto kind = static_cast<RawIntentKind>(raw.kind);
    if (kind == RawIntentKind::close_position) return Purpose::exit;
    return kind == RawIntentKind::target_position ? Purpose::rebalance : static_cast<Purpose>(raw.purpose);
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
    if (static_cast<RawIntentKind>(raw.kind) == RawIntentKind::submit) {
        intent.type = static_cast<OrderType>(raw.type);
        intent.time_in_force = static_cast<TimeInForce>(raw.time_in_force);
    }
    TRD_ASSERT(intent.tag.assign({raw.tag, raw.tag_size}));
    decision.denial = position.instrument == nullptr ? Denial::unknown_instrument : fill_in(raw, position, intent);
    return decision;
}

Denial read_amendment(const RawIntent& raw, const Order& order, const Terms& terms, OrderAmendment& amendment) {
    const OrderIntent& intent = order.intent;
    amendment = {intent.quantity, intent.limit, intent.trigger, intent.display};
    Denial denial = Denial::none;
    if (!std::isnan(raw.quantity)) denial = intake::wanted_quantity(raw.quantity, terms, amendment.quantity);
    if (denial == Denial::none && !std::isnan(raw.limit)) {
        if (!has_limit(intent.type)) return Denial::price_not_wanted;
        denial = intake::wanted_price(raw.limit, terms, intake::limit_rounding(intent.side), amendment.limit);
    }
    if (denial == Denial::none && !std::isnan(raw.trigger)) {
        if (!has_trigger(intent.type)) return Denial::price_not_wanted;
        denial = intake::wanted_price(raw.trigger, terms, intake::trigger_rounding(intent.type, intent.side),
                                      amendment.trigger);
    }
    if (denial == Denial::none && !std::isnan(raw.display))
        denial = intake::wanted_quantity(raw.display, terms, amendment.display);
    if (denial != Denial::none) return denial;
    if (amendment == OrderAmendment{intent.quantity, intent.limit, intent.trigger, intent.display})
        return Denial::nothing_to_change;
    if (amendment.quantity <= order.filled + order.cancelled) return Denial::amendment_below_filled;
    if (amendment.display > amendment.quantity) return Denial::display_unfit;
    if (amendment.quantity < terms.min_quantity) return Denial::quantity_below_minimum;
    if (!terms.max_quantity.is_zero() && amendment.quantity > terms.max_quantity) return Denial::quantity_above_maximum;
    return Denial::none;
}

}  // namespace trd
