#include "desk/order_store.h"

#include <algorithm>

#include "record/record.h"

namespace trd {
namespace {

constexpr size_t first_index_size = 64;

}  // namespace

size_t OrderStore::home_of(OrderId id) const {
    const uint64_t mixed = (id.low() >> 12 ^ id.high()) * 0x9E3779B97F4A7C15u;
    return static_cast<size_t>(mixed >> 32) & (index_.size() - 1);
}

size_t OrderStore::index_position(OrderId id) const {
    size_t position = home_of(id);
    while (index_[position] != empty && slots_[index_[position] - 1].order.intent.id != id)
        position = (position + 1) & (index_.size() - 1);
    return position;
}

void OrderStore::grow_index() {
    const std::vector<uint32_t> old = std::move(index_);
    index_.assign(std::max(first_index_size, old.size() * 2), empty);
    for (uint32_t entry : old)
        if (entry != empty) index_[index_position(slots_[entry - 1].order.intent.id)] = entry;
}

StoredOrder& OrderStore::add(Order order, uint64_t correlation) {
    if ((count_ + 1) * 2 > index_.size()) grow_index();
    uint32_t slot;
    if (free_slots_.empty()) {
        slot = static_cast<uint32_t>(slots_.size());
        slots_.emplace_back();
    } else {
        slot = free_slots_.back();
        free_slots_.pop_back();
    }
    const size_t position = index_position(order.intent.id);
    TRD_ASSERT(index_[position] == empty);
    index_[position] = slot + 1;
    slots_[slot] = {std::move(order), correlation};
    ++count_;
    return slots_[slot];
}

StoredOrder* OrderStore::find(OrderId id) {
    if (index_.empty()) return nullptr;
    const uint32_t entry = index_[index_position(id)];
    return entry == empty ? nullptr : &slots_[entry - 1];
}

void OrderStore::ended(OrderId id) {
    ended_.push_back(id);
    if (ended_.size() <= ended_kept) return;
    forget(ended_.front());
    ended_.pop_front();
}

// Closes the gap by moving back every follower whose home is not after it: no tombstones, so probes stay short.
void OrderStore::forget(OrderId id) {
    const size_t mask = index_.size() - 1;
    size_t gap = index_position(id);
    free_slots_.push_back(index_[gap] - 1);
    for (size_t next = (gap + 1) & mask; index_[next] != empty; next = (next + 1) & mask) {
        const size_t home = home_of(slots_[index_[next] - 1].order.intent.id);
        if (((next - home) & mask) < ((next - gap) & mask)) continue;
        index_[gap] = index_[next];
        gap = next;
    }
    index_[gap] = empty;
    --count_;
}

std::vector<const StoredOrder*> OrderStore::sorted() const {
    std::vector<const StoredOrder*> orders;
    orders.reserve(count_);
    for (uint32_t entry : index_)
        if (entry != empty) orders.push_back(&slots_[entry - 1]);
    std::sort(orders.begin(), orders.end(),
              [](const StoredOrder* a, const StoredOrder* b) { return a->order.intent.id < b->order.intent.id; });
    return orders;
}

void OrderStore::save(ByteWriter& out) const {
    out.put(static_cast<uint64_t>(count_));
    for (const StoredOrder* stored : sorted()) {
        encode(out, stored->order);
        out.put(stored->correlation);
    }
    out.put(static_cast<uint64_t>(ended_.size()));
    for (OrderId id : ended_) {
        out.put(id.high());
        out.put(id.low());
    }
}

// Of foreign bytes: known, really over, and not listed before.
bool OrderStore::may_have_ended(OrderId id) const {
    const StoredOrder* stored = find(id);
    return stored != nullptr && is_terminal(stored->order.state) && ended_.size() < ended_kept &&
           std::find(ended_.begin(), ended_.end(), id) == ended_.end();
}

bool OrderStore::load(ByteReader& in) {
    *this = OrderStore{};
    const auto count = in.get<uint64_t>();
    for (uint64_t i = 0; i < count && in.ok(); ++i) {
        Order order;
        if (!decode(in, order) || find(order.intent.id) != nullptr) return false;
        add(std::move(order), in.get<uint64_t>());
    }
    const auto ended_count = in.get<uint64_t>();
    for (uint64_t i = 0; i < ended_count; ++i) {
        const auto high = in.get<uint64_t>();
        auto id = OrderId::from_halves(high, in.get<uint64_t>());
        if (!id.ok() || !may_have_ended(*id)) return false;
        ended_.push_back(*id);
    }
    return in.ok();
}

}  // namespace trd
