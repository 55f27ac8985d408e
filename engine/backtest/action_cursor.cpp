#include "backtest/action_cursor.h"

#include <algorithm>

namespace trd {

bool ActionCursor::next() {
    if (!is_read_) return read_all();
    return ++place_ < rows_.size();
}

bool ActionCursor::read_all() {
    is_read_ = true;
    while (stored_.next()) rows_.push_back(stored_.row());
    if (stored_.failure()) rows_.clear();
    const auto is_split = [](const CorporateAction& action) { return action.kind == CorporateActionKind::split; };
    std::stable_sort(rows_.begin(), rows_.end(), [&](const CorporateAction& a, const CorporateAction& b) {
        return a.time != b.time ? a.time < b.time : is_split(a) && !is_split(b);
    });
    return !rows_.empty();
}

}  // namespace trd
