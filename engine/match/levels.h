// The prices at which something happens to resting orders of one side, nearest first: either the market has to rise to
// them, or to fall.
#pragma once

#include <algorithm>
#include <vector>

#include "base/decimal.h"

namespace trd {

struct Level {
    Price price;
    uint64_t arrival = 0;  // among equals the first comes first
    uint32_t slot = 0;     // whose it is
};

class LevelList {
  public:
    explicit LevelList(bool rising) : rising_(rising) {}

    bool empty() const { return levels_.empty(); }
    // Precondition: not empty.
    const Level& nearest() const { return levels_.back(); }
    bool is_reached(Price level, Price market) const { return rising_ ? level <= market : level >= market; }
    bool reaches(Price market) const { return !levels_.empty() && is_reached(levels_.back().price, market); }
    // How far the market is from the level; negative when it has been passed.
    Price distance(Price level, Price market) const { return rising_ ? level - market : market - level; }

    void insert(const Level& level) { levels_.insert(place_of(level), level); }
    void erase(const Level& level) {
        const auto at = place_of(level);
        if (at != levels_.end() && at->arrival == level.arrival) levels_.erase(at);
    }
    // The nearest one, or the next one behind `after`; null: none.
    const Level* next(const Level* after) const {
        if (after == nullptr) return levels_.empty() ? nullptr : &levels_.back();
        const auto at = place_of(*after);
        return at == levels_.begin() ? nullptr : &*std::prev(at);
    }
    // Of the orders that wait at exactly this price, first come first; calls each(slot).
    template <class Each>
    void for_each_at(Price price, Each each) const {
        for (const Level* level = at_or_behind(price); level != nullptr && level->price == price; level = next(level))
            each(level->slot);
    }
    const std::vector<Level>& all() const { return levels_; }
    void clear() { levels_.clear(); }

  private:
    // a comes later than b.
    bool later(const Level& a, const Level& b) const {
        if (a.price != b.price) return rising_ ? a.price > b.price : a.price < b.price;
        return a.arrival > b.arrival;
    }
    std::vector<Level>::const_iterator place_of(const Level& level) const {
        return std::lower_bound(levels_.begin(), levels_.end(), level,
                                [this](const Level& a, const Level& b) { return later(a, b); });
    }
    const Level* at_or_behind(Price price) const {
        const auto behind = std::lower_bound(levels_.begin(), levels_.end(), Level{price, 0, 0},
                                             [this](const Level& a, const Level& b) { return later(a, b); });
        return behind == levels_.begin() ? nullptr : &*std::prev(behind);
    }

    bool rising_;
    std::vector<Level> levels_;  // farthest first, so that what happens is at the end
};

}  // namespace trd
