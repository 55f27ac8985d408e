// What monitors close: until it is enough, and all of it.
#include "unit/desk/limited_desk.h"

using namespace trd;
using namespace trd::testing;

namespace {

// As LimitedDesk, with terms of its own for the account.
struct AgreedDesk {
    Desk desk;
    uint64_t number = 0;

    AgreedDesk(const AccountTerms& terms, const std::string& limits) {
        Terms shares;
        shares.tick = "0.01"_price;
        shares.lot = shares.min_quantity = "1"_qty;
        feed(InstrumentDefined{test_instrument(0, InstrumentKind::equity, shares)});
        feed(AccountOpened{{1}, {1}, usd, terms});
        feed(MoneyTransferred{{1}, usd, "1000"_money});
        feed(StrategyStarted{{1}, {1}, 3, 9});
        desk.arm(limits_of(limits));
    }
    const Actions& feed(const DeskInput& input) { return testing::feed(desk, ++number, input); }
    const Actions& bar(Price price) {
        Bar made;
        made.open = made.high = made.low = made.close = price;
        return feed(BarClosed{{0}, made});
    }
    void open(Side side, double quantity, Price price, SideBucket bucket = SideBucket::net) {
        RawIntent raw = InputSource::submit(number, 0, side, quantity);
        raw.bucket = static_cast<uint8_t>(bucket);
        Fill made;
        made.order = feed(Intents{{1}, {raw}}).venue.at(0).order;
        made.trade.number = number;
        made.account = {1};
        made.side = side;
        made.bucket = bucket;
        made.price = price;
        made.quantity = desk.find(made.order)->intent.quantity;
        made.fee_currency = usd;
        feed(made);
    }
    Quantity quantity(OrderId order) const { return desk.find(order)->intent.quantity; }
};

}  // namespace

TEST_CASE("positions shrink again and again until the margin is enough or nothing is left") {
    LimitedDesk small("[account.main.T17]\nmin_excess = 950\nreduce_to = \"50 %\"");
    small.bought(16);
    const Actions* actions = &small.bar("5"_price);  // 1000 - 80
    for (const char* closing : {"8", "4", "2", "1", "1"}) {
        REQUIRE(actions->alarms.size() == 1);
        REQUIRE(actions->venue.size() == 1);
        const OrderId id = actions->venue.at(0).order;
        const Quantity quantity = small.desk.find(id)->intent.quantity;
        CHECK(quantity == Quantity::parse(closing).value());
        CHECK(small.bar("5"_price).alarms.empty());  // it is on its way
        actions = &small.fill(id, quantity, "5"_price);
    }
    CHECK(actions->alarms.empty());
    CHECK(small.bar("5"_price).alarms.empty());
}

TEST_CASE("who is to hold nothing does not keep what an order under way has opened") {
    LimitedDesk small("[account.main.T01]\nmax_loss = 10\naction = \"flatten\"");
    small.bought(10);
    const OrderId entry = small.buy(5).venue.at(0).order;
    const Actions& lost = small.bar("9"_price);
    REQUIRE(lost.alarms.size() == 1);
    OrderId closing = lost.venue.back().order;
    small.fill(entry, "5"_qty, "9"_price);
    const Actions& closed = small.fill(closing, "10"_qty, "9"_price);
    REQUIRE(closed.alarms.size() == 1);
    CHECK(closed.alarms[0].action == RiskAction::flatten);
    closing = closed.venue.at(0).order;
    CHECK(small.desk.find(closing)->intent.quantity == "5"_qty);
    CHECK(small.fill(closing, "5"_qty, "9"_price).alarms.empty());
    CHECK(small.bar("9"_price).alarms.empty());
}

TEST_CASE("of a strategy that keeps both sides both are closed") {
    AccountTerms terms;
    terms.hedging = true;
    AgreedDesk small(terms, "[strategy.sma.T06]\nmax_loss = 10\naction = \"flatten\"");
    small.bar("10"_price);
    small.open(Side::buy, 20, "10"_price, SideBucket::long_side);
    small.open(Side::sell, 5, "10"_price, SideBucket::short_side);
    const Actions& lost = small.bar("9"_price);  // 20 lost, 5 gained
    REQUIRE(lost.alarms.size() == 1);
    REQUIRE(lost.venue.size() == 2);
    CHECK(small.quantity(lost.venue[0].order) == "20"_qty);
    CHECK(small.quantity(lost.venue[1].order) == "5"_qty);
}

TEST_CASE("what shares that are sold short cost to borrow is a loss of the strategy that sold them") {
    AccountTerms terms;
    terms.borrow_rate = "0.36"_dec;
    AgreedDesk small(terms, "[strategy.sma.T06]\nmax_loss = 2.5");
    small.bar("10"_price);
    small.open(Side::sell, 100, "10"_price);
    CHECK(small.feed(DayEnded{2}).alarms.at(0).kind == RiskAlarm::Kind::warning);  // 1 a day
    const Actions& third = small.feed(DayEnded{1});
    REQUIRE(third.alarms.size() == 1);
    CHECK(third.alarms[0].kind == RiskAlarm::Kind::acted);
    CHECK(third.alarms[0].found == "3"_dec);
}

TEST_CASE("how far the price is from where the venue closes counts with the maintenance that the price brings") {
    AccountTerms terms;
    terms.initial_rate = "0.5"_dec;
    terms.maintenance_rate = "0.25"_dec;
    const std::string limits = "[account.main.T18]\nmin_distance = \"18 %\"\nreduce_to = \"50 %\"";
    AgreedDesk sold(terms, limits);
    sold.bar("100"_price);
    sold.open(Side::sell, 15, "100"_price);
    CHECK(sold.bar("110"_price).alarms.empty());
    const Actions& near = sold.bar("115"_price);  // at 133.33 equity is 500, and so is a quarter of 15 shares
    REQUIRE(near.alarms.size() == 1);
    CHECK(near.alarms[0].found == "0.159420289855"_dec);
    CHECK(sold.quantity(near.venue.at(0).order) == "8"_qty);
    AgreedDesk bought(terms, limits);
    bought.bar("100"_price);
    bought.open(Side::buy, 20, "100"_price);
    CHECK(bought.bar("83"_price).alarms.empty());      // it is at 66.67: 19.7 %
    CHECK(bought.bar("81"_price).alarms.size() == 1);  // 17.7 %
}

TEST_CASE("a monitor of one market spares the others, unless it halts everything") {
    for (const bool halts : {false, true}) {
        CAPTURE(halts);
        LimitedDesk small(std::string("[firm.T19]\nmax_spread_bps = 100\naction = ") +
                              (halts ? "\"halt_all\"" : "\"cancel_entries\""),
                          RiskFeed::quotes);
        small.feed(InstrumentDefined{test_instrument(1, InstrumentKind::equity, small.desk.instruments()[0].terms[0])});
        const auto quote = [&](uint32_t instrument, Price bid, Price ask) -> const Actions& {
            return small.at(QuoteChanged{{instrument}, {{7}, bid, ask, "100"_qty, "100"_qty}});
        };
        quote(0, "10"_price, "10.01"_price);
        quote(1, "10"_price, "10.01"_price);
        std::vector<OrderId> resting;
        for (const uint32_t instrument : {0u, 1u}) {
            RawIntent raw = InputSource::submit(0, instrument, Side::buy, 5);
            raw.type = static_cast<uint8_t>(OrderType::limit);
            raw.limit = 9;
            resting.push_back(small.intend(raw).venue.at(0).order);
            small.report(resting.back(), OrderEventKind::accept);
        }
        const Actions& wide = quote(0, "9"_price, "11"_price);
        REQUIRE(wide.alarms.size() == 1);
        REQUIRE(wide.venue.size() == (halts ? 2 : 1));
        for (size_t i = 0; i < wide.venue.size(); ++i) {
            CHECK(wide.venue[i].kind == VenueActionKind::cancel);
            CHECK(wide.venue[i].order == resting[i]);
        }
    }
}

TEST_CASE("monitors that want the same smaller close as much as the strictest of them, and go on together") {
    for (const std::string other : {"[firm.T17]\nmin_excess = 900", "[account.\"*\".T17]\nmin_excess = 960"}) {
        INFO(other);
        LimitedDesk small("[account.main.T17]\nmin_excess = 950\nreduce_to = \"50 %\"\n" + other +
                          "\nreduce_to = \"25 %\"");
        small.bar("10"_price);
        small.fill(small.buy(60).venue.at(0).order, "60"_qty);
        const auto closing = [&](const std::vector<VenueAction>& asked) {
            REQUIRE(asked.size() == 1);
            CHECK(asked[0].kind == VenueActionKind::submit);
            return *small.desk.find(asked[0].order);
        };
        const Order first = closing(small.bar("8"_price).venue);
        CHECK(first.intent.quantity == "45"_qty);  // to a quarter
        // Refused by the venue: both go on at once, and again no more than that.
        CHECK(closing(small.report(first.intent.id, OrderEventKind::reject).venue).intent.quantity == "45"_qty);
    }
}
