// How long an indicator has to wait, and what is told of it meanwhile.
#include "indicator_support.h"

using namespace trd;
using namespace trd::test;

namespace {

Series fallbacks(const IndicatorTraits& traits) {
    Series values;
    for (const IndicatorParameter& parameter : traits.parameters)
        values.push_back(std::isnan(parameter.fallback) ? 0 : parameter.fallback);
    return values;
}

TEST_CASE("how many bars a cold indicator needs is how many it needs") {
    for (const IndicatorTraits& traits : indicator_table()) {
        INFO(traits.name);
        IndicatorSet set;
        REQUIRE(set.add(traits.name, fallbacks(traits), input_of(traits)));
        const std::vector<ColdIndicator> cold = set.cold();
        REQUIRE(cold.size() == 1);
        CHECK(cold[0].seen == 0);
        REQUIRE(cold[0].needed > 0);
        const auto bars = random_bars(5, cold[0].needed);
        for (uint64_t i = 0; i + 1 < cold[0].needed; ++i) set.update(bars[i]);
        CHECK_FALSE(set.warm());
        set.update(bars[cold[0].needed - 1]);
        CHECK(set.warm());
        CHECK(set.cold().empty());
    }
}

TEST_CASE("cold indicators are named by their parameters, and of a foreign one nothing is known") {
    class Foreign final : public Indicator {
        void update(double, IndicatorOutput* outputs) override { outputs[0].push(std::nan("")); }
        void update(const BarValues&, IndicatorOutput*) override {}
        uint32_t output_count() const override { return 1; }
        void save(ByteWriter&) const override {}
        void load(ByteReader&) override {}
    };
    IndicatorSet set;
    const auto average = set.add("sma", Series{50}, {});
    REQUIRE(set.add("sma", Series{2}, {}));
    REQUIRE(set.add("sma", Series{3}, {.kind = IndicatorInput::Kind::node, .node = *average}));
    REQUIRE(set.add("macd", Series{12, 30}, {}));
    const auto foreign = set.add(std::make_unique<Foreign>(), {});
    REQUIRE(set.add("sma", Series{2}, {.kind = IndicatorInput::Kind::node, .node = *foreign}));
    for (const BarValues& bar : random_bars(1, 20)) set.update(bar);
    const std::vector<ColdIndicator> cold = set.cold();
    REQUIRE(cold.size() == 5);
    CHECK((cold[0].name == "sma(50)" && cold[0].needed == 50 && cold[0].seen == 20));
    CHECK((cold[1].name == "sma(3)" && cold[1].needed == 52));
    CHECK((cold[2].name == "macd(12, 30)" && cold[2].needed == 38));
    CHECK((cold[3].name.empty() && cold[3].needed == 0));
    CHECK((cold[4].name == "sma(2)" && cold[4].needed == 0));
}

TEST_CASE("an indicator that is too long to be tried needs as many bars as its period") {
    IndicatorSet set;
    const auto average = set.add("sma", Series{100000}, {});
    REQUIRE(set.add("ema", Series{10}, {.kind = IndicatorInput::Kind::node, .node = *average}));
    REQUIRE(set.add("eom", Series{50000}, {.kind = IndicatorInput::Kind::bar}));
    const std::vector<ColdIndicator> cold = set.cold();
    REQUIRE(cold.size() == 3);
    CHECK((cold[0].name == "sma(100000)" && cold[0].needed == 100000));
    CHECK((cold[1].name == "ema(10)" && cold[1].needed == 100000));
    CHECK((cold[2].name == "eom(50000)" && cold[2].needed == 50000));
}

}  // namespace
