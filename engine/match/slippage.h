// How much worse than the price it met an order trades that takes. "none", "fixed:0.05", "bps:5", "spread:0.5",
// "volume_share:limit=0.025,impact=0.1", "impact:0.1".
#pragma once

#include <string>
#include <string_view>

#include "base/decimal.h"
#include "base/error.h"

namespace trd {

// What is known of the market where an order trades. Zero: not known.
struct SlippageMarket {
    Price spread;
    Quantity volume;  // of the bar or trade
    Quantity taken;   // of it, by own orders before this one
};

class SlippageModel {
  public:
    enum class Kind : uint8_t { none, fixed, bps, spread, volume_share, impact };

    SlippageModel() = default;
    static Result<SlippageModel> parse(std::string_view text);
    std::string name() const;

    // How far the price moves against the order, before rounding to a tick. Half-even at 1e-12. Precondition: positive
    // quantity. Negative prices slip by their size.
    Price distance(Price price, Quantity quantity, const SlippageMarket& market) const;
    // The share of a volume that orders may have; zero: no limit.
    Decimal volume_limit() const { return kind_ == Kind::volume_share ? limit_ : Decimal::zero(); }

    Kind kind() const { return kind_; }
    bool needs_spread() const { return kind_ == Kind::spread; }

  private:
    Kind kind_ = Kind::none;
    Price amount_;    // fixed
    Decimal factor_;  // bps, the share of the spread, the impact of either volume model
    Decimal limit_;   // volume_share
};

}  // namespace trd
