// The moments at which a venue's sessions begin and end, one after the other. One thread.
#pragma once

#include "market/calendar.h"

namespace trd {

class SessionClock {
  public:
    // The first moment after `now`.
    SessionClock(Calendar calendar, TradingHours hours, Timestamp now);

    Timestamp next() const { return next_; }  // INT64_MAX: the calendar knows no further session
    bool opens() const { return opens_; }     // otherwise it closes
    void advance() { find_after(next_); }

  private:
    void find_after(Timestamp now);

    Calendar calendar_;
    TradingHours hours_;
    Timestamp next_{INT64_MAX};
    bool opens_ = false;
};

}  // namespace trd
