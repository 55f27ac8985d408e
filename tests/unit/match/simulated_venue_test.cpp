#include "match/simulated_venue.h"

#include <string>
#include <vector>

#include "support/catch.h"
#include "support/random.h"

using namespace trd;
using testing::Random;

namespace {

Instrument instrument_numbered(uint32_t id) {
    Instrument instrument;
    instrument.id = {id};
    instrument.kind = InstrumentKind::future;
    instrument.symbol = "S" + std::to_string(id);
    instrument.quote = id % 2 == 0 ? Currency::literal("USD") : Currency::literal("EUR");
    instrument.multiplier = Decimal::from_units(10);
    instrument.terms = {Terms{}};
    return instrument;
}

OrderIntent order_numbered(uint64_t sequence, uint32_t instrument, Side side, Quantity quantity) {
    OrderIntent order;
    order.id = OrderId::pack({.profile = 0, .account = {3}, .strategy = {4}, .incarnation = 1, .sequence = sequence});
    order.instrument = {instrument};
    order.account = {3};
    order.strategy = {4};
    order.side = side;
    order.quantity = quantity;
    return order;
}

// One list in the order of arrival, and no more.
class SlowVenue {
  public:
    void submit(const OrderIntent& order, Quantity open, Timestamp now) {
        resting_.push_back({order, open});
        reports.push_back({now, OrderReport{order.id, OrderEventKind::accept}});
    }
    void cancel(OrderId order, Timestamp now) {
        for (size_t i = 0; i < resting_.size(); ++i) {
            if (resting_[i].first.id != order) continue;
            resting_.erase(resting_.begin() + static_cast<long>(i));
            reports.push_back({now, OrderReport{order, OrderEventKind::cancel}});
            return;
        }
        reports.push_back({now, OrderReport{order, OrderEventKind::refuse_cancel}});
    }
    void open_bar(const Instrument& instrument, Price price, Timestamp time) {
        std::vector<std::pair<OrderIntent, Quantity>> left;
        for (const auto& [order, open] : resting_) {
            if (order.instrument != instrument.id) {
                left.push_back({order, open});
                continue;
            }
            Fill fill;
            fill.order = order.id;
            fill.trade.number = ++trades_;
            fill.venue = {9};
            fill.account = order.account;
            fill.instrument = order.instrument;
            fill.side = order.side;
            fill.price = price;
            fill.quantity = open;
            fill.fee = multiply(open, "0.25"_money);
            fill.fee_currency = instrument.quote;
            fill.time = time;
            reports.push_back({time, fill});
        }
        resting_ = left;
    }
    size_t resting() const { return resting_.size(); }

    std::vector<SimulatedReport> reports;

  private:
    std::vector<std::pair<OrderIntent, Quantity>> resting_;
    uint64_t trades_ = 0;
};

SimulatedVenue new_venue() { return SimulatedVenue({9}, FeeModel::per_unit("0.25"_money)); }

std::vector<SimulatedReport> taken_from(SimulatedVenue& venue) {
    std::vector<SimulatedReport> reports;
    venue.take_reports(reports);
    return reports;
}

Bytes saved(const SimulatedVenue& venue) {
    ByteWriter out;
    venue.save(out);
    return out.take();
}

const Fill& fill_in(const SimulatedReport& report) { return std::get<Fill>(report.what); }
OrderEventKind event_in(const SimulatedReport& report) { return std::get<OrderReport>(report.what).event; }

}  // namespace

TEST_CASE("random trading, saved and loaded at any time, against a venue that keeps one list") {
    for (uint64_t seed = 1; seed <= 20; ++seed) {
        Random random(seed);
        SimulatedVenue venue = new_venue();
        SlowVenue slow;
        std::vector<SimulatedReport> reports;
        uint64_t sequence = 0;
        for (int step = 0; step < 1'500; ++step) {
            const Timestamp now{step * 1000};
            const uint64_t choice = random.below(100);
            if (choice < 50) {
                const Quantity quantity = Quantity::from_units(random.between(1, 9));
                const Quantity open = random.chance(80) ? quantity : "0.5"_qty;
                const OrderIntent order = order_numbered(++sequence, static_cast<uint32_t>(random.below(6)),
                                                         random.chance(50) ? Side::buy : Side::sell, quantity);
                venue.submit(order, open, now);
                slow.submit(order, open, now);
            } else if (choice < 70) {
                const OrderId order = order_numbered(random.below(sequence + 2), 0, Side::buy, {}).id;
                venue.cancel(order, now);
                slow.cancel(order, now);
            } else if (choice < 85) {
                const Instrument instrument = instrument_numbered(static_cast<uint32_t>(random.below(8)));
                const Price price = Price::from_units(random.between(1, 1000));
                venue.open_bar(instrument, price, now);
                slow.open_bar(instrument, price, now);
            } else {
                venue.take_reports(reports);
                const Bytes bytes = saved(venue);
                SimulatedVenue other = new_venue();
                if (random.chance(50))
                    other.submit(order_numbered(1, 2, Side::buy, "1"_qty), "1"_qty, now);  // load forgets it
                ByteReader in(bytes);
                REQUIRE(other.load(in));
                REQUIRE(in.at_end());
                REQUIRE(saved(other) == bytes);
                venue = std::move(other);
            }
            REQUIRE(venue.resting() == slow.resting());
        }
        venue.take_reports(reports);
        REQUIRE(reports == slow.reports);
    }
}

TEST_CASE("an order is accepted at once and filled whole at the next open") {
    SimulatedVenue venue = new_venue();
    venue.submit(order_numbered(1, 0, Side::sell, "5"_qty), "3"_qty, {100});
    CHECK(venue.resting() == 1);
    auto reports = taken_from(venue);
    REQUIRE(reports.size() == 1);
    CHECK(event_in(reports[0]) == OrderEventKind::accept);
    CHECK(reports[0].time == Timestamp{100});
    venue.open_bar(instrument_numbered(1), "7"_price, {200});
    CHECK(taken_from(venue).empty());
    venue.open_bar(instrument_numbered(0), "8"_price, {300});
    reports = taken_from(venue);
    REQUIRE(reports.size() == 1);
    const Fill& fill = fill_in(reports[0]);
    CHECK(reports[0].time == Timestamp{300});
    CHECK(fill.time == Timestamp{300});
    CHECK(fill.quantity == "3"_qty);
    CHECK(fill.price == "8"_price);
    CHECK(fill.side == Side::sell);
    CHECK(fill.fee == "0.75"_money);
    CHECK(fill.trade.number == 1);
    CHECK(venue.resting() == 0);
    venue.open_bar(instrument_numbered(0), "9"_price, {400});
    CHECK(taken_from(venue).empty());
}

TEST_CASE("cancelled before the open, after it, and what was never there") {
    SimulatedVenue venue = new_venue();
    const OrderIntent first = order_numbered(1, 0, Side::buy, "1"_qty);
    const OrderIntent second = order_numbered(2, 0, Side::buy, "2"_qty);
    venue.submit(first, "1"_qty, {1});
    venue.submit(second, "2"_qty, {2});
    venue.cancel(first.id, {3});
    venue.cancel(first.id, {4});
    venue.open_bar(instrument_numbered(0), "10"_price, {5});
    venue.cancel(second.id, {6});
    venue.cancel(order_numbered(77, 0, Side::buy, {}).id, {7});
    const auto reports = taken_from(venue);
    REQUIRE(reports.size() == 7);
    CHECK(event_in(reports[2]) == OrderEventKind::cancel);
    CHECK(event_in(reports[3]) == OrderEventKind::refuse_cancel);
    CHECK(fill_in(reports[4]).order == second.id);
    CHECK(event_in(reports[5]) == OrderEventKind::refuse_cancel);
    CHECK(event_in(reports[6]) == OrderEventKind::refuse_cancel);
}

TEST_CASE("reports are added behind what the caller has, once") {
    SimulatedVenue venue = new_venue();
    venue.submit(order_numbered(1, 0, Side::buy, "1"_qty), "1"_qty, {1});
    std::vector<SimulatedReport> reports(2);
    venue.take_reports(reports);
    CHECK(reports.size() == 3);
    venue.take_reports(reports);
    CHECK(reports.size() == 3);
}

TEST_CASE("a saved venue that was cut anywhere is not loaded") {
    SimulatedVenue venue = new_venue();
    for (uint64_t i = 1; i <= 4; ++i)
        venue.submit(order_numbered(i, static_cast<uint32_t>(i % 2), Side::buy, "1"_qty), "1"_qty, {1});
    taken_from(venue);
    const Bytes bytes = saved(venue);
    for (size_t size = 0; size < bytes.size(); ++size) {
        SimulatedVenue other = new_venue();
        ByteReader in(ByteSpan(bytes).first(size));
        if (other.load(in)) FAIL("cut to " << size);
    }
}
