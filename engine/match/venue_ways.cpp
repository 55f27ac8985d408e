// What happens by itself: messages and reports that arrive, dates that come, and what lies inside of bars. Everything
// has its time, and comes in the order of time, over all instruments of the venue.
#include <algorithm>
#include <tuple>

#include "match/simulated_venue.h"

namespace trd {
namespace {

// A third and two thirds of the way, then the end.
Timestamp part_of(const Bar& bar, int64_t thirds) {
    return bar.open_time + nanoseconds((bar.close_time - bar.open_time).ns / 3 * thirds);
}

// Where a way from `from` to `to` is after `gone` of `whole`, at the nearest tick between them.
Price on_the_way(Price from, Price to, Duration gone, Duration whole, Price tick) {
    if (whole.ns <= 0) return to;
    Price price = from + mul_div(to - from, Decimal::from_raw(gone.ns), Decimal::from_raw(whole.ns));
    if (tick.is_positive()) price = round_to_step(price, tick, Rounding::half_even);
    return std::clamp(price, std::min(from, to), std::max(from, to));
}

// The other side is as far from this one as it was, as long as it is on its own way.
Price along(Price from, Price to, Price moved_by) {
    return std::clamp(from + moved_by, std::min(from, to), std::max(from, to));
}

}  // namespace

// What is due.

SimulatedVenue::Due SimulatedVenue::next_of_all() const {
    Due next;
    const auto consider = [&next](const Due& due) {
        if (std::tie(due.time, due.kind, due.index) < std::tie(next.time, next.kind, next.index)) next = due;
    };
    for (const uint32_t index : walked_) {
        if (lanes_[index].orders.empty()) continue;  // it catches up when one comes
        const Stop stop = next_stop(lanes_[index]);
        consider({stop.time, DueKind::stop, index, stop});
    }
    for (uint32_t i = 0; i < inbox_.size(); ++i) {
        const uint32_t lane = inbox_[i].instrument.value;
        if (lane < lanes_.size() && is_held(lanes_[lane])) continue;
        consider({inbox_[i].due, DueKind::message, i});
        break;  // they lie by their time
    }
    for (uint32_t i = 0; has_dates_ && i < lanes_.size(); ++i)
        if (lanes_[i].first_date != no_date && !is_held(lanes_[i])) consider({lanes_[i].first_date, DueKind::date, i});
    if (!outbox_.empty()) consider({outbox_.front().time, DueKind::report});
    return next;
}

// False: nothing is due until then.
bool SimulatedVenue::do_next(Timestamp until) {
    if (has_nothing_due()) return false;
    const Due due = next_of_all();
    if (due.kind == DueKind::none || due.time > until) return false;
    set_now(due.time);
    if (due.kind == DueKind::stop) come_to(lanes_[due.index], due.stop);
    if (due.kind == DueKind::message) deliver_at(due.index);
    if (due.kind == DueKind::date) expire_dated(lanes_[due.index], due.time);
    return true;
}

// It meets the market where it is then.
void SimulatedVenue::deliver_at(size_t place) {
    const Message message = inbox_[place];
    inbox_.erase(inbox_.begin() + static_cast<std::ptrdiff_t>(place));
    if (message.instrument.value != no_slot) {
        Lane& lane = lane_of(message.instrument);
        --lane.messages;
        if (!lane.way.is_over()) move_to(lane, message.due);
    }
    deliver(message);
}

// The inside of bars.

bool SimulatedVenue::enter_bar(InstrumentId id, const Bar& bar) {
    Lane& lane = lane_of(id);
    if (lane.has_quotes || models_.semantics != Semantics::trd) return false;
    if (!lane.inside) {  // its open was left out
        lane.inside = true;
        set_price(lane, bar.open, bar.open, bar.open_time);
        set_volume_of_bar(lane, bar.volume);
    }
    lane.entered = true;
    enter_way(lane, bar, bar);
    return true;
}

// Precondition: the market is at the open.
void SimulatedVenue::enter_way(Lane& lane, const Bar& bid, const Bar& ask) {
    TRD_ASSERT(lane.way.is_over());
    Quantity held;
    for (const Holding& holding : lane.holdings) held += holding.quantity;
    const bool low_first = goes_low_first(models_.path, bid, held);
    const Point low{part_of(bid, low_first ? 1 : 2), bid.low, ask.low};
    const Point high{part_of(bid, low_first ? 2 : 1), bid.high, ask.high};
    lane.way.points = {low_first ? low : high, low_first ? high : low, {bid.close_time, bid.close, ask.close}};
    lane.way.next = 0;
    begin_leg(lane);
    walked_.push_back(number_of(lane));
}

void SimulatedVenue::leave_way(Lane& lane) {
    if (lane.way.is_over()) return;
    lane.way.next = static_cast<uint8_t>(lane.way.points.size());
    std::erase(walked_, number_of(lane));
}

void SimulatedVenue::begin_leg(Lane& lane) {
    lane.way.leg.from_bid = lane.bid;
    lane.way.leg.from_ask = lane.ask;
    lane.way.leg.from_time = lane.price_time;
    lane.way.leg.has_cursor = {};
}

// Precondition: its way is not over. A level that the market is beyond is come to where it is.
SimulatedVenue::Stop SimulatedVenue::next_stop(const Lane& lane) const {
    const Leg& leg = lane.way.leg;
    const Point& to = lane.way.to();
    if (lane.is_unlisted()) return {to.time};
    const int list = next_list(lane, leg, to.bid, to.ask, false);
    if (list < 0) return {to.time};
    const Price level = level_after(lane, leg, list).price;
    const bool buys = list < 2;
    const Price here = buys ? lane.ask : lane.bid;
    if (lane.lists[static_cast<size_t>(list)].distance(level, here).is_negative()) return {lane.price_time, list, here};
    const Price begin = buys ? leg.from_ask : leg.from_bid, end = buys ? to.ask : to.bid;
    const Duration whole = to.time - leg.from_time;
    Duration gone;
    if (end != begin && whole.ns > 0)
        gone.ns =
            static_cast<int64_t>(mul_div(Decimal::from_raw(whole.ns), abs(level - begin), abs(end - begin)).raw());
    return {std::max(leg.from_time + gone, lane.price_time), list, level};
}

void SimulatedVenue::come_to(Lane& lane, const Stop& stop) {
    stop.list < 0 ? come_to_point(lane) : meet_level(lane, stop);
}

void SimulatedVenue::come_to_point(Lane& lane) {
    const Point point = lane.way.to();
    set_price(lane, point.bid, point.ask, point.time);
    if (lane.way.next + 1u == lane.way.points.size())
        leave_way(lane);
    else
        ++lane.way.next;
    follow(lane);
    look_again(lane);
    begin_leg(lane);
}

// As far as no level is met before them.
void SimulatedVenue::pass_points(Lane& lane, Timestamp until) {
    while (!lane.way.is_over() && lane.way.to().time <= until && next_stop(lane).list < 0) come_to_point(lane);
}

// Whether a message that takes no time is there at once. It overtakes none that waits already, and nothing that lies on
// the way until now; where the way is not known yet it waits for it.
bool SimulatedVenue::comes_up_to(Lane& lane, Timestamp now) {
    if (lane.messages > 0 || is_held(lane)) return false;
    if (!is_underway(lane) || lane.way.is_over()) return true;
    pass_points(lane, now);
    if (lane.way.is_over()) return true;
    if (next_stop(lane).time <= now) return false;
    move_to(lane, now);
    return true;
}

// The market is at the price that it met, and the other side as far from it as it was.
void SimulatedVenue::meet_level(Lane& lane, const Stop& stop) {
    const Leg& leg = lane.way.leg;
    const Point& to = lane.way.to();
    const bool buys = stop.list < 2;
    const Price moved_by = stop.met - (buys ? leg.from_ask : leg.from_bid);
    set_price(lane, buys ? along(leg.from_bid, to.bid, moved_by) : stop.met,
              buys ? stop.met : along(leg.from_ask, to.ask, moved_by), stop.time);
    const Level level = take_level(lane, lane.way.leg, stop.list);
    const Resting& order = slots_[level.slot];
    if (traces(order.intent.id)) note(order, {.kind = TraceKind::touched, .price = stop.met, .level = level.price});
    if (has_trigger(order.intent.type) && !order.triggered)
        trigger(lane, level.slot, stop.met);
    else
        trade(lane, level.slot, order.intent.limit, Liquidity::maker, order.open);
}

// Precondition: not before the market is there.
SimulatedVenue::Point SimulatedVenue::point_at(const Lane& lane, Timestamp time) {
    Point from{lane.way.leg.from_time, lane.way.leg.from_bid, lane.way.leg.from_ask};
    for (size_t i = lane.way.next; i < lane.way.points.size(); ++i) {
        const Point& to = lane.way.points[i];
        if (time < to.time) {
            const Duration gone = time - from.time, whole = to.time - from.time;
            if (gone.ns <= 0) return from;
            return {time, on_the_way(from.bid, to.bid, gone, whole, lane.terms.tick),
                    on_the_way(from.ask, to.ask, gone, whole, lane.terms.tick)};
        }
        from = to;
    }
    return from;
}

// To the nearest tick. The way goes on as it did.
void SimulatedVenue::move_to(Lane& lane, Timestamp time) {
    const Point here = point_at(lane, time);
    set_price(lane, here.bid, here.ask, here.time);
}

std::optional<Price> SimulatedVenue::price_on_way(InstrumentId id, Timestamp time) const {
    if (id.value >= lanes_.size() || lanes_[id.value].way.is_over()) return std::nullopt;
    const Point point = point_at(lanes_[id.value], time);
    return middle({point.time, point.bid, point.ask, {}, {}});
}

}  // namespace trd
