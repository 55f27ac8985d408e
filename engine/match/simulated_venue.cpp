#include "match/simulated_venue.h"

#include <algorithm>

#include "record/record.h"

namespace trd {
namespace {

// Instruments are numbered densely; anything above this in a snapshot is no snapshot of ours.
constexpr uint32_t instrument_number_max = 1'000'000;

bool fills_at_next_open(const OrderIntent& order) {
    return order.type == OrderType::market && order.time_in_force == TimeInForce::gtc && !order.reduce_only;
}

}  // namespace

void SimulatedVenue::submit(const OrderIntent& order, Quantity open, Timestamp now) {
    if (!fills_at_next_open(order)) {
        reports_.push_back({now, OrderReport{order.id, OrderEventKind::reject}});
        return;
    }
    const size_t instrument = order.instrument.value;
    if (instrument >= resting_.size()) resting_.resize(instrument + 1);
    resting_[instrument].push_back({order, open});
    ++resting_count_;
    reports_.push_back({now, OrderReport{order.id, OrderEventKind::accept}});
}

void SimulatedVenue::cancel(OrderId order, Timestamp now) {
    for (std::vector<Resting>& orders : resting_) {
        const auto found =
            std::find_if(orders.begin(), orders.end(), [&](const Resting& r) { return r.order.id == order; });
        if (found == orders.end()) continue;
        orders.erase(found);
        --resting_count_;
        reports_.push_back({now, OrderReport{order, OrderEventKind::cancel}});
        return;
    }
    reports_.push_back({now, OrderReport{order, OrderEventKind::refuse_cancel}});
}

void SimulatedVenue::amend(OrderId order, Timestamp now) {
    reports_.push_back({now, OrderReport{order, OrderEventKind::refuse_replace}});
}

void SimulatedVenue::open_bar(const Instrument& instrument, Price price, Timestamp time) {
    if (resting_count_ == 0 || instrument.id.value >= resting_.size()) return;
    std::vector<Resting>& orders = resting_[instrument.id.value];
    for (const Resting& resting : orders) reports_.push_back({time, execute(resting, instrument, price, time)});
    resting_count_ -= orders.size();
    orders.clear();
}

Fill SimulatedVenue::execute(const Resting& resting, const Instrument& instrument, Price price, Timestamp time) {
    Fill fill;
    fill.order = resting.order.id;
    fill.trade.number = next_trade_++;
    fill.venue = id_;
    fill.account = resting.order.account;
    fill.instrument = instrument.id;
    fill.side = resting.order.side;
    fill.price = price;
    fill.quantity = resting.open;
    fill.fee = fees_.fee(instrument, price, resting.open);
    fill.fee_currency = settlement_currency(instrument);
    fill.time = time;
    return fill;
}

void SimulatedVenue::take_reports(std::vector<SimulatedReport>& out) {
    out.insert(out.end(), std::make_move_iterator(reports_.begin()), std::make_move_iterator(reports_.end()));
    reports_.clear();
}

// A resting order is saved as an order of which only the open part counts, so that one codec serves.
void SimulatedVenue::save(ByteWriter& out) const {
    TRD_ASSERT(reports_.empty());
    out.put(next_trade_);
    out.put(static_cast<uint64_t>(resting_count_));
    for (const std::vector<Resting>& orders : resting_) {
        for (const Resting& resting : orders) {
            Order order = make_order(resting.order, OrderState::submitted, Timestamp{});
            order.open = resting.open;
            encode(out, order);
        }
    }
}

bool SimulatedVenue::load(ByteReader& in) {
    resting_.clear();
    reports_.clear();
    next_trade_ = in.get<uint64_t>();
    const auto count = in.get<uint64_t>();
    for (uint64_t i = 0; i < count; ++i) {
        Order order;
        if (!decode(in, order) || order.intent.instrument.value > instrument_number_max) return false;
        const size_t instrument = order.intent.instrument.value;
        if (instrument >= resting_.size()) resting_.resize(instrument + 1);
        resting_[instrument].push_back({order.intent, order.open});
    }
    resting_count_ = count;
    return in.ok();
}

}  // namespace trd
