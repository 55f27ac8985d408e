// Which instruments have changed since somebody last looked, for sums over instruments that are put right by what has
// changed. A value; called from one thread.
#pragma once

#include <vector>

#include "market/instrument.h"

namespace trd {

class TouchedInstruments {
  public:
    void touch(InstrumentId instrument) {
        if (all_) return;
        if (instrument.value >= is_touched_.size()) [[unlikely]]
            is_touched_.resize(size_t{instrument.value} + 1);
        if (is_touched_[instrument.value]) return;
        is_touched_[instrument.value] = true;
        touched_.push_back(instrument);
    }
    void touch_all() { all_ = true; }
    bool any() const { return all_ || !touched_.empty(); }
    bool all() const { return all_; }

    // visit(Instrument), for each of them; then none is. All are, if it throws.
    template <class Visit>
    void take(const std::vector<Instrument>& instruments, Visit visit) {
        try {
            if (all_)
                for (const Instrument& instrument : instruments) visit(instrument);
            else
                for (const InstrumentId id : touched_) visit(instruments[id.value]);
        } catch (...) {
            all_ = true;
            throw;
        }
        for (const InstrumentId id : touched_) is_touched_[id.value] = false;
        touched_.clear();
        all_ = false;
    }

  private:
    std::vector<InstrumentId> touched_;
    std::vector<bool> is_touched_;  // by instrument
    bool all_ = true;
};

}  // namespace trd
