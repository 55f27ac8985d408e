// Orders as they come, change and go.
#include <algorithm>

#include "match/semantics.h"
#include "match/simulated_venue.h"

namespace trd {
namespace {

// Precondition: it is there. Lists are short, and std::find's search is longer than they are.
[[gnu::noinline]] void take_out(std::vector<uint32_t>& slots, uint32_t slot) {
    size_t place = 0;
    while (slots[place] != slot) ++place;
    slots.erase(slots.begin() + static_cast<ptrdiff_t>(place));
}

}  // namespace

SimulatedVenue::Resting& SimulatedVenue::add(const OrderIntent& order, Quantity open) {
    Lane& lane = lane_of(order.instrument);
    uint32_t slot = static_cast<uint32_t>(slots_.size());
    if (free_.empty()) {
        slots_.emplace_back();
    } else {
        slot = free_.back();
        free_.pop_back();
    }
    Resting& added = remake(slots_[slot], [&] {
        return Resting{.intent = order, .open = open, .decided_in = lane.bars, .trigger = order.trigger};
    });
    index_.add(order.id, slot, id_of());
    lane.orders.push_back(slot);
    ++lane.on_their_way;
    lane.reduce_only += order.reduce_only ? 1u : 0u;
    lane.session_orders += ends_with_session(order) ? 1u : 0u;
    lane.trailing += order.type == OrderType::trailing_stop ? 1u : 0u;
    look_again(lane);
    return added;
}

void SimulatedVenue::remove(Lane& lane, uint32_t slot) {
    Resting& order = slots_[slot];
    unlist(lane, order);
    if (order.waits) take_out(lane.waiting, slot);
    order.waits = false;
    take_out(lane.orders, slot);
    index_.remove(order.intent.id, slot, id_of());
    lane.on_their_way -= order.arrival == 0 ? 1u : 0u;
    lane.reduce_only -= order.intent.reduce_only ? 1u : 0u;
    lane.session_orders -= ends_with_session(order.intent) ? 1u : 0u;
    if (has_date(order.intent) && order.intent.expires == lane.first_date) find_first_date(lane);
    lane.trailing -= order.intent.type == OrderType::trailing_stop ? 1u : 0u;
    order.open = Quantity::zero();
    free_.push_back(slot);
    look_again(lane);
}

// What may_trade() asks without looking at orders.
void SimulatedVenue::look_again(Lane& lane) {
    lane.needs_every_bar = !lane.waiting.empty() || lane.on_their_way > 0 || lane.messages > 0 || lane.has_takers ||
                           (trace_ != nullptr && !lane.orders.empty());
    lane.follows_above = Price::max();
    lane.follows_below = -Price::max();
    if (lane.trailing == 0) return;
    for (const uint32_t slot : lane.orders) {
        const Resting& order = slots_[slot];
        if (order.intent.type != OrderType::trailing_stop || order.triggered) continue;
        if (order.trigger.is_zero()) lane.needs_every_bar = true;
        if (order.intent.side == Side::sell)
            lane.follows_above = std::min(lane.follows_above, order.best);
        else
            lane.follows_below = std::max(lane.follows_below, order.best);
    }
}

// An order reaches the venue.
void SimulatedVenue::arrive(uint32_t slot) {
    Resting& order = slots_[slot];
    Lane& lane = lane_of(order.intent.instrument);
    order.arrived = now_;
    order.arrival = next_arrival_++;
    --lane.on_their_way;
    if (const VenueReason reason = why_refuse(lane, order); reason != VenueReason::none) {
        if (traces(order.intent.id)) note(order, {.kind = TraceKind::refused, .reason = reason});
        answer(order, OrderEventKind::reject, reason);
        return remove(lane, slot);
    }
    if (traces(order.intent.id)) note(order, {.kind = TraceKind::accepted, .quantity = order.open});
    answer(order, OrderEventKind::accept);
    const bool came_too_late = has_date(order.intent) && order.intent.expires <= now_;
    if (came_too_late) return end(lane, slot, OrderEventKind::expire, VenueReason::date_reached);
    note_date(lane, order.intent);
    place(lane, slot);
    look_again(lane);
}

VenueReason SimulatedVenue::why_refuse(const Lane& lane, const Resting& order) const {
    if (!allows(models_.semantics, order.intent)) return VenueReason::not_in_these_semantics;
    if (order.intent.reduce_only && reducible(lane, order.intent).is_zero()) return VenueReason::nothing_to_reduce;
    const bool rests_at_limit = order.intent.type == OrderType::limit;
    if (order.intent.post_only && rests_at_limit && is_marketable(lane, order)) return VenueReason::would_take;
    return VenueReason::none;
}

void SimulatedVenue::place(Lane& lane, uint32_t slot) {
    const Resting& order = slots_[slot];
    if (models_.semantics != Semantics::trd) return place_outside(lane, slot);
    const TimeInForce terms = order.intent.time_in_force;
    if (terms == TimeInForce::at_open || terms == TimeInForce::at_close) return wait(lane, slot);
    if (has_trigger(order.intent.type) && !order.triggered) return place_trigger(lane, slot);
    has_limit(order.intent.type) ? place_limit(lane, slot) : place_market(lane, slot);
}

// By the rules of other engines everything waits for its bar; LEAN trades at once while there is a session.
void SimulatedVenue::place_outside(Lane& lane, uint32_t slot) {
    const Resting& order = slots_[slot];
    const bool at_once = models_.semantics == Semantics::lean && order.intent.type == OrderType::market &&
                         order.intent.time_in_force == TimeInForce::gtc && lane.known && !lane.session_over;
    if (at_once) {
        const bool has_only_opened = lane.inside && !lane.has_quotes && !lane.last_close.is_zero();
        take(lane, slot, has_only_opened ? lane.last_close : side_price(lane, order.intent.side));
        if (slots_[slot].open.is_zero()) return;
    }
    wait(lane, slot);
}

void SimulatedVenue::place_market(Lane& lane, uint32_t slot) {
    Resting& order = slots_[slot];
    if (is_live_market(lane, order)) {
        take(lane, slot, side_price(lane, order.intent.side));
        if (order.open.is_zero()) return;
        if (order.intent.time_in_force == TimeInForce::ioc || order.intent.time_in_force == TimeInForce::fok)
            return end(lane, slot, OrderEventKind::cancel, VenueReason::cannot_fill_at_once);
    }
    wait(lane, slot);
}

void SimulatedVenue::place_limit(Lane& lane, uint32_t slot) {
    Resting& order = slots_[slot];
    const bool now_or_never =
        order.intent.time_in_force == TimeInForce::ioc || order.intent.time_in_force == TimeInForce::fok;
    const bool live = is_live(lane, order);
    order.takes = !lane.known || is_marketable(lane, order);
    if (live && order.takes) {
        take(lane, slot, side_price(lane, order.intent.side));
        if (order.open.is_zero()) return;
        order.takes = false;
    }
    if (now_or_never) {
        if (live) return end(lane, slot, OrderEventKind::cancel, VenueReason::cannot_fill_at_once);
        return wait(lane, slot);
    }
    lane.has_takers = lane.has_takers || order.takes;
    join_queue(lane, order);
    list(lane, slot);
}

void SimulatedVenue::place_trigger(Lane& lane, uint32_t slot) {
    Resting& order = slots_[slot];
    if (order.intent.type == OrderType::trailing_stop && lane.known && has_side(lane, order.intent.side))
        follow(lane, order);
    if (!order.trigger.is_zero()) list(lane, slot);
    if (order.list < 0 || !is_live(lane, order)) return;
    const Price market = side_price(lane, order.intent.side);
    if (lane.lists[static_cast<size_t>(order.list)].is_reached(order.trigger, market)) trigger(lane, slot, market);
}

void SimulatedVenue::wait(Lane& lane, uint32_t slot) {
    slots_[slot].waits = true;
    lane.waiting.push_back(slot);
}

// Where the order waits: buyers' limits and sellers' stops for a fall, buyers' stops and sellers' limits for a rise.
void SimulatedVenue::list(Lane& lane, uint32_t slot) {
    Resting& order = slots_[slot];
    const bool by_trigger = has_trigger(order.intent.type) && !order.triggered;
    const bool buys = order.intent.side == Side::buy;
    const bool rises = by_trigger && is_stop(order.intent.type) ? buys : !buys;
    order.list = static_cast<int8_t>((buys ? 0 : 2) + (rises ? 0 : 1));
    order.level = {by_trigger ? order.trigger : order.intent.limit, order.arrival, slot};
    lane.lists[static_cast<size_t>(order.list)].insert(order.level);
}

void SimulatedVenue::unlist(Lane& lane, Resting& order) {
    if (order.list < 0) return;
    lane.lists[static_cast<size_t>(order.list)].erase(order.level);
    order.list = -1;
}

void SimulatedVenue::on_cancel(OrderId id) {
    const uint32_t slot = slot_of(id);
    if (slot == no_slot)
        return report([&] { return OrderReport{id, OrderEventKind::refuse_cancel, VenueReason::unknown_order}; });
    end(lane_of(slots_[slot].intent.instrument), slot, OrderEventKind::cancel, VenueReason::none);
}

void SimulatedVenue::end(Lane& lane, uint32_t slot, OrderEventKind event, VenueReason reason) {
    const Resting& order = slots_[slot];
    if (traces(order.intent.id))
        note(order,
             {.kind = event == OrderEventKind::expire ? TraceKind::expired : TraceKind::cancelled, .reason = reason});
    answer(order, event, reason);
    remove(lane, slot);
}

VenueReason SimulatedVenue::why_refuse_amendment(const Lane& lane, const Resting& order,
                                                 const OrderAmendment& wanted) const {
    if (wanted.quantity <= order.intent.quantity - order.open) return VenueReason::nothing_left;
    if (!order.intent.post_only) return VenueReason::none;
    Resting changed = order;
    changed.intent.limit = wanted.limit;
    return is_marketable(lane, changed) ? VenueReason::would_take : VenueReason::none;
}

// Less of it at the same prices keeps its place; everything else goes to the back and looks at the market again.
void SimulatedVenue::on_amend(OrderId id, const OrderAmendment& wanted) {
    const uint32_t slot = slot_of(id);
    if (slot == no_slot)
        return report([&] { return OrderReport{id, OrderEventKind::refuse_replace, VenueReason::unknown_order}; });
    Resting& order = slots_[slot];
    Lane& lane = lane_of(order.intent.instrument);
    if (const VenueReason reason = why_refuse_amendment(lane, order, wanted); reason != VenueReason::none) {
        if (traces(id)) note(order, {.kind = TraceKind::refused_change, .reason = reason});
        return answer(order, OrderEventKind::refuse_replace, reason);
    }
    const bool keeps_place = wanted.quantity <= order.intent.quantity && wanted.limit == order.intent.limit &&
                             wanted.trigger == order.intent.trigger && wanted.display == order.intent.display;
    order.open -= order.intent.quantity - wanted.quantity;
    if (wanted.trigger != order.intent.trigger) order.trigger = wanted.trigger;
    order.intent.quantity = wanted.quantity;
    const bool moved = wanted.limit != order.intent.limit;
    order.intent.limit = wanted.limit;
    // Who moves it through the market gets out with it, and waits for no profit.
    const bool takes_profit = order.intent.purpose == Purpose::take_profit;
    if (moved && takes_profit && is_marketable(lane, order)) order.intent.purpose = Purpose::exit;
    order.intent.trigger = wanted.trigger;
    order.intent.display = wanted.display;
    if (traces(id))
        note(order, {.kind = TraceKind::amended,
                     .price = wanted.limit,
                     .level = wanted.trigger,
                     .quantity = order.open,
                     .flag = !keeps_place});
    report([&] {
        return OrderReport{id,           OrderEventKind::replace, VenueReason::none, wanted.quantity,
                           wanted.limit, wanted.trigger,          wanted.display};
    });
    if (keeps_place || order.waits) return;
    unlist(lane, order);
    order.arrival = next_arrival_++;
    place(lane, slot);
    look_again(lane);
}

// Of orders on their way no date counts: they find out when they arrive.
void SimulatedVenue::find_first_date(Lane& lane) {
    lane.first_date = no_date;
    for (const uint32_t slot : lane.orders)
        if (slots_[slot].arrival != 0) note_date(lane, slots_[slot].intent);
    has_dates_ = std::ranges::any_of(lanes_, [](const Lane& each) { return each.first_date != no_date; });
}

void SimulatedVenue::expire_dated(Lane& lane, Timestamp until) {
    if (lane.first_date > until) return;
    const std::vector<uint32_t> orders = lane.orders;
    for (const uint32_t slot : orders) {
        const Resting& order = slots_[slot];
        if (has_date(order.intent) && order.arrival != 0 && order.intent.expires <= until)
            end(lane, slot, OrderEventKind::expire, VenueReason::date_reached);
    }
}

void SimulatedVenue::expire_session(Lane& lane) {
    const std::vector<uint32_t> orders = lane.orders;
    for (const uint32_t slot : orders)
        if (slots_[slot].intent.time_in_force == TimeInForce::day && slots_[slot].arrival != 0)
            end(lane, slot, OrderEventKind::expire, VenueReason::day_over);
}

void SimulatedVenue::end_session(InstrumentId id, Timestamp close, Timestamp now) {
    TRD_ASSERT(next_move_ == moves_.size());
    set_now(now);
    Lane& lane = lane_of(id);
    const std::vector<uint32_t> orders = lane.orders;
    for (const uint32_t slot : orders) {
        const Resting& order = slots_[slot];
        if (!ends_with_session(order.intent) || order.arrival == 0 || order.arrived >= close) continue;
        const bool wanted_close = order.intent.time_in_force == TimeInForce::at_close;
        end(lane, slot, OrderEventKind::expire, wanted_close ? VenueReason::no_closing_bar : VenueReason::day_over);
    }
}

// What is on its way never arrives.
void SimulatedVenue::forget_messages(InstrumentId id) {
    std::erase_if(inbox_, [id](const Message& message) { return message.instrument == id; });
    lane_of(id).messages = 0;
}

void SimulatedVenue::split(InstrumentId id, Decimal ratio, Timestamp now) {
    set_now(now);
    Lane& lane = lane_of(id);
    forget_messages(id);
    const std::vector<uint32_t> orders = lane.orders;
    for (const uint32_t slot : orders) end(lane, slot, OrderEventKind::cancel, VenueReason::split);
    lane.last_close = divide(lane.last_close, ratio);
    if (lane.inside) return;  // a bar is all of it in the same units
    lane.bid = divide(lane.bid, ratio);
    lane.ask = divide(lane.ask, ratio);
}

void SimulatedVenue::set_position(AccountId account, InstrumentId instrument, SideBucket bucket, Quantity quantity) {
    Lane& lane = lane_of(instrument);
    const auto found = std::find_if(lane.holdings.begin(), lane.holdings.end(), [&](const Holding& holding) {
        return holding.account == account && holding.bucket == bucket;
    });
    if (found == lane.holdings.end())
        lane.holdings.push_back({account, bucket, quantity});
    else
        found->quantity = quantity;
    drop_needless(lane);
}

}  // namespace trd
