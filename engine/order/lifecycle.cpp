#include "order/lifecycle.h"

#include <array>

#include "base/assert.h"

namespace trd {
namespace {

using S = OrderState;

constexpr Transition no{TransitionKind::impossible, S::held};
constexpr Transition st{TransitionKind::stay, S::held};
constexpr Transition wk{TransitionKind::to_working, S::held};
constexpr Transition rej{TransitionKind::to_refused, S::held};
constexpr Transition to(S state) { return {TransitionKind::to, state}; }

constexpr Transition den = to(S::denied), pen = to(S::pending_submission), fil = to(S::filled),
                     par = to(S::partially_filled), can = to(S::cancelled), exp = to(S::expired),
                     pcn = to(S::pending_cancel), prp = to(S::pending_replace);

using Row = std::array<Transition, order_event_count>;

// clang-format off
// Rows are states, columns are events. Why some cells are as they are:
//  - a fill in pending_submission: the venue's fill can overtake its own acknowledgement;
//  - a fill in cancelled, expired or rejected: it traded before the end was processed; quantities move, the state stays;
//  - reject in submitted: some venues accept, then reject;
//  - cancel in filled: a cancel confirmation that lost the race says nothing new;
//  - absent after the venue has shown the order is a contradiction, never a transition;
//  - expire in held: a good-till-date order may end before its trigger;
//  - replace in held: nobody else has seen it, so new terms hold at once.
constexpr std::array<Row, order_state_count> table = {{
//                     deny release accept reject fill complete req_cancel cancel ref_cancel req_replace replace ref_replace expire bust doubt absent
/* held */            {den, pen,    no,    no,    no,  no,      no,        can,   no,        no,         st,     no,         exp,   no,  no,   no},
/* denied */          {no,  no,     no,    no,    no,  no,      no,        no,    no,        no,         no,     no,         no,    no,  no,   no},
/* pending_submission*/{no, no,     wk,    rej,   par, fil,     pcn,       can,   no,        no,         no,     no,         exp,   no,  st,   rej},
/* submitted */       {no,  no,     st,    rej,   par, fil,     pcn,       can,   no,        prp,        no,     no,         exp,   no,  st,   no},
/* partially_filled */{no,  no,     st,    rej,   par, fil,     pcn,       can,   no,        prp,        no,     no,         exp,   wk,  st,   no},
/* filled */          {no,  no,     st,    no,    no,  st,      no,        st,    st,        no,         st,     st,         st,    st,  no,   no},
/* rejected */        {no,  no,     no,    st,    st,  st,      no,        st,    st,        no,         no,     st,         st,    st,  no,   st},
/* cancelled */       {no,  no,     st,    st,    st,  st,      no,        st,    st,        no,         st,     st,         st,    st,  no,   no},
/* expired */         {no,  no,     st,    st,    st,  st,      no,        st,    st,        no,         st,     st,         st,    st,  no,   no},
/* pending_cancel */  {no,  no,     st,    rej,   st,  fil,     st,        can,   wk,        no,         st,     st,         exp,   st,  st,   rej},
/* pending_replace */ {no,  no,     st,    rej,   st,  fil,     pcn,       can,   no,        no,         wk,     wk,         exp,   st,  st,   no},
}};
// clang-format on

constexpr std::array<std::string_view, order_state_count> state_names = {
    "held",      "denied",  "pending_submission", "submitted",      "partially_filled", "filled", "rejected",
    "cancelled", "expired", "pending_cancel",     "pending_replace"};

constexpr std::array<std::string_view, order_event_count> event_names = {
    "deny",          "release",         "accept",  "reject",         "fill",   "complete", "request_cancel", "cancel",
    "refuse_cancel", "request_replace", "replace", "refuse_replace", "expire", "bust",     "doubt",          "absent"};

}  // namespace

Transition transition(OrderState state, OrderEventKind event) {
    return table[static_cast<size_t>(state)][static_cast<size_t>(event)];
}

OrderState state_after(Transition cell, OrderState state, bool anything_filled) {
    TRD_ASSERT(cell.step != TransitionKind::impossible);
    if (cell.step == TransitionKind::to) return cell.state;
    if (cell.step == TransitionKind::stay) return state;
    if (cell.step == TransitionKind::to_refused) return anything_filled ? OrderState::cancelled : OrderState::rejected;
    return anything_filled ? OrderState::partially_filled : OrderState::submitted;  // to_working
}

std::string_view name_of(OrderState state) { return state_names[static_cast<size_t>(state)]; }
std::string_view name_of(OrderEventKind event) { return event_names[static_cast<size_t>(event)]; }

}  // namespace trd
