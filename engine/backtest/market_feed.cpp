#include "backtest/market_feed.h"

#include <utility>

namespace trd {
namespace {

Timestamp known_at(const QuoteBar& bar) { return bar.close_time; }
template <class Row>
Timestamp known_at(const Row& row) {
    return row.time;
}

// An adjuster works on bars: prices of one moment are one.
Status<> adjust_prices(Adjuster& adjuster, Timestamp time, Price& a, Price& b, Price& c, Price& d) {
    TRD_TRY(const Bar bar, adjuster.apply({time, time, a, b, c, d, {}}));
    a = bar.open;
    b = bar.high;
    c = bar.low;
    d = bar.close;
    return done;
}

Status<> adjust_event_of(Adjuster& adjuster, Quote& quote) {
    Price bid = quote.bid, ask = quote.ask;
    return adjust_prices(adjuster, quote.time, quote.bid, bid, quote.ask, ask);
}
Status<> adjust_event_of(Adjuster& adjuster, QuoteBar& bar) {
    TRD_CHECK(adjust_prices(adjuster, bar.open_time, bar.bid_open, bar.bid_high, bar.bid_low, bar.bid_close));
    return adjust_prices(adjuster, bar.open_time, bar.ask_open, bar.ask_high, bar.ask_low, bar.ask_close);
}
Status<> adjust_one(Adjuster& adjuster, Timestamp time, Price& price) {
    Price b = price, c = price, d = price;
    return adjust_prices(adjuster, time, price, b, c, d);
}
Status<> adjust_event_of(Adjuster& adjuster, TradeTick& trade) { return adjust_one(adjuster, trade.time, trade.price); }
Status<> adjust_event_of(Adjuster& adjuster, BookDelta& delta) { return adjust_one(adjuster, delta.time, delta.price); }
// Of the share that the prices are of.
Status<> adjust_event_of(Adjuster& adjuster, CorporateAction& action) {
    TRD_TRY(action.value, adjuster.dividend(action.time, action.value));
    return done;
}
// What is no price stays.
template <class Event>
Status<> adjust_event_of(Adjuster&, Event&) {
    return done;
}

}  // namespace

template <class Row>
Result<MarketFeed> MarketFeed::open_as(const Catalogue& catalogue, const SeriesKey& key, TimeWindow window) {
    TRD_TRY(auto cursor, TickCursor<Row>::open(catalogue, key.symbol, window, key.timeframe));
    return MarketFeed(key, std::move(cursor));
}

Result<MarketFeed> MarketFeed::open(const Catalogue& catalogue, const SeriesKey& key, TimeWindow window) {
    switch (key.kind) {
        case DataKind::quotes:
            return open_as<Quote>(catalogue, key, window);
        case DataKind::quote_bars:
            return open_as<QuoteBar>(catalogue, key, window);
        case DataKind::trades:
            return open_as<TradeTick>(catalogue, key, window);
        case DataKind::book:
            return open_as<BookDelta>(catalogue, key, window);
        case DataKind::funding:
            return open_as<FundingRate>(catalogue, key, window);
        case DataKind::actions: {
            TRD_TRY(auto stored, TickCursor<CorporateAction>::open(catalogue, key.symbol, window));
            return MarketFeed(key, ActionCursor(std::move(stored)));
        }
        case DataKind::fx_rates:
            return open_as<FxRate>(catalogue, key, window);
        case DataKind::bars:
        case DataKind::factors:
            break;
    }
    TRD_ASSERT(false);
}

Digest MarketFeed::fingerprint() const {
    return std::visit([](const auto& cursor) { return fingerprint_of(cursor.segments()); }, cursor_);
}

bool MarketFeed::next() {
    if (std::exchange(has_row_, false)) {
        if (rows_++ == 0) first_ = time_;
        last_ = time_;
    }
    do {
        if (!std::visit([this](auto& cursor) { return read(cursor); }, cursor_)) return false;
    } while (is_in_prices());
    return has_row_ = true;
}

// Adjusted prices have the splits in them: they happen to nobody.
bool MarketFeed::is_in_prices() const {
    const auto* const action = std::get_if<CorporateAction>(&event_);
    return adjuster_ && action != nullptr && action->kind == CorporateActionKind::split;
}

template <class Rows>
bool MarketFeed::read(Rows& cursor) {
    if (!cursor.next()) {
        failure_ = cursor.failure();
        return false;
    }
    event_ = cursor.row();
    time_ = known_at(cursor.row());
    if (!adjuster_ || is_in_prices()) return true;
    if (auto adjusted = adjust_event(); !adjusted.ok()) {
        failure_ = std::move(adjusted).error();
        return false;
    }
    return true;
}

Status<> MarketFeed::adjust_event() {
    return std::visit([this](auto& event) { return adjust_event_of(*adjuster_, event); }, event_);
}

}  // namespace trd
