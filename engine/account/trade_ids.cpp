#include "account/trade_ids.h"

#include <algorithm>

namespace trd {

size_t TradeIds::range_at_or_after(uint64_t number) const {
    const auto found = std::lower_bound(ranges_.begin(), ranges_.end(), number,
                                        [](const Range& range, uint64_t wanted) { return range.last < wanted; });
    return static_cast<size_t>(found - ranges_.begin());
}

bool TradeIds::contains(const TradeId& id) const {
    if (!id.name.empty()) [[unlikely]]
        return names_.contains(id.name);
    if (is_behind_all(id.number)) return false;
    const size_t index = range_at_or_after(id.number);
    return index < ranges_.size() && ranges_[index].first <= id.number;
}

bool TradeIds::insert(const TradeId& id) {
    if (!id.name.empty()) return names_.insert(id.name).second;
    return insert_number(id.number);
}

bool TradeIds::insert_number(uint64_t number) {
    if (is_behind_all(number) && ranges_.back().last + 1 == number) [[likely]] {
        ranges_.back().last = number;
        return true;
    }
    const size_t index = range_at_or_after(number);
    const bool has_next = index < ranges_.size();
    if (has_next && ranges_[index].first <= number) return false;
    // A range that ends below cannot end at the largest number, so neither sum wraps.
    const bool extends_previous = index > 0 && ranges_[index - 1].last + 1 == number;
    const bool extends_next = has_next && number + 1 == ranges_[index].first;
    const auto at = ranges_.begin() + static_cast<ptrdiff_t>(index);
    if (extends_previous && extends_next) {
        ranges_[index - 1].last = ranges_[index].last;
        ranges_.erase(at);
    } else if (extends_previous) {
        ranges_[index - 1].last = number;
    } else if (extends_next) {
        ranges_[index].first = number;
    } else {
        ranges_.insert(at, Range{number, number});
    }
    return true;
}

void TradeIds::save(ByteWriter& out) const {
    out.put(static_cast<uint64_t>(ranges_.size()));
    for (const Range& range : ranges_) {
        out.put(range.first);
        out.put(range.last);
    }
    out.put(static_cast<uint64_t>(names_.size()));
    for (const VenueText& name : names_) out.put_text(name.view());
}

bool TradeIds::load(ByteReader& in) {
    ranges_.clear();
    names_.clear();
    const auto range_count = in.get<uint64_t>();
    for (uint64_t i = 0; i < range_count && in.ok(); ++i) {
        const auto first = in.get<uint64_t>();
        ranges_.push_back({first, in.get<uint64_t>()});
    }
    const auto name_count = in.get<uint64_t>();
    for (uint64_t i = 0; i < name_count && in.ok(); ++i) {
        VenueText name;
        if (!name.assign(in.get_text())) in.fail();
        names_.insert(name);
    }
    return in.ok();
}

}  // namespace trd
