// What a market says between bars, one struct a kind: the form that cursors yield and that the desk and the matching
// engine take. Times are when the source says it happened. A size of zero means that the source does not tell it.
#pragma once

#include "base/decimal.h"
#include "base/time.h"

namespace trd {

struct Quote {
    Timestamp time;
    Price bid, ask;
    Quantity bid_size, ask_size;

    friend bool operator==(const Quote&, const Quote&) = default;
};

// Half-even at 1e-12.
inline Price middle(const Quote& quote) { return quote.bid + divide(quote.ask - quote.bid, Decimal::from_units(2)); }

// Who came to the other's price.
enum class Aggressor : uint8_t { unknown, buyer, seller };

struct TradeTick {
    Timestamp time;
    Price price;
    Quantity size;
    Aggressor aggressor = Aggressor::unknown;
    uint64_t id = 0;  // the venue's number; 0: none

    friend bool operator==(const TradeTick&, const TradeTick&) = default;
};

// Bid and ask over an interval, as two bars would say it; the sizes are those at its end.
struct QuoteBar {
    Timestamp open_time;   // inclusive
    Timestamp close_time;  // exclusive
    Price bid_open, bid_high, bid_low, bid_close;
    Price ask_open, ask_high, ask_low, ask_close;
    Quantity bid_size, ask_size;

    friend bool operator==(const QuoteBar&, const QuoteBar&) = default;
};

enum class BookSide : uint8_t { bid, ask };

// One price level is now this large; zero: it is gone. Where a snapshot begins, the whole book is forgotten before.
struct BookDelta {
    Timestamp time;
    BookSide side = BookSide::bid;
    Price price;
    Quantity size;
    uint64_t sequence = 0;
    bool begins_snapshot = false;

    friend bool operator==(const BookDelta&, const BookDelta&) = default;
};

struct FundingRate {
    Timestamp time;
    Decimal rate;  // of the position's value; positive: longs pay

    friend bool operator==(const FundingRate&, const FundingRate&) = default;
};

enum class CorporateActionKind : uint8_t { split, dividend };

struct CorporateAction {
    Timestamp time;  // from here on it counts
    CorporateActionKind kind = CorporateActionKind::split;
    Decimal value;  // split: new units for each old one; dividend: money for each unit

    friend bool operator==(const CorporateAction&, const CorporateAction&) = default;
};

struct FxRate {
    Timestamp time;
    Decimal rate;  // what one unit of the base currency is worth

    friend bool operator==(const FxRate&, const FxRate&) = default;
};

}  // namespace trd
