// Bars of a longer timeframe from shorter ones, or from trades. History's resample and live feeds run this same code,
// so a bar looks the same in both. A bar is given out as soon as it is complete: when what was added reaches its close,
// when something later arrives, or when advance() says that the time has come. One thread.
#pragma once

#include <optional>

#include "market/bar.h"
#include "market/bar_schedule.h"

namespace trd {

class BarAggregator {
  public:
    explicit BarAggregator(BarSchedule schedule) : schedule_(std::move(schedule)) {}

    // Calls emit(const Bar&) for each bar completed, at most twice. Preconditions: bars come in order of time. A bar
    // that crosses an interval's end belongs to the interval where it opens. Throws DecimalOverflow when volumes do.
    template <class Emit>
    void add(const Bar& bar, Emit&& emit) {
        if (!begin(bar.open_time, bar.open, emit)) return;
        merge(bar.high, bar.low, bar.close, bar.volume);
        if (bar.close_time >= pending_.close_time) complete(emit);
    }
    template <class Emit>
    void add_trade(Timestamp time, Price price, Quantity size, Emit&& emit) {
        if (begin(time, price, emit)) merge(price, price, price, size);
    }
    // Nothing more will come from before `now`.
    template <class Emit>
    void advance(Timestamp now, Emit&& emit) {
        if (is_pending_ && now >= pending_.close_time) complete(emit);
    }
    // The last bar, complete or not; for the end of a file.
    template <class Emit>
    void finish(Emit&& emit) {
        if (is_pending_) complete(emit);
    }
    // The bar that is being built.
    const Bar* pending() const { return is_pending_ ? &pending_ : nullptr; }
    // What fell outside of sessions.
    uint64_t left_out() const { return left_out_; }

  private:
    template <class Emit>
    bool begin(Timestamp time, Price first, Emit&& emit) {
        if (is_pending_ && time < pending_.close_time) {
            const bool counts = schedule_.is_in_session(time);
            if (!counts) ++left_out_;
            return counts;
        }
        finish(emit);
        const auto interval = schedule_.interval_of(time);
        if (!interval) {
            ++left_out_;
            return false;
        }
        pending_ = {interval->open, interval->close, first, first, first, first, Quantity()};
        is_pending_ = true;
        return true;
    }
    void merge(Price high, Price low, Price close, Quantity volume);
    template <class Emit>
    void complete(Emit&& emit) {
        is_pending_ = false;
        emit(pending_);
    }

    BarSchedule schedule_;
    Bar pending_;
    bool is_pending_ = false;
    uint64_t left_out_ = 0;
};

}  // namespace trd
