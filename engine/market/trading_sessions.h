// When an instrument trades, as those ask who want to know how long it is to the close: sessions that follow each other
// without time between them are one. Pure; any thread.
#pragma once

#include "market/calendar.h"

namespace trd {

// Longer than any venue has been closed between two sessions, so that the end of a calendar ends a search.
inline constexpr int64_t longest_closure_days = 400;
// The close of a venue that never does.
inline constexpr Timestamp no_close{INT64_MAX};

// The session that is on at `time`, or the next one; nothing: the calendar knows of none.
std::optional<Session> session_at_or_after(const Calendar& calendar, TradingHours hours, Timestamp time);

}  // namespace trd
