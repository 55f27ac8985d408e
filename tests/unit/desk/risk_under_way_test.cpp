// Orders are asked about together with what may come of the ones that are on their way.
#include "unit/desk/limited_desk.h"

using namespace trd;
using namespace trd::testing;

TEST_CASE("an amendment without an answer counts as it may be, also after a restart") {
    LimitedDesk small("[account.main.R09]\nmax_position = 20");
    small.mark("10"_price);
    const OrderId id = small.rests(Side::buy, 10, 9);
    small.amend(1, 20);
    REQUIRE(small.desk.find(id)->state == OrderState::pending_replace);
    const Bytes saved = small.desk.snapshot();
    REQUIRE(small.desk.restore(saved));
    CHECK(small.desk.snapshot() == saved);
    CHECK(code_of(small.buy(1)) == "R09");
    SECTION("until it is refused") {
        small.report(id, OrderEventKind::refuse_replace);
        CHECK(small.buy(10).venue.size() == 1);
    }
    SECTION("and what it has become, after it") {
        small.feed(VenueReport{.order = id, .event = OrderEventKind::replace, .quantity = "15"_qty});
        CHECK(code_of(small.buy(6)) == "R09");
        CHECK(small.buy(5).venue.size() == 1);
    }
    SECTION("and no more once it has filled") {
        small.fill(id, "10"_qty);
        small.report(id, OrderEventKind::cancel);
        CHECK(code_of(small.buy(11)) == "R09");
        CHECK(small.buy(10).venue.size() == 1);
    }
}

TEST_CASE("an order that is to become smaller counts as large as it is until the venue says so") {
    LimitedDesk small("[account.main.R09]\nmax_position = 20");
    small.mark("10"_price);
    small.rests(Side::buy, 20, 9);
    small.amend(1, 5);
    CHECK(code_of(small.buy(1)) == "R09");
}
