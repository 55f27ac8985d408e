// What a change of one order means for its relatives: children are released and sized as their parent fills, the
// members of a group shrink as one of them trades. There is one rule: each member is steered to the quantity that its
// group leaves it, as soon as no answer about it is on its way.
#include "desk/desk.h"

namespace trd {

void Desk::follow_up(const StoredOrder& stored) {
    if (groups_.empty()) return;
    const Order order = stored.order;  // steering may move the stored one
    if (OrderGroups::Group* group = groups_.of(order.intent)) {
        if (is_terminal(order.state)) groups_.leave(order.intent);
        group = groups_.of(order.intent);
        if (group != nullptr) steer(*group);
    }
    groups_.parent_changed(order);
    groups_.for_each_child(order.intent.id, [this](OrderGroups::Group& group) { steer(group); });
}

// A member that ends while it is steered leaves the group, so the members are gone through by a copy.
void Desk::steer(OrderGroups::Group& group) {
    struct Wish {
        OrderId order;
        Quantity wanted;
    };
    std::vector<Wish> wishes;
    for (const OrderGroups::Member& member : group.members) wishes.push_back({member.order, group.wanted(member)});
    const bool is_final = group.is_final();
    for (const Wish& wish : wishes) {
        StoredOrder* const stored = orders_.find(wish.order);
        TRD_ASSERT(stored != nullptr);  // members have not ended, and what has not ended is kept
        steer(*stored, wish.wanted, is_final);
    }
}

void Desk::steer(StoredOrder& stored, Quantity wanted, bool is_final) {
    const Order& order = stored.order;
    if (order.state == OrderState::held) {
        if (wanted.is_positive() && !is_final && is_early(order.intent)) return;
        if (wanted.is_positive()) return release(stored, wanted);
        if (is_final) return cancel_order(stored);
        return;
    }
    const bool settled = order.state == OrderState::submitted || order.state == OrderState::partially_filled;
    if (!settled || order.open == wanted) return;
    if (wanted.is_zero()) {
        // All that the entry had filled is out again: what fills now would find no stop.
        if (StoredOrder* const entry = is_stop(order.intent.type) ? entry_of(order.intent) : nullptr)
            end_bracket(*entry, BracketPhase::over);
        record_decision(DecisionAction::cancel, stored, {});
        return cancel_order(stored);
    }
    const OrderAmendment amendment{order.filled + order.cancelled + wanted, order.intent.limit, order.intent.trigger,
                                   order.intent.display};
    record_decision(DecisionAction::amend, stored, amendment);
    amend_order(stored, amendment);
}

void Desk::release(StoredOrder& stored, Quantity total) {
    if (risk_ != nullptr && deny_release(stored, total)) return;
    const OrderState before = stored.order.state;
    change(stored, {OrderEventKind::release, total});
    record_event(stored, OrderEventKind::release, before);
    tell(stored.order, {.kind = Notice::Kind::event, .event = OrderEventKind::release});
    actions_.venue.push_back({VenueActionKind::submit, stored.order.intent.id});
}

// The strategy has said how much of the group's quantity this member is to have: it stays at that. One whose prices
// alone change is not asked for anew: it goes on growing with its parent.
void Desk::ask_for(const StoredOrder& stored, Quantity total) {
    OrderGroups::Group* const group = groups_.of(stored.order.intent);
    if (group == nullptr) return;
    for (OrderGroups::Member& member : group->members)
        if (member.order == stored.order.intent.id)
            member.asked = total - stored.order.filled - stored.order.cancelled + group->filled;
}

// What the desk decides by itself is a decision like any other.
void Desk::record_decision(DecisionAction action, const StoredOrder& stored, const OrderAmendment& amendment) {
    writer_.write(header_for(stored), Decision{.action = action,
                                               .intent = stored.order.intent,
                                               .amendment = amendment,
                                               .denial = Denial::none,
                                               .limits_version = 0,
                                               .grounds = {}});
}

}  // namespace trd
