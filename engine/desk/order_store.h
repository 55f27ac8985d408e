// The orders that the desk knows: all that may still change, and the last ones that have ended, so that a late report
// still finds its order. Bounded by what is open plus `ended_kept`, however long a run. One allocation a new high-water
// mark.
#pragma once

#include <deque>
#include <vector>

#include "base/bytes.h"
#include "order/order.h"
#include "order/order_index.h"

namespace trd {

// Of an entry with exits. Only forward; the values are in snapshots.
enum class BracketPhase : uint8_t {
    whole,
    exiting,  // no more of the entry is wanted; what fills all the same is covered by the exits that are left
    over,     // exits do not cover what fills from now on
};
inline constexpr int bracket_phase_count = 3;

struct StoredOrder {
    Order order;
    uint64_t correlation = 0;  // sequence of its decision's record
    BracketPhase phase = BracketPhase::whole;
    OrderAmendment asked{};  // that the venue has not answered yet; no quantity: none
};

class OrderStore {
  public:
    static constexpr size_t ended_kept = 1024;

    // Precondition: the id is not in the store. References die with the next add().
    StoredOrder& add(Order order, uint64_t correlation);
    // A new order, made where it stays.
    StoredOrder& add(const OrderIntent& intent, OrderState initial, Timestamp now, uint64_t correlation);
    StoredOrder* find(OrderId id);
    const StoredOrder* find(OrderId id) const { return const_cast<OrderStore*>(this)->find(id); }
    // Tells the store that the order has reached a terminal state; the oldest ended one beyond the bound is forgotten.
    void ended(const StoredOrder& order);

    size_t size() const { return index_.size(); }
    // Every order, ascending by id: an order that does not depend on how the store came to be.
    std::vector<const StoredOrder*> sorted() const;
    // Every order, in an order that means nothing: for sums and the like.
    template <class Visit>
    void each(Visit visit) const {
        index_.each([&](uint32_t slot) { visit(slots_[slot]); });
    }

    void save(ByteWriter& out) const;
    bool load(ByteReader& in);

  private:
    auto id_of() const {
        return [this](uint32_t slot) { return slots_[slot].order.intent.id; };
    }
    uint32_t new_slot();
    uint32_t another_slot();
    StoredOrder& enter(uint32_t slot, uint64_t correlation);
    void forget_oldest();
    bool may_have_ended(OrderId id) const;

    std::vector<StoredOrder> slots_;
    std::vector<uint32_t> free_slots_;
    OrderIndex index_;
    struct Ended {
        OrderId id;
        uint32_t slot;
    };
    std::deque<Ended> ended_;  // oldest first
};

}  // namespace trd
