// How brackets end: what becomes of the rest of an entry once its exits have traded or what they protect is gone.
#include <map>

#include "support/cases.h"
#include "support/small_desk.h"

using namespace trd;
using namespace trd::testing;

namespace {

// Handles: 1 the entry of 10, 2 the stop, 3 the target.
class Bracket : public SmallDesk {
  public:
    Bracket() {
        mark("100"_price);
        obey(buy(10).venue);
        intend(exit(OrderType::stop, 95, 1));
        intend(exit(OrderType::limit, 110, 1));
    }
    static RawIntent exit(OrderType type, double price, uint64_t parent) {
        RawIntent raw = InputSource::submit(0, 0, Side::sell, 10);
        raw.type = static_cast<uint8_t>(type);
        (type == OrderType::limit ? raw.limit : raw.trigger) = price;
        raw.purpose = static_cast<uint8_t>(type == OrderType::limit ? Purpose::take_profit : Purpose::protective_stop);
        raw.flags = intent_reduce_only;
        raw.parent = parent;
        raw.group = parent == 0 ? 0 : 2;
        return raw;
    }
    OrderState state(uint64_t of) const { return order(of).state; }
    Quantity held() const { return desk.account({1}).position({0}).quantity; }
    // The position is gone, so the venue ends what was to reduce it.
    std::vector<VenueAction> drop(uint64_t of) {
        return feed(VenueReport{.order = order(of).intent.id,
                                .event = OrderEventKind::cancel,
                                .venue_id = {},
                                .reason = VenueReason::nothing_to_reduce})
            .venue;
    }
    void sell_out() {
        const std::vector<VenueAction> closing = close().venue;
        const OrderId id = closing.at(0).order;
        obey(closing);
        fill(id, held());
        for (const uint64_t leg : {2, 3})
            if (!is_terminal(state(leg))) obey(drop(leg));
    }
};

// The one thing that is asked for is a market order of the desk's own that closes so much.
void check_closes(const Bracket& bracket, const std::vector<VenueAction>& asked, Quantity quantity) {
    int closing = 0;
    for (const VenueAction& action : asked) {
        const OrderIntent& intent = bracket.desk.find(action.order)->intent;
        if (action.kind != VenueActionKind::submit) continue;
        ++closing;
        CHECK(intent.strategy == StrategyId{});
        CHECK(intent.type == OrderType::market);
        CHECK(intent.side == Side::sell);
        CHECK(intent.purpose == Purpose::flatten);
        CHECK(intent.reduce_only);
        CHECK(intent.quantity == quantity);
    }
    CHECK(closing == 1);
}

}  // namespace

TEST_CASE("an exit that trades takes back what has not traded of the entry, and the other keeps what is left") {
    for (const uint64_t leg : {2, 3}) {
        INFO("leg " << leg);
        Bracket bracket;
        bracket.obey(bracket.fill(1, "6"_qty).venue);
        bracket.obey(bracket.fill(leg, "2"_qty).venue);
        CHECK(bracket.state(1) == OrderState::cancelled);
        CHECK(bracket.order(1).filled == "6"_qty);
        for (const uint64_t each : {2, 3}) CHECK(bracket.order(each).open == "4"_qty);
        bracket.obey(bracket.fill(leg, "4"_qty).venue);
        CHECK(bracket.held().is_zero());
        CHECK(bracket.state(5 - leg) == OrderState::cancelled);
    }
}

TEST_CASE("an entry that has filled whole is left alone by its exits") {
    Bracket bracket;
    bracket.obey(bracket.fill(1, "10"_qty).venue);
    const Actions& actions = bracket.fill(3, "4"_qty);
    for (const VenueAction& action : actions.venue) CHECK(action.order != bracket.order(1).intent.id);
    CHECK(bracket.state(1) == OrderState::filled);
}

TEST_CASE("closing what a bracket protects ends the rest of its entry") {
    Bracket bracket;
    bracket.obey(bracket.fill(1, "4"_qty).venue);
    bracket.sell_out();
    CHECK(bracket.held().is_zero());
    CHECK(bracket.state(1) == OrderState::cancelled);
    CHECK(bracket.order(1).filled == "4"_qty);
}

TEST_CASE("exits that their owner cancels end nothing but themselves") {
    Bracket bracket;
    bracket.obey(bracket.fill(1, "4"_qty).venue);
    bracket.obey(bracket.cancel(2).venue);
    CHECK(bracket.state(1) == OrderState::partially_filled);
    bracket.obey(bracket.cancel(3).venue);
    CHECK(bracket.state(1) == OrderState::partially_filled);
    CHECK(bracket.fill(1, "6"_qty).venue.empty());
    CHECK(bracket.held() == "10"_qty);
}

TEST_CASE("a stop that the venue ends by itself takes back the rest of the entry, a target does not") {
    for (const uint64_t leg : {2, 3}) {
        INFO("leg " << leg);
        Bracket bracket;
        bracket.obey(bracket.fill(1, "4"_qty).venue);
        bracket.obey(bracket.report(leg, OrderEventKind::reject).venue);
        CHECK(bracket.state(1) == (leg == 2 ? OrderState::cancelled : OrderState::partially_filled));
        CHECK(bracket.order(5 - leg).open == "4"_qty);
    }
}

TEST_CASE("what fills across the cancel is covered by an exit that is left") {
    Bracket bracket;
    bracket.obey(bracket.fill(1, "4"_qty).venue);
    const std::vector<VenueAction> asked = bracket.fill(3, "1"_qty).venue;
    CHECK(bracket.state(1) == OrderState::pending_cancel);
    const std::vector<VenueAction> growing = bracket.fill(1, "3"_qty).venue;
    REQUIRE(bracket.desk.restore(Bytes(bracket.desk.snapshot())));
    bracket.obey(asked);
    bracket.obey(growing);
    CHECK(bracket.state(1) == OrderState::cancelled);
    for (const uint64_t leg : {2, 3}) CHECK(bracket.order(leg).open == "6"_qty);
    CHECK(bracket.held() == "6"_qty);
}

TEST_CASE("what fills across the cancel when no exit is left is closed at once") {
    SECTION("after a target that is done") {
        Bracket bracket;
        bracket.obey(bracket.fill(1, "4"_qty).venue);
        bracket.fill(3, "4"_qty);
        CHECK(bracket.state(1) == OrderState::pending_cancel);
        CHECK(bracket.state(2) == OrderState::pending_cancel);
        REQUIRE(bracket.desk.restore(Bytes(bracket.desk.snapshot())));
        const std::vector<VenueAction> asked = bracket.fill(1, "5"_qty).venue;
        check_closes(bracket, asked, "5"_qty);
        check_closes(bracket, bracket.fill(1, "1"_qty).venue, "1"_qty);
    }
    SECTION("after a close") {
        Bracket bracket;
        bracket.obey(bracket.fill(1, "4"_qty).venue);
        const OrderId closing = bracket.close().venue.at(0).order;
        bracket.fill(closing, "4"_qty);
        bracket.drop(2);
        CHECK(bracket.state(1) == OrderState::pending_cancel);
        bracket.drop(3);
        REQUIRE(bracket.desk.restore(Bytes(bracket.desk.snapshot())));
        check_closes(bracket, bracket.fill(1, "6"_qty).venue, "6"_qty);
    }
    SECTION("and never more than is held") {
        Bracket bracket;
        bracket.obey(bracket.fill(1, "4"_qty).venue);
        bracket.fill(3, "4"_qty);
        const OrderId short_sale = bracket.intend(InputSource::submit(0, 0, Side::sell, 3)).venue.at(0).order;
        bracket.fill(short_sale, "3"_qty);
        check_closes(bracket, bracket.fill(1, "5"_qty).venue, "2"_qty);
        CHECK(bracket.fill(1, "1"_qty).venue.at(0).kind == VenueActionKind::submit);
    }
}

TEST_CASE("exits whose end has been asked for cover nothing that fills then") {
    Bracket bracket;
    RawIntent same_side = InputSource::submit(0, 0, Side::buy, 5);  // follows the entry too, and is no exit
    same_side.parent = 1;
    bracket.intend(same_side);
    bracket.fill(1, "4"_qty);
    bracket.fill(3, "1"_qty);  // what is left of the entry is taken back
    bracket.cancel(2);
    bracket.cancel(3);
    CHECK(bracket.state(2) == OrderState::pending_cancel);
    check_closes(bracket, bracket.fill(1, "3"_qty).venue, "3"_qty);
}

TEST_CASE("nothing is closed that has turned meanwhile") {
    Bracket bracket;
    bracket.obey(bracket.fill(1, "4"_qty).venue);
    bracket.fill(3, "4"_qty);
    bracket.fill(bracket.intend(InputSource::submit(0, 0, Side::sell, 8)).venue.at(0).order, "8"_qty);
    for (const VenueAction& action : bracket.fill(1, "5"_qty).venue) CHECK(action.kind != VenueActionKind::submit);
}

TEST_CASE("an exit that is sent when its entry is done has nothing else to end") {
    SmallDesk desk;
    desk.mark("100"_price);
    desk.obey(desk.buy(10).venue);
    desk.obey(desk.fill(1, "10"_qty).venue);
    desk.mark("100"_price);
    RawIntent stop = Bracket::exit(OrderType::stop, 95, 1);
    stop.group = 0;
    desk.obey(desk.intend(stop).venue);
    CHECK(desk.fill(2, "10"_qty).venue.empty());
    CHECK(desk.order(2).state == OrderState::filled);
}

TEST_CASE("an exit outlives what is known of its entry") {
    Bracket bracket;
    const OrderId entry = bracket.order(1).intent.id;
    bracket.obey(bracket.fill(1, "10"_qty).venue);
    for (int i = 0; i < 1'100; ++i) {
        const std::vector<VenueAction> sent = bracket.buy(1).venue;
        bracket.obey(sent);
        bracket.fill(sent.at(0).order, "1"_qty);
    }
    REQUIRE(bracket.desk.find(entry) == nullptr);
    bracket.obey(bracket.fill(2, "10"_qty).venue);
    CHECK(bracket.state(2) == OrderState::filled);
    CHECK(bracket.desk.find(SmallDesk::id_of(3, Purpose::take_profit))->state == OrderState::cancelled);
}

TEST_CASE("what a stop leaves behind because it had not grown yet is closed at once") {
    Bracket bracket;
    bracket.obey(bracket.fill(1, "4"_qty).venue);
    bracket.fill(1, "6"_qty);  // the legs' growth is on its way
    const std::vector<VenueAction> asked = bracket.fill(2, "4"_qty).venue;
    check_closes(bracket, asked, "6"_qty);
    CHECK(bracket.state(2) == OrderState::filled);

    Bracket smaller;  // a size that its owner gave is no accident
    smaller.obey(smaller.fill(1, "10"_qty).venue);
    smaller.obey(smaller.amend(2, 4).venue);
    for (const VenueAction& action : smaller.fill(2, "4"_qty).venue) CHECK(action.kind != VenueActionKind::submit);
}

// Short of 5; handle 2 is the entry of 10 that turns it.
class Turning : public SmallDesk {
  public:
    Turning() {
        mark("100"_price);
        obey(intend(InputSource::submit(0, 0, Side::sell, 5)).venue);
        fill(1, "5"_qty);
        mark("100"_price);
        obey(buy(10).venue);
    }
};

TEST_CASE("exits of an entry that turns a position wait until it has turned") {
    Turning desk;
    for (RawIntent raw : {Bracket::exit(OrderType::stop, 95, 2), Bracket::exit(OrderType::limit, 110, 2)}) {
        raw.group = 3;
        desk.intend(raw);
    }
    CHECK(desk.fill(2, "5"_qty).venue.empty());  // flat
    desk.obey(desk.fill(2, "3"_qty).venue);
    for (const uint64_t leg : {3, 4}) CHECK(desk.order(leg).open == "8"_qty);  // of which the venue trades 3
    desk.obey(desk.fill(2, "2"_qty).venue);
    for (const uint64_t leg : {3, 4}) CHECK(desk.order(leg).open == "10"_qty);

    Turning ended;
    RawIntent stop = Bracket::exit(OrderType::stop, 95, 2);
    stop.group = 0;
    ended.intend(stop);
    ended.fill(2, "2"_qty);
    ended.obey(ended.cancel(2).venue);
    CHECK(ended.order(3).state == OrderState::submitted);  // the venue says that nothing is left to reduce
}

TEST_CASE("other orders that follow one do not end it") {
    SmallDesk desk;
    desk.mark("100"_price);
    desk.obey(desk.buy(10).venue);
    RawIntent same_side = InputSource::submit(0, 0, Side::buy, 10);
    same_side.parent = 1;
    desk.intend(same_side);
    RawIntent opening = Bracket::exit(OrderType::limit, 110, 1);
    opening.flags = 0;
    opening.group = 0;
    desk.intend(opening);
    desk.obey(desk.fill(1, "4"_qty).venue);
    desk.obey(desk.fill(2, "4"_qty).venue);
    desk.obey(desk.fill(3, "4"_qty).venue);
    CHECK(desk.order(1).state == OrderState::partially_filled);
}

TEST_CASE("a refused stop takes back the entry that it was to protect, and no other order that it follows") {
    for (const Side side : {Side::sell, Side::buy}) {
        CAPTURE(side == Side::buy);
        SmallDesk desk;
        desk.mark("100"_price);
        desk.obey(desk.buy(10).venue);
        desk.fill(1, "4"_qty);
        const bool protects = side == Side::sell;
        RawIntent beyond = Bracket::exit(OrderType::stop, protects ? 500 : 5, 1);  // the market is past it
        beyond.side = static_cast<uint8_t>(side);
        beyond.group = 0;
        const std::vector<VenueAction> asked = desk.intend(beyond).venue;
        CHECK(desk.order(2).state == OrderState::denied);
        CHECK(asked.size() == (protects ? 1 : 0));
        CHECK(desk.order(1).state == (protects ? OrderState::pending_cancel : OrderState::partially_filled));
    }
}

TEST_CASE("a refused stop takes its entry out of the batch, whatever else is in it") {
    SmallDesk desk;
    desk.mark("100"_price);
    desk.obey(desk.buy(1).venue);
    RawIntent cancel;
    cancel.kind = static_cast<uint8_t>(RawIntentKind::cancel);
    cancel.target = 1;
    cancel.handle = ++desk.handle;
    RawIntent entry = InputSource::submit(++desk.handle, 0, Side::buy, 10);
    RawIntent beyond = Bracket::exit(OrderType::stop, 500, entry.handle);
    beyond.handle = ++desk.handle;
    const std::vector<VenueAction> asked = desk.feed(Intents{{1}, {cancel, entry, beyond}}).venue;
    REQUIRE(asked.size() == 1);
    CHECK(asked[0].kind == VenueActionKind::cancel);
    CHECK(desk.order(entry.handle).state == OrderState::cancelled);
}

// A venue that answers late and trades what it knows of; it trades no more of what reduces than is held.
TEST_CASE("whatever the venue's timing: nothing that an entry has filled is left without a stop or a close") {
    for (uint64_t seed = 1; seed <= static_cast<uint64_t>(cases(400)); ++seed) {
        Random random(seed);
        Bracket bracket;
        std::vector<VenueAction> asked;
        std::map<OrderId, Quantity> forced;  // the desk's own closes: what is open of them
        const auto take = [&](const Actions& actions) {
            for (const VenueAction& action : actions.venue) {
                const OrderIntent& intent = bracket.desk.find(action.order)->intent;
                if (intent.strategy == StrategyId{}) forced[intent.id] = intent.quantity;
                asked.push_back(action);
            }
        };
        for (int step = 0; step < 60; ++step) {
            const uint64_t of = random.chance(50) ? 1 : random.below(2) + 2;
            const Order& order = bracket.order(of);
            const bool may_trade = is_working(order.state) && order.state != OrderState::pending_submission;
            const Quantity most =
                of == 1 ? order.open : std::min(order.open, std::max(bracket.held(), Quantity::zero()));
            if (!asked.empty() && random.chance(40)) {
                const VenueAction next = asked.front();
                asked.erase(asked.begin());
                if (!is_terminal(bracket.desk.find(next.order)->state)) take(bracket.feed(SmallDesk::answer_to(next)));
            } else if (may_trade && most.is_positive() && random.chance(40)) {
                take(bracket.fill(of, std::min(most, Quantity::from_units(random.between(1, 4)))));
            } else if (of != 1 && random.chance(30)) {
                const double price = static_cast<double>(random.between(1, 400)) / 100;
                constexpr double same = RawIntent::not_given;
                take(of == 2 ? bracket.amend(2, same, same, 93 + price) : bracket.amend(3, same, 107 + price));
            }
        }
        while (!asked.empty()) {
            const VenueAction next = asked.front();
            asked.erase(asked.begin());
            if (!is_terminal(bracket.desk.find(next.order)->state)) take(bracket.feed(SmallDesk::answer_to(next)));
        }
        INFO("seed " << seed);
        const Order &stop = bracket.order(2), &target = bracket.order(3);
        Quantity closing;
        for (const auto& [id, quantity] : forced) closing += quantity;
        const Quantity protecting = is_working(stop.state) ? stop.open : Quantity::zero();
        CHECK(bracket.held() == bracket.order(1).filled - stop.filled - target.filled);
        CHECK(protecting + closing >= bracket.held());
        CHECK(protecting <= std::max(bracket.held(), Quantity::zero()));
        if ((stop.filled + target.filled).is_positive()) CHECK(is_terminal(bracket.state(1)));
    }
}
