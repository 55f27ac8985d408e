// Limits and orders that belong together: an entry with its stops, a child that is asked about beside its parent.
#include "unit/desk/limited_desk.h"

using namespace trd;
using namespace trd::testing;

TEST_CASE("the stop that comes with an entry says how far it is, if it makes sense") {
    const char* limits = "[account.main.R30]\nmax_distance = \"20 %\"";
    const auto outcome = [&](bool has_market, double trigger, double quantity = 10) {
        LimitedDesk small(limits);
        if (has_market) small.bar("10"_price);
        RawIntent entry = InputSource::submit(++small.handle, 0, Side::buy, 10);
        RawIntent stop = InputSource::submit(++small.handle, 0, Side::sell, quantity);
        stop.type = static_cast<uint8_t>(OrderType::stop);
        stop.trigger = trigger;
        stop.parent = entry.handle;
        const Actions& taken = small.feed(Intents{{1}, {entry, stop}});
        return code_of(taken);
    };
    CHECK(outcome(true, 9) == "none");
    CHECK(outcome(true, 7) == "R30");
    CHECK(outcome(true, -1) == "R30");
    CHECK(outcome(true, 1e300) == "R30");
    CHECK(outcome(false, 9) == "R30");
    for (const double quantity : {0.0, -10.0, 1e300, RawIntent::not_given, 5.0}) {
        CAPTURE(quantity);
        CHECK(outcome(true, 9, quantity) == "R30");  // protects nothing, or not all
    }
}

TEST_CASE("a child that is amended while its parent still waits is asked about as if that had filled") {
    LimitedDesk small("[account.main.R09]\nmax_position = 12");
    small.bar("10"_price);
    small.obey(small.buy(4).venue);
    const auto after = [&](uint64_t parent, double quantity) {
        RawIntent raw = InputSource::submit(0, 0, Side::buy, quantity);
        raw.type = static_cast<uint8_t>(OrderType::limit);
        raw.limit = 9;
        raw.parent = parent;
        return code_of(small.intend(raw));
    };
    REQUIRE(after(1, 4) == "none");
    REQUIRE(after(2, 4) == "none");
    REQUIRE(small.order(2).state == OrderState::held);
    CHECK(code_of(small.amend(3, 5)) == "R09");
    CHECK(code_of(small.amend(3, 4, 9.5)) == "none");
}

TEST_CASE("an entry that is amended is asked about with the stops that it has") {
    struct Child {
        OrderType type;
        double trigger, trail;
        uint8_t flags;
        Side side;
        const char* answer;
        uint32_t instrument = 0;
        bool has_market = true;
    };
    const double none = RawIntent::not_given;
    const Child children[] = {
        {OrderType::stop, 9, none, 0, Side::sell, "none"},
        {OrderType::stop, 7.9, none, 0, Side::sell, "R30"},  // more than 20 % of 10
        {OrderType::trailing_stop, none, 1, 0, Side::sell, "none"},
        {OrderType::trailing_stop, none, 3, 0, Side::sell, "R30"},
        {OrderType::trailing_stop, none, 0.1, intent_trail_percent, Side::sell, "none"},
        {OrderType::trailing_stop, none, 0.3, intent_trail_percent, Side::sell, "R30"},
        {OrderType::limit, none, none, 0, Side::sell, "R30"},  // is no stop
        {OrderType::stop, 9, none, 0, Side::buy, "R30"},       // leads further in
        {OrderType::stop, 9, none, 0, Side::sell, "R30", 1},   // of something else
        {OrderType::stop, 9, none, 0, Side::sell, "R30", 0, false},
        {OrderType::trailing_stop, none, 1e15, 0, Side::sell, "R30"},  // is no distance that a number could say
    };
    for (const Child& child : children) {
        INFO(name_of(child.type) << " " << child.trigger << " " << child.trail);
        LimitedDesk small("");
        small.feed(InstrumentDefined{test_instrument(1, InstrumentKind::equity, small.desk.instruments()[0].terms[0])});
        if (child.has_market) small.bar(child.trail > 1e9 ? "0.01"_price : "10"_price);
        const OrderId entry = small.rests(Side::buy, 10, 9.5);
        RawIntent exit = InputSource::submit(0, child.instrument, child.side, 10);
        exit.type = static_cast<uint8_t>(child.type);
        if (child.type == OrderType::limit) exit.limit = 12;
        exit.trigger = child.trigger;
        exit.trail = child.trail;
        exit.flags = child.flags;
        exit.parent = 1;
        small.intend(exit);
        RiskConfig limits = limits_of("[account.main.R30]\nmax_distance = \"20 %\"");
        small.at(LimitsChanged{limits});
        CHECK(code_of(small.amend(1, none, 9.6)) == child.answer);
        CHECK(small.desk.find(entry) != nullptr);
    }
}

TEST_CASE("a child that is amended while its parent still works is asked about as if that had filled") {
    LimitedDesk small("[account.main.R09]\nmax_position = 10");
    small.bar("10"_price);
    small.obey(small.buy(10).venue);
    RawIntent take = InputSource::submit(0, 0, Side::sell, 10);
    take.type = static_cast<uint8_t>(OrderType::limit);
    take.limit = 12;
    take.parent = 1;
    small.intend(take);
    small.obey(small.fill(1, "4"_qty).venue);
    small.obey(small.amend(2, RawIntent::not_given, 13).venue);
    CHECK(small.order(2).intent.limit == "13"_price);
    small.obey(small.fill(1, "6"_qty).venue);
    small.obey(small.amend(2, RawIntent::not_given, 14).venue);  // now that it has filled
    CHECK(small.order(2).intent.limit == "14"_price);
}
