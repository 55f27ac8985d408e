// Time, messages and reports. Orders are in venue_orders.cpp, executions in venue_trades.cpp, the way of the market in
// venue_moves.cpp, queues in venue_ticks.cpp, snapshots in venue_snapshot.cpp.
#include "match/simulated_venue.h"

#include <algorithm>

namespace trd {
namespace {

// SplitMix64 (Steele, Lea, Flood 2014).
uint64_t next_random(uint64_t& state) {
    uint64_t z = (state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

}  // namespace

SimulatedVenue::SimulatedVenue(VenueId id, const VenueModels& models, uint64_t seed)
    : id_(id), models_(models), random_(seed) {}

void SimulatedVenue::define(const Instrument& instrument, Timestamp now) {
    Lane& lane = lane_of(instrument.id);
    lane.instrument = instrument;
    lane.terms = instrument.terms_at(now);
    find_next_terms();
}

// The first moment from which some instrument has other terms than those that its lane goes by.
void SimulatedVenue::find_next_terms() {
    next_terms_ = Timestamp{INT64_MAX};
    for (const Lane& lane : lanes_)
        next_terms_ = std::min(next_terms_, lane.instrument.next_terms_after(lane.terms.valid_from));
}

void SimulatedVenue::renew_terms() {
    for (Lane& lane : lanes_)
        if (!lane.instrument.terms.empty()) lane.terms = lane.instrument.terms_at(now_);
    find_next_terms();
}

void SimulatedVenue::set_trace(MatchTrace* trace) {
    trace_ = trace;
    for (Lane& lane : lanes_) look_again(lane);
}

// Messages overtake nobody: a connection keeps their order.
Timestamp SimulatedVenue::after(const LatencyModel::Range& range, Timestamp now, Timestamp& last) {
    Duration wait = range.shortest;
    const auto span = static_cast<uint64_t>((range.longest - range.shortest).ns);
    if (span > 0) wait = wait + nanoseconds(static_cast<int64_t>(next_random(random_) % (span + 1)));
    last = std::max(last, now + wait);
    return last;
}

void SimulatedVenue::submit(const OrderIntent& order, Quantity open, Timestamp now) {
    set_now(now);
    Resting& added = add(order, open);
    if (traces(order.id)) note(added, {.kind = TraceKind::sent, .quantity = open});
    send({now_, MessageKind::submit, order.instrument, order.id}, now_);
}

void SimulatedVenue::amend(OrderId order, const OrderAmendment& amendment, Timestamp now) {
    set_now(now);
    send({now_, MessageKind::amend, {no_slot}, order, amendment}, now_);
}

void SimulatedVenue::cancel(OrderId order, Timestamp now) {
    set_now(now);
    send({now_, MessageKind::cancel, {no_slot}, order}, now_);
}

void SimulatedVenue::send(const Message& message, Timestamp now) {
    InstrumentId instrument = message.instrument;
    if (message.kind != MessageKind::submit)
        if (const uint32_t slot = slot_of(message.order); slot != no_slot) instrument = slots_[slot].intent.instrument;
    const bool is_there =
        models_.latency.is_none() && (instrument.value >= lanes_.size() || comes_up_to(lanes_[instrument.value], now));
    if (is_there) return deliver(message);
    Message sent = message;
    sent.instrument = instrument;
    sent.due = after(models_.latency.there(), now, last_there_);
    inbox_.insert(std::upper_bound(inbox_.begin(), inbox_.end(), sent,
                                   [](const Message& a, const Message& b) { return a.due < b.due; }),
                  sent);
    if (sent.due <= now) wake(now);
    if (instrument.value == no_slot) return;
    Lane& lane = lane_of(instrument);
    ++lane.messages;
    look_again(lane);
}

void SimulatedVenue::deliver(const Message& message) {
    if (message.kind == MessageKind::cancel) return on_cancel(message.order);
    if (message.kind == MessageKind::amend) return on_amend(message.order, message.amendment);
    const uint32_t slot = slot_of(message.order);
    TRD_ASSERT(slot != no_slot);
    arrive(slot);
}

void SimulatedVenue::fund(InstrumentId id, Decimal rate, Timestamp now) {
    set_now(now);
    report([&] { return FundingReport{id, rate, price_on_way(id, now).value_or(Price::zero())}; });
}

void SimulatedVenue::wake(Timestamp now) {
    until_ = std::max(until_, now);
    is_awake_ = true;
}

void SimulatedVenue::set_now(Timestamp now) {
    now_ = std::max(now_, now);
    if (now_ >= next_terms_) [[unlikely]]
        renew_terms();
    while (!outbox_.empty() && outbox_.front().time <= now_) {
        ready_.push_back(std::move(outbox_.front()));
        outbox_.pop_front();
    }
}

void SimulatedVenue::answer(const Resting& order, OrderEventKind event, VenueReason reason) {
    report([&] { return OrderReport{order.intent.id, event, reason}; });
}

void SimulatedVenue::take_reports(std::vector<SimulatedReport>& out) {
    if (ready_.empty()) return;  // nearly always: it is asked after every bar
    if (out.empty()) return std::swap(out, ready_);
    out.insert(out.end(), std::make_move_iterator(ready_.begin()), std::make_move_iterator(ready_.end()));
    ready_.clear();
}

void SimulatedVenue::note(const Resting& order, TraceEntry entry) const {
    entry.order = order.intent.id;
    entry.side = order.intent.side;
    entry.time = now_;
    trace_->on_entry(entry);
}

}  // namespace trd
