// Data other than bars: quotes, trades, books, funding, corporate actions, exchange rates. A row is a moment.
#include <algorithm>

#include "backtest/runner.h"
#include "backtest/runner_faults.h"

namespace trd {

Status<RunFault> BacktestRunner::first_row(uint32_t index) {
    TRD_TRY(const bool there, advance_feed(index));
    if (there) push_moment(moment_of(index));
    return done;
}

BacktestRunner::Moment BacktestRunner::moment_of(uint32_t index) const {
    // By the place of the kind in MarketEvent.
    constexpr Rank ranks[] = {Rank::quote,   Rank::quote,  Rank::trade, Rank::quote,
                              Rank::funding, Rank::action, Rank::rate};
    static_assert(std::size(ranks) == std::variant_size_v<MarketEvent>);
    const MarketFeed& feed = setup_.feeds[index].feed;
    const auto* bar = std::get_if<QuoteBar>(&feed.event());
    if (bar != nullptr && !setup_.feeds[index].is_open)
        return {std::max(bar->open_time, now_), Rank::quote_open, index};
    return {std::max(feed.time(), now_), ranks[feed.event().index()], index};
}

Result<bool, RunFault> BacktestRunner::advance_feed(uint32_t index) {
    MarketFeed& feed = setup_.feeds[index].feed;
    if (feed.next()) return true;
    if (feed.failure()) return Fail{data_fault(*feed.failure())};
    return false;
}

// Only the venue hears of it.
Status<RunFault> BacktestRunner::open_quote_bar(uint32_t index) {
    RunFeed& row = setup_.feeds[index];
    row.is_open = true;
    replace_front(moment_of(index));
    venue_of(row.instrument).venue.open_quote_bar(row.instrument, std::get<QuoteBar>(row.feed.event()));
    return settle_instant();
}

Status<RunFault> BacktestRunner::handle_row(uint32_t index) {
    RunFeed& row = setup_.feeds[index];
    row.is_open = false;
    if (row.base != Currency{}) note_wait(row);
    std::visit([&](const auto& event) { apply(row, event); }, row.feed.event());
    TRD_CHECK(settle_instant());
    TRD_CHECK(tell_row(index));
    // Without bars, or behind the last, nothing else says how the account does.
    if (observer_ != nullptr && !has_bars_left()) tell_equity();
    TRD_TRY(const bool more, advance_feed(index));
    if (more)
        replace_front(moment_of(index));
    else
        drop_front();
    return check_interrupt(++rows_);
}

// After the last bar nobody waits.
void BacktestRunner::note_wait(RunFeed& rates) const {
    const Timestamp time = rates.feed.time();
    if (rates.told) {
        const Timestamp begin = std::max(*rates.told, setup_.start);
        const Timestamp end = has_bars_left() ? time : std::min(time, last_close_);
        if (end - begin > rates.wait_end - rates.wait_begin) rates.wait_begin = begin, rates.wait_end = end;
    }
    rates.told = time;
}

void BacktestRunner::apply(const RunFeed& row, const Quote& quote) {
    venue_of(row.instrument).venue.quote(row.instrument, quote);
    feed(QuoteChanged{row.instrument, quote}, quote.time);
    show_mark(row.instrument);
}

void BacktestRunner::apply(const RunFeed& row, const QuoteBar& bar) {
    venue_of(row.instrument).venue.close_quote_bar(row.instrument, bar);
    const Quote last{bar.close_time, bar.bid_close, bar.ask_close, bar.bid_size, bar.ask_size};
    feed(QuoteChanged{row.instrument, last}, bar.close_time);
    show_mark(row.instrument);
}

// Inside of a bar it moves the market, which goes on along the bar's way from there.
void BacktestRunner::apply(const RunFeed& row, const TradeTick& trade) {
    enter_open_bar(row.instrument);
    venue_of(row.instrument).venue.trade(row.instrument, trade);
    feed(TradePrinted{row.instrument, trade}, trade.time);
    show_mark(row.instrument, to_double(trade.price));
}

// The desk hears of a book when its best prices change.
void BacktestRunner::apply(const RunFeed& row, const BookDelta& delta) {
    SimulatedVenue& venue = venue_of(row.instrument).venue;
    const Quote before = venue.best(row.instrument);
    venue.book(row.instrument, delta);
    const Quote best = venue.best(row.instrument);
    const bool same = best.bid == before.bid && best.ask == before.ask && best.bid_size == before.bid_size &&
                      best.ask_size == before.ask_size;
    if (same || !best.bid.is_positive() || !best.ask.is_positive()) return;
    feed(QuoteChanged{row.instrument, best}, delta.time);
    show_mark(row.instrument);
}

// The venue tells of it: what has traded there by then is held, though its fill may be on the way here.
void BacktestRunner::apply(const RunFeed& row, const FundingRate& funding) {
    enter_open_bar(row.instrument);
    venue_of(row.instrument).venue.fund(row.instrument, funding.rate, funding.time);
}

void BacktestRunner::apply(const RunFeed& row, const CorporateAction& action) {
    if (action.kind == CorporateActionKind::dividend) {
        feed(DividendDue{row.instrument, Price::from_raw(action.value.raw())}, action.time);
    } else {
        split(row.instrument, action.value, action.time);
    }
    show_fill(row.instrument);
}

// Inside of a bar, by the price that its way has then.
void BacktestRunner::split(InstrumentId instrument, Decimal ratio, Timestamp time) {
    Venue& there = venue_of(instrument);
    enter_open_bar(instrument);
    const auto mark = there.venue.price_on_way(instrument, now_);
    const auto each_position = [&](auto&& visit) {
        for (const Held& held : there.accounts)
            for (uint32_t bucket = 0; bucket < side_bucket_count; ++bucket)
                visit(held, static_cast<SideBucket>(bucket));
    };
    if (observer_ != nullptr)
        each_position(
            [&](const Held& held, SideBucket side) { observer_->on_split(held.id, instrument, side, ratio); });
    feed(SplitDue{instrument, ratio, mark.value_or(Price::zero())}, time);
    there.venue.split(instrument, ratio, now_);
    each_position([&](const Held& held, SideBucket side) {
        const Quantity after = held.account->position(instrument, side).quantity;
        there.venue.set_position(held.id, instrument, side, after);
        if (observer_ != nullptr) observer_->on_split_done(now_, held.id, instrument, side, after);
    });
}

void BacktestRunner::apply(const RunFeed& row, const FxRate& rate) {
    feed(FxRateChanged{row.base, row.quote, rate.rate}, rate.time);
    count_equity();
    show_account();
}

Status<RunFault> BacktestRunner::tell_row(uint32_t index) {
    if (feed_listeners_[index].empty()) return done;
    for (const Listener& listener : feed_listeners_[index]) {
        Seat& seat = seats_[listener.seat];
        TRD_CHECK(call(seat, show_row(seat, listener.local, setup_.feeds[index])));
    }
    return settle_instant();
}

}  // namespace trd
