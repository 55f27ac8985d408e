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

// A worse source than the best so far says nothing new, and the first price of a better one is no step.
void MarketStatistics::add_price(PriceSource source, double price) {
    if (source < price_source_ || !(price > 0)) return;
    if (source == price_source_) take_step(price / last_price_ - 1);
    price_source_ = source;
    last_price_ = price;
}

void MarketStatistics::take_step(double change) {
    last_step_ = change;
    variance_before_ = step_variance_;
    const double before = change - mean_step_;
    smooth(mean_step_, change, ++steps_, step_length);
    smooth(step_variance_, before * (change - mean_step_), steps_, step_length);
}

std::optional<double> MarketStatistics::last_jump() const {
    if (steps_ <= step_length) return std::nullopt;
    if (last_step_ == 0) return 0;
    if (!(variance_before_ > 0)) return std::nullopt;
    return std::abs(last_step_) / std::sqrt(variance_before_);
}

void MarketStatistics::split(double ratio) {
    for (double* price : {&average_range_, &last_close_, &day_close_, &last_price_}) *price /= ratio;
    for (double* volume : {&recent_volume_, &volume_today_, &volume_of_days_}) *volume *= ratio;
}

double MarketStatistics::day_volatility() const {
    return returns_ < volatility_length ? 0 : std::sqrt(std::max(variance_, 0.0));
}

void MarketStatistics::save(ByteWriter& out) const {
    for (const double value :
         {average_range_, last_close_, day_close_, recent_volume_, volume_today_, volume_of_days_, mean_return_,
          variance_, last_price_, mean_step_, step_variance_, last_step_, variance_before_})
        out.put(value);
    for (const uint32_t count : {ranges_, days_, returns_, steps_}) out.put(count);
    out.put(day_);
    out.put(price_source_);
}

bool MarketStatistics::load(ByteReader& in) {
    for (double* value :
         {&average_range_, &last_close_, &day_close_, &recent_volume_, &volume_today_, &volume_of_days_, &mean_return_,
          &variance_, &last_price_, &mean_step_, &step_variance_, &last_step_, &variance_before_})
        *value = in.get<double>();
    for (uint32_t* count : {&ranges_, &days_, &returns_, &steps_}) *count = in.get<uint32_t>();
    day_ = in.get<int64_t>();
    price_source_ = in.get<PriceSource>();
    if (price_source_ > PriceSource::quote) in.fail();
    return in.ok();
}

}  // namespace trd
