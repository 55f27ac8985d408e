#include "desk/order_store.h"

#include <algorithm>

#include "record/record.h"

namespace trd {
namespace {

void put_amendment(ByteWriter& out, const OrderAmendment& asked) {
    for (const Quantity quantity : {asked.quantity, asked.display}) out.put(quantity.raw());
    for (const Price price : {asked.limit, asked.trigger}) out.put(price.raw());
}

template <class T>
bool get_not_negative(ByteReader& in, T& value) {
    const auto read = T::checked_from_raw(in.get<Int128>());
    if (!read.ok() || read->is_negative()) return false;
    value = *read;
    return in.ok();
}

bool get_amendment(ByteReader& in, OrderAmendment& asked) {
    return get_not_negative(in, asked.quantity) && get_not_negative(in, asked.display) &&
           get_not_negative(in, asked.limit) && get_not_negative(in, asked.trigger);
}

}  // namespace

[[gnu::noinline]] uint32_t OrderStore::another_slot() {
    slots_.emplace_back();
    return static_cast<uint32_t>(slots_.size() - 1);
}

uint32_t OrderStore::new_slot() {
    if (free_slots_.empty()) [[unlikely]]
        return another_slot();
    const uint32_t slot = free_slots_.back();
    free_slots_.pop_back();
    return slot;
}

// Whose order is there.
StoredOrder& OrderStore::enter(uint32_t slot, uint64_t correlation) {
    StoredOrder& stored = slots_[slot];
    stored.correlation = correlation;
    stored.phase = BracketPhase::whole;
    stored.asked = {};
    index_.add(stored.order.intent.id, slot, id_of());
    return stored;
}

StoredOrder& OrderStore::add(Order order, uint64_t correlation) {
    const uint32_t slot = new_slot();
    slots_[slot].order = std::move(order);
    return enter(slot, correlation);
}

StoredOrder& OrderStore::add(const OrderIntent& intent, OrderState initial, Timestamp now, uint64_t correlation) {
    const uint32_t slot = new_slot();
    begin_order(slots_[slot].order, intent, initial, now);
    return enter(slot, correlation);
}

StoredOrder* OrderStore::find(OrderId id) {
    const uint32_t slot = index_.find(id, id_of());
    return slot == OrderIndex::none ? nullptr : &slots_[slot];
}

void OrderStore::ended(const StoredOrder& order) {
    ended_.push_back({order.order.intent.id, static_cast<uint32_t>(&order - slots_.data())});
    if (ended_.size() > ended_kept) forget_oldest();
}

void OrderStore::forget_oldest() {
    const Ended oldest = ended_.front();
    ended_.pop_front();
    index_.remove(oldest.id, oldest.slot, id_of());
    index_.fetch(ended_.front().id);  // the next one, and nobody has asked for it for long
    free_slots_.push_back(oldest.slot);
}

std::vector<const StoredOrder*> OrderStore::sorted() const {
    std::vector<const StoredOrder*> orders;
    orders.reserve(size());
    index_.each([&](uint32_t slot) { orders.push_back(&slots_[slot]); });
    std::sort(orders.begin(), orders.end(),
              [](const StoredOrder* a, const StoredOrder* b) { return a->order.intent.id < b->order.intent.id; });
    return orders;
}

void OrderStore::save(ByteWriter& out) const {
    out.put(static_cast<uint64_t>(size()));
    for (const StoredOrder* stored : sorted()) {
        encode(out, stored->order);
        out.put(stored->correlation);
        out.put(static_cast<uint8_t>(stored->phase));
        put_amendment(out, stored->asked);
    }
    out.put(static_cast<uint64_t>(ended_.size()));
    for (const Ended& ended : ended_) {
        out.put(ended.id.high());
        out.put(ended.id.low());
    }
}

// Of foreign bytes: known, really over, and not listed before.
bool OrderStore::may_have_ended(OrderId id) const {
    const StoredOrder* stored = find(id);
    return stored != nullptr && is_terminal(stored->order.state) && ended_.size() < ended_kept &&
           std::none_of(ended_.begin(), ended_.end(), [id](const Ended& ended) { return ended.id == id; });
}

bool OrderStore::load(ByteReader& in) {
    *this = OrderStore{};
    const auto count = in.get<uint64_t>();
    for (uint64_t i = 0; i < count && in.ok(); ++i) {
        Order order;
        if (!decode(in, order) || find(order.intent.id) != nullptr) return false;
        StoredOrder& added = add(std::move(order), in.get<uint64_t>());
        const auto phase = in.get<uint8_t>();
        if (phase >= bracket_phase_count) return false;
        added.phase = static_cast<BracketPhase>(phase);
        if (!get_amendment(in, added.asked)) return false;
    }
    const auto ended_count = in.get<uint64_t>();
    for (uint64_t i = 0; i < ended_count; ++i) {
        const auto high = in.get<uint64_t>();
        auto id = OrderId::from_halves(high, in.get<uint64_t>());
        if (!id.ok() || !may_have_ended(*id)) return false;
        ended(*find(*id));
    }
    return in.ok();
}

}  // namespace trd
