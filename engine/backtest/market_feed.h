// Market data other than bars, as one stream of values a series: quotes, quote bars, trades, book changes, funding,
// corporate actions and exchange rates. Opened before a run, read by its runner one row at a time; it adjusts prices
// where the run's bars are adjusted.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "backtest/action_cursor.h"
#include "base/error.h"
#include "history/adjust.h"
#include "history/tick_cursor.h"

namespace trd {

using MarketEvent = std::variant<Quote, QuoteBar, TradeTick, BookDelta, FundingRate, CorporateAction, FxRate>;

// What a strategy asked for besides bars.
struct AskedFeed {
    static constexpr uint32_t none = UINT32_MAX;  // it is optional, and there is none: nothing of it comes

    uint32_t number = none;  // among the run's feeds
    InstrumentId instrument{};
};

class MarketFeed {
  public:
    // Error: the series is not there, or cannot be read. Precondition: a kind that MarketEvent has.
    static Result<MarketFeed> open(const Catalogue& catalogue, const SeriesKey& key, TimeWindow window);

    // Prices as the adjuster says, from the next row on. Sizes stay as they were. Of corporate actions, splits are left
    // out, and dividends are those of an adjusted share.
    void adjust(Adjuster adjuster) { adjuster_ = std::move(adjuster); }

    const SeriesKey& key() const { return key_; }
    // Names the data: the same series has the same one.
    Digest fingerprint() const;

    // False at the end, or on damage: see failure().
    bool next();
    const MarketEvent& event() const { return event_; }
    // When anyone may know of it: of a quote bar, its end.
    Timestamp time() const { return time_; }
    const std::optional<Error>& failure() const { return failure_; }
    // What next() has gone past; the row at which it stands is not of it. Without rows the times mean nothing.
    struct Span {
        uint64_t rows = 0;
        Timestamp first, last;
    };
    Span read_until_now() const { return {rows_, first_, last_}; }

  private:
    using Cursor = std::variant<TickCursor<Quote>, TickCursor<QuoteBar>, TickCursor<TradeTick>, TickCursor<BookDelta>,
                                TickCursor<FundingRate>, ActionCursor, TickCursor<FxRate>>;

    MarketFeed(SeriesKey key, Cursor cursor) : key_(std::move(key)), cursor_(std::move(cursor)) {}
    template <class Row>
    static Result<MarketFeed> open_as(const Catalogue& catalogue, const SeriesKey& key, TimeWindow window);
    template <class Rows>
    bool read(Rows& cursor);
    Status<> adjust_event();
    bool is_in_prices() const;

    SeriesKey key_;
    Cursor cursor_;
    std::optional<Adjuster> adjuster_;
    std::optional<Error> failure_;
    MarketEvent event_;
    Timestamp time_, first_, last_;
    bool has_row_ = false;
    uint64_t rows_ = 0;  // that are behind it
};

}  // namespace trd
