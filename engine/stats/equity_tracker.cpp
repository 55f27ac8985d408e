#include "stats/equity_tracker.h"

#include <algorithm>

namespace trd {

namespace {

// The end of the day that holds `time`, both ends counted: midnight itself ends a day.
Timestamp day_end_of(Timestamp time, Duration day_cut) {
    const int64_t day = utc_day(time - day_cut - nanoseconds(1));
    return Timestamp{} + days(day + 1) + day_cut;
}

void put(ByteWriter& out, Timestamp time) { out.put(time.ns); }
Timestamp get_time(ByteReader& in) { return {in.get<int64_t>()}; }

}  // namespace

void DrawdownTracker::rise(Timestamp time, double equity) {
    if (below_) worst_.longest_under_water = std::max(worst_.longest_under_water, time - peak_time_);
    if (worst_is_present_) worst_.recovery_time = time;
    below_ = worst_is_present_ = false;
    peak_ = equity;
    peak_time_ = time;
}

void DrawdownTracker::deepen(Timestamp time, double equity) {
    worst_is_present_ = true;
    worst_.fraction = equity / peak_ - 1;
    worst_.money = equity - peak_;
    worst_.peak_time = peak_time_;
    worst_.trough_time = time;
    worst_.recovery_time.reset();
}

Drawdown DrawdownTracker::worst() const {
    Drawdown result = worst_;
    if (below_) result.longest_under_water = std::max(result.longest_under_water, last_time_ - peak_time_);
    return result;
}

void DrawdownTracker::save(ByteWriter& out) const {
    out.put(peak_);
    put(out, peak_time_);
    put(out, last_time_);
    out.put(below_);
    out.put(worst_is_present_);
    out.put(worst_.fraction);
    out.put(worst_.money);
    put(out, worst_.peak_time);
    put(out, worst_.trough_time);
    out.put(worst_.recovery_time.has_value());
    put(out, worst_.recovery_time.value_or(Timestamp{}));
    out.put(worst_.longest_under_water.ns);
}

void DrawdownTracker::load(ByteReader& in) {
    peak_ = in.get<double>();
    peak_time_ = get_time(in);
    last_time_ = get_time(in);
    below_ = in.get_bool();
    worst_is_present_ = in.get_bool();
    worst_.fraction = in.get<double>();
    worst_.money = in.get<double>();
    worst_.peak_time = get_time(in);
    worst_.trough_time = get_time(in);
    const bool recovered = in.get_bool();
    const Timestamp recovery_time = get_time(in);
    worst_.recovery_time = recovered ? std::optional(recovery_time) : std::nullopt;
    worst_.longest_under_water = {in.get<int64_t>()};
}

void EquityTracker::open_day(Timestamp time) {
    day_end_ = day_end_of(time, day_cut_);
    daily_.cuts.push_back(day_end_);
    daily_.closes.push_back(0);
}

void EquityTracker::save(ByteWriter& out) const {
    drawdown_.save(out);
    out.put(static_cast<uint64_t>(daily_.closes.size()));
    for (const Timestamp cut : daily_.cuts) put(out, cut);
    for (const double close : daily_.closes) out.put(close);
}

bool EquityTracker::load(ByteReader& in) {
    drawdown_.load(in);
    const auto count = in.get<uint64_t>();
    if (count > in.left() / (sizeof(int64_t) + sizeof(double))) return false;
    daily_.cuts.resize(count);
    daily_.closes.resize(count);
    for (Timestamp& cut : daily_.cuts) cut = get_time(in);
    for (double& close : daily_.closes) close = in.get<double>();
    if (count > 0) day_end_ = daily_.cuts.back(), daily_.end_time = drawdown_.last_time();
    return in.ok();
}

void ExposureClock::set(Timestamp time, bool exposed) {
    before_ = exposed_until(time);
    since_ = time;
    exposed_ = exposed;
}

Duration ExposureClock::exposed_until(Timestamp now) const { return exposed_ ? before_ + (now - since_) : before_; }

void ExposureClock::save(ByteWriter& out) const {
    out.put(exposed_);
    put(out, since_);
    out.put(before_.ns);
}

void ExposureClock::load(ByteReader& in) {
    exposed_ = in.get_bool();
    since_ = get_time(in);
    before_ = {in.get<int64_t>()};
}

}  // namespace trd
