// Which bars of a series are the first and the last of a session: what day orders and the auctions go by. Bars of a day
// or more are each a session of their own. Shorter ones go by the calendar's hours, or by UTC days without a calendar.
// Asked bar by bar, in their order; it remembers the session.
#pragma once

#include <optional>

#include "market/bar_schedule.h"
#include "market/calendar.h"

namespace trd {

class SessionEdges {
  public:
    // `hours`: only bars within them belong to the run. Without a calendar all hours are one.
    SessionEdges(Duration timeframe, const std::optional<Calendar>& calendar, std::optional<TradingHours> hours);

    // False: the bar is left out of the run.
    bool takes(Timestamp open_time);
    // When the session that is on, or else the next one, is over; never where each bar is one. Where the calendar knows
    // of none it goes by UTC days.
    Timestamp end_after(Timestamp time) const;
    struct Edges {
        bool opens = false, closes = false;
    };
    // `previous_open` is of the bar before it in the run, the earliest time for none. A session whose data ends before
    // it does has no last bar; the next one's first bar shows that it is over.
    Edges of(Timestamp previous_open, Timestamp open_time, Timestamp close_time);

  private:
    bool each_bar_is_one_;
    bool has_hours_;
    std::optional<Calendar> calendar_;
    TradingHours hours_;
    BarSchedule schedule_;
    std::optional<BarInterval> session_;
};

}  // namespace trd
