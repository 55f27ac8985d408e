// What holds for every indicator, whatever it computes.
#include <cstdlib>
#include <map>
#include <new>

#include "indicator_support.h"

using namespace trd;
using namespace trd::test;

namespace {

uint64_t allocations = 0;

}  // namespace

// The sanitizers have operators of their own; there nothing is counted.
#ifndef __SANITIZE_ADDRESS__
[[gnu::noinline]] void* operator new(size_t size) {
    ++allocations;
    if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
    throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, size_t) noexcept { std::free(memory); }
#endif

namespace {

Series fallbacks(const IndicatorTraits& traits) {
    Series values;
    for (const IndicatorParameter& parameter : traits.parameters) {
        values.push_back(std::isnan(parameter.fallback) ? 0 : parameter.fallback);
    }
    return values;
}

// Every indicator with its fallbacks, and once more with another first parameter where there is a choice.
void add_all(IndicatorSet& set) {
    for (const IndicatorTraits& traits : indicator_table()) {
        Series parameters = fallbacks(traits);
        REQUIRE(set.add(traits.name, parameters, input_of(traits)));
        if (parameters.empty() || !traits.parameters[0].whole || traits.parameters[0].maximum < 7) continue;
        parameters[0] = 7;
        REQUIRE(set.add(traits.name, parameters, input_of(traits)));
    }
    // Indicators on indicators.
    const auto rsi = set.add("rsi", {}, {});
    REQUIRE(set.add("sma", Series{5}, {.kind = IndicatorInput::Kind::node, .node = *rsi}));
    REQUIRE(set.add("bollinger", Series{5}, {.kind = IndicatorInput::Kind::node, .node = *rsi}));
}

Bytes saved(const IndicatorSet& set) {
    ByteWriter out;
    set.save(out);
    return out.take();
}

void require_same(const IndicatorSet& a, const IndicatorSet& b) {
    size_t differences = 0;
    for (uint32_t node = 0; node < a.size(); ++node) {
        for (uint32_t i = 0; i < a.output_count(node); ++i) {
            for (uint64_t ago = 0; ago < IndicatorOutput::capacity; ++ago) {
                differences += same_bits(a.output(node, i).ago(ago), b.output(node, i).ago(ago)) ? 0 : 1;
            }
        }
    }
    REQUIRE(differences == 0);
}

// How each output answers to prices times c: as c to this power. Volumes stay.
const std::map<std::string, std::vector<int>> price_powers = {
    {"sma", {1}},
    {"ema", {1}},
    {"rma", {1}},
    {"wma", {1}},
    {"dema", {1}},
    {"tema", {1}},
    {"trima", {1}},
    {"hma", {1}},
    {"kama", {1}},
    {"vwma", {1}},
    {"zlema", {1}},
    {"t3", {1}},
    {"macd", {1, 1, 1}},
    {"ppo", {0, 0, 0}},
    {"apo", {1}},
    {"rsi", {0}},
    {"stoch", {0, 0}},
    {"stochrsi", {0, 0}},
    {"williams_r", {0}},
    {"cci", {0}},
    {"mfi", {0}},
    {"roc", {0}},
    {"momentum", {1}},
    {"cmo", {0}},
    {"trix", {0}},
    {"tsi", {0, 0}},
    {"ultosc", {0}},
    {"ao", {1}},
    {"dpo", {1}},
    {"fisher", {0, 0}},
    {"bop", {0}},
    {"aroon", {0, 0, 0}},
    {"adx", {0, 0, 0}},
    {"vortex", {0, 0}},
    {"supertrend", {1, 0}},
    {"psar", {1, 0}},
    {"ichimoku", {1, 1, 1, 1}},
    {"heikin_ashi", {1, 1, 1, 1}},
    {"mass", {0}},
    {"linreg", {1, 1, 1}},
    {"slope", {1}},
    {"true_range", {1}},
    {"atr", {1}},
    {"natr", {0}},
    {"bollinger", {1, 1, 1, 0, 0}},
    {"keltner", {1, 1, 1}},
    {"donchian", {1, 1, 1}},
    {"stddev", {1}},
    {"variance", {2}},
    {"zscore", {0}},
    {"choppiness", {0}},
    {"obv", {0}},
    {"pvt", {0}},
    {"ad", {0}},
    {"adosc", {0}},
    {"vwap", {1}},
    {"vwap_anchored", {1}},
    {"cmf", {0}},
    {"force", {1}},
    {"eom", {2}},
    {"highest", {1}},
    {"lowest", {1}},
    {"median", {1}},
    {"percent_rank", {0}},
};

constexpr double price = 100.1;  // no dyadic number: sums of it round
const std::map<std::string, Series> on_flat_prices = {
    {"sma", {price}},
    {"ema", {price}},
    {"rma", {price}},
    {"wma", {price}},
    {"dema", {price}},
    {"tema", {price}},
    {"trima", {price}},
    {"hma", {price}},
    {"kama", {price}},
    {"vwma", {price}},
    {"zlema", {price}},
    {"t3", {price}},
    {"macd", {0, 0, 0}},
    {"ppo", {0, 0, 0}},
    {"apo", {0}},
    {"rsi", {50}},
    {"stoch", {50, 50}},
    {"stochrsi", {50, 50}},
    {"williams_r", {-50}},
    {"cci", {0}},
    {"mfi", {50}},
    {"roc", {0}},
    {"momentum", {0}},
    {"cmo", {0}},
    {"trix", {0}},
    {"tsi", {0, 0}},
    {"ultosc", {50}},
    {"ao", {0}},
    {"dpo", {0}},
    {"fisher", {0, 0}},
    {"bop", {0}},
    {"aroon", {100, 100, 0}},
    {"adx", {0, 0, 0}},
    {"vortex", {1, 1}},
    {"supertrend", {price, 1}},
    {"psar", {price, none}},  // the stop is hit on every bar, so the direction alternates
    {"ichimoku", {price, price, price, price}},
    {"heikin_ashi", {price, price, price, price}},
    {"mass", {25}},
    {"linreg", {price, 0, price}},
    {"slope", {0}},
    {"true_range", {0}},
    {"atr", {0}},
    {"natr", {0}},
    {"bollinger", {price, price, price, 0.5, 0}},
    {"keltner", {price, price, price}},
    {"donchian", {price, price, price}},
    {"stddev", {0}},
    {"variance", {0}},
    {"zscore", {0}},
    {"choppiness", {100}},
    {"obv", {0}},
    {"pvt", {0}},
    {"ad", {0}},
    {"adosc", {0}},
    {"vwap", {price}},
    {"vwap_anchored", {price}},
    {"cmf", {0}},
    {"force", {0}},
    {"eom", {0}},
    {"highest", {price}},
    {"lowest", {price}},
    {"median", {price}},
    {"percent_rank", {100}},
};

Bars flat_bars(size_t count) {
    Bars bars = random_bars(1, count);
    for (BarValues& bar : bars) bar.open = bar.high = bar.low = bar.close = price;
    return bars;
}

Bars scaled(Bars bars, double factor) {
    for (BarValues& bar : bars) {
        bar.open *= factor;
        bar.high *= factor;
        bar.low *= factor;
        bar.close *= factor;
    }
    return bars;
}

}  // namespace

TEST_CASE("at least 45 indicators, each with a line of help and sane parameters") {
    CHECK(indicator_table().size() >= 45);
    std::map<std::string_view, int> names;
    for (const IndicatorTraits& traits : indicator_table()) {
        INFO(traits.name);
        CHECK(++names[traits.name] == 1);
        CHECK(indicator_named(traits.name) == &traits);
        CHECK(traits.doc.size() > 10);
        CHECK(traits.doc.find('\n') == std::string_view::npos);
        CHECK_FALSE(traits.outputs.empty());
        for (const IndicatorParameter& parameter : traits.parameters) {
            CHECK(parameter.minimum <= parameter.maximum);
            CHECK_FALSE((parameter.fallback < parameter.minimum || parameter.fallback > parameter.maximum));
        }
    }
    CHECK(indicator_named("smaa") == nullptr);
}

TEST_CASE("a snapshot at any bar continues bit for bit") {
    const Bars bars = random_bars(11, 300);
    Generator random{5};
    for (int round = 0; round < 25; ++round) {
        const size_t cut = random.below(bars.size());
        IndicatorSet whole, restored;
        add_all(whole);
        add_all(restored);
        for (size_t i = 0; i < bars.size(); ++i) {
            if (i == cut) {
                const Bytes bytes = saved(whole);
                ByteReader in(bytes);
                REQUIRE(restored.load(in));
                REQUIRE(in.at_end());
                REQUIRE(restored.warm() == whole.warm());
                REQUIRE(saved(restored) == bytes);
            }
            whole.update(bars[i]);
            if (i >= cut) restored.update(bars[i]);
        }
        require_same(whole, restored);
        REQUIRE(saved(whole) == saved(restored));
    }
}

TEST_CASE("foreign bytes end in false or in numbers, never in a crash") {
    const Bars bars = random_bars(3, 130);
    IndicatorSet set;
    add_all(set);
    for (const BarValues& bar : bars) set.update(bar);
    const Bytes bytes = saved(set);
    Generator random{17};
    for (int round = 0; round < 300; ++round) {
        Bytes spoilt(bytes.begin(), bytes.begin() + static_cast<long>(random.below(bytes.size())));
        if (round % 2 == 0) {
            spoilt = bytes;
            for (int i = 0; i < 20; ++i) spoilt[random.below(bytes.size())] = static_cast<uint8_t>(random.bits());
        }
        IndicatorSet other;
        add_all(other);
        ByteReader in(spoilt);
        const bool loaded = other.load(in);
        if (round % 2 == 1) REQUIRE_FALSE(loaded);
        for (size_t i = 0; i < 40; ++i) other.update(bars[i]);
    }
    IndicatorSet smaller;
    REQUIRE(smaller.add("sma", {}, {}));
    ByteReader in(bytes);
    CHECK_FALSE(smaller.load(in));
}

TEST_CASE("together or alone, every indicator says the same") {
    const Bars bars = random_bars(21, 300);
    IndicatorSet all;
    for (const IndicatorTraits& traits : indicator_table()) {
        REQUIRE(all.add(traits.name, fallbacks(traits), input_of(traits)));
    }
    for (const BarValues& bar : bars) all.update(bar);
    for (uint32_t node = 0; node < all.size(); ++node) {
        const IndicatorTraits& traits = indicator_table()[node];
        const std::vector<Series> alone = run_all(traits.name, fallbacks(traits), bars);
        REQUIRE(alone.size() == traits.outputs.size());
        for (uint32_t i = 0; i < alone.size(); ++i) {
            INFO(traits.name);
            CHECK(same_bits(alone[i].back(), all.output(node, i).ago(0)));
            CHECK(same_bits(alone[i][200], all.output(node, i).ago(99)));
        }
    }
}

TEST_CASE("prices times a power of two scale every output to the bit, prices times 3.7 up to rounding") {
    const Bars bars = random_bars(31, 250);
    for (const IndicatorTraits& traits : indicator_table()) {
        INFO(traits.name);
        const auto powers = price_powers.find(std::string(traits.name));
        REQUIRE(powers != price_powers.end());
        const auto plain = run_all(traits.name, fallbacks(traits), bars);
        const auto eightfold = run_all(traits.name, fallbacks(traits), scaled(bars, 8));
        const auto odd = run_all(traits.name, fallbacks(traits), scaled(bars, 3.7));
        REQUIRE(powers->second.size() == plain.size());
        size_t exact = 0, near = 0;
        for (size_t i = 0; i < plain.size(); ++i) {
            for (size_t bar = 0; bar < bars.size(); ++bar) {
                const double value = plain[i][bar];
                exact += same_bits(eightfold[i][bar], value * std::pow(8, powers->second[i])) ? 1 : 0;
                const double expected = value * std::pow(3.7, powers->second[i]);
                const bool close = std::abs(odd[i][bar] - expected) <= 1e-8 * std::max(1.0, std::abs(expected));
                near += close || std::isnan(value) ? 1 : 0;
            }
        }
        CHECK(exact == plain.size() * bars.size());
        CHECK(near == plain.size() * bars.size());
    }
}

TEST_CASE("flat prices give exactly the defined value, from the first one on") {
    const Bars bars = flat_bars(250);
    for (const IndicatorTraits& traits : indicator_table()) {
        INFO(traits.name);
        const auto expected = on_flat_prices.find(std::string(traits.name));
        REQUIRE(expected != on_flat_prices.end());
        const auto outputs = run_all(traits.name, fallbacks(traits), bars);
        for (size_t i = 0; i < outputs.size(); ++i) {
            size_t wrong = 0;
            for (const double value : outputs[i]) {
                const bool right = value == expected->second[i] || std::isnan(value) || std::isnan(expected->second[i]);
                wrong += right ? 0 : 1;
            }
            CHECK(wrong == 0);
            CHECK(first_value(outputs[i]) < 110);
        }
    }
}

TEST_CASE("flat prices after a wild past are flat again once the past has left the window") {
    Bars bars = random_bars(5, 100);
    for (BarValues& bar : bars) bar.close *= 1e9;
    const Bars rest = flat_bars(200);
    bars.insert(bars.end(), rest.begin(), rest.end());
    for (const char* name :
         {"sma", "wma", "trima", "stddev", "variance", "zscore", "slope", "cci", "momentum", "median"}) {
        INFO(name);
        CHECK(run(name, {}, bars)[140] == on_flat_prices.at(name)[0]);
        CHECK(run(name, {}, bars)[299] == on_flat_prices.at(name)[0]);
    }
}

TEST_CASE("bars of one typical price do not move, however their prices round") {
    Bars bars = random_bars(1, 120);
    for (size_t i = 0; i < bars.size(); ++i) {
        const auto spread = static_cast<double>(i % 37);
        bars[i].high = (10051 + spread) / 100;
        const auto shift = static_cast<double>(i % 11);
        bars[i].low = (9973 - spread - shift) / 100;
        bars[i].close = (10005 + shift) / 100;
    }
    for (const double value : run("mfi", {3}, bars)) CHECK((value == 50 || std::isnan(value)));
    for (const double value : run("cci", {2}, bars)) CHECK((value == 0 || std::isnan(value)));
}

TEST_CASE("a missing or infinite bar spoils only what it must") {
    for (const double bad : {none, HUGE_VAL, -HUGE_VAL}) {
        Bars bars = random_bars(8, 700);
        BarValues& hole = bars[200];
        hole.open = hole.high = hole.low = hole.close = hole.volume = bad;
        for (const IndicatorTraits& traits : indicator_table()) {
            INFO(traits.name);
            const auto outputs = run_all(traits.name, fallbacks(traits), bars);
            for (const Series& output : outputs) {
                CHECK(std::isfinite(output[199]));
                CHECK(std::isfinite(output[699]));
            }
        }
        const Series mean = run("sma", {5}, bars);
        for (size_t i = 200; i < 205; ++i) CHECK_FALSE(std::isfinite(mean[i]));
        CHECK(std::isfinite(mean[205]));
        const Series smooth = run("ema", {5}, bars);
        CHECK(std::isnan(smooth[200]));
        CHECK(smooth[201] == Approx(smooth[199] + (bars[201].close - smooth[199]) / 3));
    }
}

TEST_CASE("a window says nothing for exactly as long as it holds the missing bar") {
    const std::pair<const char*, size_t> absences[] = {
        {"sma", 5},      {"wma", 5},       {"vwma", 5}, {"stddev", 5},       {"variance", 5},   {"zscore", 5},
        {"slope", 5},    {"bollinger", 5}, {"cci", 5},  {"williams_r", 5},   {"donchian", 5},   {"highest", 5},
        {"lowest", 5},   {"median", 5},    {"cmf", 5},  {"aroon", 6},        {"mfi", 6},        {"cmo", 6},
        {"vortex", 6},   {"kama", 6},      {"eom", 6},  {"percent_rank", 6}, {"choppiness", 6}, {"roc", 1},
        {"momentum", 1}, {"rsi", 1},       {"ema", 1},  {"atr", 2},          {"force", 2},      {"natr", 2},
    };
    for (size_t at = 200; at < 207; ++at) {  // at every place of a block
        Bars bars = random_bars(9, 260);
        BarValues& hole = bars[at];
        hole.open = hole.high = hole.low = hole.close = hole.volume = none;
        for (const auto& [name, count] : absences) {
            INFO(name << " hole at " << at);
            const Series values = run(name, {5}, bars);
            for (size_t i = at; i < at + count; ++i) CHECK(std::isnan(values[i]));
            CHECK(std::isfinite(values[at - 1]));
            CHECK(std::isfinite(values[at + count]));
        }
        const Series ranges = run("true_range", {}, bars);
        CHECK(std::isnan(ranges[at]));
        CHECK(std::isnan(ranges[at + 1]));
        CHECK(std::isfinite(ranges[at + 2]));
    }
}

TEST_CASE("two million values leave no drift behind") {
    Generator random{3};
    IndicatorSet set;
    const auto mean = set.add("sma", Series{20}, {});
    const auto deviation = set.add("stddev", Series{20}, {});
    const auto weighted = set.add("wma", Series{20}, {});
    Series last;
    BarValues bar;
    for (size_t i = 0; i < 2'000'000; ++i) {
        bar.close = 1e5 + random.uniform();
        if (random.below(1000) == 0) bar.close *= 1e11;
        if (i >= 2'000'000 - 20) bar.close = 1e5 + random.uniform();
        if (i >= 2'000'000 - 20) last.push_back(bar.close);
        set.update(bar);
    }
    long double sum = 0, squares = 0, weights = 0;
    for (size_t i = 0; i < 20; ++i) sum += last[i], weights += static_cast<long double>(i + 1) * last[i];
    for (const double value : last) squares += (value - sum / 20) * (value - sum / 20);
    CHECK(set.output(*mean).ago(0) == Approx(static_cast<double>(sum / 20)).epsilon(2e-16));
    CHECK(set.output(*weighted).ago(0) == Approx(static_cast<double>(weights / 210)).epsilon(2e-16));
    CHECK(set.output(*deviation).ago(0) == Approx(static_cast<double>(std::sqrt(squares / 20))).epsilon(1e-13));
}

TEST_CASE("an indicator of an indicator counts from the first value it gets") {
    const Bars bars = random_bars(2, 100);
    IndicatorSet set;
    const auto rsi = set.add("rsi", Series{14}, {});
    const auto smooth = set.add("ema", Series{9}, {.kind = IndicatorInput::Kind::node, .node = *rsi});
    const auto mean = set.add("sma", Series{9}, {.kind = IndicatorInput::Kind::node, .node = *rsi});
    Series strengths;
    for (size_t i = 0; i < bars.size(); ++i) {
        set.update(bars[i]);
        if (i >= 14) strengths.push_back(set.output(*rsi).ago(0));
        if (i < 22) CHECK(std::isnan(set.output(*smooth).ago(0)));
        CHECK(set.warm() == (i >= 22));
    }
    CHECK(same_bits(run("ema", {9}, bars_of_closes(strengths)).back(), set.output(*smooth).ago(0)));
    CHECK(set.output(*mean).ago(0) == Approx(run("sma", {9}, bars_of_closes(strengths)).back()).epsilon(1e-15));
}

TEST_CASE("seeds that end together do so on an input that starts late, too") {
    const Bars bars = random_bars(2, 100);
    IndicatorSet set;
    const auto rsi = set.add("rsi", Series{14}, {});
    const auto macd = set.add("macd", Series{5, 9, 4, 1}, {.kind = IndicatorInput::Kind::node, .node = *rsi});
    Series strengths;
    for (size_t i = 0; i < bars.size(); ++i) {
        set.update(bars[i]);
        if (i >= 14) strengths.push_back(set.output(*rsi).ago(0));
        if (i == 14 + 8)
            CHECK(set.output(*macd).ago(0) == Approx(run("macd", {5, 9, 4, 1}, bars_of_closes(strengths))[8]));
    }
    CHECK(same_bits(run("macd", {5, 9, 4, 1}, bars_of_closes(strengths)).back(), set.output(*macd).ago(0)));
}

TEST_CASE("macd is made of two ema") {
    const Bars bars = random_bars(4, 200);
    const Series line = run("macd", {12, 26, 9}, bars);
    const Series fast = run("ema", {12}, bars), slow = run("ema", {26}, bars);
    for (size_t i = 25; i < bars.size(); ++i) CHECK(line[i] == fast[i] - slow[i]);
    const Series one = run("ema", {1}, bars);
    for (size_t i = 0; i < bars.size(); ++i) CHECK(one[i] == bars[i].close);
}

TEST_CASE("fields of the bar") {
    BarValues bar;
    bar.open = 1, bar.high = 8, bar.low = 2, bar.close = 5, bar.volume = 70;
    const std::pair<BarField, double> expected[] = {
        {BarField::open, 1},    {BarField::high, 8}, {BarField::low, 2},  {BarField::close, 5},
        {BarField::volume, 70}, {BarField::hl2, 5},  {BarField::hlc3, 5}, {BarField::ohlc4, 4},
    };
    for (const auto& [field, value] : expected) {
        IndicatorSet set;
        const auto node = set.add("sma", Series{1}, {.field = field});
        set.update(bar);
        CHECK(set.output(*node).ago(0) == value);
        set.update(bar);
        CHECK(set.output(*node).ago(1) == value);
        CHECK(std::isnan(set.output(*node).ago(2)));
    }
}

TEST_CASE("what add refuses") {
    IndicatorSet set;
    const auto refusal = [&](std::string_view name, const Series& parameters, IndicatorInput input) {
        const auto node = set.add(name, parameters, input);
        REQUIRE_FALSE(node);
        return node.error();
    };
    const IndicatorInput bar{.kind = IndicatorInput::Kind::bar};
    CHECK(refusal("smaa", {}, {}).reason == IndicatorRefusal::unknown_name);
    CHECK(refusal("sma", {1, 2}, {}).reason == IndicatorRefusal::too_many_parameters);
    CHECK(refusal("sma", {0}, {}).reason == IndicatorRefusal::out_of_range);
    CHECK(refusal("sma", {HUGE_VAL}, {}).reason == IndicatorRefusal::out_of_range);
    CHECK(refusal("sma", {2.5}, {}).reason == IndicatorRefusal::not_whole);
    CHECK(refusal("vwap_anchored", {}, bar).reason == IndicatorRefusal::missing_parameter);
    CHECK(refusal("macd", {12, 26, 0}, {}).parameter == 2);
    CHECK(refusal("sma", {}, bar).reason == IndicatorRefusal::input_kind);
    CHECK(refusal("atr", {}, {}).reason == IndicatorRefusal::input_kind);
    CHECK(refusal("sma", {}, {.kind = IndicatorInput::Kind::node, .node = 0}).reason ==
          IndicatorRefusal::unknown_input);
    REQUIRE(set.add("sma", Series{}, {}));
    const IndicatorInput second{.kind = IndicatorInput::Kind::node, .node = 0, .output = 1};
    CHECK(refusal("sma", {}, second).reason == IndicatorRefusal::unknown_input);
    CHECK(set.size() == 1);
    CHECK(set.add("bollinger", Series{none, 3}, {}));  // NaN: left out
}

TEST_CASE("an update allocates nothing") {
    const Bars bars = random_bars(6, 600);
    IndicatorSet set;
    add_all(set);
    const uint64_t before = allocations;
    for (const BarValues& bar : bars) set.update(bar);
    CHECK(allocations == before);
}

TEST_CASE("outputs keep their address while nodes are added and the set moves") {
    IndicatorSet set;
    const auto first = set.add("sma", Series{1}, {});
    const IndicatorOutput* output = &set.output(*first);
    for (int i = 0; i < 100; ++i) REQUIRE(set.add("bollinger", Series{}, {}));
    IndicatorSet moved = std::move(set);
    BarValues bar;
    bar.close = 3;
    moved.update(bar);
    CHECK(output == &moved.output(*first));
    CHECK(output->ago(0) == 3);
}
