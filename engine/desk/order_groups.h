// Which orders belong together, and how much of each may work. The orders of a group share one quantity: what one of
// them trades, the others lose (one cancels the other). A group may follow a parent order: then it has no more than
// the parent has filled (one triggers the other). A bracket is both. Only numbers: the desk acts on them.
#pragma once

#include <map>
#include <vector>

#include "base/bytes.h"
#include "order/order.h"

namespace trd {

class OrderGroups {
  public:
    struct Member {
        OrderId order;
        Quantity asked;  // of the group's quantity, traded parts included
    };
    struct Group {
        OrderId parent;  // null: none
        Quantity parent_filled;
        bool parent_ended = false;
        Quantity filled;  // by all members
        std::vector<Member> members;

        // What the member may still have open.
        Quantity wanted(const Member& member) const;
        // No more will come: what is held and not wanted now never will be.
        bool is_final() const { return parent.is_null() || parent_ended; }
    };

    // The group that the order belongs to; null: none. Valid until the next join() or leave().
    Group* of(const OrderIntent& intent);
    // Adds an order whose intent names a parent or a group. `parent` is null when it has none.
    Group& join(const OrderIntent& intent, const Order* parent);
    // The order has ended. The group is gone when all of its orders have left.
    void leave(const OrderIntent& intent);

    // The groups that follow this order.
    void parent_changed(const Order& parent);
    // Calls each(Group&) for every group that follows the order.
    template <class Each>
    void for_each_child(OrderId parent, Each each) {
        const auto found = children_.find(parent);
        if (found == children_.end()) return;
        const std::vector<uint64_t> keys = found->second;  // each() may end groups
        for (uint64_t key : keys) each(groups_.at(key));
    }

    // Calls each(OrderId) for every member of every group.
    template <class Each>
    void for_each_member(Each each) const {
        for (const auto& [key, group] : groups_)
            for (const Member& member : group.members) each(member.order);
    }

    bool empty() const { return groups_.empty(); }
    void save(ByteWriter& out) const;
    bool load(ByteReader& in);

  private:
    static uint64_t key_of(const OrderIntent& intent);

    std::map<uint64_t, Group> groups_;
    std::map<OrderId, std::vector<uint64_t>> children_;  // of parents that have any
};

}  // namespace trd
