// strategies/sma_cross.lua, written in C++ on the same view and the same indicators: the yardstick for what scripts
// cost, and a second opinion about every decision.
#pragma once

#include <array>
#include <cmath>
#include <cstring>
#include <optional>

#include "base/ids.h"
#include "market/indicator_set.h"
#include "order/order.h"
#include "view/strategy.h"

namespace trd {

class CppSmaStrategy final : public Strategy {
  public:
    struct Parameters {
        int fast = 10;
        int slow = 30;
        double quantity = 1;
    };
    explicit CppSmaStrategy(Parameters parameters) : parameters_(parameters) {
        using Type = StrategyParameter::Type;
        manifest_ = {"sma_cross",
                     "1.0.0",
                     {{"fast", Type::integer, std::to_string(parameters.fast), "10", ""},
                      {"slow", Type::integer, std::to_string(parameters.slow), "30", ""}},
                     {{"main", "$symbol", {}}}};
    }

    const StrategyManifest& manifest() const override { return manifest_; }

    Status<StrategyFault> bind(ViewPort port) override {
        port_ = port;
        batch_.emplace(port.ring());
        const std::array<double, 1> fast{static_cast<double>(parameters_.fast)},
            slow{static_cast<double>(parameters_.slow)};
        fast_ = indicators_.add("sma", fast, {}).value();
        slow_ = indicators_.add("sma", slow, {}).value();
        return done;
    }

    Status<StrategyFault> handle() override {
        if (port_.event() == ViewEventKind::bar) on_bar();
        batch_->commit();
        return done;
    }

  private:
    void on_bar() {
        const uint32_t series = port_.block().event_series;
        indicators_.update(port_.series(series).bar);
        if (!indicators_.warm()) return;
        const uint32_t instrument = port_.series(series).instrument;
        const double held = port_.position(instrument).quantity;
        const int crossing = crossed();
        if (held == 0 && crossing > 0)
            stage(RawIntentKind::submit, Purpose::entry, instrument, "cross up", parameters_.quantity);
        if (held > 0 && crossing < 0)
            stage(RawIntentKind::close_position, Purpose::exit, instrument, "cross down", RawIntent::not_given);
    }

    double difference(uint64_t ago) const {
        return indicators_.output(fast_).ago(ago) - indicators_.output(slow_).ago(ago);
    }
    // +1: fast is above slow and was below when they last differed; -1: the other way round.
    int crossed() const {
        const double now = difference(0);
        if (!(now != 0)) return 0;
        uint64_t ago = 1;
        while (difference(ago) == 0) ++ago;
        const double before = difference(ago);
        if (now > 0 && before < 0) return 1;
        return now < 0 && before > 0 ? -1 : 0;
    }

    void stage(RawIntentKind kind, Purpose purpose, uint32_t instrument, std::string_view tag, double quantity) {
        RawIntent intent;
        intent.kind = static_cast<uint8_t>(kind);
        intent.side = static_cast<uint8_t>(Side::buy);
        intent.purpose = static_cast<uint8_t>(purpose);
        intent.instrument = instrument;
        intent.quantity = quantity;
        intent.tag_size = static_cast<uint8_t>(tag.size());
        std::memcpy(intent.tag, tag.data(), tag.size());
        batch_->stage(intent);
    }

    Parameters parameters_;
    StrategyManifest manifest_;
    ViewPort port_;
    std::optional<IntentBatch> batch_;
    IndicatorSet indicators_;
    IndicatorSet::Node fast_ = 0, slow_ = 0;
};

}  // namespace trd
