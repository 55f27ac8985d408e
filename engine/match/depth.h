// The levels of one side of a market: one when quotes tell of it, all of them when deltas do. What own orders take of
// a level is remembered until the market says something new about that level.
#pragma once

#include <algorithm>
#include <vector>

#include "market/ticks.h"

namespace trd {

class DepthSide {
  public:
    struct Entry {
        Price price;
        Quantity size;
        Quantity taken;
        Quantity left() const { return size - taken; }
    };

    explicit DepthSide(BookSide side) : side_(side) {}

    bool empty() const { return entries_.empty(); }
    const Entry& best() const { return entries_.back(); }  // precondition: not empty
    // The best entry of which something is left; null: none.
    Entry* best_left() {
        for (auto at = entries_.rbegin(); at != entries_.rend(); ++at)
            if (at->left().is_positive()) return &*at;
        return nullptr;
    }
    Quantity size_at(Price price) const {
        const auto at = place_of(price);
        return at != entries_.end() && at->price == price ? at->size : Quantity::zero();
    }
    // Sets the level and returns what it was.
    Quantity set(Price price, Quantity size) {
        const auto found = place_of(price);
        const bool there = found != entries_.end() && found->price == price;
        const Quantity before = there ? found->size : Quantity::zero();
        if (!there && size.is_positive()) entries_.insert(found, Entry{price, size, {}});
        if (!there) return before;
        if (!size.is_positive()) {
            entries_.erase(found);
            return before;
        }
        Entry& entry = entries_[static_cast<size_t>(found - entries_.begin())];
        entry = {price, size, {}};
        return before;
    }
    const std::vector<Entry>& all() const { return entries_; }
    std::vector<Entry>& all() { return entries_; }
    void clear() { entries_.clear(); }

  private:
    // Worst first: what changes most is at the end.
    std::vector<Entry>::const_iterator place_of(Price price) const {
        return std::lower_bound(entries_.begin(), entries_.end(), price, [this](const Entry& entry, Price wanted) {
            return side_ == BookSide::bid ? entry.price < wanted : entry.price > wanted;
        });
    }

    BookSide side_;
    std::vector<Entry> entries_;
};

}  // namespace trd
