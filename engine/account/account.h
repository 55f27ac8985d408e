// Fills into positions, cash, fees, margin and profit: the only place where money is computed. One Account is one
// account at one venue; the desk owns them and calls from its own thread. Rounding happens at these points and nowhere
// else, each once, half-even at 1e-12: the value of a fill's closing part, the value of its opening part, the share of
// the cost that goes with a partial close, the margin of a position, and a position's value at a mark.
#pragma once

#include <optional>
#include <vector>

#include "account/account_terms.h"
#include "account/ledger.h"
#include "account/trade_ids.h"
#include "market/instrument.h"

namespace trd {

struct Position {
    Quantity quantity;  // negative: short
    // Amounts are in the settlement currency and have the sign of quantity; of inverse kinds, the other one.
    Money cost;          // paid: what it cost; margined: its value at the last settlement
    Money entry_value;   // what it was entered at, whatever has been settled since
    Money realized;      // what closing has earned against the entry, before fees, since the start
    Money margin;        // blocked for it
    Price mark;          // the last price seen; zero before the first
    Money market_value;  // of quantity at the mark
    // The round trip in progress: from flat to flat, or to the other side.
    Timestamp trip_start;
    Money trip_profit;
    Money trip_fees;
    Quantity trip_peak;  // the largest size held

    bool is_flat() const { return quantity.is_zero(); }
    // What closing at the mark would bring beyond what has been settled or paid.
    Money unrealized() const { return market_value - cost; }
    // The same against the entry, settled or not: what a trader calls the open profit.
    Money open_profit() const { return market_value - entry_value; }
};

// A completed round trip. `profit` is before fees.
struct ClosedTrade {
    InstrumentId instrument;
    Side side = Side::buy;  // buy: it was long
    Timestamp opened_at, closed_at;
    Quantity peak;
    Money profit;
    Money fees;
    Currency currency;

    Money net() const { return profit - fees; }
};

class Account {
  public:
    Account(AccountId id, VenueId venue, Currency base, AccountTerms terms = {})
        : id_(id), venue_(venue), base_(base), terms_(terms) {}

    AccountId id() const { return id_; }
    VenueId venue() const { return venue_; }
    Currency base() const { return base_; }  // what equity is told in
    const AccountTerms& terms() const { return terms_; }

    struct Booked {
        bool duplicate = false;  // the trade id was known: nothing changed
        bool misplaced = false;  // booked, but not where the fill said: see apply()
        std::optional<ClosedTrade> closed;
    };
    // Books the fill, marks the position at its price, and describes it in `posting` (whose memory is reused). All or
    // nothing: throws DecimalOverflow and leaves everything as it was when an amount leaves the range of money.
    // Precondition: a positive quantity.
    //
    // An account that keeps both sides never holds a long that is below zero, or a short above: what a fill closes
    // beyond what is held opens the other side, and a fill that names no side goes to the one that it would open. In an
    // account that nets everything is net. Each of these is `misplaced`: money that moved is booked, and somebody is
    // told.
    Booked apply(const Fill& fill, const Instrument& instrument, Posting& posting);

    // Values the position at the price; equity follows.
    void mark(const Instrument& instrument, Price price);
    // Margined positions: the gain up to the mark since the last settlement moves into cash. False when there is
    // nothing to book.
    bool settle(const Instrument& instrument, Posting& posting);
    // Money paid in (positive) or out.
    void transfer(Currency currency, Money amount, Posting& posting);

    const Position& position(InstrumentId instrument, SideBucket bucket = SideBucket::net) const;
    const Ledger& ledger() const { return ledger_; }
    bool is_exposed() const { return !open_.empty(); }
    Money cash(Currency currency) const { return ledger_.total(LedgerAccount::cash, currency); }
    // Cash, blocked margin and positions at their marks, of what is kept in `currency`. `instruments` is indexed by id.
    Money equity(Currency currency, const std::vector<Instrument>& instruments) const;

    void save(ByteWriter& out) const;
    bool load(ByteReader& in);

  private:
    Position& slot(InstrumentId instrument, SideBucket bucket);
    void store(InstrumentId instrument, SideBucket bucket, const Position& after);
    Booked apply_to_sides(const Fill& fill, const Instrument& instrument, Posting& posting);
    // Of an instrument's slots, how many can hold something.
    uint32_t buckets_kept() const { return terms_.hedging ? side_bucket_count : 1; }

    AccountId id_;
    VenueId venue_;
    Currency base_;
    AccountTerms terms_;
    Ledger ledger_;
    TradeIds trades_;
    std::vector<Position> positions_;  // by instrument * side_bucket_count + bucket
    std::vector<uint32_t> open_;       // indices of positions that are not flat, ascending
};

// Precondition: not flat. The average price of what is held, rounded half-even for display and signals only.
Price average_price(const Position& position, const Instrument& instrument);

}  // namespace trd
