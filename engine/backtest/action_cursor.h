// Corporate actions of one series in the order in which they count, whatever the order of their rows: by time, and at
// one moment splits before dividends, which are for each new share. Reads all rows at the first next(): they are few.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "history/tick_cursor.h"

namespace trd {

class ActionCursor {
  public:
    explicit ActionCursor(TickCursor<CorporateAction> stored) : stored_(std::move(stored)) {}

    // False at the end or on damage, see failure().
    bool next();
    // After next() said true, until the next call of it.
    const CorporateAction& row() const { return rows_[place_]; }
    std::span<const Segment> segments() const { return stored_.segments(); }
    const std::optional<Error>& failure() const { return stored_.failure(); }

  private:
    bool read_all();

    TickCursor<CorporateAction> stored_;
    std::vector<CorporateAction> rows_;
    size_t place_ = 0;
    bool is_read_ = false;
};

}  // namespace trd
