#include "script/lua_strategy.h"

#include <chrono>
#include <cstdio>
#include <cstring>

#include "support/catch.h"
#include "support/cpp_sma_strategy.h"
#include "support/script_rig.h"

namespace trd {
namespace {

bool same_bytes(const std::vector<RawIntent>& a, const std::vector<RawIntent>& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(RawIntent)) == 0;
}

LuaOptions with_jit(bool jit) {
    LuaOptions options;
    options.jit = jit;
    return options;
}

std::vector<RawIntent> run(std::unique_ptr<Strategy> strategy, const std::vector<BarValues>& bars) {
    ScriptRig rig(std::move(strategy));
    REQUIRE(rig.bind());
    for (const BarValues& bar : bars) REQUIRE(rig.bar(bar));
    return rig.all();
}

std::unique_ptr<Strategy> load(const std::string& path, const LuaOverrides& overrides, bool jit) {
    auto loaded = LuaStrategy::load(path, overrides, with_jit(jit));
    if (!loaded) FAIL(loaded.error().message);
    return std::move(loaded).value();
}

TEST_CASE("the Lua strategy and the C++ strategy send the same bytes, JIT on or off") {
    for (const unsigned seed : {1u, 2u, 3u}) {
        const auto bars = random_bars(5000, seed);
        const auto expected = run(std::make_unique<CppSmaStrategy>(CppSmaStrategy::Parameters{}), bars);
        REQUIRE(expected.size() > 20);
        for (const bool jit : {true, false}) {
            CHECK(same_bytes(run(load("strategies/sma_cross.lua", {}, jit), bars), expected));
        }
        const auto ema = run(load("strategies/ema_cross.lua", {}, true), bars);
        CHECK(same_bytes(run(load("strategies/ema_cross.lua", {}, false), bars), ema));
        CHECK_FALSE(same_bytes(ema, expected));
    }
}

}  // namespace
}  // namespace trd
