// Runs indicators over whole series, for the indicator tests.
#pragma once

#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "market/indicator_set.h"
#include "support/catch.h"

namespace trd::test {

using Series = std::vector<double>;
using Bars = std::vector<BarValues>;

inline const double none = std::nan("");

struct Generator {
    uint64_t state;
    uint64_t bits() { return (state = state * 6364136223846793005u + 1442695040888963407u) >> 11; }
    double uniform() { return static_cast<double>(bits()) * 0x1p-53; }
    uint64_t below(uint64_t limit) { return bits() % limit; }
};

// Prices on a grid of 0.01, so that equal values and flat stretches occur.
inline Bars random_bars(uint64_t seed, size_t count) {
    Generator random{seed * 77 + 1};
    Bars bars(count);
    double price = 100;
    const auto tick = [](double value) { return std::round(value * 100) / 100; };
    for (size_t i = 0; i < count; ++i) {
        BarValues& bar = bars[i];
        constexpr int64_t hour_ns = 3'600'000'000'000;
        bar.open_time_ns = static_cast<int64_t>(i) * hour_ns;
        bar.close_time_ns = bar.open_time_ns + hour_ns;
        bar.open = price;
        if (random.below(8) != 0) price = tick(price * (1 + (random.uniform() - 0.495) * 0.03));
        bar.close = price;
        const bool flat = random.below(10) == 0 && bar.open == bar.close;
        bar.high = flat ? price : tick(std::max(bar.open, bar.close) * (1 + random.uniform() * 0.01));
        bar.low = flat ? price : tick(std::min(bar.open, bar.close) * (1 - random.uniform() * 0.01));
        bar.volume = static_cast<double>(100 + random.below(5000));
    }
    return bars;
}

inline IndicatorInput input_of(const IndicatorTraits& traits) {
    return {.kind = traits.needs_bar ? IndicatorInput::Kind::bar : IndicatorInput::Kind::field};
}

// All outputs, [output][bar].
inline std::vector<Series> run_all(std::string_view name, const Series& parameters, const Bars& bars) {
    IndicatorSet set;
    const IndicatorTraits* traits = indicator_named(name);
    REQUIRE(traits != nullptr);
    const auto node = set.add(name, parameters, input_of(*traits));
    REQUIRE(node);
    std::vector<Series> outputs(set.output_count(*node));
    for (const BarValues& bar : bars) {
        set.update(bar);
        for (uint32_t i = 0; i < outputs.size(); ++i) outputs[i].push_back(set.output(*node, i).ago(0));
    }
    return outputs;
}

inline Series run(std::string_view name, const Series& parameters, const Bars& bars, size_t output = 0) {
    return run_all(name, parameters, bars)[output];
}

inline Bars bars_of_closes(const Series& closes) {
    Bars bars(closes.size());
    for (size_t i = 0; i < closes.size(); ++i) {
        bars[i].open = bars[i].high = bars[i].low = bars[i].close = closes[i];
        bars[i].volume = 1;
    }
    return bars;
}

inline size_t first_value(const Series& values) {
    size_t i = 0;
    while (i < values.size() && std::isnan(values[i])) ++i;
    return i;
}

inline bool same_bits(double a, double b) { return std::memcmp(&a, &b, sizeof a) == 0; }

}  // namespace trd::test
