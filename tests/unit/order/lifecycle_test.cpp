// Every cell of the life-cycle table is checked against the rules as a person would state them, written down a second
// time here by another structure (lists of what is allowed), and random streams never leave the published machine.
#include "order/lifecycle.h"

#include <map>
#include <optional>
#include <set>
#include <string>

#include "order/order.h"
#include "support/cases.h"
#include "support/catch.h"
#include "support/random.h"

using namespace trd;
using S = OrderState;
using E = OrderEventKind;

namespace {

constexpr S all_states[] = {S::held,           S::denied,   S::pending_submission, S::submitted, S::partially_filled,
                            S::filled,         S::rejected, S::cancelled,          S::expired,   S::pending_cancel,
                            S::pending_replace};
constexpr E all_events[] = {E::deny,     E::release,        E::accept, E::reject,        E::fill,
                            E::complete, E::request_cancel, E::cancel, E::refuse_cancel, E::request_replace,
                            E::replace,  E::refuse_replace, E::expire, E::bust,          E::doubt,
                            E::absent};

// Where a live order goes, by event: state -> next state when nothing is filled, and when something is.
struct Move {
    S from;
    E event;
    S unfilled, filled;
};
const Move moves[] = {
    {S::held, E::deny, S::denied, S::denied},
    {S::held, E::release, S::pending_submission, S::pending_submission},
    {S::held, E::cancel, S::cancelled, S::cancelled},
    {S::held, E::expire, S::expired, S::expired},
    {S::pending_submission, E::accept, S::submitted, S::partially_filled},
    {S::pending_submission, E::reject, S::rejected, S::cancelled},
    {S::pending_submission, E::absent, S::rejected, S::cancelled},
    {S::pending_submission, E::fill, S::partially_filled, S::partially_filled},
    {S::pending_submission, E::complete, S::filled, S::filled},
    {S::pending_submission, E::request_cancel, S::pending_cancel, S::pending_cancel},
    {S::pending_submission, E::cancel, S::cancelled, S::cancelled},
    {S::pending_submission, E::expire, S::expired, S::expired},
    {S::submitted, E::reject, S::rejected, S::cancelled},
    {S::submitted, E::fill, S::partially_filled, S::partially_filled},
    {S::submitted, E::complete, S::filled, S::filled},
    {S::submitted, E::request_cancel, S::pending_cancel, S::pending_cancel},
    {S::submitted, E::request_replace, S::pending_replace, S::pending_replace},
    {S::submitted, E::cancel, S::cancelled, S::cancelled},
    {S::submitted, E::expire, S::expired, S::expired},
    {S::partially_filled, E::reject, S::rejected, S::cancelled},
    {S::partially_filled, E::fill, S::partially_filled, S::partially_filled},
    {S::partially_filled, E::complete, S::filled, S::filled},
    {S::partially_filled, E::request_cancel, S::pending_cancel, S::pending_cancel},
    {S::partially_filled, E::request_replace, S::pending_replace, S::pending_replace},
    {S::partially_filled, E::cancel, S::cancelled, S::cancelled},
    {S::partially_filled, E::expire, S::expired, S::expired},
    {S::partially_filled, E::bust, S::submitted, S::partially_filled},
    {S::pending_cancel, E::reject, S::rejected, S::cancelled},
    {S::pending_cancel, E::absent, S::rejected, S::cancelled},
    {S::pending_cancel, E::complete, S::filled, S::filled},
    {S::pending_cancel, E::cancel, S::cancelled, S::cancelled},
    {S::pending_cancel, E::refuse_cancel, S::submitted, S::partially_filled},
    {S::pending_cancel, E::expire, S::expired, S::expired},
    {S::pending_replace, E::reject, S::rejected, S::cancelled},
    {S::pending_replace, E::complete, S::filled, S::filled},
    {S::pending_replace, E::request_cancel, S::pending_cancel, S::pending_cancel},
    {S::pending_replace, E::cancel, S::cancelled, S::cancelled},
    {S::pending_replace, E::replace, S::submitted, S::partially_filled},
    {S::pending_replace, E::refuse_replace, S::submitted, S::partially_filled},
    {S::pending_replace, E::expire, S::expired, S::expired},
};

// What is recorded and moves nothing.
const std::map<S, std::set<E>> stays = {
    {S::held, {E::replace}},
    {S::pending_submission, {E::doubt}},
    {S::submitted, {E::accept, E::doubt}},
    {S::partially_filled, {E::accept, E::doubt}},
    {S::pending_cancel, {E::accept, E::fill, E::request_cancel, E::replace, E::refuse_replace, E::bust, E::doubt}},
    {S::pending_replace, {E::accept, E::fill, E::bust, E::doubt}},
    {S::filled,
     {E::accept, E::complete, E::cancel, E::refuse_cancel, E::replace, E::refuse_replace, E::expire, E::bust}},
    {S::rejected,
     {E::reject, E::fill, E::complete, E::cancel, E::refuse_cancel, E::refuse_replace, E::expire, E::bust, E::absent}},
    {S::cancelled,
     {E::accept, E::reject, E::fill, E::complete, E::cancel, E::refuse_cancel, E::replace, E::refuse_replace, E::expire,
      E::bust}},
    {S::expired,
     {E::accept, E::reject, E::fill, E::complete, E::cancel, E::refuse_cancel, E::replace, E::refuse_replace, E::expire,
      E::bust}},
};

std::optional<S> expected(S state, E event, bool filled) {
    for (const Move& move : moves)
        if (move.from == state && move.event == event) return filled ? move.filled : move.unfilled;
    const auto found = stays.find(state);
    if (found != stays.end() && found->second.contains(event)) return state;
    return std::nullopt;
}

// What the table says; nothing where it calls the event impossible.
std::optional<S> told(S state, E event, bool anything_filled) {
    const Transition cell = transition(state, event);
    if (cell.step == TransitionKind::impossible) return std::nullopt;
    return state_after(cell, state, anything_filled);
}

OrderIntent buy(Quantity quantity) {
    OrderIntent intent;
    intent.id = OrderId::pack({.account = {1}, .strategy = {1}, .sequence = 1});
    intent.quantity = quantity;
    return intent;
}

bool quantities_agree(const Order& order) {
    return order.filled + order.open + order.cancelled == order.intent.quantity && !order.filled.is_negative() &&
           !order.open.is_negative() && !order.cancelled.is_negative() && !order.overfilled.is_negative();
}

}  // namespace

TEST_CASE("every state and event does what the rules say") {
    for (S state : all_states) {
        for (E event : all_events) {
            for (bool filled : {false, true}) {
                INFO(name_of(state) << " + " << name_of(event) << (filled ? ", filled" : ""));
                CHECK(told(state, event, filled) == expected(state, event, filled));
            }
        }
    }
}

TEST_CASE("terminal states never leave, and the names are all different") {
    const std::set<S> terminal = {S::denied, S::filled, S::rejected, S::cancelled, S::expired};
    std::set<std::string_view> names;
    for (S state : all_states) {
        CHECK(is_terminal(state) == terminal.contains(state));
        CHECK(is_working(state) == (!terminal.contains(state) && state != S::held));
        CHECK(names.insert(name_of(state)).second);
        if (!terminal.contains(state)) continue;
        for (E event : all_events) CHECK(told(state, event, true).value_or(state) == state);
    }
    std::set<std::string_view> event_names;
    for (E event : all_events) CHECK(event_names.insert(name_of(event)).second);
}

TEST_CASE("doubt sets a flag that any evidence clears") {
    Order order = make_order(buy("3"_qty), S::pending_submission, {});
    CHECK(apply(order, {E::doubt}, {}) == ChangeOutcome::applied);
    CHECK(order.in_doubt);
    CHECK(order.state == S::pending_submission);
    SECTION("our own cancel request proves nothing") {
        apply(order, {E::request_cancel}, {});
        CHECK(order.in_doubt);
    }
    SECTION("an acknowledgement does") {
        apply(order, {E::accept}, {});
        CHECK_FALSE(order.in_doubt);
    }
    SECTION("so does the proof that the venue never had it") {
        apply(order, {E::absent}, {});
        CHECK_FALSE(order.in_doubt);
        CHECK(order.state == S::rejected);
        CHECK(order.cancelled == "3"_qty);
    }
}

TEST_CASE("a fill after the cancel moves quantity, not the state") {
    Order order = make_order(buy("10"_qty), S::submitted, {});
    apply(order, {E::fill, "4"_qty}, {});
    apply(order, {E::request_cancel}, {});
    apply(order, {E::cancel}, {});
    REQUIRE(order.state == S::cancelled);
    CHECK(apply(order, {E::fill, "5"_qty}, {}) == ChangeOutcome::applied);
    CHECK(order.state == S::cancelled);
    CHECK(order.filled == "9"_qty);
    CHECK(order.cancelled == "1"_qty);
    CHECK(apply(order, {E::fill, "3"_qty}, {}) == ChangeOutcome::overfill);
    CHECK(order.filled == "10"_qty);
    CHECK(order.overfilled == "2"_qty);
    CHECK(quantities_agree(order));
}

TEST_CASE("a bust takes the overfill first and never puts quantity back to work") {
    Order order = make_order(buy("10"_qty), S::submitted, {});
    CHECK(apply(order, {E::fill, "12"_qty}, {}) == ChangeOutcome::overfill);
    CHECK(order.state == S::filled);
    CHECK(apply(order, {E::bust, "5"_qty}, {}) == ChangeOutcome::applied);
    CHECK(order.overfilled.is_zero());
    CHECK(order.filled == "7"_qty);
    CHECK(order.cancelled == "3"_qty);
    CHECK(order.state == S::filled);
}

TEST_CASE("an amendment changes what is open, and one below what has traded completes the order") {
    Order order = make_order(buy("10"_qty), S::submitted, {});
    apply(order, {E::fill, "4"_qty}, {});
    apply(order, {E::request_replace}, {});
    SECTION("up") {
        apply(order, {E::replace, "12"_qty}, {});
        CHECK(order.state == S::partially_filled);
        CHECK(order.open == "8"_qty);
        CHECK(order.intent.quantity == "12"_qty);
    }
    SECTION("below the filled part") {
        apply(order, {E::replace, "3"_qty}, {});
        CHECK(order.state == S::filled);
        CHECK(order.open.is_zero());
        CHECK(order.intent.quantity == "4"_qty);
    }
    SECTION("of the price alone: the quantity stays") {
        apply(order, {.event = E::replace, .limit = "9"_price}, {});
        CHECK(order.state == S::partially_filled);
        CHECK(order.open == "6"_qty);
        CHECK(order.intent.limit == "9"_price);
    }
    SECTION("a late confirmation after the end changes nothing") {
        apply(order, {E::cancel}, {});
        const Order before = order;
        CHECK(apply(order, {E::replace, "20"_qty}, {}) == ChangeOutcome::applied);
        CHECK(order == before);
    }
    CHECK(quantities_agree(order));
}

TEST_CASE("a denied order never had anything open") {
    const Order order = make_order(buy("2"_qty), S::denied, {});
    CHECK(order.open.is_zero());
    CHECK(order.cancelled == "2"_qty);
}

TEST_CASE("random streams of events never leave the machine and quantities always add up") {
    testing::Random random(20261121);
    for (int run = 0; run < testing::cases(20'000); ++run) {
        const S start = random.chance(20) ? S::held : S::pending_submission;
        Order order = make_order(buy(Quantity::from_units(random.between(1, 20))), start, {});
        for (int step = 0; step < 30; ++step) {
            const E event = all_events[random.below(std::size(all_events))];
            if (event == E::complete) continue;  // apply() makes it out of a fill
            const Quantity amount = Quantity::from_units(random.between(1, 25));
            const Order before = order;
            const ChangeOutcome outcome = apply(order, {event, amount}, Timestamp{step});
            INFO(name_of(before.state) << " + " << name_of(event) << " " << to_string(amount));
            REQUIRE(quantities_agree(order));
            if (outcome == ChangeOutcome::impossible) REQUIRE(order == before);
            if (is_terminal(before.state)) REQUIRE(order.state == before.state);
            if (is_terminal(order.state)) REQUIRE(order.open.is_zero());
            if (order.state == S::submitted) REQUIRE(order.filled.is_zero());
            if (event != E::bust) REQUIRE(order.filled + order.overfilled >= before.filled + before.overfilled);
            if (event == E::fill && outcome != ChangeOutcome::impossible)
                REQUIRE(order.filled + order.overfilled == before.filled + before.overfilled + amount);
        }
    }
}
