#include <cmath>

#include "desk/intake_parts.h"

namespace trd::intake {
namespace {

Denial check_fit(const OrderIntent& intent) {
    const Misfit misfit = misfit_of(intent.type, intent.time_in_force, intent.post_only, !intent.display.is_zero());
    return misfit == Misfit::none ? Denial::none : Denial::unfit_combination;
}

Denial read_expiry(const RawIntent& raw, Timestamp now, OrderIntent& intent) {
    if (intent.time_in_force != TimeInForce::gtd) return raw.expires_ns == 0 ? Denial::none : Denial::unfit_combination;
    if (raw.expires_ns == 0) return Denial::expiry_missing;
    intent.expires = {raw.expires_ns};
    return intent.expires > now ? Denial::none : Denial::expiry_in_the_past;
}

Denial read_display(const RawIntent& raw, const Terms& terms, OrderIntent& intent) {
    if (std::isnan(raw.display)) return Denial::none;
    const Denial denial = wanted_quantity(raw.display, terms, intent.display);
    return denial != Denial::none || intent.display > intent.quantity ? Denial::display_unfit : Denial::none;
}

bool reduces(const OrderIntent& intent, const IntakePosition& position) {
    const Quantity held = position.held[static_cast<size_t>(intent.bucket)].quantity;
    return intent.side == Side::buy ? held.is_negative() : held.is_positive();
}

// An account that keeps both sides has no net position: what an order means for it follows from its direction.
SideBucket bucket_of(Side side, bool reduces) {
    return (side == Side::buy) != reduces ? SideBucket::long_side : SideBucket::short_side;
}

}  // namespace

Denial read_conditions(const RawIntent& raw, const IntakePosition& position, const Terms& terms, OrderIntent& intent) {
    intent.post_only = (raw.flags & intent_post_only) != 0;
    intent.reduce_only = (raw.flags & intent_reduce_only) != 0;
    Denial denial = read_display(raw, terms, intent);
    if (denial == Denial::none) denial = check_fit(intent);
    if (denial == Denial::none) denial = read_expiry(raw, position.now, intent);
    if (denial != Denial::none) return denial;
    const bool waits = position.parent != nullptr;
    return intent.reduce_only && !waits && !reduces(intent, position) ? Denial::reduce_only_unfit : Denial::none;
}

Denial read_relations(const RawIntent& raw, const IntakePosition& position, OrderIntent& intent) {
    intent.bucket = static_cast<SideBucket>(raw.bucket);
    if (!position.account->hedging && intent.bucket != SideBucket::net) return Denial::bucket_not_kept;
    if (position.account->hedging && intent.bucket == SideBucket::net)
        intent.bucket = bucket_of(static_cast<Side>(raw.side), (raw.flags & intent_reduce_only) != 0);
    if (raw.parent != 0) {
        if (position.parent == nullptr) return Denial::unknown_parent;
        intent.parent = position.parent->intent.id;
    }
    if (raw.group == 0) return Denial::none;
    intent.group = raw.group;
    if (raw.group == raw.handle) return Denial::none;
    if (position.group_first == nullptr) return Denial::unknown_group;
    const OrderIntent& first = position.group_first->intent;
    const bool fits_group = first.instrument == intent.instrument && first.side == static_cast<Side>(raw.side) &&
                            first.bucket == intent.bucket && first.parent == intent.parent;
    return fits_group ? Denial::none : Denial::group_mismatch;
}

}  // namespace trd::intake
