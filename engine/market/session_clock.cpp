#include "market/session_clock.h"

#include "market/trading_sessions.h"

namespace trd {

SessionClock::SessionClock(Calendar calendar, TradingHours hours, Timestamp now)
    : calendar_(std::move(calendar)), hours_(hours) {
    find_after(now);
}

// At one instant a close comes before an open: venues without a pause close and open at midnight.
void SessionClock::find_after(Timestamp now) {
    const bool closed_now = next_ == now && !opens_;
    const int64_t today = utc_day(calendar_.zone().to_wall(now));
    next_ = {INT64_MAX};
    for (int64_t day = today - 1; day <= today + longest_closure_days; ++day) {
        const auto session = calendar_.session_of(day, hours_);
        if (!session) continue;
        const bool is_open_due = session->open > now || (session->open == now && closed_now);
        if (!is_open_due && session->close <= now) continue;
        opens_ = is_open_due;
        next_ = is_open_due ? session->open : session->close;
        return;
    }
}

}  // namespace trd
