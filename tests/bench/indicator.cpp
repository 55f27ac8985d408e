// What one bar costs an indicator, its push into the output ring included: each indicator alone in a set, then all of
// them in one. Prices are a random walk, so that branches are not learnt by heart.
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string>

#include "market/indicator_set.h"
#include "support/bench.h"

namespace {

using trd::BarValues;
using trd::IndicatorInput;
using trd::IndicatorSet;
using trd::IndicatorTraits;

std::vector<BarValues> walk(size_t count) {
    std::vector<BarValues> result(count);
    uint64_t state = 12345;
    const auto uniform = [&state] {
        state = state * 6364136223846793005u + 1442695040888963407u;
        return static_cast<double>(state >> 11) * 0x1p-53;
    };
    double price = 100;
    int64_t time_ns = 0;
    for (BarValues& bar : result) {
        bar.open_time_ns = time_ns;
        bar.close_time_ns = time_ns += 60'000'000'000;
        bar.open = price;
        price *= 1 + (uniform() - 0.5) * 0.01;
        bar.close = price;
        bar.high = std::max(bar.open, bar.close) * (1 + uniform() * 0.002);
        bar.low = std::min(bar.open, bar.close) * (1 - uniform() * 0.002);
        bar.volume = 1000 * uniform();
    }
    return result;
}

constexpr size_t bar_count = 8'192;

// More than branches can be learnt by heart, and few enough to stay near: a bar has just been written when indicators
// read it, and what memory costs is not theirs.
const std::vector<BarValues>& bars() {
    static const std::vector<BarValues> walked = walk(bar_count);
    return walked;
}

// Bars come in rows of 64: to find the next one and to look at the clock is not the indicator's work.
trd::bench::Reading ns_per_bar(IndicatorSet& set, const std::vector<BarValues>& series) {
    constexpr size_t row_length = 64;
    constexpr long rows = 80'000;
    const auto update_by_row = [&](long i) {
        const std::span row(series.data() + static_cast<size_t>(i) * row_length % bar_count, row_length);
        for (const BarValues& bar : row) set.update(bar);
    };
    return trd::bench::idle_ns_per_call(rows, update_by_row).map([](double ns) { return ns / row_length; });
}

// 20 for everything that is called a period, the fallback for the rest.
std::vector<double> parameters_of(const IndicatorTraits& traits) {
    std::vector<double> values;
    for (const auto& parameter : traits.parameters) {
        const bool required = parameter.fallback != parameter.fallback;
        values.push_back(parameter.name == "period" ? 20 : required ? 0 : parameter.fallback);
    }
    return values;
}

void add(IndicatorSet& set, const IndicatorTraits& traits) {
    const IndicatorInput input{.kind = traits.needs_bar ? IndicatorInput::Kind::bar : IndicatorInput::Kind::field};
    if (!set.add(traits.name, parameters_of(traits), input))
        std::fprintf(stderr, "cannot add %s\n", traits.name.data());
}

// One window or one average is promised in 10 ns. These work on several windows, on every value of one (cci, ranks),
// call a logarithm, or have many outputs; they only must not grow.
constexpr std::string_view composed[] = {
    "hma",       "trima",   "kama",     "t3",         "ppo",        "stoch",       "stochrsi",     "williams_r",
    "cci",       "mfi",     "tsi",      "ultosc",     "ao",         "fisher",      "aroon",        "adx",
    "vortex",    "macd",    "stddev",   "supertrend", "ichimoku",   "heikin_ashi", "linreg",       "slope",
    "bollinger", "keltner", "donchian", "zscore",     "choppiness", "median",      "percent_rank", "mass",
};

double target_of(std::string_view name) { return std::ranges::find(composed, name) == std::end(composed) ? 10 : 40; }

trd::bench::Reading one_ns(const IndicatorTraits& traits) {
    IndicatorSet set;
    add(set, traits);
    return ns_per_bar(set, bars());
}

trd::bench::Reading mean_of_all_ns() {
    IndicatorSet set;
    for (const IndicatorTraits& traits : trd::indicator_table()) add(set, traits);
    return ns_per_bar(set, bars()).map([](double ns) {
        return ns / static_cast<double>(trd::indicator_table().size());
    });
}

}  // namespace

int main(int argc, char** argv) {
    const bool list = argc == 2 && std::strcmp(argv[1], "--list") == 0;
    const auto measure = [&](const std::string& name, double target_ns, const auto& reading) {
        const trd::bench::Figure figure{name.c_str(), "ns", target_ns, "lower", nullptr};
        if (list) std::printf("%s\n", figure.name);
        if (!list && trd::bench::is_wanted(figure, argc, argv)) trd::bench::report(figure, reading());
    };
    for (const IndicatorTraits& traits : trd::indicator_table()) {
        const bool by_period = !traits.parameters.empty() && traits.parameters[0].name == "period";
        measure("indicator." + std::string(traits.name) + (by_period ? "20" : ""), target_of(traits.name),
                [&] { return one_ns(traits); });
    }
    measure("indicator.mean_of_all", 15, mean_of_all_ns);
}
