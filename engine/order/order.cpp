#include "order/order.h"

#include <algorithm>
#include <array>

namespace trd {
namespace {

// Takes as much of `wanted` as `from` holds; returns what it took.
Quantity take(Quantity& from, Quantity wanted) {
    const Quantity taken = std::min(from, wanted);
    from -= taken;
    return taken;
}

// A fill eats the open part, then what was thought cancelled (it traded first), then runs over.
bool add_fill(Order& order, Quantity quantity) {
    Quantity rest = quantity;
    rest -= take(order.open, rest);
    rest -= take(order.cancelled, rest);
    order.filled += quantity - rest;
    order.overfilled += rest;
    return rest.is_zero();
}

// The annulled quantity does not go back to the venue's book: it counts as cancelled.
void annul_fill(Order& order, Quantity quantity) {
    const Quantity rest = quantity - take(order.overfilled, quantity);
    order.cancelled += take(order.filled, rest);
}

void change_total(Order& order, Quantity total) {
    const Quantity settled = order.filled + order.cancelled;
    order.open = std::max(total - settled, Quantity::zero());
    order.intent.quantity = settled + order.open;
}

void close_open_part(Order& order) {
    order.cancelled += order.open;
    order.open = Quantity::zero();
}

struct TypeTraits {
    std::string_view name;
    bool limit, trigger, stop;
};
constexpr std::array<TypeTraits, order_type_count> type_table = {{
    {"market", false, false, false},
    {"limit", true, false, false},
    {"stop", false, true, true},
    {"stop_limit", true, true, true},
    {"trailing_stop", false, true, true},
    {"market_if_touched", false, true, false},
    {"limit_if_touched", true, true, false},
}};

// Zero in `wanted` means: as it is.
template <class T>
void change_if_given(T& value, T wanted) {
    if (!wanted.is_zero()) value = wanted;
}

void change_terms(Order& order, const OrderChange& change) {
    if (!change.quantity.is_zero()) change_total(order, change.quantity);
    change_if_given(order.intent.limit, change.limit);
    change_if_given(order.intent.trigger, change.trigger);
    change_if_given(order.intent.display, change.display);
}

OrderEventKind effective_event(const Order& order, const OrderChange& change) {
    if (change.event == OrderEventKind::fill && change.quantity >= order.open) return OrderEventKind::complete;
    if (change.event == OrderEventKind::replace && !change.quantity.is_zero() && !order.filled.is_zero() &&
        change.quantity <= order.filled + order.cancelled)
        return OrderEventKind::complete;
    return change.event;
}

bool changes_terms(OrderEventKind event) {
    return event == OrderEventKind::replace || event == OrderEventKind::release;
}

bool is_evidence(OrderEventKind event) {
    return event != OrderEventKind::doubt && event != OrderEventKind::request_cancel &&
           event != OrderEventKind::request_replace;
}

}  // namespace

std::string_view name_of(Side side) { return side == Side::buy ? "buy" : "sell"; }
std::string_view name_of(OrderType type) { return type_table[static_cast<size_t>(type)].name; }
std::string_view name_of(TimeInForce time_in_force) {
    constexpr std::array<std::string_view, time_in_force_count> names = {"gtc", "ioc",  "fok",  "day",
                                                                         "gtd", "open", "close"};
    return names[static_cast<size_t>(time_in_force)];
}
std::string_view name_of(SideBucket bucket) {
    constexpr std::array<std::string_view, side_bucket_count> names = {"net", "long", "short"};
    return names[static_cast<size_t>(bucket)];
}

bool has_limit(OrderType type) { return type_table[static_cast<size_t>(type)].limit; }
bool has_trigger(OrderType type) { return type_table[static_cast<size_t>(type)].trigger; }
bool is_stop(OrderType type) { return type_table[static_cast<size_t>(type)].stop; }
bool is_if_touched(OrderType type) { return has_trigger(type) && !is_stop(type); }

Misfit misfit_of(OrderType type, TimeInForce time_in_force, bool post_only, bool shows_part) {
    const bool may_wait =
        time_in_force == TimeInForce::gtc || time_in_force == TimeInForce::day || time_in_force == TimeInForce::gtd;
    if (!may_wait && has_trigger(type)) return Misfit::trigger;
    if (!may_wait && post_only) return Misfit::post_only;
    if (!may_wait && shows_part) return Misfit::display;
    if (has_limit(type)) return Misfit::none;
    if (post_only) return Misfit::post_only_unlimited;
    return shows_part ? Misfit::display_unlimited : Misfit::none;
}

void begin_order(Order& order, const OrderIntent& intent, OrderState initial, Timestamp now) {
    const bool is_denied = initial == OrderState::denied;
    order.intent = intent;
    order.state = initial;
    order.in_doubt = false;
    order.filled = order.overfilled = Quantity::zero();
    order.open = is_denied ? Quantity::zero() : intent.quantity;
    order.cancelled = is_denied ? intent.quantity : Quantity::zero();
    order.created_at = order.changed_at = now;
    order.venue_ids.clear();
    order.further_legs.clear();
}

Order make_order(const OrderIntent& intent, OrderState initial, Timestamp now) {
    Order order;
    begin_order(order, intent, initial, now);
    return order;
}

ChangeOutcome apply(Order& order, const OrderChange& change, Timestamp now) {
    const OrderEventKind event = effective_event(order, change);
    const Transition cell = transition(order.state, event);
    if (cell.step == TransitionKind::impossible) return ChangeOutcome::impossible;

    bool within_quantity = true;
    if (change.event == OrderEventKind::fill) within_quantity = add_fill(order, change.quantity);
    if (change.event == OrderEventKind::bust) annul_fill(order, change.quantity);
    if (changes_terms(change.event) && !is_terminal(order.state)) change_terms(order, change);

    order.state = state_after(cell, order.state, !order.filled.is_zero());
    if (is_terminal(order.state)) close_open_part(order);
    if (event == OrderEventKind::doubt) order.in_doubt = true;
    if (is_evidence(event)) order.in_doubt = false;
    order.changed_at = now;
    return within_quantity ? ChangeOutcome::applied : ChangeOutcome::overfill;
}

}  // namespace trd
