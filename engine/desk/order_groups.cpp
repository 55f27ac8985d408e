#include "desk/order_groups.h"

#include <algorithm>

namespace trd {
namespace {

constexpr int sequence_bits = 44;

void put_id(ByteWriter& out, OrderId id) {
    out.put(id.high());
    out.put(id.low());
}

bool get_id(ByteReader& in, OrderId& id) {
    const auto high = in.get<uint64_t>();
    const auto low = in.get<uint64_t>();
    id = {};
    if ((high | low) == 0) return in.ok();
    const auto parsed = OrderId::from_halves(high, low);
    if (!parsed.ok()) return false;
    id = *parsed;
    return in.ok();
}

bool get_quantity(ByteReader& in, Quantity& quantity) {
    const auto checked = Quantity::checked_from_raw(in.get<Int128>());
    if (!checked.ok() || checked->is_negative()) return false;
    quantity = *checked;
    return in.ok();
}

}  // namespace

Quantity OrderGroups::Group::wanted(const Member& member) const {
    const Quantity most = parent.is_null() ? member.asked : std::min(member.asked, parent_filled);
    return std::max(most - filled, Quantity::zero());
}

// An order that follows a parent alone is a group of one, under its own number. Both numbers are handles of one
// strategy, so they never meet.
uint64_t OrderGroups::key_of(const OrderIntent& intent) {
    const uint64_t number = intent.group != 0 ? intent.group : intent.id.sequence();
    return uint64_t{intent.strategy.value} << sequence_bits | number;
}

OrderGroups::Group* OrderGroups::of(const OrderIntent& intent) {
    if (intent.group == 0 && intent.parent.is_null()) return nullptr;
    const auto found = groups_.find(key_of(intent));
    return found == groups_.end() ? nullptr : &found->second;
}

OrderGroups::Group& OrderGroups::join(const OrderIntent& intent, const Order* parent) {
    const uint64_t key = key_of(intent);
    const auto [found, is_new] = groups_.try_emplace(key);
    Group& group = found->second;
    if (is_new && parent != nullptr) {
        group.parent = intent.parent;
        group.parent_filled = parent->filled;
        group.parent_ended = is_terminal(parent->state);
        children_[intent.parent].push_back(key);
    }
    group.members.push_back({intent.id, intent.quantity});
    return group;
}

void OrderGroups::leave(const OrderIntent& intent) {
    const uint64_t key = key_of(intent);
    const auto found = groups_.find(key);
    TRD_ASSERT(found != groups_.end());
    Group& group = found->second;
    std::erase_if(group.members, [&](const Member& member) { return member.order == intent.id; });
    if (!group.members.empty()) return;
    if (const auto siblings = children_.find(group.parent); siblings != children_.end()) {
        std::erase(siblings->second, key);
        if (siblings->second.empty()) children_.erase(siblings);
    }
    groups_.erase(found);
}

void OrderGroups::parent_changed(const Order& parent) {
    for_each_child(parent.intent.id, [&](Group& group) {
        group.parent_filled = parent.filled;
        group.parent_ended = is_terminal(parent.state);
    });
}

void OrderGroups::save(ByteWriter& out) const {
    out.put(static_cast<uint64_t>(groups_.size()));
    for (const auto& [key, group] : groups_) {
        out.put(key);
        put_id(out, group.parent);
        out.put(group.parent_filled.raw());
        out.put(static_cast<uint8_t>(group.parent_ended));
        out.put(group.filled.raw());
        out.put(static_cast<uint32_t>(group.members.size()));
        for (const Member& member : group.members) {
            put_id(out, member.order);
            out.put(member.asked.raw());
        }
    }
}

bool OrderGroups::load(ByteReader& in) {
    *this = OrderGroups{};
    const auto count = in.get<uint64_t>();
    for (uint64_t i = 0; i < count; ++i) {
        const auto key = in.get<uint64_t>();
        Group group;
        if (!get_id(in, group.parent) || !get_quantity(in, group.parent_filled)) return false;
        const auto ended = in.get<uint8_t>();
        group.parent_ended = ended == 1;
        if (ended > 1 || !get_quantity(in, group.filled)) return false;
        const auto members = in.get<uint32_t>();
        for (uint32_t m = 0; m < members; ++m) {
            Member& member = group.members.emplace_back();
            if (!get_id(in, member.order) || !get_quantity(in, member.asked)) return false;
        }
        if (group.members.empty() || groups_.count(key) != 0) return false;
        if (!group.parent.is_null()) children_[group.parent].push_back(key);
        groups_.emplace(key, std::move(group));
    }
    return in.ok();
}

}  // namespace trd
