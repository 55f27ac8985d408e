// What a simulated venue is made of: small models, each a value chosen by name in a flag or a file and printed with
// every result. parse_*() names what was found and what exists (exit code 2); name() is the text that it takes.
#pragma once

#include <string>
#include <string_view>

#include "account/fees.h"
#include "base/error.h"
#include "market/bar.h"
#include "match/slippage.h"

namespace trd {

// Where a market order trades.
enum class FillModel : uint8_t {
    next_open,  // at the first bar that opens after it was decided
    close,      // at the close of the bar it was decided on
    quote,      // at the quote's side: buyers pay the ask, sellers get the bid
};
Result<FillModel> parse_fill_model(std::string_view text);
std::string_view name_of(FillModel model);

// In which order a bar went through its prices. Between two of them the price moves one way only.
enum class BarPath : uint8_t {
    nearest,  // the extreme nearer to the open first; alike: the low of a bar that rose, else the high
    open_high_low_close,
    open_low_high_close,
    pessimistic,  // the extreme that hurts what is held; nearest when nothing is
};
Result<BarPath> parse_bar_path(std::string_view text);
std::string_view name_of(BarPath path);
// Whether the bar went to its low first. `held` is the net position.
bool goes_low_first(BarPath path, const Bar& bar, Quantity held);

// How others in front of a resting limit order go away, where ticks tell of trades and sizes.
enum class QueueModel : uint8_t {
    pessimistic,   // only by trading
    proportional,  // by trading, and their share of what is withdrawn at the price
    optimistic,    // there never are any
};
Result<QueueModel> parse_queue_model(std::string_view text);
std::string_view name_of(QueueModel model);

// Whose rules hold. Anything but trd has the orders and rules of docs/semantics.md and no other.
enum class Semantics : uint8_t { trd, backtrader, lean };
Result<Semantics> parse_semantics(std::string_view text);
std::string_view name_of(Semantics semantics);

// The share of a bar's or a trade's volume that all own orders together may have: "none" or "0.1".
class Participation {
  public:
    Participation() = default;
    explicit Participation(Decimal share) : share_(share) {}
    static Result<Participation> parse(std::string_view text);
    std::string name() const;
    bool is_limited() const { return share_.is_positive(); }
    Decimal share() const { return share_; }

  private:
    Decimal share_;  // zero: not limited
};

// How long messages take: "none", "constant:5ms", "constant:5ms/7ms" (there/back), "jitter:2ms..9ms" (both ways).
class LatencyModel {
  public:
    struct Range {
        Duration shortest, longest;
        friend bool operator==(const Range&, const Range&) = default;
    };
    LatencyModel() = default;
    LatencyModel(Range there, Range back) : there_(there), back_(back) {}
    static Result<LatencyModel> parse(std::string_view text);
    std::string name() const;
    bool is_none() const { return longest_is_zero(there_) && longest_is_zero(back_); }
    const Range& there() const { return there_; }
    const Range& back() const { return back_; }

  private:
    static bool longest_is_zero(const Range& range) { return range.longest.ns == 0; }

    Range there_, back_;
};

struct VenueModels {
    FillModel fill = FillModel::next_open;
    BarPath path = BarPath::nearest;
    Participation participation{};
    QueueModel queue = QueueModel::pessimistic;
    SlippageModel slippage{};
    FeeModel fees{};
    LatencyModel latency{};
    Semantics semantics = Semantics::trd;

    // Something in here has no meaning without quotes, quote bars or books.
    bool needs_quotes() const { return fill == FillModel::quote || slippage.needs_spread(); }
};

}  // namespace trd
