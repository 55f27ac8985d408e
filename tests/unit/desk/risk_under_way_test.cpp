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

namespace {

RawIntent exit_at(Side side, double quantity, double limit) {
    RawIntent raw = InputSource::submit(0, 0, side, quantity);
    raw.type = static_cast<uint8_t>(OrderType::limit);
    raw.limit = limit;
    raw.flags = intent_reduce_only;
    return raw;
}

}  // namespace

TEST_CASE("what can only reduce passes where only that passes, whatever other exits work") {
    LimitedDesk small("[account.main.T02]\nmax_drawdown = 5\naction = \"reducing\"");
    small.mark("10"_price);
    small.bought(10);
    CHECK(small.intend(exit_at(Side::sell, 10, 12)).venue.size() == 1);
    small.mark("9"_price);
    CHECK(code_of(small.buy(1)) == "R02");
    CHECK(small.intend(exit_at(Side::sell, 10, 13)).venue.size() == 1);
    SECTION("a close does") { CHECK(small.close().venue.size() == 1); }
    SECTION("an order that could open does not, nor does an exit beside one") {
        CHECK(code_of(small.sell(1)) == "R02");
    }
}

TEST_CASE("an exit beside an order that is no exit counts like any other") {
    LimitedDesk small("[firm.R21]\nforbid = true");
    small.mark("10"_price);
    small.bought(10);
    CHECK(small.sell(10).venue.size() == 1);
    CHECK(code_of(small.intend(exit_at(Side::sell, 1, 12))) == "R21");
}

TEST_CASE(
    "a working order for an inverse contract is worth what it comes to at the lowest price at which it could trade") {
    LimitedDesk small("[account.main.R15]\nmax_open_notional = 2000");
    small.define_inverse();
    small.inverse_bar("50000"_price);
    const auto buy = [&small](double quantity) -> const Actions& {
        RawIntent raw = InputSource::submit(0, 1, Side::buy, quantity);
        raw.type = static_cast<uint8_t>(OrderType::limit);
        raw.limit = 40'000;
        return small.intend(raw);
    };
    CHECK(buy(8).venue.size() == 1);  // 0.02 bitcoin at 40,000: 1,000 dollars
    CHECK(code_of(buy(9)) == "R15");
    CHECK(buy(8).venue.size() == 1);
}
