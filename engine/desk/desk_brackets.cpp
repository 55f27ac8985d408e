// How a bracket ends. Its exits protect what its entry fills, so once an exit has traded, or what they protect is gone,
// the rest of the entry is taken back: it would fill where nothing protects it. What fills all the same, because it
// crossed the cancel, is protected by an exit that is left, or closed at once. All of it is done at the end of an
// input, when relatives have been steered.
#include <algorithm>

#include "desk/desk.h"

namespace trd {

// Null: the order is no exit, or its entry is no longer known.
StoredOrder* Desk::entry_of(const OrderIntent& exit) {
    if (exit.parent.is_null() || !exit.reduce_only) return nullptr;
    StoredOrder* const parent = orders_.find(exit.parent);
    if (parent == nullptr) return nullptr;
    const OrderIntent& entry = parent->order.intent;
    const bool leads_out = entry.instrument == exit.instrument && entry.side != exit.side;
    return leads_out ? parent : nullptr;
}

// An exit whose entry first makes a position of the other side smaller: the venue would refuse it as long as there is
// nothing to reduce, and it could never come back.
bool Desk::is_early(const OrderIntent& exit) {
    if (entry_of(exit) == nullptr) return false;
    const Quantity held = account(exit.account).position(exit.instrument, exit.bucket).quantity;
    return !signed_quantity(opposite(exit.side), held).is_positive();
}

void Desk::end_bracket(StoredOrder& entry, BracketPhase phase) {
    entry.phase = std::max(entry.phase, phase);
    if (!is_terminal(entry.order.state)) unwanted_entries_.push_back(entry.order.intent.id);
}

// Before the exit leaves its group. A stop that is done before the venue heard how far its entry had filled has left
// some of that behind, where a target would not help.
void Desk::exit_traded(const Order& exit) {
    StoredOrder* const entry = entry_of(exit.intent);
    if (entry == nullptr) return;
    end_bracket(*entry, BracketPhase::exiting);
    if (exit.state != OrderState::filled || !is_stop(exit.intent.type)) return;
    end_bracket(*entry, BracketPhase::over);
    const OrderGroups::Group* const group = groups_.of(exit.intent);
    if (group == nullptr) return;
    for (const OrderGroups::Member& member : group->members)
        if (member.order == exit.intent.id) leave_unprotected(*entry, group->wanted(member));
}

// `asked`: its owner or the desk wanted its end, which says nothing about the entry.
void Desk::exit_ended(const Order& exit, bool asked, VenueReason reason) {
    StoredOrder* const entry = entry_of(exit.intent);
    if (entry == nullptr) return;
    if (reason == VenueReason::nothing_to_reduce) return end_bracket(*entry, BracketPhase::over);
    if (!asked && is_stop(exit.intent.type)) end_bracket(*entry, BracketPhase::exiting);
}

// After exits have been steered to it.
void Desk::entry_filled(const StoredOrder& entry, Quantity quantity) {
    if (entry.phase == BracketPhase::whole) return;
    if (entry.phase == BracketPhase::exiting && has_exit(entry.order)) return;
    leave_unprotected(entry, quantity);
}

bool Desk::has_exit(const Order& entry) {
    bool found = false;
    groups_.for_each_child(entry.intent.id, [&](const OrderGroups::Group& group) {
        for (const OrderGroups::Member& member : group.members) {
            const Order* const exit = find(member.order);
            found = found || (entry_of(exit->intent) != nullptr && exit->state != OrderState::pending_cancel);
        }
    });
    return found;
}

void Desk::leave_unprotected(const StoredOrder& entry, Quantity quantity) {
    if (quantity.is_positive()) unprotected_.push_back({entry.order.intent, quantity});
}

void Desk::finish_brackets() {
    for (const OrderId id : unwanted_entries_) withdraw(id, VenueReason::bracket_over);
    unwanted_entries_.clear();
    for (const Unprotected& each : unprotected_) {
        const OrderIntent& entry = each.entry;
        const Account& of = account(entry.account);
        const Quantity held = signed_quantity(entry.side, of.position(entry.instrument, entry.bucket).quantity);
        const Quantity open = held - closing_already(entry.account, entry.instrument, entry.bucket);
        const Quantity closing = std::min(each.quantity, open);
        if (closing.is_positive()) close_by_force(of, entry.instrument, entry.bucket, closing, "bracket is over");
    }
    unprotected_.clear();
}

}  // namespace trd
