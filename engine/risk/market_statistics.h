// What the market says about how far prices move and how much trades: the signals that checks go by. Doubles, kept
// outside the gate; a signal that is not there yet is zero. Deterministic; in save().
#pragma once

#include <optional>

#include "base/bytes.h"
#include "market/bar.h"

namespace trd {

// Where a price is from, the best last: jumps are counted from quote to quote where there are quotes, else from trade
// to trade, else from close to close.
enum class PriceSource : uint8_t { none, bar, trade, quote };

class MarketStatistics {
  public:
    // `day` is the day of limits that the bar closes in.
    void add(const Bar& bar, int64_t day);
    void add_price(PriceSource source, double price);
    // Prices from here on are those before it divided by the ratio.
    void split(double ratio);

    double average_range() const { return ranges_ >= range_length ? average_range_ : 0; }  // Wilder's, 14 bars
    // The same; nothing where there have not been so many bars.
    std::optional<double> known_range() const {
        return ranges_ >= range_length ? std::optional(average_range_) : std::nullopt;
    }
    double day_volatility() const;                                          // of 20 daily returns
    double day_volume() const { return days_ == 0 ? 0 : volume_of_days_; }  // of 30 days, smoothed
    double recent_volume() const { return recent_volume_; }                 // of the last bar
    // The last step of the price, in standard deviations of the 20 steps before it, smoothed. Nothing: there have not
    // been so many, or the price had not moved at all before it did.
    std::optional<double> last_jump() const;

    void save(ByteWriter& out) const;
    bool load(ByteReader& in);

  private:
    static constexpr uint32_t range_length = 14, volatility_length = 20, volume_length = 30, step_length = 20;

    void end_day();
    void take_step(double change);

    double average_range_ = 0, last_close_ = 0, day_close_ = 0, recent_volume_ = 0;
    double volume_today_ = 0, volume_of_days_ = 0;
    double mean_return_ = 0, variance_ = 0;
    double last_price_ = 0, mean_step_ = 0, step_variance_ = 0;
    double last_step_ = 0, variance_before_ = 0;  // of the steps before the last one
    uint32_t ranges_ = 0, days_ = 0, returns_ = 0, steps_ = 0;
    int64_t day_ = INT64_MIN;
    PriceSource price_source_ = PriceSource::none;
};

}  // namespace trd
