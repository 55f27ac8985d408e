// The way of the market: each event is a few moves, each move first serves the orders that wait for any price, then
// those whose level it comes to, one execution at a time.
#include <algorithm>

#include "match/semantics.h"
#include "match/simulated_venue.h"

namespace trd {
namespace {

RulePrices prices_of(const Bar& bar) { return {bar.open, bar.high, bar.low, bar.close}; }

RulePrices side_of(const QuoteBar& bar, Side side) {
    if (side == Side::buy) return {bar.ask_open, bar.ask_high, bar.ask_low, bar.ask_close};
    return {bar.bid_open, bar.bid_high, bar.bid_low, bar.bid_close};
}

// A third and two thirds of the way, then the end.
Timestamp part_of(Timestamp open, Timestamp close, int64_t thirds) {
    return open + nanoseconds((close - open).ns / 3 * thirds);
}

// Where a way from `from` to `to` is after `gone` of `whole`, at the nearest tick between them.
Price on_the_way(Price from, Price to, Duration gone, Duration whole, Price tick) {
    if (whole.ns <= 0) return to;
    Price price = from + mul_div(to - from, Decimal::from_raw(gone.ns), Decimal::from_raw(whole.ns));
    if (tick.is_positive()) price = round_to_step(price, tick, Rounding::half_even);
    return std::clamp(price, std::min(from, to), std::max(from, to));
}

}  // namespace

SimulatedVenue::Lane& SimulatedVenue::begin_event(InstrumentId id) {
    TRD_ASSERT(next_move_ == moves_.size());
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
    if (!lane.inside) set_volume_of_bar(lane, volume);  // what has opened has it, and what of it is taken
    lane.session_over = closes_session;
    lane.inside = false;
    lane.pauses.clear();
}

bool SimulatedVenue::pause_at(InstrumentId id, Timestamp time) {
    if (is_idle(id) || models_.semantics != Semantics::trd || lanes_[id.value].has_quotes) return false;
    std::vector<Timestamp>& pauses = lanes_[id.value].pauses;
    pauses.insert(std::upper_bound(pauses.begin(), pauses.end(), time), time);
    return true;
}

void SimulatedVenue::open_bar(InstrumentId id, const BarOpening& opening) {
    Lane& lane = begin_event(id);
    lane.inside = true;
    set_volume_of_bar(lane, opening.volume);
    moves_.push_back({MoveKind::open, opening.open_time, opening.open, opening.open, opening.opens_session});
}

// Its opening was left out, so nothing that was there before can have happened in it yet. What came since then comes
// along its path.
void SimulatedVenue::enter_late(InstrumentId id, const Bar& bar) {
    Lane& lane = lane_of(id);
    lane.inside = true;
    if (!lane.has_quotes) set_price(lane, bar.open, bar.open, bar.open_time);
    set_volume_of_bar(lane, bar.volume);
    for (const uint32_t slot : lane.orders) {
        Resting& order = slots_[slot];
        if (order.list < 0 || order.arrived <= bar.open_time) continue;
        unlist(lane, order);
        const Message message{order.arrived, MessageKind::place, id, order.intent.id};
        inbox_.insert(std::upper_bound(inbox_.begin(), inbox_.end(), message,
                                       [](const Message& a, const Message& b) { return a.due < b.due; }),
                      message);
        ++lane.messages;
    }
}

bool SimulatedVenue::enter_bar(InstrumentId id, const Bar& bar) {
    Lane& lane = lane_of(id);
    if (lane.inside || lane.has_quotes || models_.semantics != Semantics::trd) return false;
    enter_late(id, bar);
    look_again(lane);
    return true;
}

void SimulatedVenue::close_bar(InstrumentId id, const Bar& bar, const BarClosing& closing) {
    Lane& lane = begin_event(id);
    if (!lane.inside) enter_late(id, bar);
    if (models_.semantics != Semantics::trd) {
        Move rules{MoveKind::rules, bar.close_time, bar.close, bar.close};
        rules.bar = bar;
        moves_.push_back(rules);
    } else if (!lane.has_quotes) {
        add_path(bar.open_time, bar.close_time, lane, bar, bar);
    }
    Move close{MoveKind::close, bar.close_time, bar.close, bar.close, closing.closes_session};
    close.bar = bar;
    moves_.push_back(close);
}

// The inside of a bar and its close, for each side of the market.
void SimulatedVenue::add_path(Timestamp open, Timestamp close, const Lane& lane, const Bar& bid, const Bar& ask) {
    Quantity held;
    for (const Holding& holding : lane.holdings) held += holding.quantity;
    const bool low_first = goes_low_first(models_.path, bid, held);
    const Move low{MoveKind::path, part_of(open, close, low_first ? 1 : 2), bid.low, ask.low};
    const Move high{MoveKind::path, part_of(open, close, low_first ? 2 : 1), bid.high, ask.high};
    moves_.push_back(low_first ? low : high);
    moves_.push_back(low_first ? high : low);
    moves_.push_back({MoveKind::path, close, bid.close, ask.close});
}

void SimulatedVenue::trade(InstrumentId id, const TradeTick& tick) {
    Lane& lane = lane_of(id);
    lane.has_prints = true;
    if (lane.orders.empty()) {
        set_now(tick.time);
        if (lane.has_quotes) return;
        set_volume(lane, tick.size);
        return set_price(lane, tick.price, tick.price, tick.time);
    }
    begin_event(id);
    Move move{MoveKind::print, tick.time, tick.price, tick.price};
    move.size = tick.size;
    move.aggressor = tick.aggressor;
    moves_.push_back(move);
}

bool SimulatedVenue::advance() {
    if (!ready_.empty()) return true;
    while (next_move_ < moves_.size()) {
        const bool more = step();
        if (!more) {
            ++next_move_;
            progress_.phase = Progress::Phase::begin;
        }
        if (!ready_.empty() || pause_) return true;
    }
    return false;
}

// One thing that happens. False: this move is over.
bool SimulatedVenue::step() {
    Lane& lane = lane_of(moving_);
    switch (progress_.phase) {
        case Progress::Phase::begin:
            if (split_for_messages(lane)) return true;
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

// A message or a report that arrives, a date that comes, or a pause on the way to the next point makes a point of its
// own.
bool SimulatedVenue::split_for_messages(const Lane& lane) {
    const Move& move = moves_[next_move_];
    if (move.kind != MoveKind::path) return false;
    std::optional<Timestamp> first;
    const auto consider = [&](Timestamp time) {
        if (time > lane.price_time && time < move.time && (!first || time < *first)) first = time;
    };
    for (const Message& message : inbox_)
        if (message.instrument == moving_) consider(message.due);
    if (!outbox_.empty()) consider(outbox_.front().time);
    for (const Timestamp pause : lane.pauses) consider(pause);
    consider(lane.first_date);
    if (!first) return false;
    const Duration gone = *first - lane.price_time, whole = move.time - lane.price_time;
    Move part = move;
    part.time = *first;
    part.bid = on_the_way(lane.bid, move.bid, gone, whole, lane.terms.tick);
    part.ask = on_the_way(lane.ask, move.ask, gone, whole, lane.terms.tick);
    moves_.insert(moves_.begin() + static_cast<std::ptrdiff_t>(next_move_), part);
    return true;
}

void SimulatedVenue::begin_move(Lane& lane) {
    const Move& move = moves_[next_move_];
    progress_.restart();
    const bool is_path = move.kind == MoveKind::path || move.kind == MoveKind::rules;
    if (!is_path) set_now(move.time);
    if (move.kind == MoveKind::open) {
        deliver_due(moving_, move.time);  // before the bar counts as opened: they are in time for it
        ++lane.bars;
    }
    if (move.kind == MoveKind::path) deliver_due(moving_, lane.price_time);
    progress_.from_bid = lane.known ? lane.bid : move.bid;
    progress_.from_ask = lane.known ? lane.ask : move.ask;
    progress_.from_time = lane.price_time;
    if (move.kind == MoveKind::print) set_volume(lane, move.size);
    if (!is_path && (!lane.has_quotes || move.kind == MoveKind::quote)) set_price(lane, move.bid, move.ask, move.time);
    if (!is_path) expire_dated(lane, now_);
    progress_.arrivals_before = next_arrival_;
}

// Orders that look at every price, as they came.
bool SimulatedVenue::step_waiting(Lane& lane) {
    const Move& move = moves_[next_move_];
    if (lane.waiting.empty() || move.kind == MoveKind::path) return false;
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
        case MoveKind::path:
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
        const auto index = static_cast<size_t>(list);
        const Level* after = progress_.has_cursor[index] ? &progress_.cursor[index] : nullptr;
        const Level level = *lane.lists[index].next(after);
        progress_.cursor[index] = level;
        progress_.has_cursor[index] = true;
        if (!touch(lane, list, level, move)) continue;
        // Answers may be on their way already: the rest of the way is a way of its own.
        if (move.kind == MoveKind::path && !(inbox_.empty() && outbox_.empty()))
            progress_.phase = Progress::Phase::begin;
        return true;
    }
    return false;
}

// Of the four lists the one whose next level is met first: the one with the shortest way to it, then who came first.
int SimulatedVenue::next_list(const Lane& lane, const Move& move) const {
    int best = -1;
    Price best_distance;
    uint64_t best_arrival = 0;
    for (int list = 0; list < 4; ++list) {
        const auto index = static_cast<size_t>(list);
        const bool buys = list < 2;
        const LevelList& levels = lane.lists[index];
        if (levels.empty() || (move.kind == MoveKind::quote && !(buys ? lane.has_ask : lane.has_bid))) continue;
        const Level* next = levels.next(progress_.has_cursor[index] ? &progress_.cursor[index] : nullptr);
        if (next == nullptr || !levels.is_reached(next->price, buys ? move.ask : move.bid)) continue;
        const Price distance = levels.distance(next->price, buys ? progress_.from_ask : progress_.from_bid);
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
bool SimulatedVenue::touch(Lane& lane, int list, const Level& level, const Move& move) {
    const uint32_t slot = level.slot;
    Resting& order = slots_[slot];
    const Side side = order.intent.side;
    const bool is_path = move.kind == MoveKind::path;
    if (order.arrival >= progress_.arrivals_before && !is_path) return false;
    const bool waits_for_trigger = has_trigger(order.intent.type) && !order.triggered;
    if (waits_for_trigger && move.kind == MoveKind::quote && lane.has_prints) return false;
    Price met = side == Side::buy ? move.ask : move.bid;
    if (is_path) {
        const Price from = side == Side::buy ? progress_.from_ask : progress_.from_bid;
        const bool passed = lane.lists[static_cast<size_t>(list)].distance(level.price, from).is_negative();
        met = passed ? from : level.price;
        move_price(lane, side, met, move);
    }
    if (traces(order.intent.id))
        note(order, {.kind = is_path || met == level.price ? TraceKind::touched : TraceKind::gapped,
                     .price = met,
                     .level = level.price});
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

// The market is at the price that it met, and the other side as far from it as it was.
void SimulatedVenue::move_price(Lane& lane, Side side, Price met, const Move& move) {
    const bool buys = side == Side::buy;
    const Price from = buys ? progress_.from_ask : progress_.from_bid, to = buys ? move.ask : move.bid;
    const auto along = [&](Price other_from, Price other_to) {
        return std::clamp(other_from + (met - from), std::min(other_from, other_to), std::max(other_from, other_to));
    };
    const Duration whole = move.time - progress_.from_time;
    Duration gone;
    if (to != from && whole.ns > 0)
        gone.ns = static_cast<int64_t>(mul_div(Decimal::from_raw(whole.ns), abs(met - from), abs(to - from)).raw());
    const Timestamp time = progress_.from_time + gone;
    set_now(time);
    set_price(lane, buys ? along(progress_.from_bid, move.bid) : met, buys ? met : along(progress_.from_ask, move.ask),
              time);
}

void SimulatedVenue::end_move(Lane& lane) {
    const Move& move = moves_[next_move_];
    set_now(move.time);
    if (move.kind == MoveKind::path) {
        set_price(lane, move.bid, move.ask, move.time);
        deliver_due(moving_, move.time);
        expire_dated(lane, move.time);
        pass_pauses(lane, move.time);
    }
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

void SimulatedVenue::pass_pauses(Lane& lane, Timestamp time) {
    const auto later = std::upper_bound(lane.pauses.begin(), lane.pauses.end(), time);
    if (later == lane.pauses.begin()) return;
    lane.pauses.erase(lane.pauses.begin(), later);
    pause_ = Pause{moving_, time};
}

void SimulatedVenue::end_bar(Lane& lane, const Move& move) {
    if (!lane.has_quotes) set_price(lane, move.bar.close, move.bar.close, move.time);
    if (trace_ != nullptr) note_not_reached(lane, move);
    if (move.session) expire_session(lane);
    lane.session_over = move.session;
    lane.inside = false;
    lane.pauses.clear();
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
