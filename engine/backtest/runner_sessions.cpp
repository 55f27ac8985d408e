// Sessions and days: who hears of them, and what ends with them.
#include <algorithm>

#include "backtest/runner.h"
#include "market/trading_sessions.h"

namespace trd {
namespace {

// A calendar that knows of no session.
constexpr Duration ask_again_after = days(300);
static_assert(ask_again_after < days(longest_closure_days));  // so far it has looked

}  // namespace

// From the instant of the start on, which is included.
void BacktestRunner::start_sessions() {
    session_ends_.assign(setup_.sessions.size(), now_);
    tell_sessions();
    for (size_t i = 0; i < seats_.size(); ++i) {
        const auto& calendar = setup_.strategies[i].calendar;
        if (calendar && seats_[i].strategy->manifest().wants_sessions)
            wakes_.set_session(i, SessionClock(*calendar, TradingHours::regular, now_ - nanoseconds(1)));
    }
}

// A session that is over is followed by the next one before anything else is said at its end.
void BacktestRunner::tell_sessions() {
    sessions_due_ = never;  // what is fed here is not preceded by it
    for (size_t i = 0; i < session_ends_.size(); ++i) {
        if (now_ < session_ends_[i]) continue;
        const RunSessions& of = setup_.sessions[i];
        const auto session = session_at_or_after(of.calendar, setup_.session_hours, now_);
        session_ends_[i] = session ? session->close : now_ + ask_again_after;
        feed(SessionScheduled{of.instrument, session}, now_);
    }
    for (const Timestamp end : session_ends_) sessions_due_ = std::min(sessions_due_, end);
}

// Those of the finest series of the instrument, or of its other data.
SessionEdges BacktestRunner::session_edges_of(InstrumentId instrument) const {
    const RunSeries* finest = nullptr;
    for (const RunSeries& series : setup_.series)
        if (series.instrument == instrument && (finest == nullptr || series.timeframe < finest->timeframe))
            finest = &series;
    if (finest != nullptr) return {finest->timeframe, finest->calendar, finest->hours};
    for (const RunFeed& feed : setup_.feeds)
        if (feed.instrument == instrument && feed.calendar) return {Duration{}, feed.calendar, feed.hours};
    return {Duration{}, std::nullopt, std::nullopt};
}

// Not while a bar that opened before it has to close: it is the last one of that session.
bool BacktestRunner::may_end_session(InstrumentId instrument, Timestamp end) const {
    return std::none_of(moments_.begin(), moments_.end(), [&](const Moment& moment) {
        if (moment.rank != Rank::close || series_[moment.index].covered) return false;
        const RunSeries& series = setup_.series[moment.index];
        return series.instrument == instrument && series.cursor.bar().open_time < end;
    });
}

// Orders that came since then wait for the next one.
Status<RunFault> BacktestRunner::end_session(InstrumentId instrument) {
    const Timestamp end = ends_.take(instrument);
    SimulatedVenue& venue = venue_of(instrument).venue;
    if (!venue.has_session_orders(instrument)) return done;
    come_to(end);
    venue.end_session(instrument, end, now_);
    TRD_CHECK(settle_instant());
    if (venue.has_session_orders(instrument)) ends_.wait(instrument, now_);
    return done;
}

Status<RunFault> BacktestRunner::end_night() {
    end_days_before(day_ + 1);
    return settle_instant();
}

void BacktestRunner::end_days_before(int64_t today) {
    if (today <= day_) return;
    // Night by night, each at its own midnight, whenever something happens next: what a night cost is owed in the next.
    while (day_ < today) {
        ++day_;
        now_ = std::max(now_, Timestamp{day_ * days(1).ns});
        feed(DayEnded{1}, now_);
    }
    count_equity();
    show_account();
}

}  // namespace trd
