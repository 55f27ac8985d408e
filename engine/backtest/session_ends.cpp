#include "backtest/session_ends.h"

#include <algorithm>

namespace trd {

void SessionEnds::wait(InstrumentId id, Timestamp now) {
    Of& of = of_[id.value];
    if (of.end != never) return;
    of.end = of.edges.end_after(now);
    next_ = std::min(next_, of.end);
}

Timestamp SessionEnds::take(InstrumentId id) {
    const Timestamp end = of_[id.value].end;
    of_[id.value].end = never;
    find_next();
    return end;
}

void SessionEnds::find_next() {
    next_ = never;
    for (const Of& of : of_) next_ = std::min(next_, of.end);
}

}  // namespace trd
