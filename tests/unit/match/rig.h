// A market of random candles and a driver that sends random orders, for the laws of the venue.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "match/simulated_venue.h"
#include "support/random.h"

namespace trd::testing {

inline constexpr InstrumentId rig_instrument{0};
inline constexpr AccountId rig_account{1};

inline Instrument rig_definition() {
    Instrument instrument;
    instrument.id = rig_instrument;
    instrument.quote = Currency::literal("USD");
    Terms terms;
    terms.tick = Price::from_raw(decimal_scale / 100);
    terms.lot = Quantity::from_units(1);
    instrument.terms = {terms};
    return instrument;
}

inline Price cents(int64_t count) { return Price::from_raw(Int128{count} * (decimal_scale / 100)); }

// Every other time on a coarse grid: prices that are met exactly would be rare otherwise.
inline int64_t on_some_grid(Random& random, int64_t value, int64_t grid) {
    const int64_t coarse = value - value % grid;
    return random.chance(50) && coarse > 0 ? coarse : value;
}

inline Bar random_bar(Random& random, int number, int64_t& last_cents) {
    constexpr int64_t grid = 25;
    const auto up = [](int64_t value) { return value + (grid - value % grid) % grid; };
    const bool coarse = random.chance(50);
    const int64_t open = std::max<int64_t>(last_cents + random.between(-150, 150), 500);
    const int64_t close = std::max<int64_t>(open + random.between(-200, 200), 500);
    const int64_t top = std::max(open, close) + random.between(0, 150);
    const int64_t bottom = std::min(open, close) - random.between(0, 150);
    const int64_t high = coarse ? up(top) : top, low = coarse ? bottom - bottom % grid : bottom;
    last_cents = close;
    return {{minutes(number).ns},
            {minutes(number + 1).ns},
            cents(open),
            cents(high),
            cents(low),
            cents(close),
            Quantity::from_units(random.between(0, 400))};
}

// Prices on the sides where an order of the type waits, mostly.
inline OrderIntent random_order(Random& random, uint64_t sequence, int64_t last_cents) {
    OrderIntent order;
    order.purpose = random.chance(10) ? Purpose::take_profit : Purpose::entry;
    order.id = OrderId::pack({0, rig_account, {}, order.purpose, 0, sequence});
    order.instrument = rig_instrument;
    order.account = rig_account;
    order.side = random.chance(50) ? Side::buy : Side::sell;
    order.type = static_cast<OrderType>(random.below(order_type_count));
    order.quantity = Quantity::from_units(random.between(1, 60));
    const auto near = [&](bool above) {
        const int64_t away = random.chance(5) ? random.between(-50, 0) : random.between(1, 400);
        return cents(on_some_grid(random, std::max<int64_t>(last_cents + (above ? away : -away), 1), 25));
    };
    const bool buys = order.side == Side::buy;
    const bool stop = is_stop(order.type);
    if (has_limit(order.type)) order.limit = near(!buys);
    if (has_trigger(order.type) && order.type != OrderType::trailing_stop) order.trigger = near(buys == stop);
    if (order.type == OrderType::trailing_stop) order.trail_amount = cents(random.between(1, 300));
    order.reduce_only = random.chance(15);
    constexpr TimeInForce terms[] = {TimeInForce::gtc, TimeInForce::gtc,     TimeInForce::day,     TimeInForce::ioc,
                                     TimeInForce::fok, TimeInForce::at_open, TimeInForce::at_close};
    if (!has_trigger(order.type)) order.time_in_force = terms[random.below(7)];
    order.post_only = order.type == OrderType::limit && order.time_in_force == TimeInForce::gtc && random.chance(15);
    return order;
}

inline VenueModels random_models(Random& random) {
    VenueModels models;
    models.fill = random.chance(70) ? FillModel::next_open : FillModel::close;
    models.path = static_cast<BarPath>(random.below(4));
    if (random.chance(30)) models.participation = Participation(Decimal::from_raw(decimal_scale / 10));
    if (random.chance(30)) models.slippage = *SlippageModel::parse("bps:7");
    if (random.chance(30)) models.fees = *FeeModel::parse("tiered:0=10,5000=2/5");
    if (random.chance(30)) models.latency = *LatencyModel::parse("jitter:2ms..50s");
    return models;
}

}  // namespace trd::testing
