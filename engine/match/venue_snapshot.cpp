// The whole state of a venue as canonical bytes, and back. What can be worked out again is not kept.
#include <algorithm>

#include "match/simulated_venue.h"
#include "record/record.h"

namespace trd {
namespace {

// Instruments are numbered densely; anything above this in a snapshot is no snapshot of ours.
constexpr uint32_t instruments_max = 1'000'000;
constexpr uint64_t levels_max = 10'000'000;

template <class Tag>
void put(ByteWriter& out, Fixed<Tag> value) {
    out.put(value.raw());
}
void put(ByteWriter& out, Timestamp time) { out.put(time.ns); }
void put(ByteWriter& out, OrderId id) {
    out.put(id.high());
    out.put(id.low());
}
void put(ByteWriter& out, const QuoteBar& bar);
void put(ByteWriter& out, const DepthSide& side);
template <class Value, class... Values>
void put_all(ByteWriter& out, const Value& value, const Values&... values) {
    put(out, value);
    if constexpr (sizeof...(values) > 0) put_all(out, values...);
}

template <class Tag>
void get(ByteReader& in, Fixed<Tag>& value) {
    const auto read = Fixed<Tag>::checked_from_raw(in.get<Int128>());
    if (!read.ok()) return in.fail();
    value = *read;
}
void get(ByteReader& in, Timestamp& time) { time.ns = in.get<int64_t>(); }
void get(ByteReader& in, OrderId& id) {
    const auto high = in.get<uint64_t>(), low = in.get<uint64_t>();
    if (high == 0 && low == 0) return;
    const auto read = OrderId::from_halves(high, low);
    if (!read.ok()) return in.fail();
    id = *read;
}
void get(ByteReader& in, QuoteBar& bar);
void get(ByteReader& in, DepthSide& side);
template <class Value, class... Values>
void get_all(ByteReader& in, Value& value, Values&... values) {
    get(in, value);
    if constexpr (sizeof...(values) > 0) get_all(in, values...);
}

void put(ByteWriter& out, const QuoteBar& bar) {
    put_all(out, bar.open_time, bar.close_time, bar.bid_open, bar.bid_high, bar.bid_low, bar.bid_close, bar.ask_open,
            bar.ask_high, bar.ask_low, bar.ask_close, bar.bid_size, bar.ask_size);
}
void get(ByteReader& in, QuoteBar& bar) {
    get_all(in, bar.open_time, bar.close_time, bar.bid_open, bar.bid_high, bar.bid_low, bar.bid_close, bar.ask_open,
            bar.ask_high, bar.ask_low, bar.ask_close, bar.bid_size, bar.ask_size);
}

void put(ByteWriter& out, const DepthSide& side) {
    out.put(static_cast<uint64_t>(side.all().size()));
    for (const DepthSide::Entry& entry : side.all()) put_all(out, entry.price, entry.size, entry.taken);
}
void get(ByteReader& in, DepthSide& side) {
    const auto count = in.get<uint64_t>();
    if (count > levels_max) return in.fail();
    for (uint64_t i = 0; i < count && in.ok(); ++i) {
        DepthSide::Entry entry;
        get_all(in, entry.price, entry.size, entry.taken);
        side.all().push_back(entry);
    }
}

void put(ByteWriter& out, const SimulatedReport& report) {
    put(out, report.time);
    out.put(static_cast<uint8_t>(report.what.index()));
    if (const auto* funding = std::get_if<FundingReport>(&report.what)) {
        out.put(funding->instrument.value);
        return put_all(out, funding->rate, funding->mark);
    }
    if (const auto* answer = std::get_if<OrderReport>(&report.what)) {
        put(out, answer->order);
        out.put(answer->event);
        out.put(answer->reason);
        put_all(out, answer->quantity, answer->limit, answer->trigger, answer->display);
        return;
    }
    const Fill& fill = std::get<Fill>(report.what);
    put(out, fill.order);
    out.put(fill.trade.number);
    out.put(fill.account.value);
    out.put(fill.instrument.value);
    out.put(fill.side);
    out.put(fill.bucket);
    out.put(fill.liquidity);
    put_all(out, fill.price, fill.quantity, fill.fee);
    out.put(fill.fee_currency.packed());
    put(out, fill.time);
}

template <class Enum>
void get_enum(ByteReader& in, Enum& value, int count) {
    const auto read = in.get<uint8_t>();
    if (read >= count) return in.fail();
    value = static_cast<Enum>(read);
}

void get_answer(ByteReader& in, OrderReport& answer) {
    get(in, answer.order);
    get_enum(in, answer.event, order_event_count);
    get_enum(in, answer.reason, venue_reason_count);
    get_all(in, answer.quantity, answer.limit, answer.trigger, answer.display);
}

void get_fill(ByteReader& in, Fill& fill) {
    get(in, fill.order);
    fill.trade.number = in.get<uint64_t>();
    fill.account.value = in.get<uint16_t>();
    fill.instrument.value = in.get<uint32_t>();
    get_enum(in, fill.side, 2);
    get_enum(in, fill.bucket, side_bucket_count);
    get_enum(in, fill.liquidity, 3);
    get_all(in, fill.price, fill.quantity, fill.fee);
    fill.fee_currency = Currency::from_packed(in.get<uint64_t>());
    get(in, fill.time);
}

}  // namespace

void SimulatedVenue::save(ByteWriter& out) const {
    TRD_ASSERT(ready_.empty() && next_move_ == moves_.size());
    out.put(random_);
    put_all(out, now_, last_there_, last_back_);
    out.put(next_trade_);
    out.put(next_arrival_);
    out.put(static_cast<uint32_t>(traded_.size()));
    for (const Traded& traded : traded_) {
        out.put(traded.account.value);
        out.put(traded.currency.packed());
        put(out, traded.value);
    }
    out.put(static_cast<uint32_t>(lanes_.size()));
    for (const Lane& lane : lanes_) save(out, lane);
    out.put(static_cast<uint32_t>(inbox_.size()));
    for (const Message& message : inbox_) {
        put(out, message.due);
        out.put(message.kind);
        out.put(message.instrument.value);
        put(out, message.order);
        put_all(out, message.amendment.quantity, message.amendment.limit, message.amendment.trigger,
                message.amendment.display);
    }
    out.put(static_cast<uint32_t>(outbox_.size()));
    for (const SimulatedReport& report : outbox_) put(out, report);
}

void SimulatedVenue::save(ByteWriter& out, const Lane& lane) const {
    out.put(!lane.instrument.terms.empty());
    if (!lane.instrument.terms.empty()) encode(out, lane.instrument);
    put_all(out, lane.terms.valid_from, lane.bid, lane.ask, lane.last_close, lane.price_time, lane.volume, lane.taken);
    for (const bool flag : {lane.known, lane.has_bid, lane.has_ask, lane.has_quotes, lane.has_depth, lane.has_prints,
                            lane.inside, lane.entered, lane.session_over, lane.volume_counts, lane.has_quote_bar})
        out.put(flag);
    out.put(lane.bars);
    put_all(out, lane.quote_bar, lane.bids, lane.asks);
    save(out, lane.way);
    out.put(static_cast<uint32_t>(lane.holdings.size()));
    for (const Holding& holding : lane.holdings) {
        out.put(holding.account.value);
        out.put(holding.bucket);
        put(out, holding.quantity);
    }
    out.put(static_cast<uint32_t>(lane.orders.size()));
    for (const uint32_t slot : lane.orders) save(out, slots_[slot]);
    out.put(static_cast<uint32_t>(lane.waiting.size()));
    for (const uint32_t slot : lane.waiting) put(out, slots_[slot].intent.id);
}

// Nothing of a way that is over.
void SimulatedVenue::save(ByteWriter& out, const Way& way) {
    out.put(way.next);
    if (way.is_over()) return;
    for (const Point& point : way.points) put_all(out, point.time, point.bid, point.ask);
    put_all(out, way.leg.from_time, way.leg.from_bid, way.leg.from_ask);
    for (size_t list = 0; list < way.leg.cursor.size(); ++list) {
        out.put(way.leg.has_cursor[list]);
        if (!way.leg.has_cursor[list]) continue;
        put(out, way.leg.cursor[list].price);
        out.put(way.leg.cursor[list].arrival);
    }
}

bool SimulatedVenue::load(ByteReader& in, Way& way) {
    way.next = in.get<uint8_t>();
    if (way.next > way.points.size()) return false;
    if (way.is_over()) return in.ok();
    for (Point& point : way.points) get_all(in, point.time, point.bid, point.ask);
    get_all(in, way.leg.from_time, way.leg.from_bid, way.leg.from_ask);
    for (size_t list = 0; list < way.leg.cursor.size(); ++list) {
        way.leg.has_cursor[list] = in.get_bool();
        if (!way.leg.has_cursor[list]) continue;
        get(in, way.leg.cursor[list].price);
        way.leg.cursor[list].arrival = in.get<uint64_t>();
    }
    return in.ok();
}

// Only the open part of the order counts, so that one codec serves.
void SimulatedVenue::save(ByteWriter& out, const Resting& order) const {
    Order kept = make_order(order.intent, OrderState::submitted, Timestamp{});
    kept.open = order.open;
    encode(out, kept);
    put(out, order.arrived);
    out.put(order.arrival);
    out.put(order.decided_in);
    put_all(out, order.trigger, order.best, order.ahead, order.printed, order.shown, order.costs, order.charged);
    out.put(order.list >= 0);
    out.put(order.triggered);
    out.put(order.takes);
}

bool SimulatedVenue::load(ByteReader& in) {
    SimulatedVenue fresh(id_, models_, 0);
    fresh.trace_ = trace_;
    *this = std::move(fresh);
    random_ = in.get<uint64_t>();
    get_all(in, now_, last_there_, last_back_);
    next_trade_ = in.get<uint64_t>();
    next_arrival_ = in.get<uint64_t>();
    const auto traded = in.get<uint32_t>();
    for (uint32_t i = 0; i < traded && in.ok(); ++i) {
        Traded& read = traded_.emplace_back();
        read.account.value = in.get<uint16_t>();
        read.currency = Currency::from_packed(in.get<uint64_t>());
        get(in, read.value);
    }
    const auto lanes = in.get<uint32_t>();
    if (lanes > instruments_max) return false;
    for (uint32_t i = 0; i < lanes && in.ok(); ++i)
        if (!load(in, lane_of({i}), i)) return false;
    find_next_terms();
    return load_messages(in) && load_reports(in);
}

bool SimulatedVenue::load(ByteReader& in, Lane& lane, uint32_t number) {
    if (in.get_bool() && (!decode(in, lane.instrument) || lane.instrument.id.value != number)) return false;
    Timestamp valid_from;
    get_all(in, valid_from, lane.bid, lane.ask, lane.last_close, lane.price_time, lane.volume, lane.taken);
    if (!lane.instrument.terms.empty()) lane.terms = lane.instrument.terms_at(valid_from);
    for (bool* flag : {&lane.known, &lane.has_bid, &lane.has_ask, &lane.has_quotes, &lane.has_depth, &lane.has_prints,
                       &lane.inside, &lane.entered, &lane.session_over, &lane.volume_counts, &lane.has_quote_bar})
        *flag = in.get_bool();
    lane.bars = in.get<uint64_t>();
    get_all(in, lane.quote_bar, lane.bids, lane.asks);
    if (!load(in, lane.way)) return false;
    if (!lane.way.is_over()) walked_.push_back(number);
    const auto holdings = in.get<uint32_t>();
    for (uint32_t i = 0; i < holdings && in.ok(); ++i) {
        Holding& holding = lane.holdings.emplace_back();
        holding.account.value = in.get<uint16_t>();
        get_enum(in, holding.bucket, side_bucket_count);
        get(in, holding.quantity);
    }
    const auto orders = in.get<uint32_t>();
    for (uint32_t i = 0; i < orders && in.ok(); ++i)
        if (!load_order(in, lane)) return false;
    const auto waiting = in.get<uint32_t>();
    for (uint32_t i = 0; i < waiting && in.ok(); ++i) {
        OrderId id;
        get(in, id);
        const uint32_t slot = slot_of(id);
        if (slot == no_slot || slots_[slot].waits) return false;
        wait(lane, slot);
    }
    look_again(lane);
    return in.ok();
}

bool SimulatedVenue::load_order(ByteReader& in, Lane& lane) {
    Order kept;
    if (!decode(in, kept) || slot_of(kept.intent.id) != no_slot) return false;
    if (kept.intent.instrument.value >= lanes_.size() || &lanes_[kept.intent.instrument.value] != &lane) return false;
    Resting& order = add(kept.intent, kept.open);
    get(in, order.arrived);
    order.arrival = in.get<uint64_t>();
    order.decided_in = in.get<uint64_t>();
    get_all(in, order.trigger, order.best, order.ahead, order.printed, order.shown, order.costs, order.charged);
    const bool listed = in.get_bool();
    order.triggered = in.get_bool();
    order.takes = in.get_bool();
    lane.has_takers = lane.has_takers || order.takes;
    if (order.arrival != 0) {
        --lane.on_their_way;
        note_date(lane, order.intent);
    }
    if (listed) list(lane, slot_of(kept.intent.id));
    return in.ok();
}

bool SimulatedVenue::load_messages(ByteReader& in) {
    const auto count = in.get<uint32_t>();
    for (uint32_t i = 0; i < count && in.ok(); ++i) {
        Message message{};
        get(in, message.due);
        get_enum(in, message.kind, 3);
        message.instrument.value = in.get<uint32_t>();
        get(in, message.order);
        get_all(in, message.amendment.quantity, message.amendment.limit, message.amendment.trigger,
                message.amendment.display);
        const bool needs_order = message.kind == MessageKind::submit;
        if (needs_order && slot_of(message.order) == no_slot) return false;
        inbox_.push_back(message);
        if (message.instrument.value == no_slot) continue;
        if (message.instrument.value >= lanes_.size()) return false;
        ++lanes_[message.instrument.value].messages;
        look_again(lanes_[message.instrument.value]);
    }
    return in.ok();
}

bool SimulatedVenue::load_reports(ByteReader& in) {
    const auto count = in.get<uint32_t>();
    for (uint32_t i = 0; i < count && in.ok(); ++i) {
        SimulatedReport report;
        get(in, report.time);
        const auto kind = in.get<uint8_t>();
        if (kind == 0) {
            get_answer(in, report.what.emplace<OrderReport>());
        } else if (kind == 1) {
            Fill& fill = report.what.emplace<Fill>();
            get_fill(in, fill);
            fill.venue = id_;
        } else if (kind == 2) {
            FundingReport& funding = report.what.emplace<FundingReport>();
            funding.instrument.value = in.get<uint32_t>();
            get_all(in, funding.rate, funding.mark);
        } else {
            return false;
        }
        outbox_.push_back(std::move(report));
    }
    return in.ok();
}

}  // namespace trd
