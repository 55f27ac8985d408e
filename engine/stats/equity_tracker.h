// Follows the equity of a run as it happens: the daily closes that performance.h works on, and the deepest drawdown at
// the resolution of the feed. Drivers feed it once a bar; constant work each, memory grows by 16 bytes a day.
// One thread at a time.
#pragma once

#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/time.h"

namespace trd {

// One close a day, strictly rising in time, days without a value left out (nothing is carried forward).
struct DailyEquity {
    double start = 0;  // the capital before the first bar; the first return and the first peak count from it
    Timestamp start_time;
    std::vector<Timestamp> cuts = {};  // the end of each day
    std::vector<double> closes = {};
    Timestamp end_time = {};  // when the last value was told: no later than the end of its day
};

struct Drawdown {
    double fraction = 0;  // -0.25: a quarter below the peak; 0: there was none
    double money = 0;     // trough less peak of the same drawdown
    Timestamp peak_time, trough_time;
    std::optional<Timestamp> recovery_time = {};  // the peak was reached again
    Duration longest_under_water = {};            // of any drawdown, peak to recovery or to the last value
};

// Feeds on one value after the other; times never fall. Equal troughs: the first one counts.
class DrawdownTracker {
  public:
    DrawdownTracker(Timestamp start_time, double start)
        : peak_(start),
          peak_time_(start_time),
          last_time_(start_time),
          worst_{.peak_time = start_time, .trough_time = start_time} {}

    void feed(Timestamp time, double equity) {
        last_time_ = time;
        if (equity >= peak_) return rise(time, equity);
        below_ = true;
        if (equity / peak_ - 1 < worst_.fraction) deepen(time, equity);
    }
    Drawdown worst() const;
    Timestamp last_time() const { return last_time_; }

    void save(ByteWriter& out) const;
    void load(ByteReader& in);

  private:
    void rise(Timestamp time, double equity);
    void deepen(Timestamp time, double equity);

    double peak_;
    Timestamp peak_time_;  // when the peak was last touched
    Timestamp last_time_;
    bool below_ = false;             // the last value is below the peak
    bool worst_is_present_ = false;  // the worst drawdown is the one under way
    Drawdown worst_;
};

class EquityTracker {
  public:
    // Days end at 00:00 UTC plus `day_cut`. A value exactly at a cut is the close of the day that ends there, because
    // that is when the day's last bar becomes known.
    // `start_time` is when the account began, normally the open time of the first bar.
    EquityTracker(Timestamp start_time, double start, Duration day_cut = {})
        : day_cut_(day_cut), drawdown_(start_time, start), daily_{.start = start, .start_time = start_time} {}

    // Times never fall; equity is finite.
    void feed(Timestamp time, double equity) {
        drawdown_.feed(time, equity);
        if (time > day_end_ || daily_.closes.empty()) open_day(time);
        daily_.closes.back() = equity;
        daily_.end_time = time;
    }

    // The day under way counts with its last value.
    const DailyEquity& daily() const { return daily_; }
    double last() const { return daily_.closes.empty() ? daily_.start : daily_.closes.back(); }
    Drawdown drawdown() const { return drawdown_.worst(); }

    void save(ByteWriter& out) const;
    bool load(ByteReader& in);

  private:
    void open_day(Timestamp time);

    Duration day_cut_;
    Timestamp day_end_;
    DrawdownTracker drawdown_;
    DailyEquity daily_;
};

// How long any position was open.
class ExposureClock {
  public:
    // Called when the account goes from flat to not flat and back; repeating a state is allowed.
    void set(Timestamp time, bool exposed);
    Duration exposed_until(Timestamp now) const;

    void save(ByteWriter& out) const;
    void load(ByteReader& in);

  private:
    bool exposed_ = false;
    Timestamp since_;
    Duration before_;
};

}  // namespace trd
