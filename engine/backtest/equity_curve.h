// Equity over a whole run in a bounded number of points, made while it runs: a point stands for some bars and has the
// equity at their end and the lowest and highest in them, so a drawdown between two points is not lost. When all points
// are used, neighbours are put together. A few nanoseconds a bar.
#pragma once

#include <vector>

#include "base/decimal.h"
#include "base/time.h"

namespace trd {

class EquityCurve {
  public:
    static constexpr size_t points_max = 4096;

    struct Point {
        Timestamp time;
        Money equity, low, high;
    };

    // The first point is the start itself.
    void begin(Timestamp time, Money equity) { points_.push_back({time, equity, equity, equity}); }

    void feed(Timestamp time, Money equity) {
        if (bars_ == 0)
            open_ = {time, equity, equity, equity};
        else
            put_together(open_, {time, equity, equity, equity});
        if (++bars_ == bars_a_point_) close();
    }

    // In order of time, the unfinished last one too.
    std::vector<Point> points() const {
        std::vector<Point> all = points_;
        if (bars_ > 0) all.push_back(open_);
        return all;
    }

  private:
    static void put_together(Point& point, const Point& later) {
        point.time = later.time;
        point.equity = later.equity;
        if (later.low < point.low) point.low = later.low;
        if (later.high > point.high) point.high = later.high;
    }
    void close() {
        points_.push_back(open_);
        bars_ = 0;
        if (points_.size() < points_max) return;
        size_t kept = 1;  // the start stays alone
        for (size_t i = 1; i < points_.size(); i += 2, ++kept) {
            points_[kept] = points_[i];
            if (i + 1 < points_.size()) put_together(points_[kept], points_[i + 1]);
        }
        points_.resize(kept);
        bars_a_point_ *= 2;
    }

    std::vector<Point> points_;
    Point open_;
    uint64_t bars_ = 0;  // in open_
    uint64_t bars_a_point_ = 1;
};

}  // namespace trd
