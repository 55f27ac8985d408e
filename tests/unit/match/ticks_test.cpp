// Quotes, trades and books: who trades with whom, and when a queue lets an order through.
#include <vector>

#include "match/simulated_venue.h"
#include "support/catch.h"
#include "unit/match/rig.h"

using namespace trd;
using namespace trd::testing;

namespace {

class Market {
  public:
    explicit Market(VenueModels models = {}) : venue({7}, models, 1) { venue.define(rig_definition()); }

    OrderIntent order(Side side, OrderType type, Quantity quantity) {
        OrderIntent intent;
        intent.id = OrderId::pack({0, rig_account, {}, Purpose::entry, 0, ++sequence_});
        intent.instrument = rig_instrument;
        intent.account = rig_account;
        intent.side = side;
        intent.type = type;
        intent.quantity = quantity;
        return intent;
    }
    OrderId limit(Side side, Price price, Quantity quantity, Quantity display = {}) {
        OrderIntent intent = order(side, OrderType::limit, quantity);
        intent.limit = price;
        intent.display = display;
        return send(intent);
    }
    OrderId send(const OrderIntent& intent) {
        venue.submit(intent, intent.quantity, tick());
        settle();
        return intent.id;
    }
    void level(BookSide side, Price price, Quantity size, bool begins_snapshot = false) {
        venue.book(rig_instrument, {tick(), side, price, size, 0, begins_snapshot});
        follow();
    }
    void print(Price price, Quantity size, Aggressor aggressor = Aggressor::unknown) {
        venue.trade(rig_instrument, {tick(), price, size, aggressor});
        follow();
    }
    void quote(Price bid, Price ask, Quantity bid_size = {}, Quantity ask_size = {}) {
        venue.quote(rig_instrument, {tick(), bid, ask, bid_size, ask_size});
        follow();
    }
    void follow() {
        while (venue.advance()) settle();
        settle();
    }
    // "5@100 3@101": what has traded since the last call.
    std::string trades() {
        std::string text;
        for (const Fill& fill : fills_)
            text += (text.empty() ? "" : " ") + to_string(fill.quantity) + "@" + to_string(fill.price);
        fills_.clear();
        return text;
    }
    VenueReason last_reason = VenueReason::none;
    Liquidity last_liquidity = Liquidity::unknown;
    SimulatedVenue venue;

  private:
    Timestamp tick() { return {++now_ * 1000}; }
    void settle() {
        std::vector<SimulatedReport> reports;
        venue.take_reports(reports);
        for (const SimulatedReport& report : reports) {
            if (const auto* fill = std::get_if<Fill>(&report.what)) {
                fills_.push_back(*fill);
                last_liquidity = fill->liquidity;
            } else {
                last_reason = std::get<OrderReport>(report.what).reason;
            }
        }
    }

    std::vector<Fill> fills_;
    uint64_t sequence_ = 0;
    int64_t now_ = 0;
};

VenueModels with_queue(QueueModel queue) {
    VenueModels models;
    models.fill = FillModel::quote;
    models.queue = queue;
    return models;
}

Market book_market(QueueModel queue = QueueModel::pessimistic) {
    Market market(with_queue(queue));
    market.level(BookSide::bid, "99"_price, "300"_qty);
    market.level(BookSide::bid, "98"_price, "500"_qty);
    market.level(BookSide::ask, "100"_price, "50"_qty);
    market.level(BookSide::ask, "101"_price, "80"_qty);
    return market;
}

}  // namespace

TEST_CASE("a market order walks the book, a fill a level, and what it took is gone until the level changes") {
    Market market = book_market();
    market.send(market.order(Side::buy, OrderType::market, "70"_qty));
    CHECK(market.trades() == "50@100 20@101");
    CHECK(market.last_liquidity == Liquidity::taker);
    market.send(market.order(Side::buy, OrderType::market, "70"_qty));
    CHECK(market.trades() == "60@101");  // the rest waits
    market.level(BookSide::bid, "97"_price, "1"_qty);
    CHECK(market.trades().empty());
    market.level(BookSide::ask, "100"_price, "5"_qty);
    CHECK(market.trades() == "5@100");
    market.level(BookSide::ask, "102"_price, "90"_qty);
    CHECK(market.trades() == "5@102");
}

TEST_CASE("where a snapshot begins, nothing of the book before is left") {
    Market market = book_market();
    market.level(BookSide::bid, "97"_price, "10"_qty, true);
    market.level(BookSide::ask, "103"_price, "90"_qty);
    market.send(market.order(Side::buy, OrderType::market, "70"_qty));
    CHECK(market.trades() == "70@103");
    market.send(market.order(Side::sell, OrderType::market, "20"_qty));
    CHECK(market.trades() == "10@97");  // the rest waits: 98 and 99 are gone
}

TEST_CASE("a marketable limit takes what is within it and rests with the rest") {
    Market market = book_market();
    market.limit(Side::buy, "100"_price, "70"_qty);
    CHECK(market.trades() == "50@100");
    market.level(BookSide::ask, "99.5"_price, "8"_qty);
    CHECK(market.trades() == "8@100");  // it waited first: its own price
    CHECK(market.last_liquidity == Liquidity::maker);
}

TEST_CASE("all or nothing on a book") {
    Market market = book_market();
    OrderIntent order = market.order(Side::buy, OrderType::limit, "51"_qty);
    order.limit = "100"_price;
    order.time_in_force = TimeInForce::fok;
    market.send(order);
    CHECK(market.trades().empty());
    CHECK(market.last_reason == VenueReason::cannot_fill_at_once);
    order = market.order(Side::buy, OrderType::limit, "51"_qty);
    order.limit = "101"_price;
    order.time_in_force = TimeInForce::fok;
    market.send(order);
    CHECK(market.trades() == "50@100 1@101");
}

TEST_CASE("post-only meets the book") {
    Market market = book_market();
    OrderIntent order = market.order(Side::buy, OrderType::limit, "1"_qty);
    order.limit = "100"_price;
    order.post_only = true;
    market.send(order);
    CHECK(market.last_reason == VenueReason::would_take);
    CHECK(market.venue.resting() == 0);
}

TEST_CASE("the pessimist's queue moves by trades only") {
    Market market = book_market(QueueModel::pessimistic);
    market.limit(Side::buy, "99"_price, "10"_qty);
    market.print("99"_price, "200"_qty);
    CHECK(market.trades().empty());
    market.level(BookSide::bid, "99"_price, "100"_qty);  // the trade
    market.print("99"_price, "100"_qty);
    CHECK(market.trades().empty());
    market.print("99"_price, "4"_qty);
    CHECK(market.trades() == "4@99");
    market.print("99"_price, "40"_qty);
    CHECK(market.trades() == "6@99");
    CHECK(market.last_liquidity == Liquidity::maker);
}

TEST_CASE("nobody is in front of an order beyond what is there") {
    Market market = book_market(QueueModel::pessimistic);
    market.limit(Side::buy, "99"_price, "10"_qty);
    market.level(BookSide::bid, "99"_price, "7"_qty);
    market.print("99"_price, "9"_qty);
    CHECK(market.trades() == "2@99");
}

TEST_CASE("withdrawals move a proportional queue by their share") {
    Market market = book_market(QueueModel::proportional);
    market.limit(Side::buy, "99"_price, "10"_qty);       // 300 in front
    market.level(BookSide::bid, "99"_price, "400"_qty);  // 100 behind it
    market.level(BookSide::bid, "99"_price, "200"_qty);  // 200 of 400 leave: half of the 300 too
    market.print("99"_price, "150"_qty);
    CHECK(market.trades().empty());
    market.print("99"_price, "1"_qty);
    CHECK(market.trades() == "1@99");
}

TEST_CASE("the optimist has no queue; a trade from the own side is none; one through the price takes all") {
    Market market = book_market(QueueModel::optimistic);
    market.limit(Side::buy, "99"_price, "10"_qty);
    market.print("99"_price, "3"_qty, Aggressor::buyer);
    CHECK(market.trades().empty());
    market.print("99"_price, "3"_qty, Aggressor::seller);
    CHECK(market.trades() == "3@99");
    market.print("98.5"_price, "1"_qty);
    CHECK(market.trades() == "7@99");
}

TEST_CASE("an iceberg shows a part, and each next part goes to the back") {
    Market market = book_market(QueueModel::pessimistic);
    market.limit(Side::buy, "99.5"_price, "10"_qty, "4"_qty);  // nobody else is there
    market.print("99.5"_price, "10"_qty);
    CHECK(market.trades() == "4@99.5");
    market.level(BookSide::bid, "99.5"_price, "20"_qty);
    market.print("99.5"_price, "6"_qty);
    CHECK(market.trades() == "4@99.5");
}

TEST_CASE("less of an order keeps its place, another price loses it") {
    Market market = book_market(QueueModel::pessimistic);
    const OrderId order = market.limit(Side::buy, "99"_price, "10"_qty);
    market.print("99"_price, "300"_qty);  // the queue is through
    market.venue.amend(order, {"5"_qty, "99"_price, {}, {}}, market.venue.now());
    market.follow();
    market.print("99"_price, "2"_qty);
    CHECK(market.trades() == "2@99");
    market.venue.amend(order, {"50"_qty, "99"_price, {}, {}}, market.venue.now());
    market.follow();
    market.print("99"_price, "20"_qty);
    CHECK(market.trades().empty());
}

TEST_CASE("quotes: buyers pay the ask, sellers get the bid, resting orders their price") {
    Market market(with_queue(QueueModel::pessimistic));
    market.send(market.order(Side::buy, OrderType::market, "5"_qty));
    CHECK(market.trades().empty());  // there is no price yet
    market.quote("99"_price, "100"_price);
    CHECK(market.trades() == "5@100");
    market.send(market.order(Side::sell, OrderType::market, "5"_qty));
    CHECK(market.trades() == "5@99");
    market.limit(Side::buy, "99.5"_price, "5"_qty);
    market.quote("99"_price, "99.6"_price);
    CHECK(market.trades().empty());
    market.quote("99"_price, "99.4"_price);
    CHECK(market.trades() == "5@99.5");
    OrderIntent stop = market.order(Side::sell, OrderType::stop, "5"_qty);
    stop.trigger = "98"_price;
    market.send(stop);
    market.quote("97.5"_price, "98.5"_price);
    CHECK(market.trades() == "5@97.5");
}

TEST_CASE("a quote's size is the queue of an order that joins it") {
    Market market(with_queue(QueueModel::pessimistic));
    market.quote("99"_price, "100"_price, "30"_qty, "40"_qty);
    market.limit(Side::buy, "99"_price, "5"_qty);
    market.print("99"_price, "32"_qty);
    CHECK(market.trades() == "2@99");
    market.quote("98"_price, "100"_price, "30"_qty, "40"_qty);  // alone at the best price now
    market.print("99"_price, "1"_qty);
    CHECK(market.trades() == "1@99");
}

TEST_CASE("trades alone: market orders meet the next one, the pessimist waits for one through his price") {
    Market market;
    market.send(market.order(Side::buy, OrderType::market, "5"_qty));
    market.print("100"_price, "3"_qty);
    CHECK(market.trades() == "5@100");
    market.limit(Side::buy, "99"_price, "5"_qty);
    market.print("99"_price, "1000"_qty);
    CHECK(market.trades().empty());
    market.print("98.99"_price, "1"_qty);
    CHECK(market.trades() == "5@99");
}

TEST_CASE("a quote bar goes along its path for both sides") {
    Market market(with_queue(QueueModel::pessimistic));
    const QuoteBar bar{{1'000'000}, {61'000'000}, "99"_price, "101"_price, "98"_price, "100"_price,
                       "100"_price, "102"_price,  "99"_price, "101"_price, {},         {}};
    market.venue.open_quote_bar(rig_instrument, bar);
    market.follow();
    market.limit(Side::buy, "99.5"_price, "1"_qty);
    OrderIntent stop = market.order(Side::buy, OrderType::stop, "2"_qty);
    stop.trigger = "101.5"_price;
    market.send(stop);
    market.venue.close_quote_bar(rig_instrument, bar);
    market.follow();
    CHECK(market.trades() == "1@99.5 2@101.5");
    market.send(market.order(Side::buy, OrderType::market, "3"_qty));
    CHECK(market.trades() == "3@101");
}

TEST_CASE("what closes more of a side than is held opens the other one, as accounts book it") {
    Market market;
    market.quote("99"_price, "101"_price);
    const auto send = [&](Side side, SideBucket bucket, Quantity quantity, bool reduce_only) {
        OrderIntent intent = market.order(side, OrderType::market, quantity);
        intent.bucket = bucket;
        intent.reduce_only = reduce_only;
        market.send(intent);
        market.follow();
        return market.trades();
    };
    CHECK(send(Side::buy, SideBucket::long_side, "2"_qty, false) == "2@101");
    CHECK(send(Side::sell, SideBucket::long_side, "5"_qty, false) == "5@99");
    CHECK(send(Side::sell, SideBucket::long_side, "1"_qty, true).empty());
    CHECK(market.last_reason == VenueReason::nothing_to_reduce);
    CHECK(send(Side::buy, SideBucket::short_side, "5"_qty, true) == "3@101");
}

TEST_CASE("a session that no bar closes ends what came before its end, and nothing else") {
    Market market(with_queue(QueueModel::pessimistic));
    market.quote("100"_price, "101"_price);
    const auto send = [&](TimeInForce terms) {
        OrderIntent intent = market.order(Side::buy, OrderType::limit, "1"_qty);
        intent.limit = "90"_price;
        intent.time_in_force = terms;
        return market.send(intent);
    };
    send(TimeInForce::gtc);
    CHECK_FALSE(market.venue.has_session_orders(rig_instrument));
    const Timestamp before = market.venue.now();
    send(TimeInForce::day);
    CHECK(market.venue.has_session_orders(rig_instrument));
    market.venue.end_session(rig_instrument, before, market.venue.now());  // it came later
    CHECK(market.venue.resting() == 2);

    market.venue.end_session(rig_instrument, market.venue.now() + nanoseconds(1), market.venue.now() + nanoseconds(1));
    market.follow();
    CHECK(market.last_reason == VenueReason::day_over);
    CHECK_FALSE(market.venue.has_session_orders(rig_instrument));
    CHECK(market.venue.resting() == 1);

    send(TimeInForce::at_close);
    market.venue.end_session(rig_instrument, market.venue.now() + nanoseconds(1), market.venue.now() + nanoseconds(1));
    market.follow();
    CHECK(market.last_reason == VenueReason::no_closing_bar);
    CHECK(market.venue.resting() == 1);
    CHECK(market.trades().empty());
}

// What an order's message needs two quotes for: there, and the answer back.
Market slow_market() {
    VenueModels models = with_queue(QueueModel::pessimistic);
    models.latency = *LatencyModel::parse("constant:1us");
    return Market(models);
}

void pass_time(Market& market, Price bid, Price ask) {
    for (int i = 0; i < 3; ++i) {
        market.quote(bid, ask);
        market.venue.wake(market.venue.now());
        market.follow();
    }
}

TEST_CASE("a split ends what is there and what is on its way to it") {
    Market market = slow_market();
    pass_time(market, "100"_price, "101"_price);
    market.limit(Side::buy, "90"_price, "1"_qty);
    pass_time(market, "100"_price, "101"_price);
    market.limit(Side::buy, "95"_price, "1"_qty);
    CHECK(market.venue.resting() == 2);
    market.venue.split(rig_instrument, "2"_dec, market.venue.now());
    CHECK(market.venue.resting() == 0);
    pass_time(market, "50"_price, "51"_price);
    CHECK(market.last_reason == VenueReason::split);
    CHECK(market.trades().empty());
}

TEST_CASE("an order whose date comes while it is on its way does not trade") {
    Market market = slow_market();
    pass_time(market, "100"_price, "101"_price);
    OrderIntent intent = market.order(Side::buy, OrderType::limit, "1"_qty);
    intent.limit = "110"_price;
    intent.time_in_force = TimeInForce::gtd;
    intent.expires = market.venue.now() + nanoseconds(1500);  // sent at 1000 from here, there at 2000
    market.send(intent);
    pass_time(market, "100"_price, "101"_price);
    CHECK(market.trades().empty());
    CHECK(market.last_reason == VenueReason::date_reached);
    CHECK(market.venue.resting() == 0);
}
