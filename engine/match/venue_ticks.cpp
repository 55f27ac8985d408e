// Quotes, books and trades: what resting limit orders wait behind, and when it is their turn.
#include <algorithm>

#include "match/simulated_venue.h"

namespace trd {
namespace {

constexpr size_t buying_list = 1, selling_list = 2;  // limit orders: of buyers that wait for a fall, and so on

size_t limit_list(Side side) { return side == Side::buy ? buying_list : selling_list; }
Bar side_bar(const QuoteBar& bar, Side side) {
    if (side == Side::buy)
        return {bar.open_time, bar.close_time, bar.ask_open, bar.ask_high, bar.ask_low, bar.ask_close, {}};
    return {bar.open_time, bar.close_time, bar.bid_open, bar.bid_high, bar.bid_low, bar.bid_close, {}};
}

}  // namespace

Quantity SimulatedVenue::size_at(const Lane& lane, Side side, Price price) const {
    return (side == Side::buy ? lane.bids : lane.asks).size_at(price);
}

// How much is in front of an order that comes to its price now. A book tells; a quote tells of the best price only;
// without either, or beyond the quote, nobody knows: the pessimist then waits for the price to be traded through.
void SimulatedVenue::join_queue(const Lane& lane, Resting& order) {
    order.printed = Quantity::zero();
    order.shown = order.intent.display;
    const bool buys = order.intent.side == Side::buy;
    const Price limit = order.intent.limit;
    const Price best = buys ? lane.bid : lane.ask;
    const bool improves = lane.has_quotes && (buys ? limit > best : limit < best);
    const Quantity there = size_at(lane, order.intent.side, limit);
    if (models_.queue == QueueModel::optimistic || improves)
        order.ahead = Quantity::zero();
    else if (lane.has_depth || there.is_positive())
        order.ahead = there;
    else
        order.ahead = models_.queue == QueueModel::pessimistic ? Quantity::max() : Quantity::zero();
    if ((lane.has_quotes || lane.has_prints) && traces(order.intent.id))
        note(order, {.kind = TraceKind::joined_queue, .level = limit, .quantity = order.ahead});
}

// The size at a price has changed. What traded there since the last change is in the new size already. Nobody is in
// front of an order beyond what is there at all.
void SimulatedVenue::queue_changed(Lane& lane, Side side, Price price, Quantity before, Quantity after) {
    lane.lists[limit_list(side)].for_each_at(price, [&](uint32_t slot) {
        Resting& order = slots_[slot];
        const Quantity withdrawn = std::max(before - after - order.printed, Quantity::zero());
        order.printed = Quantity::zero();
        const Quantity ahead_before = order.ahead;
        if (models_.queue == QueueModel::proportional && withdrawn.is_positive() && before.is_positive() &&
            order.ahead <= before)
            order.ahead -= mul_div(withdrawn, order.ahead, before);
        order.ahead = std::min(order.ahead, after);
        if (order.ahead != ahead_before && traces(order.intent.id))
            note(order, {.kind = TraceKind::queue_moved,
                         .level = price,
                         .quantity = ahead_before - order.ahead,
                         .other = order.ahead});
    });
}

// A trade at the price of a resting order takes from the front of the queue, one through it takes the order whole. A
// trade that is known to have come from the order's own side met the other side.
bool SimulatedVenue::touch_print(Lane& lane, uint32_t slot, const Move& move) {
    Resting& order = slots_[slot];
    const bool buys = order.intent.side == Side::buy;
    if (move.bid != order.intent.limit) return trade(lane, slot, order.intent.limit, Liquidity::maker, order.open);
    if (move.aggressor == (buys ? Aggressor::buyer : Aggressor::seller)) return false;
    if (models_.queue == QueueModel::optimistic && move.size.is_zero())
        return trade(lane, slot, order.intent.limit, Liquidity::maker, order.open);
    const Quantity passed = std::min(order.ahead, move.size);
    order.ahead -= passed;
    order.printed += move.size;
    if (passed.is_positive() && traces(order.intent.id))
        note(order,
             {.kind = TraceKind::queue_moved, .level = order.intent.limit, .quantity = passed, .other = order.ahead});
    Quantity reaches = std::max(move.size - passed - progress_.print_had, Quantity::zero());
    if (order.shown.is_positive()) reaches = std::min(reaches, order.shown);
    // A queue of which shares go away is no whole number of lots, and what trades is one.
    if (reaches < order.open && lane.terms.lot.is_positive())
        reaches = round_to_step(reaches, lane.terms.lot, Rounding::down);
    if (!reaches.is_positive()) return false;
    const Quantity open_before = order.open;
    if (!trade(lane, slot, order.intent.limit, Liquidity::maker, reaches)) return false;
    const Quantity traded = open_before - slots_[slot].open;
    progress_.print_had += traded;
    if (order.open.is_positive() && order.intent.display.is_positive()) {
        order.shown -= std::min(order.shown, traded);
        if (order.shown.is_zero()) refresh(lane, slot);
    }
    return true;
}

// The next part of an iceberg is shown, at the back of the queue.
void SimulatedVenue::refresh(Lane& lane, uint32_t slot) {
    Resting& order = slots_[slot];
    unlist(lane, order);
    order.arrival = next_arrival_++;
    join_queue(lane, order);
    list(lane, slot);
}

// Nobody is in front of orders that are better than the best price.
void SimulatedVenue::step_to_front(Lane& lane, Side side, Price best) {
    const LevelList& levels = lane.lists[limit_list(side)];
    const Level* level = levels.empty() ? nullptr : &levels.nearest();
    for (; level != nullptr && levels.distance(level->price, best).is_negative(); level = levels.next(level))
        slots_[level->slot].ahead = Quantity::zero();
}

bool SimulatedVenue::wakes_anyone(const Lane& lane, Price bid, Price ask) const {
    if (lane.needs_every_bar) return true;
    if (lane.has_ask && (lane.lists[0].reaches(ask) || lane.lists[1].reaches(ask) || ask < lane.follows_below))
        return true;
    return lane.has_bid && (lane.lists[2].reaches(bid) || lane.lists[3].reaches(bid) || bid > lane.follows_above);
}

// The best prices are these now.
void SimulatedVenue::quoted(InstrumentId id, Price bid, Price ask, Timestamp time) {
    Lane& lane = begin_event(id, time);
    const bool first = !lane.has_quotes;
    if (first) forget_volume(lane);
    lane.has_quotes = true;
    lane.session_over = false;
    const bool is_reached = !lane.way.is_over() || wakes_anyone(lane, bid, ask);
    if (!first && (lane.orders.empty() || !is_reached)) {
        set_now(time);
        go_by_quotes(lane);
        return set_price(lane, bid, ask, time);
    }
    moves_.push_back({MoveKind::quote, time, bid, ask});
}

// Quotes are a book of one level a side; its sizes tell the queue and limit nobody who takes.
void SimulatedVenue::quote(InstrumentId id, const Quote& quote) {
    Lane& lane = lane_of(id);
    const auto replace = [&](DepthSide& side, Side own, Price price, Quantity size) {
        const Quantity before = side.size_at(price);
        side.clear();
        side.set(price, std::max(size, Quantity::zero()));
        if (lane.orders.empty()) return;
        if (size.is_positive()) queue_changed(lane, own, price, before.is_zero() ? size : before, size);
        step_to_front(lane, own, price);
    };
    if (!lane.has_depth) {
        replace(lane.bids, Side::buy, quote.bid, quote.bid_size);
        replace(lane.asks, Side::sell, quote.ask, quote.ask_size);
    }
    quoted(id, quote.bid, quote.ask, quote.time);
}

void SimulatedVenue::open_quote_bar(InstrumentId id, const QuoteBar& bar) {
    if (models_.semantics != Semantics::trd) return quoted(id, bar.bid_open, bar.ask_open, bar.open_time);
    Lane& lane = begin_event(id, bar.open_time);
    const bool is_in_shorter_one =
        lane.has_quotes && !lane.way.is_over() && lane.way.points.back().time <= bar.close_time;
    if (is_in_shorter_one) return;
    lane.quote_bar = bar;
    if (!lane.has_quotes || lane.price_time < bar.open_time)
        moves_.push_back({MoveKind::quote, bar.open_time, bar.bid_open, bar.ask_open});
    if (!lane.has_quotes) forget_volume(lane);
    lane.has_quotes = true;
    lane.session_over = false;
    moves_.push_back({MoveKind::quote_way, bar.open_time, bar.bid_open, bar.ask_open});
}

void SimulatedVenue::close_quote_bar(InstrumentId id, const QuoteBar& bar) {
    Lane& lane = lane_of(id);
    lane.has_quote_bar = true;
    lane.quote_bar = bar;
    quoted(id, bar.bid_close, bar.ask_close, bar.close_time);
}

void SimulatedVenue::enter_quote_bar(Lane& lane) {
    go_by_quotes(lane);
    enter_way(lane, side_bar(lane.quote_bar, Side::sell), side_bar(lane.quote_bar, Side::buy));
}

void SimulatedVenue::book(InstrumentId id, const BookDelta& delta) {
    Lane& lane = lane_of(id);
    lane.has_depth = true;
    if (delta.begins_snapshot) {
        lane.bids.clear();
        lane.asks.clear();
    }
    const Side own = delta.side == BookSide::bid ? Side::buy : Side::sell;
    DepthSide& side = delta.side == BookSide::bid ? lane.bids : lane.asks;
    const Quantity before = side.set(delta.price, delta.size);
    if (!lane.lists[limit_list(own)].empty()) queue_changed(lane, own, delta.price, before, delta.size);
    lane.has_bid = !lane.bids.empty();
    lane.has_ask = !lane.asks.empty();
    quoted(id, lane.has_bid ? lane.bids.best().price : lane.bid, lane.has_ask ? lane.asks.best().price : lane.ask,
           delta.time);
}

Quote SimulatedVenue::best(InstrumentId id) const {
    if (id.value >= lanes_.size()) return {};
    const Lane& lane = lanes_[id.value];
    Quote quote;
    quote.time = lane.price_time;
    if (!lane.bids.empty()) {
        quote.bid = lane.bids.best().price;
        quote.bid_size = lane.bids.best().size;
    }
    if (!lane.asks.empty()) {
        quote.ask = lane.asks.best().price;
        quote.ask_size = lane.asks.best().size;
    }
    return quote;
}

}  // namespace trd
