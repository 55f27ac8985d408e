// The executions already booked, so that the same fill twice is booked once, however late the second copy comes.
// Numbered trades are kept as ranges: a venue that counts up costs one range, whatever the number of trades.
#pragma once

#include <set>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "order/fill.h"

namespace trd {

class TradeIds {
  public:
    // True when the id is new.
    bool insert(const TradeId& id);
    bool contains(const TradeId& id) const;
    size_t range_count() const { return ranges_.size(); }

    void save(ByteWriter& out) const;
    bool load(ByteReader& in);

  private:
    struct Range {
        uint64_t first, last;  // both inclusive
    };
    // The usual case: venues count up.
    bool is_behind_all(uint64_t number) const { return !ranges_.empty() && ranges_.back().last < number; }
    // The first range that ends at or after `number`.
    size_t range_at_or_after(uint64_t number) const;
    bool insert_number(uint64_t number);

    std::vector<Range> ranges_;  // ascending, never touching
    std::set<VenueText> names_;
};

}  // namespace trd
