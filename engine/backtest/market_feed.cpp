#include "backtest/market_feed.h"

#include <array>

#include "history/codes.h"

namespace trd {
namespace {

// Columns by their place in history/kinds.cpp.
Price price(const RowCursor& rows, size_t column) { return Price::from_raw(rows.raw(column)); }
Quantity size(const RowCursor& rows, size_t column) { return Quantity::from_raw(rows.raw(column)); }
Decimal rate(const RowCursor& rows, size_t column) { return Decimal::from_raw(rows.raw(column)); }

void read_quote(const RowCursor& rows, MarketEvent& event) {
    event = Quote{rows.time(), price(rows, 1), price(rows, 3), size(rows, 2), size(rows, 4)};
}

void read_quote_bar(const RowCursor& rows, MarketEvent& event) {
    QuoteBar bar;
    bar.open_time = rows.time();
    bar.close_time = rows.time() + nanoseconds(rows.number(1));
    bar.bid_open = price(rows, 2);
    bar.bid_high = price(rows, 3);
    bar.bid_low = price(rows, 4);
    bar.bid_close = price(rows, 5);
    bar.bid_size = size(rows, 6);
    bar.ask_open = price(rows, 7);
    bar.ask_high = price(rows, 8);
    bar.ask_low = price(rows, 9);
    bar.ask_close = price(rows, 10);
    bar.ask_size = size(rows, 11);
    event = bar;
}

Aggressor aggressor_of(int64_t code) {
    if (code == side_buy) return Aggressor::buyer;
    return code == side_sell ? Aggressor::seller : Aggressor::unknown;
}

void read_trade(const RowCursor& rows, MarketEvent& event) {
    event = TradeTick{rows.time(), price(rows, 1), size(rows, 2), aggressor_of(rows.number(3)),
                      static_cast<uint64_t>(rows.number(4))};
}

void read_book(const RowCursor& rows, MarketEvent& event) {
    event = BookDelta{rows.time(), rows.number(1) == side_buy ? BookSide::bid : BookSide::ask, price(rows, 2),
                      size(rows, 3), static_cast<uint64_t>(rows.number(4))};
}

void read_funding(const RowCursor& rows, MarketEvent& event) { event = FundingRate{rows.time(), rate(rows, 1)}; }

void read_action(const RowCursor& rows, MarketEvent& event) {
    const bool splits = rows.number(1) == action_split;
    event = CorporateAction{rows.time(), splits ? CorporateActionKind::split : CorporateActionKind::dividend,
                            rate(rows, 2)};
}

void read_fx(const RowCursor& rows, MarketEvent& event) { event = FxRate{rows.time(), rate(rows, 1)}; }

struct Reader {
    DataKind kind;
    void (*read)(const RowCursor&, MarketEvent&);
};
constexpr std::array readers = {
    Reader{DataKind::quotes, read_quote},    Reader{DataKind::quote_bars, read_quote_bar},
    Reader{DataKind::trades, read_trade},    Reader{DataKind::book, read_book},
    Reader{DataKind::funding, read_funding}, Reader{DataKind::actions, read_action},
    Reader{DataKind::fx_rates, read_fx},
};

}  // namespace

Result<MarketFeed> MarketFeed::open(const Catalogue& catalogue, const SeriesKey& key, std::optional<Timestamp> from,
                                    std::optional<Timestamp> to) {
    TRD_TRY(const std::vector<std::string> paths, catalogue.paths_of(key));
    TRD_TRY(RowCursor rows, RowCursor::open(paths));
    MarketFeed feed(key, std::move(rows), from, to);
    for (const Reader& reader : readers)
        if (reader.kind == key.kind) feed.read_ = reader.read;
    TRD_ASSERT(feed.read_ != nullptr);
    return feed;
}

bool MarketFeed::next() {
    do {
        if (!rows_.next()) return false;
        if (to_ && rows_.time() >= *to_) return false;
    } while (from_ && rows_.time() < *from_);
    read_(rows_, event_);
    const auto* const bar = std::get_if<QuoteBar>(&event_);
    time_ = bar != nullptr ? bar->close_time : rows_.time();
    return true;
}

}  // namespace trd
