// The life of an order, as one table: what each event does in each state. docs/orders-and-fills.md prints the same
// table, a test walks every cell, and nothing else in the engine decides what state an order is in.
#pragma once

#include <cstdint>
#include <string_view>

namespace trd {

// Append-only: the value is in canonical bytes.
enum class OrderState : uint8_t {
    held,                // waits here for a trigger, a parent or a free slot; the venue has not seen it
    denied,              // refused here, before any byte left
    pending_submission,  // durable, on its way to the venue
    submitted,           // the venue has it
    partially_filled,
    filled,
    rejected,  // the venue refused it, or it is proven that the venue never had it
    cancelled,
    expired,
    pending_cancel,   // a cancel is on its way; fills may still come
    pending_replace,  // an amendment is on its way; fills may still come
};
inline constexpr int order_state_count = 11;

enum class OrderEventKind : uint8_t {
    deny,            // held orders only: a check fails when the order is about to be released
    release,         // a held order's trigger or parent came
    accept,          // the venue acknowledged it
    reject,          // the venue refused it
    fill,            // some of it traded, and some is still open
    complete,        // a fill took the last of it
    request_cancel,  // someone here asked for its end
    cancel,          // the venue confirmed the cancellation, or a held order was withdrawn
    refuse_cancel,   // the venue would not cancel
    request_replace,
    replace,  // the venue confirmed the amendment
    refuse_replace,
    expire,
    bust,    // the venue annulled a fill
    doubt,   // an answer did not come: sets the in_doubt flag, never the state
    absent,  // proven: the venue never had it
};
inline constexpr int order_event_count = 16;

// What a cell of the table says.
enum class TransitionKind : uint8_t {
    impossible,  // never happens in a right program or at a right venue: recorded and reported, the order is unchanged
    stay,        // recorded, the state is unchanged
    to,          // moves to Transition::state
    to_refused,  // moves to rejected, or to cancelled when something has been filled: the fills stand
    to_working,  // moves to submitted, or to partially_filled when something has been filled
};

struct Transition {
    TransitionKind step = TransitionKind::impossible;
    OrderState state = OrderState::held;  // meaningful with TransitionKind::to
};

Transition transition(OrderState state, OrderEventKind event);

// The state after an event whose cell this is. Precondition: not an impossible one.
OrderState state_after(Transition cell, OrderState state, bool anything_filled);

// No event leads out of these; a late fill changes quantities only.
constexpr bool is_terminal(OrderState state) {
    constexpr auto bit = [](OrderState of) { return 1u << static_cast<unsigned>(of); };
    constexpr uint32_t terminal = bit(OrderState::denied) | bit(OrderState::filled) | bit(OrderState::rejected) |
                                  bit(OrderState::cancelled) | bit(OrderState::expired);
    return (terminal & bit(state)) != 0;
}
// The venue may have it on its book, or may come to.
constexpr bool is_working(OrderState state) { return !is_terminal(state) && state != OrderState::held; }

std::string_view name_of(OrderState state);
std::string_view name_of(OrderEventKind event);

}  // namespace trd
