// What the simulated venue costs: a market order from submission to its fill, a bar with 1,000 own orders at rest that
// it does not come to, and book changes with one resting limit.
#include <vector>

#include "match/simulated_venue.h"
#include "support/bench.h"

namespace {

using namespace trd;

constexpr InstrumentId instrument_id{0};
constexpr AccountId account_id{1};

Price cents(int64_t count) { return Price::from_raw(Int128{count} * (decimal_scale / 100)); }

OrderIntent order_numbered(uint64_t sequence, Side side, OrderType type) {
    OrderIntent order;
    order.id = OrderId::pack({0, account_id, {}, Purpose::entry, 0, sequence});
    order.instrument = instrument_id;
    order.account = account_id;
    order.side = side;
    order.type = type;
    order.quantity = Quantity::from_units(1);
    return order;
}

SimulatedVenue new_venue(VenueModels models = {}) {
    Instrument instrument;
    instrument.id = instrument_id;
    instrument.quote = Currency::literal("USD");
    instrument.terms = {Terms{}};
    instrument.terms[0].tick = cents(1);
    instrument.terms[0].lot = Quantity::from_units(1);
    SimulatedVenue venue({1}, models, 1);
    venue.define(instrument);
    return venue;
}

bench::Reading market_order_ns() {
    SimulatedVenue venue = new_venue();
    std::vector<SimulatedReport> reports;
    return bench::idle_ns_per_call(300'000, [&](long i) {
        const Timestamp now{i * 1000};
        const OrderIntent order =
            order_numbered(static_cast<uint64_t>(i) + 1, i % 2 == 0 ? Side::buy : Side::sell, OrderType::market);
        venue.submit(order, order.quantity, now);
        venue.open_bar(instrument_id, {now, cents(10'000), Quantity::from_units(100)});
        while (venue.advance()) {
            venue.take_reports(reports);
            bench::keep(reports);
            reports.clear();
        }
    });
}

bench::Reading resting_bar_ns() {
    SimulatedVenue venue = new_venue();
    for (uint64_t i = 1; i <= 1'000; ++i) {
        OrderIntent order = order_numbered(i, i % 2 == 0 ? Side::buy : Side::sell, OrderType::limit);
        order.limit = cents(i % 2 == 0 ? 9'000 - static_cast<int64_t>(i) : 11'000 + static_cast<int64_t>(i));
        venue.submit(order, order.quantity, {0});
    }
    std::vector<SimulatedReport> reports;
    venue.take_reports(reports);
    return bench::idle_ns_per_call(5'000'000, [&](long i) {
        const Timestamp now{i * 1000};
        const bool trades = venue.may_trade(instrument_id, cents(9'900), cents(10'100), now);
        bench::keep(trades);
        if (!trades) venue.mark(instrument_id, cents(10'000), {}, now, false);
    });
}

struct Deltas {
    std::vector<BookDelta> all;
    Deltas() : all(1'000'000) {
        uint64_t state = 12345;
        const auto below = [&state](uint64_t bound) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            return static_cast<int64_t>((state >> 33) % bound);
        };
        int64_t time = 0;
        for (BookDelta& delta : all) {
            const bool bid = below(2) == 0;
            const int64_t away = 1 + below(50);
            delta.time = {++time * 1000};
            delta.side = bid ? BookSide::bid : BookSide::ask;
            delta.price = cents(bid ? 10'000 - away : 10'000 + away);
            delta.size = Quantity::from_units(below(4) == 0 ? 0 : below(900));
        }
    }
};

bench::Reading book_millions_per_second() {
    static const Deltas deltas;
    VenueModels models;
    models.fill = FillModel::quote;
    models.queue = QueueModel::proportional;
    SimulatedVenue venue = new_venue(models);
    for (size_t i = 0; i < 1'000; ++i) {
        venue.book(instrument_id, deltas.all[i]);
        while (venue.advance()) continue;
    }
    OrderIntent order = order_numbered(1, Side::buy, OrderType::limit);
    order.limit = cents(9'990);
    venue.submit(order, order.quantity, deltas.all[1'000].time);
    std::vector<SimulatedReport> reports;
    const bench::Reading ns = bench::idle_ns_per_call(static_cast<long>(deltas.all.size()), [&](long i) {
        venue.book(instrument_id, deltas.all[static_cast<size_t>(i)]);
        while (venue.advance()) {
            venue.take_reports(reports);
            reports.clear();
        }
    });
    return ns.map([](double each) { return 1e3 / each; });
}

constexpr bench::Figure figures[] = {
    {"match.market_order", "ns", 600, "lower", market_order_ns},
    {"match.bar_over_1000_orders", "ns", 40, "lower", resting_bar_ns},
    {"match.book_changes", "millions/s", 5, "higher", book_millions_per_second},
};

}  // namespace

int main(int argc, char** argv) { return bench::run_figures(argc, argv, figures); }
