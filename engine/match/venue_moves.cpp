// The way of the market: each event is a few moves, each move first serves the orders that wait for any price, then
// those whose level it comes to, one execution at a time.
#include <algorithm>
#include <utility>

#include "match/semantics.h"
#include "match/simulated_venue.h"

namespace trd {
namespace {

RulePrices prices_of(const Bar& bar) { return {bar.open, bar.high, bar.low, bar.close}; }

RulePrices side_of(const QuoteBar& bar, Side side) {
    if (side == Side::buy) return {bar.ask_open, bar.ask_high, bar.ask_low, bar.ask_close};
    return {bar.bid_open, bar.bid_high, bar.bid_low, bar.bid_close};
}

}  // namespace

// Until then everything that is due happens.
SimulatedVenue::Lane& SimulatedVenue::begin_event(InstrumentId id, Timestamp until) {
    TRD_ASSERT(next_move_ == moves_.size());
    until_ = std::max(until_, until);
    is_awake_ = is_awake_ || !has_nothing_due();
    moving_ = id;
    moves_.clear();
    next_move_ = 0;
    progress_.phase = Progress::Phase::begin;
    return lane_of(id);
}

void SimulatedVenue::set_volume(Lane& lane, Quantity volume) {
    lane.volume = volume;
    lane.taken = Quantity::zero();
    lane.volume_counts = true;
}

void SimulatedVenue::forget_volume(Lane& lane) {
    lane.volume = lane.taken = Quantity::zero();
    lane.volume_counts = false;
}

// Where there are quotes, bars only say when sessions open and close.
void SimulatedVenue::set_volume_of_bar(Lane& lane, Quantity volume) {
    if (!lane.has_quotes) set_volume(lane, volume);
}

void SimulatedVenue::set_price(Lane& lane, Price bid, Price ask, Timestamp time) {
    lane.bid = bid;
    lane.ask = ask;
    lane.price_time = time;
    lane.known = true;
}

void SimulatedVenue::mark(InstrumentId id, Price close, Quantity volume, Timestamp time, bool closes_session) {
    Lane& lane = lane_of(id);
    if (!lane.has_quotes) set_price(lane, close, close, time);
    lane.last_close = close;
    if (!lane.inside) set_volume_of_bar(lane, volume);  // what has opened has it, and what of it is taken
    lane.session_over = closes_session;
    leave_bar(lane);
}

// No longer along what was there before.
void SimulatedVenue::go_by_quotes(Lane& lane) {
    lane.entered = false;
    leave_way(lane);
}

void SimulatedVenue::leave_bar(Lane& lane) {
    lane.inside = false;
    if (!std::exchange(lane.entered, false)) return;  // a way that is there is that of a quote bar, and goes on
    leave_way(lane);
}

void SimulatedVenue::open_bar(InstrumentId id, const BarOpening& opening) {
    begin_event(id, opening.open_time);
    Move move{MoveKind::open, opening.open_time, opening.open, opening.open, opening.opens_session};
    move.size = opening.volume;
    moves_.push_back(move);
}

void SimulatedVenue::close_bar(InstrumentId id, const Bar& bar, const BarClosing& closing) {
    Lane& lane = begin_event(id, bar.close_time);
    if (!lane.entered) enter_bar(id, bar);
    if (!lane.inside) {  // its open was left out, and it has no way here
        lane.inside = true;
        set_volume_of_bar(lane, bar.volume);
    }
    if (models_.semantics != Semantics::trd) {
        Move rules{MoveKind::rules, bar.close_time, bar.close, bar.close};
        rules.bar = bar;
        moves_.push_back(rules);
    }
    Move close{MoveKind::close, bar.close_time, bar.close, bar.close, closing.closes_session};
    close.bar = bar;
    moves_.push_back(close);
}

void SimulatedVenue::trade(InstrumentId id, const TradeTick& tick) {
    Lane& lane = lane_of(id);
    lane.has_prints = true;
    if (lane.orders.empty()) {
        set_now(tick.time);
        if (lane.has_quotes) return;
        set_volume(lane, tick.size);
        pass_points(lane, tick.time);
        set_price(lane, tick.price, tick.price, tick.time);
        return begin_leg(lane);
    }
    begin_event(id, tick.time);
    Move move{MoveKind::print, tick.time, tick.price, tick.price};
    move.size = tick.size;
    move.aggressor = tick.aggressor;
    moves_.push_back(move);
}

bool SimulatedVenue::advance() {
    if (is_still()) return false;  // after nearly every quote
    while (ready_.empty()) {
        if (next_move_ == moves_.size()) {
            if (do_next(until_)) continue;
            is_awake_ = false;
            return false;
        }
        const bool begins = progress_.phase == Progress::Phase::begin;
        if (begins && do_next(moves_[next_move_].time)) continue;
        if (step()) continue;
        ++next_move_;
        progress_.phase = Progress::Phase::begin;
    }
    return true;
}

// One thing that happens. False: this move is over.
bool SimulatedVenue::step() {
    Lane& lane = lane_of(moving_);
    switch (progress_.phase) {
        case Progress::Phase::begin:
            if (moves_[next_move_].kind == MoveKind::quote_way) {
                enter_quote_bar(lane);
                return false;
            }
            begin_move(lane);
            return true;
        case Progress::Phase::waiting:
            if (step_waiting(lane)) return true;
            progress_.phase = Progress::Phase::levels;
            return true;
        case Progress::Phase::levels:
            if (models_.semantics == Semantics::trd && step_levels(lane)) return true;
            end_move(lane);
            return false;
    }
    TRD_ASSERT(false);
}

void SimulatedVenue::begin_move(Lane& lane) {
    const Move& move = moves_[next_move_];
    progress_.restart();
    if (move.kind != MoveKind::rules) set_now(move.time);
    if (move.kind == MoveKind::open) {
        lane.inside = true;
        set_volume_of_bar(lane, move.size);
        ++lane.bars;
    }
    progress_.leg.from_bid = lane.known ? lane.bid : move.bid;
    progress_.leg.from_ask = lane.known ? lane.ask : move.ask;
    if (move.kind == MoveKind::print) set_volume(lane, move.size);
    if (move.kind == MoveKind::quote) go_by_quotes(lane);
    const bool has_price = move.kind != MoveKind::rules && (!lane.has_quotes || move.kind == MoveKind::quote);
    if (has_price) set_price(lane, move.bid, move.ask, move.time);
    if (move.kind == MoveKind::print) begin_leg(lane);
    if (move.kind != MoveKind::rules) expire_dated(lane, now_);
    progress_.arrivals_before = next_arrival_;
}

// Orders that look at every price, as they came.
bool SimulatedVenue::step_waiting(Lane& lane) {
    const Move& move = moves_[next_move_];
    if (lane.waiting.empty()) return false;
    while (progress_.next_waiting < lane.waiting.size()) {
        const uint32_t slot = lane.waiting[progress_.next_waiting];
        const size_t before = lane.waiting.size();
        const bool acted = slots_[slot].arrival < progress_.arrivals_before && serve(lane, slot, move);
        const bool still_there = progress_.next_waiting < lane.waiting.size() &&
                                 lane.waiting[progress_.next_waiting] == slot && lane.waiting.size() == before;
        if (still_there) ++progress_.next_waiting;
        if (acted) return true;
    }
    return false;
}

bool SimulatedVenue::serves_market(const Lane& lane, const Resting& order, MoveKind kind) const {
    switch (kind) {
        case MoveKind::open:
            return models_.fill == FillModel::next_open || models_.semantics != Semantics::trd || order.triggered;
        case MoveKind::close:
            return models_.fill == FillModel::close && models_.semantics == Semantics::trd;
        case MoveKind::quote:
            return true;
        case MoveKind::print:
            return !lane.has_quotes;
        case MoveKind::quote_way:
        case MoveKind::rules:
            return false;
    }
    TRD_ASSERT(false);
}

// False: nothing happened to the order.
bool SimulatedVenue::serve(Lane& lane, uint32_t slot, const Move& move) {
    const Resting& order = slots_[slot];
    const TimeInForce terms = order.intent.time_in_force;
    if (move.kind == MoveKind::rules) return serve_by_rules(lane, slot, move);
    if (terms == TimeInForce::at_open || terms == TimeInForce::at_close) return serve_auction(lane, slot, move);
    const bool market = order.intent.type == OrderType::market || order.triggered;
    if (models_.semantics != Semantics::trd && !market) return false;
    if (models_.semantics != Semantics::trd && has_limit(order.intent.type)) return false;
    if (!serves_market(lane, order, move.kind) || !has_side(lane, order.intent.side)) return false;
    const bool now_or_never = terms == TimeInForce::ioc || terms == TimeInForce::fok;
    const bool by_bar = models_.semantics != Semantics::trd && move.kind == MoveKind::open;
    bool traded = false;
    if (!has_limit(order.intent.type) || is_marketable(lane, order))
        traded = take(lane, slot, by_bar ? move.bid : side_price(lane, order.intent.side));
    else if (traces(order.intent.id))
        note(order, {.kind = TraceKind::not_marketable,
                     .price = side_price(lane, order.intent.side),
                     .level = order.intent.limit});
    if (slots_[slot].open.is_zero() || !now_or_never) return traded;
    end(lane, slot, OrderEventKind::cancel, VenueReason::cannot_fill_at_once);
    return true;
}

// At the session's opening or closing price, or never.
bool SimulatedVenue::serve_auction(Lane& lane, uint32_t slot, const Move& move) {
    const Resting& order = slots_[slot];
    const MoveKind wanted = order.intent.time_in_force == TimeInForce::at_open ? MoveKind::open : MoveKind::close;
    if (move.kind != wanted || !move.session) return false;
    if (!has_limit(order.intent.type) || is_marketable(lane, order))
        take(lane, slot, side_price(lane, order.intent.side));
    if (slots_[slot].open.is_positive()) end(lane, slot, OrderEventKind::expire, VenueReason::day_over);
    return true;
}

bool SimulatedVenue::serve_by_rules(Lane& lane, uint32_t slot, const Move& move) {
    Resting& order = slots_[slot];
    if (order.decided_in >= lane.bars || order.intent.type == OrderType::market) return false;
    const RuleOrder rule_order{order.intent.type, order.intent.side, order.intent.limit, order.trigger,
                               order.triggered};
    const RulePrices bar = prices_of(move.bar);
    const bool quoted = lane.has_quote_bar && lane.quote_bar.close_time == move.bar.close_time;
    const RuleOutcome outcome =
        models_.semantics == Semantics::backtrader
            ? backtrader_outcome(rule_order, bar)
            : lean_outcome(rule_order, bar, quoted ? side_of(lane.quote_bar, order.intent.side) : bar);
    if (outcome.triggers && !order.triggered && has_trigger(order.intent.type)) {
        order.triggered = true;
        if (traces(order.intent.id))
            note(order, {.kind = TraceKind::triggered, .price = bar.close, .level = order.trigger});
    }
    set_now(move.time);
    if (!outcome.fills) {
        if (traces(order.intent.id)) note_rules(order, bar);
        return false;
    }
    return trade(lane, slot, outcome.price, Liquidity::unknown, order.open);
}

// The next level that the move comes to. False: none is left.
bool SimulatedVenue::step_levels(Lane& lane) {
    if (lane.is_unlisted()) return false;
    const Move move = moves_[next_move_];
    if (move.kind == MoveKind::close || (move.kind == MoveKind::open && lane.has_quotes)) return false;
    for (int list = next_list(lane, move); list >= 0; list = next_list(lane, move)) {
        const Level level = take_level(lane, progress_.leg, list);
        if (touch(lane, level, move)) return true;
    }
    return false;
}

const Level& SimulatedVenue::level_after(const Lane& lane, const Leg& leg, int list) {
    const auto index = static_cast<size_t>(list);
    return *lane.lists[index].next(leg.has_cursor[index] ? &leg.cursor[index] : nullptr);
}

Level SimulatedVenue::take_level(const Lane& lane, Leg& leg, int list) {
    const auto index = static_cast<size_t>(list);
    leg.cursor[index] = level_after(lane, leg, list);
    leg.has_cursor[index] = true;
    return leg.cursor[index];
}

// Of the four lists the one whose next level is met first on the way to these prices: the one with the shortest way to
// it, then who came first.
int SimulatedVenue::next_list(const Lane& lane, const Leg& leg, Price bid, Price ask, bool needs_sides) {
    int best = -1;
    Price best_distance;
    uint64_t best_arrival = 0;
    for (int list = 0; list < 4; ++list) {
        const auto index = static_cast<size_t>(list);
        const bool buys = list < 2;
        const LevelList& levels = lane.lists[index];
        if (levels.empty() || (needs_sides && !(buys ? lane.has_ask : lane.has_bid))) continue;
        const Level* next = levels.next(leg.has_cursor[index] ? &leg.cursor[index] : nullptr);
        if (next == nullptr || !levels.is_reached(next->price, buys ? ask : bid)) continue;
        const Price distance = levels.distance(next->price, buys ? leg.from_ask : leg.from_bid);
        const bool nearer =
            best < 0 || distance < best_distance || (distance == best_distance && next->arrival < best_arrival);
        if (!nearer) continue;
        best = list;
        best_distance = distance;
        best_arrival = next->arrival;
    }
    return best;
}

// False: nothing traded or ended.
bool SimulatedVenue::touch(Lane& lane, const Level& level, const Move& move) {
    const uint32_t slot = level.slot;
    Resting& order = slots_[slot];
    if (order.arrival >= progress_.arrivals_before) return false;
    const bool waits_for_trigger = has_trigger(order.intent.type) && !order.triggered;
    if (waits_for_trigger && move.kind == MoveKind::quote && lane.has_prints) return false;
    const Price met = order.intent.side == Side::buy ? move.ask : move.bid;
    if (traces(order.intent.id))
        note(order,
             {.kind = met == level.price ? TraceKind::touched : TraceKind::gapped, .price = met, .level = level.price});
    return waits_for_trigger ? trigger(lane, slot, met) : touch_limit(lane, slot, met, move);
}

// A resting limit order. At the open of a bar it gets the open, unless it is a take-profit; else its own price.
bool SimulatedVenue::touch_limit(Lane& lane, uint32_t slot, Price met, const Move& move) {
    Resting& order = slots_[slot];
    if (move.kind == MoveKind::print) return touch_print(lane, slot, move);
    if (move.kind == MoveKind::quote && lane.has_depth) return meet_depth(lane, slot);
    if (move.kind != MoveKind::open) return trade(lane, slot, order.intent.limit, Liquidity::maker, order.open);
    if (order.intent.post_only && order.takes) {
        end(lane, slot, OrderEventKind::cancel, VenueReason::would_take);
        return true;
    }
    if (order.takes) return take(lane, slot, met);
    return trade(lane, slot, gets_its_limit(order) ? order.intent.limit : met, Liquidity::maker, order.open);
}

void SimulatedVenue::end_move(Lane& lane) {
    const Move& move = moves_[next_move_];
    set_now(move.time);
    if (move.kind == MoveKind::open) {
        if (lane.has_takers)
            for (const uint32_t slot : lane.orders) slots_[slot].takes = false;
        lane.has_takers = false;
    }
    if (move.kind == MoveKind::print && lane.has_quotes) forget_volume(lane);
    follow(lane);
    if (move.kind == MoveKind::close) end_bar(lane, move);
    look_again(lane);
}

void SimulatedVenue::end_bar(Lane& lane, const Move& move) {
    if (!lane.has_quotes) set_price(lane, move.bar.close, move.bar.close, move.time);
    lane.last_close = move.bar.close;
    if (trace_ != nullptr) note_not_reached(lane, move);
    if (move.session) expire_session(lane);
    lane.session_over = move.session;
    leave_bar(lane);
}

// Trailing stops follow the extreme that the market has come to.
void SimulatedVenue::follow(Lane& lane) {
    if (lane.trailing == 0 || !lane.known) return;
    for (const uint32_t slot : lane.orders) {
        Resting& order = slots_[slot];
        if (order.intent.type != OrderType::trailing_stop || order.triggered || order.arrival == 0) continue;
        if (!has_side(lane, order.intent.side)) continue;
        const Price before = order.trigger;
        follow(lane, order);
        if (order.trigger == before) continue;
        unlist(lane, order);
        list(lane, slot);
    }
}

// The trigger moves when the market has been better than ever since the order came; where none was given it starts
// here.
void SimulatedVenue::follow(const Lane& lane, Resting& order) const {
    const bool sells = order.intent.side == Side::sell;
    const Price market = side_price(lane, order.intent.side);
    const bool starts = order.best.is_zero();
    if (!starts && (sells ? market <= order.best : market >= order.best)) return;
    order.best = market;
    if (starts && !order.trigger.is_zero()) return;
    const Price distance = order.intent.trail_percent.is_positive() ? multiply(market, order.intent.trail_percent)
                                                                    : order.intent.trail_amount;
    Price trigger = sells ? market - distance : market + distance;
    if (lane.terms.tick.is_positive())
        trigger = round_to_step(trigger, lane.terms.tick, sells ? Rounding::up : Rounding::down);
    if (!order.trigger.is_zero() && (sells ? trigger <= order.trigger : trigger >= order.trigger)) return;
    order.trigger = trigger;
    if (traces(order.intent.id)) note(order, {.kind = TraceKind::trailed, .price = market, .level = trigger});
}

// For each watched order how near its bar came.
void SimulatedVenue::note_not_reached(const Lane& lane, const Move& move) {
    for (size_t list = 0; list < lane.lists.size(); ++list) {
        const Price nearest = list % 2 == 0 ? move.bar.high : move.bar.low;
        for (const Level& level : lane.lists[list].all()) {
            const Resting& order = slots_[level.slot];
            if (!traces(order.intent.id) || lane.lists[list].is_reached(level.price, nearest)) continue;
            note(order, {.kind = TraceKind::not_reached, .price = nearest, .level = level.price});
        }
    }
}

void SimulatedVenue::note_rules(const Resting& order, const RulePrices& bar) const {
    const bool by_trigger = has_trigger(order.intent.type) && !order.triggered;
    const bool rises = (order.intent.side == Side::buy) == (by_trigger && is_stop(order.intent.type));
    note(order, {.kind = TraceKind::not_reached,
                 .price = rises ? bar.high : bar.low,
                 .level = by_trigger ? order.trigger : order.intent.limit});
}

}  // namespace trd
