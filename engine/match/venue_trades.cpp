// Executions: how much, at which price, and what follows at once.
#include <algorithm>

#include "match/simulated_venue.h"

namespace trd {

// The price is of this very moment: an order that comes now can meet it.
bool SimulatedVenue::is_live(const Lane& lane, const Resting& order) const {
    if (!lane.known || !has_side(lane, order.intent.side)) return false;
    if (lane.has_quotes) return true;
    return lane.price_time == now_ && (lane.inside || models_.fill == FillModel::close);
}

// A market order that was decided before the bar opened, and came too late for its open, meets its path. One that was
// decided in the bar waits for the model's moment.
bool SimulatedVenue::is_live_market(const Lane& lane, const Resting& order) const {
    if (!is_live(lane, order)) return false;
    if (order.triggered || lane.has_quotes) return true;
    return lane.inside ? order.decided_in < lane.bars && models_.fill == FillModel::next_open
                       : models_.fill == FillModel::close;
}

bool SimulatedVenue::is_marketable(const Lane& lane, const Resting& order) const {
    if (!lane.known || !has_side(lane, order.intent.side)) return false;
    const Price market = side_price(lane, order.intent.side);
    return order.intent.side == Side::buy ? order.intent.limit >= market : order.intent.limit <= market;
}

bool SimulatedVenue::is_volume_limited() const {
    return models_.participation.is_limited() || models_.slippage.volume_limit().is_positive();
}

// Quotes and books tell of no volume: there only what they show limits.
Quantity SimulatedVenue::volume_left(const Lane& lane) const {
    Quantity allowed = lane.volume;
    if (models_.participation.is_limited()) allowed = multiply(lane.volume, models_.participation.share());
    if (models_.slippage.volume_limit().is_positive())
        allowed = std::min(allowed, multiply(lane.volume, models_.slippage.volume_limit()));
    return std::max(allowed - lane.taken, Quantity::zero());
}

Quantity SimulatedVenue::tradable(const Lane& lane, const Resting& order, Quantity at_most) const {
    Quantity quantity = std::min(order.open, at_most);
    if (is_volume_limited() && lane.volume_counts) {
        const Quantity left = volume_left(lane);
        if (left < quantity)
            quantity = lane.terms.lot.is_positive() ? round_to_step(left, lane.terms.lot, Rounding::down) : left;
    }
    return order.intent.reduce_only ? std::min(quantity, reducible(lane, order.intent)) : quantity;
}

// Away from the price to the next tick, never beyond the order's own limit, and never below one tick: nobody pays to
// have a thing taken away that has a price.
Price SimulatedVenue::slipped(const Lane& lane, const Resting& order, Price price, Quantity quantity) const {
    const SlippageMarket market{lane.has_quotes ? lane.ask - lane.bid : Price::zero(), lane.volume, lane.taken};
    const Price distance = models_.slippage.distance(price, quantity, market);
    if (!distance.is_positive()) return price;
    const bool buys = order.intent.side == Side::buy;
    Price result = buys ? price + distance : price - distance;
    if (lane.terms.tick.is_positive())
        result = round_to_step(result, lane.terms.tick, buys ? Rounding::up : Rounding::down);
    if (!buys && price.is_positive()) result = std::max(result, std::min(price, lane.terms.tick));
    if (has_limit(order.intent.type))
        result = buys ? std::min(result, order.intent.limit) : std::max(result, order.intent.limit);
    return result;
}

// A take-profit gets its limit and nothing better. An auction has one price for all, a trigger makes what it triggers
// meet the market, and what has crossed the market by itself from the start waits for no profit.
bool SimulatedVenue::gets_its_limit(const Resting& order) {
    const OrderIntent& intent = order.intent;
    const TimeInForce terms = intent.time_in_force;
    if (intent.purpose != Purpose::take_profit || intent.type != OrderType::limit) return false;
    if (terms == TimeInForce::at_open || terms == TimeInForce::at_close) return false;
    return !order.takes || !intent.parent.is_null();
}

// Trades what can be traded of an order that takes what it meets.
bool SimulatedVenue::take(Lane& lane, uint32_t slot, Price met) {
    const Resting& order = slots_[slot];
    if (lane.has_depth) {
        bool traded = false;
        while (slots_[slot].open.is_positive() && take_depth(lane, slot)) traded = true;
        return traded;
    }
    if (gets_its_limit(order)) return trade(lane, slot, order.intent.limit, Liquidity::taker, order.open);
    const Quantity quantity = tradable(lane, order, order.open);
    if (!quantity.is_positive()) return trade(lane, slot, met, Liquidity::taker, order.open);
    const Price price = slipped(lane, order, met, quantity);
    if (price != met && traces(order.intent.id))
        note(order, {.kind = TraceKind::slipped, .price = price, .level = met});
    return trade(lane, slot, price, Liquidity::taker, order.open);
}

bool SimulatedVenue::has_enough_depth(const DepthSide& side, const OrderIntent& order, Quantity open) const {
    Quantity there;
    for (const DepthSide::Entry& level : side.all()) {
        const bool within = !has_limit(order.type) ||
                            (order.side == Side::buy ? level.price <= order.limit : level.price >= order.limit);
        if (within) there += level.left();
    }
    return there >= open;
}

// One level of the book.
bool SimulatedVenue::take_depth(Lane& lane, uint32_t slot) {
    const Resting& order = slots_[slot];
    const OrderIntent& intent = order.intent;
    DepthSide& side = intent.side == Side::buy ? lane.asks : lane.bids;
    DepthSide::Entry* entry = side.best_left();
    if (entry == nullptr) return false;
    const bool limited = has_limit(intent.type);
    if (limited && (intent.side == Side::buy ? entry->price > intent.limit : entry->price < intent.limit)) return false;
    if (intent.time_in_force == TimeInForce::fok && !has_enough_depth(side, intent, order.open)) return false;
    const Quantity quantity = tradable(lane, order, entry->left());
    if (!quantity.is_positive()) return false;
    const Price met = gets_its_limit(order) ? intent.limit : entry->price;
    entry->taken += quantity;
    return trade(lane, slot, slipped(lane, order, met, quantity), Liquidity::taker, quantity);
}

// The other side has come to a resting order: it gets its price, for as much as came.
bool SimulatedVenue::meet_depth(Lane& lane, uint32_t slot) {
    const Resting& order = slots_[slot];
    DepthSide& side = order.intent.side == Side::buy ? lane.asks : lane.bids;
    bool traded = false;
    while (slots_[slot].open.is_positive()) {
        DepthSide::Entry* entry = side.best_left();
        const bool meets = entry != nullptr && (order.intent.side == Side::buy ? entry->price <= order.intent.limit
                                                                               : entry->price >= order.intent.limit);
        const Quantity quantity = meets ? tradable(lane, order, entry->left()) : Quantity::zero();
        if (!quantity.is_positive()) return traded;
        entry->taken += quantity;
        if (!trade(lane, slot, order.intent.limit, Liquidity::maker, quantity)) return traded;
        traded = true;
    }
    return traded;
}

// False: nothing traded. The order may have ended.
bool SimulatedVenue::trade(Lane& lane, uint32_t slot, Price price, Liquidity liquidity, Quantity at_most) {
    Resting& order = slots_[slot];
    const Quantity quantity = tradable(lane, order, at_most);
    const bool all_or_nothing = order.intent.time_in_force == TimeInForce::fok && !lane.has_depth;
    const bool watched = traces(order.intent.id);
    if (!quantity.is_positive() || (all_or_nothing && quantity < order.open)) {
        if (watched && is_volume_limited())
            note(order, {.kind = TraceKind::no_volume_left, .level = order.intent.limit, .other = volume_left(lane)});
        return false;
    }
    if (watched && quantity < order.open)
        note(order, {.kind = TraceKind::limited, .quantity = quantity, .other = order.open});
    execute(lane, order, price, quantity, liquidity);
    return finish_trade(lane, slot);
}

bool SimulatedVenue::finish_trade(Lane& lane, uint32_t slot) {
    if (slots_[slot].open.is_zero()) remove(lane, slot);
    drop_needless(lane);
    return true;
}

void SimulatedVenue::execute(Lane& lane, Resting& order, Price price, Quantity quantity, Liquidity liquidity) {
    const OrderIntent& intent = order.intent;
    const Money fee = charge(lane, order, price, quantity, liquidity);
    order.open -= quantity;
    lane.taken += quantity;
    hold(lane, intent, signed_quantity(intent.side, quantity));
    if (traces(intent.id))
        note(order, {.kind = TraceKind::filled,
                     .price = price,
                     .quantity = quantity,
                     .other = order.open,
                     .fee = fee,
                     .liquidity = liquidity});
    report([&] {
        return Fill{.order = intent.id,
                    .trade = {.number = next_trade_++, .name = {}},
                    .venue = id_,
                    .account = intent.account,
                    .instrument = intent.instrument,
                    .side = intent.side,
                    .bucket = intent.bucket,
                    .liquidity = liquidity,
                    .price = price,
                    .quantity = quantity,
                    .fee = fee,
                    .fee_currency = settlement_currency(lane.instrument),
                    .time = now_};
    });
}

// Tiers go by what the account has traded before this execution. What the minimum of an order adds is charged with its
// first execution, and later ones are free until they have used it up.
Money SimulatedVenue::charge(const Lane& lane, Resting& order, Price price, Quantity quantity, Liquidity liquidity) {
    if (!models_.fees.counts_traded_value()) {
        const Money fee = models_.fees.fee(lane.instrument, price, quantity, liquidity, Money::zero());
        if (models_.fees.minimum().is_zero()) return fee;
        order.costs += fee;
        const Money due = std::max(order.costs, models_.fees.minimum()) - order.charged;
        order.charged += due;
        return due;
    }
    const Currency currency = settlement_currency(lane.instrument);
    auto found = std::find_if(traded_.begin(), traded_.end(), [&](const Traded& traded) {
        return traded.account == order.intent.account && traded.currency == currency;
    });
    if (found == traded_.end()) {
        traded_.push_back({order.intent.account, currency, Money::zero()});
        found = traded_.end() - 1;
    }
    const Money fee = models_.fees.fee(lane.instrument, price, quantity, liquidity, found->value);
    found->value += abs(value_of(lane.instrument, price, quantity));
    return fee;
}

// How much of what is held the order could close.
Quantity SimulatedVenue::reducible(const Lane& lane, const OrderIntent& order) const {
    for (const Holding& holding : lane.holdings) {
        if (holding.account != order.account || holding.bucket != order.bucket) continue;
        const Quantity against = order.side == Side::sell ? holding.quantity : -holding.quantity;
        return std::max(against, Quantity::zero());
    }
    return Quantity::zero();
}

SimulatedVenue::Holding& SimulatedVenue::holding_of(Lane& lane, AccountId account, SideBucket bucket) {
    for (Holding& holding : lane.holdings)
        if (holding.account == account && holding.bucket == bucket) return holding;
    return lane.holdings.emplace_back(Holding{account, bucket, Quantity::zero()});
}

// As accounts book it: no side goes through zero, and what a fill closes beyond what is held opens the other one.
void SimulatedVenue::hold(Lane& lane, const OrderIntent& order, Quantity change) {
    Quantity& held = holding_of(lane, order.account, order.bucket).quantity;
    held += change;
    if (order.bucket == SideBucket::net) return;
    const bool is_long = order.bucket == SideBucket::long_side;
    const Quantity beyond = is_long ? std::min(held, Quantity::zero()) : std::max(held, Quantity::zero());
    if (beyond.is_zero()) return;
    held -= beyond;
    holding_of(lane, order.account, is_long ? SideBucket::short_side : SideBucket::long_side).quantity += beyond;
}

void SimulatedVenue::drop_needless(Lane& lane) {
    if (lane.reduce_only == 0) return;
    const std::vector<uint32_t> orders = lane.orders;
    for (const uint32_t slot : orders) {
        const Resting& order = slots_[slot];
        if (order.intent.reduce_only && order.arrival != 0 && order.open.is_positive() &&
            reducible(lane, order.intent).is_zero())
            end(lane, slot, OrderEventKind::cancel, VenueReason::nothing_to_reduce);
    }
}

// A stop or if-touched order becomes what it was to become, and meets `met`. False: nothing traded.
bool SimulatedVenue::trigger(Lane& lane, uint32_t slot, Price met) {
    Resting& order = slots_[slot];
    if (traces(order.intent.id)) note(order, {.kind = TraceKind::triggered, .price = met, .level = order.trigger});
    unlist(lane, order);
    order.triggered = true;
    const bool buys = order.intent.side == Side::buy;
    const bool limited = has_limit(order.intent.type);
    if (lane.has_quotes) met = side_price(lane, order.intent.side);
    bool traded = false;
    if (!limited || (buys ? order.intent.limit >= met : order.intent.limit <= met)) {
        if (limited && order.intent.post_only) {
            end(lane, slot, OrderEventKind::cancel, VenueReason::would_take);
            return true;
        }
        traded = take(lane, slot, met);
    } else if (traces(order.intent.id)) {
        note(order, {.kind = TraceKind::not_marketable, .price = met, .level = order.intent.limit});
    }
    if (order.open.is_zero()) return traded;
    if (limited) {
        join_queue(lane, order);
        list(lane, slot);
    } else {
        wait(lane, slot);
    }
    look_again(lane);
    return traded;
}

}  // namespace trd
