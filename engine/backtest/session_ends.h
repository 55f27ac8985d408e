// When the sessions end that orders wait for: those of day orders and of orders for the close. Only instruments that
// have such orders are looked at, so a run without them asks for nothing but next(). One thread.
#pragma once

#include <optional>
#include <vector>

#include "backtest/session_edges.h"
#include "base/ids.h"
#include "view/timers.h"

namespace trd {

class SessionEnds {
  public:
    // By the place of the instrument; each as its sessions go.
    void add(SessionEdges edges) { of_.push_back({std::move(edges)}); }

    // never: nobody waits for one.
    Timestamp next() const { return next_; }
    // For the end of the session that is on at `now`, or of the next one, unless it waits for an earlier one already.
    void wait(InstrumentId id, Timestamp now);
    // The first end at or before `until` of an instrument that `is_ready` says may end it now.
    template <class IsReady>
    std::optional<InstrumentId> first_due(Timestamp until, const IsReady& is_ready) const {
        std::optional<InstrumentId> first;
        for (uint32_t i = 0; i < of_.size(); ++i) {
            const Timestamp end = of_[i].end;
            if (end > until || (first && of_[first->value].end <= end) || !is_ready(InstrumentId{i}, end)) continue;
            first = InstrumentId{i};
        }
        return first;
    }
    // Nobody waits for it any more.
    Timestamp take(InstrumentId id);

  private:
    struct Of {
        SessionEdges edges;
        Timestamp end = never;
    };
    void find_next();

    std::vector<Of> of_;
    Timestamp next_ = never;
};

}  // namespace trd
