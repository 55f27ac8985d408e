// A view with one instrument per series and no engine behind it: feeds bars and notices to a strategy, takes its
// intents, and pretends that market orders fill at the next bar's open. For tests and benchmarks of the script room.
#pragma once

#include <cmath>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "order/fill.h"
#include "order/lifecycle.h"
#include "order/order.h"
#include "script/lua_strategy.h"
#include "view/view.h"

namespace trd {

inline BarValues bar_at(int64_t number, double close) {
    BarValues bar;
    bar.open_time_ns = number * 60'000'000'000;
    bar.close_time_ns = bar.open_time_ns + 60'000'000'000;
    bar.open = close - 0.25;
    bar.high = close + 0.5;
    bar.low = close - 0.5;
    bar.close = close;
    bar.volume = 100 + static_cast<double>(number % 7);
    return bar;
}

// A random walk in quarters, so that equal closes and exact crossings happen.
inline std::vector<BarValues> random_bars(size_t count, unsigned seed) {
    std::mt19937 random(seed);
    std::vector<BarValues> bars;
    double close = 100;
    for (size_t i = 0; i < count; ++i) {
        close += (static_cast<double>(random() % 9) - 4) * 0.25;
        if (close < 10) close = 10;
        bars.push_back(bar_at(static_cast<int64_t>(i), close));
    }
    return bars;
}

class ScriptRig {
  public:
    ScriptRig(std::unique_ptr<Strategy> strategy, uint32_t series = 1)
        : strategy_(std::move(strategy)), view_(series, series) {
        for (uint32_t i = 0; i < series; ++i) view_.series(i).instrument = i;
    }

    Status<StrategyFault> bind() { return strategy_->bind(view_.port()); }
    Status<StrategyFault> event(ViewEventKind kind) {
        view_.block().event_kind = static_cast<uint32_t>(kind);
        auto outcome = strategy_->handle();
        view_.take_intents(taken_);
        return outcome;
    }
    Status<StrategyFault> bar(const BarValues& values, uint32_t series = 0) {
        fill_at(values.open);
        if (!last_.ok()) return last();
        ViewBlock& block = view_.block();
        ViewSeries& target = view_.series(series);
        target.bar = values;
        ++target.bars;
        block.event_series = series;
        block.now_ns = values.close_time_ns;
        auto outcome = event(ViewEventKind::bar);
        all_.insert(all_.end(), taken_.begin(), taken_.end());
        acknowledge();
        return outcome.ok() ? last() : std::move(outcome);
    }
    Status<StrategyFault> notice(const ViewNotice& notice) {
        view_.block().notice = notice;
        return event(ViewEventKind::order);
    }

    // The strategy is started anew beside a host that lives on.
    void replace(std::unique_ptr<Strategy> strategy) { strategy_ = std::move(strategy); }

    ViewHost& view() { return view_; }
    Strategy& strategy() { return *strategy_; }
    const std::vector<RawIntent>& taken() const { return taken_; }
    const std::vector<RawIntent>& all() const { return all_; }

  private:
    Status<StrategyFault> last() const {
        if (last_.ok()) return done;
        return Fail{last_.error()};
    }
    static bool is_order(const RawIntent& intent) { return intent.kind != static_cast<uint8_t>(RawIntentKind::cancel); }

    // Positions first, then the notices, as the desk does it.
    void fill_at(double price) {
        for (const RawIntent& intent : working_) {
            if (!is_order(intent)) continue;
            ViewPosition& position = view_.position(intent.instrument);
            const bool closes = intent.kind == static_cast<uint8_t>(RawIntentKind::close_position);
            const double sign = intent.side == static_cast<uint8_t>(Side::buy) ? 1 : -1;
            const double traded = closes ? -position.quantity : sign * intent.quantity;
            position.quantity += traded;
            position.average_price = position.quantity == 0 ? 0 : price;
            tell(intent, static_cast<uint32_t>(OrderEventKind::complete), OrderState::filled, traded, price);
        }
        working_.clear();
    }
    void acknowledge() {
        for (const RawIntent& intent : taken_) {
            if (!is_order(intent)) continue;
            working_.push_back(intent);
            tell(intent, view_event_allowed, OrderState::pending_submission, 0, 0);
            tell(intent, static_cast<uint32_t>(OrderEventKind::accept), OrderState::submitted, 0, 0);
        }
    }
    void tell(const RawIntent& intent, uint32_t event, OrderState state, double traded, double price) {
        ViewNotice& notice = view_.block().notice;
        notice = ViewNotice{};
        notice.handle = intent.handle;
        notice.event = event;
        notice.state = static_cast<uint32_t>(state);
        notice.instrument = intent.instrument;
        notice.side = traded < 0 ? static_cast<uint8_t>(Side::sell) : intent.side;
        notice.quantity = intent.quantity > 0 ? intent.quantity : std::fabs(traded);
        notice.filled = notice.fill_quantity = std::fabs(traded);
        notice.open = notice.quantity - notice.filled;
        notice.fill_price = price;
        view_.block().event_kind = static_cast<uint32_t>(ViewEventKind::order);
        last_ = strategy_->handle();
        view_.take_intents(said_);
        all_.insert(all_.end(), said_.begin(), said_.end());
    }

    std::unique_ptr<Strategy> strategy_;
    ViewHost view_;
    std::vector<RawIntent> taken_, said_, all_, working_;
    Status<StrategyFault> last_ = done;  // of the last notice
};

}  // namespace trd
