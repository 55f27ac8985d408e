// The orders that the desk knows: all that may still change, and the last ones that have ended, so that a late report
// still finds its order. Bounded by what is open plus `ended_kept`, however long a run. One allocation a new high-water
// mark.
#pragma once

#include <deque>
#include <vector>

#include "base/bytes.h"
#include "order/order.h"

namespace trd {

struct StoredOrder {
    Order order;
    uint64_t correlation = 0;  // sequence of its decision's record
};

class OrderStore {
  public:
    static constexpr size_t ended_kept = 1024;

    // Precondition: the id is not in the store. References die with the next add().
    StoredOrder& add(Order order, uint64_t correlation);
    StoredOrder* find(OrderId id);
    const StoredOrder* find(OrderId id) const { return const_cast<OrderStore*>(this)->find(id); }
    // Tells the store that the order has reached a terminal state; the oldest ended one beyond the bound is forgotten.
    void ended(OrderId id);

    size_t size() const { return count_; }
    // Every order, ascending by id: an order that does not depend on how the store came to be.
    std::vector<const StoredOrder*> sorted() const;

    void save(ByteWriter& out) const;
    bool load(ByteReader& in);

  private:
    static constexpr uint32_t empty = 0;  // index_ holds slot + 1

    size_t home_of(OrderId id) const;
    size_t index_position(OrderId id) const;  // of the id, or of the empty place where it would go
    void grow_index();
    void forget(OrderId id);
    bool may_have_ended(OrderId id) const;

    std::vector<StoredOrder> slots_;
    std::vector<uint32_t> free_slots_;
    std::vector<uint32_t> index_;  // open addressing, linear probing; a power of two, at most half full
    std::deque<OrderId> ended_;    // oldest first
    size_t count_ = 0;
};

}  // namespace trd
