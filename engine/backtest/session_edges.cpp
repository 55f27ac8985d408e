#include "backtest/session_edges.h"

namespace trd {
namespace {

BarSchedule schedule_of(const std::optional<Calendar>& calendar, std::optional<TradingHours> hours) {
    if (!calendar) return BarSchedule(days(1), Zone::utc());
    const TradingHours widest = calendar->has_extended_hours() ? TradingHours::extended : TradingHours::regular;
    return BarSchedule(days(1), calendar->zone(), calendar->sessions(hours.value_or(widest)));
}

}  // namespace

SessionEdges::SessionEdges(Duration timeframe, const std::optional<Calendar>& calendar,
                           std::optional<TradingHours> hours)
    : each_bar_is_one_(timeframe >= days(1)),
      has_hours_(calendar.has_value() && hours.has_value()),
      schedule_(schedule_of(calendar, hours)) {}

bool SessionEdges::takes(Timestamp open_time) {
    return each_bar_is_one_ || !has_hours_ || schedule_.interval_of(open_time).has_value();
}

SessionEdges::Edges SessionEdges::of(Timestamp previous_open, Timestamp open_time, Timestamp close_time) {
    if (each_bar_is_one_) return {true, true};
    if (!session_ || !session_->holds(open_time)) session_ = schedule_.interval_of(open_time);
    if (!session_) return {};  // between sessions: neither
    return {!session_->holds(previous_open), close_time >= session_->close};
}

}  // namespace trd
