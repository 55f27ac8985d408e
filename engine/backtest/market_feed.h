// Market data other than bars, as one stream of values a series: quotes, quote bars, trades, book changes, funding,
// corporate actions and exchange rates. Opened before a run, read by its runner, one row at a time, without allocating.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "base/error.h"
#include "history/catalogue.h"
#include "history/row_cursor.h"
#include "market/ticks.h"

namespace trd {

using MarketEvent = std::variant<Quote, QuoteBar, TradeTick, BookDelta, FundingRate, CorporateAction, FxRate>;

class MarketFeed {
  public:
    // Rows whose time is in [from, to). Error: the series is not there, or cannot be read.
    // Precondition: a kind that MarketEvent has.
    static Result<MarketFeed> open(const Catalogue& catalogue, const SeriesKey& key, std::optional<Timestamp> from,
                                   std::optional<Timestamp> to);

    const SeriesKey& key() const { return key_; }
    uint64_t total_rows() const { return rows_.total_rows(); }
    // Names the data: the same series has the same one.
    Digest fingerprint() const { return rows_.fingerprint(); }

    // False at the end, or on damage: see failure().
    bool next();
    const MarketEvent& event() const { return event_; }
    // When anyone may know of it: of a quote bar, its end.
    Timestamp time() const { return time_; }
    const std::optional<Error>& failure() const { return rows_.failure(); }

  private:
    MarketFeed(SeriesKey key, RowCursor rows, std::optional<Timestamp> from, std::optional<Timestamp> to)
        : key_(std::move(key)), rows_(std::move(rows)), from_(from), to_(to) {}

    SeriesKey key_;
    RowCursor rows_;
    std::optional<Timestamp> from_, to_;
    void (*read_)(const RowCursor&, MarketEvent&) = nullptr;
    MarketEvent event_;
    Timestamp time_;
};

}  // namespace trd
