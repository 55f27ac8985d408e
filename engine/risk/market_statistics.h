// What bars say about how far prices move and how much trades: the signals that checks go by. Doubles, kept outside the
// gate; a signal that is not there yet is zero. Deterministic; in save().
#pragma once

#include "base/bytes.h"
#include "market/bar.h"

namespace trd {

class MarketStatistics {
  public:
    // `day` is the day of limits that the bar closes in.
    void add(const Bar& bar, int64_t day);

    double average_range() const { return ranges_ >= range_length ? average_range_ : 0; }  // Wilder's, 14 bars
    double day_volatility() const;                                                         // of 20 daily returns
    double day_volume() const { return days_ == 0 ? 0 : volume_of_days_; }                 // of 30 days, smoothed
    double recent_volume() const { return recent_volume_; }                                // of the last bar

    void save(ByteWriter& out) const;
    bool load(ByteReader& in);

  private:
    static constexpr uint32_t range_length = 14, volatility_length = 20, volume_length = 30;

    void end_day();

    double average_range_ = 0, last_close_ = 0, day_close_ = 0, recent_volume_ = 0;
    double volume_today_ = 0, volume_of_days_ = 0;
    double mean_return_ = 0, variance_ = 0;
    uint32_t ranges_ = 0, days_ = 0, returns_ = 0;
    int64_t day_ = INT64_MIN;
};

}  // namespace trd
