#include "market/trading_sessions.h"

namespace trd {
namespace {

constexpr int joined_most = 10;  // who has not closed in so many sessions never does

// What is on at `time` or comes next, of the sessions of the days from `day` on.
std::optional<Session> next_session(const Calendar& calendar, TradingHours hours, Timestamp time, int64_t& day) {
    for (const int64_t end = day + longest_closure_days; day <= end; ++day)
        if (auto session = calendar.session_of(day, hours); session && session->close > time) return session;
    return std::nullopt;
}

bool follows(const Session& session, const Session& next) {
    return next.open <= session.close && !session.pause && !next.pause;
}

}  // namespace

std::optional<Session> session_at_or_after(const Calendar& calendar, TradingHours hours, Timestamp time) {
    int64_t day = utc_day(calendar.zone().to_wall(time)) - 1;
    auto session = next_session(calendar, hours, time, day);
    if (!session) return session;
    for (int joined = 0; joined < joined_most; ++joined) {
        const auto next = calendar.session_of(++day, hours);
        if (!next || !follows(*session, *next)) return session;
        session->close = next->close;
    }
    session->close = no_close;
    return session;
}

}  // namespace trd
