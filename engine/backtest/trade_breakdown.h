// Where a run's profit came from: its closed trades by symbol, by the tag of the order that opened them and by why they
// ended, and the best and worst of them. Fed by the run's observer, on the run's thread; memory is bounded whatever the
// run does: at most groups_max names a dimension (later ones are counted together) and rows_kept trades at each end.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "account/account.h"
#include "market/instrument.h"
#include "order/fill.h"
#include "order/order.h"
#include "stats/round_trips.h"

namespace trd {

// The mean of what was paid, by quantity. Exact where all fills had one price, else to twelve decimals.
struct MeanPrice {
    Price price;
    Quantity quantity;  // zero: nothing was filled

    void add(Price at, Quantity more);
    void split(Decimal ratio);
    friend bool operator==(const MeanPrice&, const MeanPrice&) = default;
};

// A closed trade with what its orders said.
struct TradeRow {
    std::string symbol;
    Side side = Side::buy;  // buy: it was long
    Timestamp opened, closed;
    Quantity quantity;   // the most that was held
    Money profit, fees;  // before fees
    Currency currency;
    std::string tag;                 // of the order that opened it; may be empty
    std::string exit;                // why it ended: the tag of the order that did it, else its reason in words
    std::string exit_tag;            // what the strategy called that order; empty: nothing of its own
    std::string_view exit_reason;    // "stop", "target", "signal" ...
    MeanPrice entry, exit_at;        // of all fills that opened it or added to it, and of those that closed it
    std::optional<Money> ranked_by;  // net in the account's currency; nothing: it cannot be compared

    Money net() const { return profit - fees; }
    friend bool operator==(const TradeRow&, const TradeRow&) = default;
};

struct TradeGroup {
    std::string name;
    Currency currency;
    Money profit, fees;  // exact sums; profit before fees
    RoundTripSummary summary;

    Money net() const { return profit - fees; }
};

struct TradeDimension {
    std::string_view name;           // "by_symbol"
    std::vector<TradeGroup> groups;  // the most profitable first; what was counted together comes last
    bool is_cut = false;             // there were more names than groups_max
};

struct TradeBreakdown {
    std::vector<TradeDimension> dimensions;
    std::vector<TradeRow> best, worst;  // after fees, in the account's currency, the extreme first
    Money profit, fees;                 // of all trades in the account's currency
};

// The names of the dimensions, in order: "by_symbol", "by_tag", "by_exit".
std::span<const std::string_view> trade_dimension_names();
// What an order that ends a trade is: "stop", "trailing_stop", "target", "signal", "opposite_order", "rebalance",
// "forced" (by a margin call or a limit), "split" ...
std::string_view exit_reason(const OrderIntent& closing);

class TradeBreakdownBuilder {
  public:
    static constexpr size_t groups_max = 64;
    static constexpr size_t rows_kept = 5;
    static constexpr std::string_view no_tag = "(none)";
    static constexpr std::string_view other_names = "(others)";
    static constexpr size_t dimension_count = 3;

    TradeBreakdownBuilder(std::vector<std::string> symbols, Currency currency)
        : symbols_(std::move(symbols)), keeps_sides_(symbols_.size()), currency_(currency) {}

    // Before the trade that the fill may close.
    void on_fill(const Fill& fill, const OrderIntent& intent);
    // `net` is after fees in the account's currency; nothing where no rate is known.
    TradeRow on_trade(const ClosedTrade& trade, const std::optional<Money>& net);
    // What was held is `after` now, and prices are divided by the ratio.
    void on_split(AccountId account, InstrumentId instrument, SideBucket bucket, Decimal ratio);
    // What it leaves, when what was less than a lot has been paid out.
    void on_split_done(AccountId account, InstrumentId instrument, SideBucket bucket, Quantity held);
    TradeBreakdown result() const;
    // By the fills and splits so far.
    bool is_anything_open() const { return open_count_ > 0; }

  private:
    // What is known of the position that is open.
    struct OpenTrade {
        Quantity quantity;
        std::vector<Tag> tags;  // of the orders that opened it and added to it, the first one first; each once
        MeanPrice entry, exit;
        std::string exit_tag;
        std::string_view exit_reason;
        // What the fill that closed it opened anew.
        Tag next_tag;
        MeanPrice next_entry;

        void begin(Tag tag, MeanPrice entry_so_far);
        void add_tag(Tag tag);
        void close(const Fill& fill, const OrderIntent& intent, Quantity beyond);
        // The tag that the strategy gave to an order that ends it: a bracket's stop has its entry's, which says
        // nothing.
        std::string_view own_tag(const OrderIntent& closing) const;
    };
    struct Sums {
        Currency currency;
        Money profit, fees;
        RoundTripStats trips;
    };
    using Groups = std::map<std::string, Sums, std::less<>>;

    void hold(OpenTrade& open, Quantity quantity);
    void count(Groups& groups, std::string_view name, const TradeRow& row);
    TradeDimension dimension_of(size_t index) const;

    std::vector<std::string> symbols_;
    OpenTrade& open_of(AccountId account, InstrumentId instrument, SideBucket bucket) {
        return open_[{account.value, instrument.value * side_bucket_count + static_cast<uint32_t>(bucket)}];
    }

    std::map<std::pair<uint16_t, uint32_t>, OpenTrade> open_;  // by account, and instrument and side
    size_t open_count_ = 0;                                    // of these that hold something
    std::vector<bool> keeps_sides_;  // by instrument: its account keeps a long and a short side
    Currency currency_;
    std::array<Groups, dimension_count> groups_;
    std::vector<TradeRow> best_, worst_;
    Money profit_, fees_;
};

}  // namespace trd
