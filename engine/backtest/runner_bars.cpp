// Bars: how they open and close, and what comes of it.
#include <algorithm>
#include <functional>

#include "backtest/runner.h"
#include "backtest/runner_faults.h"

namespace trd {

// False: the series is over. A bar that opens before `earliest`, the close of the one before it, would turn time back.
Result<bool, RunFault> BacktestRunner::advance(uint32_t index, Timestamp earliest) {
    BarCursor& cursor = setup_.series[index].cursor;
    const bool all_hours = !setup_.series[index].hours.has_value();
    while (cursor.next()) {
        if (cursor.bar().open_time < earliest) return Fail{overlap_fault(cursor.bar(), earliest)};
        if (all_hours || series_[index].edges.takes(cursor.bar().open_time)) return true;
    }
    if (cursor.failure()) return Fail{data_fault(*cursor.failure())};
    return false;
}

Status<RunFault> BacktestRunner::first_bar(uint32_t index) {
    TRD_TRY(const bool there, advance(index, Timestamp{INT64_MIN}));
    if (there) push_moment({setup_.series[index].cursor.bar().open_time, Rank::open, index});
    return done;
}

// A venue that has nothing to do at these prices does not hear of them.
Status<RunFault> BacktestRunner::open_bar(uint32_t index) {
    const RunSeries& series = setup_.series[index];
    const Bar& bar = series.cursor.bar();
    replace_front({bar.close_time, Rank::close, index});
    series_[index].covered = is_covered(index);
    series_[index].is_open = true;
    SimulatedVenue& venue = venue_of_series(index);
    if (series_[index].covered || !venue.may_trade(series.instrument, bar.low, bar.high, bar.close_time)) return done;
    if (venue.may_trade(series.instrument, bar.open, bar.open, bar.close_time)) {
        series_[index].opened = true;
        venue.open_bar(series.instrument, {bar.open_time, bar.open, bar.volume, edges_of(index).opens});
        TRD_CHECK(settle_instant());
    }
    if (!series_[index].entered && !venue.is_idle(series.instrument)) enter_bar(index);
    return done;
}

SessionEdges::Edges BacktestRunner::edges_of(uint32_t index) {
    const Bar& bar = setup_.series[index].cursor.bar();
    return series_[index].edges.of(series_[index].previous_open, bar.open_time, bar.close_time);
}

// All that close at this instant: first at their venues, then everybody's prices, then strategies are told, bar by bar.
// So what one of them sees, and does, does not depend on whose bar is told of first.
Status<RunFault> BacktestRunner::close_bars(Timestamp time) {
    come_to(time);
    if (closes_alone(time)) return close_one(moments_.front().index);
    closing_.clear();
    while (!moments_.empty() && moments_.front().time == time && moments_.front().rank == Rank::close) {
        closing_.push_back(moments_.front().index);
        drop_front();
    }
    for (const uint32_t index : closing_) TRD_CHECK(close_at_venue(index));
    feed_closes();
    for (const uint32_t index : closing_) show_close(index);
    for (const uint32_t index : closing_) TRD_CHECK(tell_of_bar(index));
    for (const uint32_t index : closing_) TRD_CHECK(next_bar(index, false));
    return finish_instant();
}

// Precondition: a close is at the front. The one that comes next is behind it in the heap.
bool BacktestRunner::closes_alone(Timestamp time) const {
    for (size_t i = 1; i < std::min<size_t>(moments_.size(), 3); ++i)
        if (moments_[i].time == time && moments_[i].rank == Rank::close) return false;
    return true;
}

Status<RunFault> BacktestRunner::close_one(uint32_t index) {
    TRD_CHECK(close_at_venue(index));
    if (!series_[index].covered) feed_close(index, AtInstant::alone);
    show_close(index);
    TRD_CHECK(tell_of_bar(index));
    TRD_CHECK(next_bar(index, true));
    return finish_instant();
}

void BacktestRunner::feed_close(uint32_t index, AtInstant place) {
    event_.instrument = setup_.series[index].instrument;
    event_.bar = setup_.series[index].cursor.bar();
    event_.place = place;
    feed(event_, event_.bar.close_time);
}

// What longer bars say of a price, shorter ones have said.
void BacktestRunner::feed_closes() {
    std::optional<uint32_t> before;
    bool is_first = true;
    for (const uint32_t index : closing_) {
        if (series_[index].covered) continue;
        if (before) feed_close(*before, AtInstant::more_follow), is_first = false;
        before = index;
    }
    if (before) feed_close(*before, is_first ? AtInstant::alone : AtInstant::last);
}

Status<RunFault> BacktestRunner::tell_of_bar(uint32_t index) {
    const RunSeries& series = setup_.series[index];
    ++counts_.bars;
    for (const Listener& listener : listeners_[index]) {
        Seat& seat = seats_[listener.seat];
        ViewSeries& view = seat.view.series(listener.local);
        view.bar = series.cursor.values();
        ++view.bars;
        seat.has_closed = true;
        seat.view.block().event_series = listener.local;
        TRD_CHECK(call(seat, ViewEventKind::bar));
    }
    return settle_instant();
}

// `is_at_front`: the moment there is its own, and done with.
Status<RunFault> BacktestRunner::next_bar(uint32_t index, bool is_at_front) {
    TRD_TRY(const bool more, advance(index, now_));
    if (!more) {
        if (is_at_front) drop_front();
        return done;
    }
    const Bar& next = setup_.series[index].cursor.bar();
    if (next.open_time > now_ && observer_ != nullptr) observer_->on_gap(index, now_, next.open_time);
    Moment moment{next.open_time, Rank::open, index};
    if (is_at_front && opens_unseen(index)) moment = {next.close_time, Rank::close, index};
    is_at_front ? replace_front(moment) : push_moment(moment);
    return done;
}

// Precondition: the moment at the front is its own. Nobody can do anything until the next bar of the only series
// closes, and no order waits for its open: that moment would change nothing.
bool BacktestRunner::opens_unseen(uint32_t index) {
    if (moments_.size() != 1 || accrues_ || !series_[index].finer.empty()) return false;
    const RunSeries& series = setup_.series[index];
    return venue_of_series(index).is_idle(series.instrument) && venues_due() == never &&
           wakes_.next() > series.cursor.bar().close_time;
}

void BacktestRunner::find_finer_series() {
    for (size_t i = 0; i < setup_.series.size(); ++i)
        for (uint32_t j = 0; j < setup_.series.size(); ++j) {
            const RunSeries &one = setup_.series[i], &other = setup_.series[j];
            if (one.instrument == other.instrument && other.timeframe.ns != 0 && other.timeframe < one.timeframe)
                series_[i].finer.push_back(j);
        }
}

// As the bar opens: each finer series stands at its last bar that has opened, or the next one that will.
bool BacktestRunner::is_covered(uint32_t index) const {
    const Bar& bar = setup_.series[index].cursor.bar();
    return std::any_of(series_[index].finer.begin(), series_[index].finer.end(), [&](uint32_t finer) {
        const Bar& inside = setup_.series[finer].cursor.bar();
        return inside.open_time < bar.close_time && inside.close_time > bar.open_time;
    });
}

// The close of the bar, at the venue; what happened inside it came when it did.
Status<RunFault> BacktestRunner::close_at_venue(uint32_t index) {
    const RunSeries& series = setup_.series[index];
    const Bar& bar = series.cursor.bar();
    now_ = std::max(now_, bar.close_time);
    last_close_ = std::max(last_close_, bar.close_time);
    if (series_[index].covered) {
        series_[index].previous_open = bar.open_time;
        series_[index].is_open = false;
        return done;
    }
    SimulatedVenue& venue = venue_of_series(index);
    const bool closes_session = edges_of(index).closes;
    series_[index].previous_open = bar.open_time;
    const bool matters =
        !venue.is_idle(series.instrument) && (series_[index].opened || closes_session ||
                                              venue.may_trade(series.instrument, bar.low, bar.high, bar.close_time));
    series_[index].opened = series_[index].entered = series_[index].is_open = false;
    if (!matters) {
        venue.mark(series.instrument, bar.close, bar.volume, bar.close_time, closes_session);
        return done;
    }
    venue.close_bar(series.instrument, bar, {closes_session});
    return settle_instant();
}

// Everything that closes now has closed, and what comes before closes has come. A day that ends here costs what it does
// at those prices.
Status<RunFault> BacktestRunner::finish_instant() {
    if (wants_bars_) TRD_CHECK(tell_closed_bars());
    go_on_to(now_);
    count_stale_equity();
    if (!equity_is_known_) return Fail{no_rate_fault(now_)};
    if (observer_ == nullptr) return done;
    tell_equity();
    return check_interrupt(counts_.bars);
}

Status<RunFault> BacktestRunner::tell_closed_bars() {
    for (Seat& seat : seats_) {
        if (seat.wants_bars && seat.has_closed) TRD_CHECK(call(seat, ViewEventKind::bars));
        seat.has_closed = false;
    }
    return settle_instant();
}

}  // namespace trd
