#include "backtest/session_edges.h"

#include "market/trading_sessions.h"
#include "view/timers.h"

namespace trd {
namespace {

TradingHours widest_hours(const std::optional<Calendar>& calendar) {
    return calendar && calendar->has_extended_hours() ? TradingHours::extended : TradingHours::regular;
}

BarSchedule schedule_of(const std::optional<Calendar>& calendar, TradingHours hours) {
    if (!calendar) return BarSchedule(days(1), Zone::utc());
    return BarSchedule(days(1), calendar->zone(), calendar->sessions(hours));
}

}  // namespace

SessionEdges::SessionEdges(Duration timeframe, const std::optional<Calendar>& calendar,
                           std::optional<TradingHours> hours)
    : each_bar_is_one_(timeframe >= days(1)),
      has_hours_(calendar.has_value() && hours.has_value()),
      calendar_(calendar),
      hours_(hours.value_or(widest_hours(calendar))),
      schedule_(schedule_of(calendar, hours_)) {}

bool SessionEdges::takes(Timestamp open_time) {
    return each_bar_is_one_ || !has_hours_ || schedule_.interval_of(open_time).has_value();
}

Timestamp SessionEdges::end_after(Timestamp time) const {
    if (each_bar_is_one_) return never;
    if (calendar_) {
        const int64_t today = utc_day(calendar_->zone().to_wall(time));
        for (int64_t day = today - 1; day <= today + longest_closure_days; ++day)
            if (const auto session = calendar_->session_of(day, hours_); session && session->close > time)
                return session->close;
    }
    return Timestamp{} + days(utc_day(time) + 1);
}

SessionEdges::Edges SessionEdges::of(Timestamp previous_open, Timestamp open_time, Timestamp close_time) {
    if (each_bar_is_one_) return {true, true};
    if (!session_ || !session_->holds(open_time)) session_ = schedule_.interval_of(open_time);
    if (!session_) return {};  // between sessions: neither
    return {!session_->holds(previous_open), close_time >= session_->close};
}

}  // namespace trd
