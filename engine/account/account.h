// Fills into positions, cash, fees, margin and profit: the only place where money is computed. One Account is one
// account at one venue; the desk owns them and calls from its own thread. docs/money.md lists the points where rounding
// happens, each once, half-even at 1e-12; there are no others.
//
// account.cpp has the fills and the marks, account_events.cpp what moves money without a trade, account_margin.cpp what
// is asked of the account.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "account/account_terms.h"
#include "account/fx_rates.h"
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
    Int128 unrealized_raw() const { return market_value.raw() - cost.raw(); }
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
    AccountId account = {};

    Money net() const { return profit - fees; }
};

// What an account has, and what is asked of it, in its base currency.
struct MarginState {
    Money equity;
    Money initial;      // what equity would have to be to open what is held
    Money maintenance;  // what it must not fall below; zero: nothing is asked

    bool is_short() const { return maintenance.is_positive() && equity < maintenance; }

    friend bool operator==(const MarginState&, const MarginState&) = default;
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

    // The following say false when there is nothing to book. Like apply() they do all or nothing.
    //
    // Perpetuals: longs pay `rate` of what they hold is worth at `mark` (zero: at the last mark), shorts receive it.
    // Two roundings, the value and the share of it.
    bool fund(const Instrument& instrument, Decimal rate, Price mark, Posting& posting);
    // Instruments that are paid in full: longs receive `amount` a unit, shorts pay it.
    bool pay_dividend(const Instrument& instrument, Price amount, Posting& posting);
    // `ratio` new units for each old one; costs stay, marks follow. What is less than a lot is paid in cash at the new
    // mark, its part of the cost goes with it. Round trips that end so are put behind `closed`. Preconditions: a
    // positive ratio, an instrument that is paid in full.
    bool split(const Instrument& instrument, Decimal ratio, Timestamp now, Posting& posting,
               std::vector<ClosedTrade>& closed);
    // What borrowing what was sold short costs for some days, of its value at the mark; one rounding a position.
    bool charge_borrowing(const Instrument& instrument, uint16_t days, Posting& posting);
    // What cash owed costs and cash kept earns; one rounding.
    bool accrue_interest(Currency currency, uint16_t days, Posting& posting);
    // One currency sold for another. Precondition: two currencies.
    void convert(Currency sold_in, Money sold, Currency bought_in, Money bought, Posting& posting);

    const Position& position(InstrumentId instrument, SideBucket bucket = SideBucket::net) const;
    // Longs less shorts.
    Quantity held(InstrumentId instrument) const {
        if (!terms_.hedging) return position(instrument).quantity;
        return position(instrument, SideBucket::long_side).quantity +
               position(instrument, SideBucket::short_side).quantity;
    }
    const Ledger& ledger() const { return ledger_; }
    bool is_exposed() const { return !open_.empty(); }
    Money cash(Currency currency) const { return ledger_.total(LedgerAccount::cash, currency); }
    // Cash, blocked margin and positions at their marks, of what is kept in `currency`.
    Money equity(Currency currency) const;

    // The sum of what is kept in each currency, each converted by itself. Nothing: a rate is not known.
    std::optional<Money> equity_in(Currency wanted, const FxRates& rates) const;
    // In the base currency, by the terms that hold now. Nothing: a rate is not known.
    std::optional<MarginState> margin_state(const std::vector<Instrument>& instruments, const FxRates& rates,
                                            Timestamp now) const;

    // visit(InstrumentId, SideBucket, const Position&), for each that is not flat, ascending.
    template <class Visit>
    void for_each_open(Visit visit) const {
        for (const uint32_t index : open_)
            visit(InstrumentId{index / side_bucket_count}, static_cast<SideBucket>(index % side_bucket_count),
                  positions_[index]);
    }

    void save(ByteWriter& out) const;
    // False when the bytes are of no account, or it holds what is not among the instruments.
    bool load(ByteReader& in, const std::vector<Instrument>& instruments);

  private:
    // Cash grows by `received`, which `income` says where from. False, and nothing booked, for nothing.
    bool book_income(PostingReason reason, InstrumentId instrument, Currency currency, LedgerAccount income,
                     Money received, Posting& posting);
    Position& slot(InstrumentId instrument, SideBucket bucket);
    void store(const Instrument& instrument, SideBucket bucket, const Position& after);
    void add_open_profit(const Instrument& instrument, Int128 raw);
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
    // What all of them have gained since they were paid or settled, by settlement currency in the order of first use.
    // Plain numbers: a sum may leave the range of money for a moment.
    std::vector<std::pair<Currency, Int128>> open_profit_;
};

struct MarginNeed {
    Money initial, maintenance;  // in the settlement currency
};
MarginNeed margin_need(const Position& position, const Instrument& instrument, const AccountTerms& account,
                       Timestamp now);
// The second of these alone.
Money maintenance_need(const Position& position, const Instrument& instrument, const AccountTerms& account,
                       Timestamp now);

// Precondition: not flat. The average price of what is held, rounded half-even for display and signals only.
Price average_price(const Position& position, const Instrument& instrument);

}  // namespace trd
