#include "risk/market_statistics.h"

#include <algorithm>
#include <cmath>

namespace trd {
namespace {

// The mean of the first `length` values, then Wilder's smoothing.
void smooth(double& average, double value, uint32_t count, uint32_t length) {
    average += (value - average) / static_cast<double>(std::min(count, length));
}

}  // namespace

void MarketStatistics::add(const Bar& bar, int64_t day) {
    const double high = to_double(bar.high), low = to_double(bar.low), close = to_double(bar.close);
    if (day_ != INT64_MIN && day != day_) end_day();
    day_ = day;
    const double range = ranges_ == 0 ? high - low : std::max(high, last_close_) - std::min(low, last_close_);
    smooth(average_range_, range, ++ranges_, range_length);
    last_close_ = close;
    recent_volume_ = to_double(bar.volume);
    volume_today_ += recent_volume_;
}

void MarketStatistics::end_day() {
    smooth(volume_of_days_, volume_today_, ++days_, volume_length);
    volume_today_ = 0;
    if (day_close_ > 0 && last_close_ > 0) {
        const double change = last_close_ / day_close_ - 1;
        ++returns_;
        const double before = change - mean_return_;
        smooth(mean_return_, change, returns_, volatility_length);
        smooth(variance_, before * (change - mean_return_), returns_, volatility_length);
    }
    day_close_ = last_close_;
}

double MarketStatistics::day_volatility() const {
    return returns_ < volatility_length ? 0 : std::sqrt(std::max(variance_, 0.0));
}

void MarketStatistics::save(ByteWriter& out) const {
    for (const double value : {average_range_, last_close_, day_close_, recent_volume_, volume_today_, volume_of_days_,
                               mean_return_, variance_})
        out.put(value);
    for (const uint32_t count : {ranges_, days_, returns_}) out.put(count);
    out.put(day_);
}

bool MarketStatistics::load(ByteReader& in) {
    for (double* value : {&average_range_, &last_close_, &day_close_, &recent_volume_, &volume_today_, &volume_of_days_,
                          &mean_return_, &variance_})
        *value = in.get<double>();
    for (uint32_t* count : {&ranges_, &days_, &returns_}) *count = in.get<uint32_t>();
    day_ = in.get<int64_t>();
    return in.ok();
}

}  // namespace trd
