// What many indicators ask of a bar. Private to market/indicators.
#pragma once

#include "market/indicators/state.h"

namespace trd::indicators {

// Indicators that keep a state for ever skip a bar that is not usable and say NaN for it.
inline bool usable(const BarValues& bar) { return finite(bar.high + bar.low + bar.close); }

// (high + low + close) / 3, exact when the three are equal.
inline double typical_price(const BarValues& bar) {
    return bar.close + ((bar.high - bar.close) + (bar.low - bar.close)) / 3;
}

// Bars of equal typical price may differ in its last bits: a distance up to this share of the price is none.
inline constexpr double typical_price_rounding = 1e-14;

// The largest of high - low and the distances of both from the close before; NaN for the first bar.
class TrueRange {
  public:
    double push(const BarValues& bar) {
        const double before = close_before_;
        close_before_ = bar.close;
        if (!finite(before) || !usable(bar)) return nan;
        const double top = bar.high > before ? bar.high : before;
        const double bottom = bar.low < before ? bar.low : before;
        return top - bottom;
    }

    template <class Archive>
    void state(Archive& archive) {
        archive(close_before_);
    }

  private:
    double close_before_ = nan;
};

// 100 * part / whole; `otherwise` when the whole is zero.
inline double percent_of(double part, double whole, double otherwise) {
    return whole == 0 ? otherwise : 100 * (part / whole);
}

// 1 or 0: a factor instead of a jump that random prices would mispredict every second time.
inline double counted(bool condition) { return condition; }

}  // namespace trd::indicators
