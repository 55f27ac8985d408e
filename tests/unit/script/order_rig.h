// A script that sends its orders from on_start, over two instruments without an engine behind them, and what it sent.
#pragma once

#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "support/catch.h"
#include "support/script_rig.h"

namespace trd {

inline bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

inline constexpr const char* strategy_head =
    "local trd = require 'trd'\nlocal S = trd.strategy { name = 'test', data = { main = trd.bars { symbol = 'BTC' }, "
    "other = trd.bars { symbol = 'ETH' } } }\n";

inline std::string strategy(const std::string& body) { return strategy_head + body + "\nreturn S"; }

inline std::unique_ptr<Strategy> load(const std::string& text, bool jit = true) {
    LuaOptions options;
    options.jit = jit;
    auto loaded = LuaStrategy::load_text(text, "dir/test.lua", {}, options);
    if (!loaded.ok()) FAIL(loaded.error().message);
    return std::move(loaded).value();
}

// Two instruments, BTC at 100 and ETH at 10, both flat; on_start runs `body`.
struct Started {
    explicit Started(const std::string& body, bool jit = true, const std::string& hooks = "")
        : rig(load(strategy("function S:on_start(ctx)\n" + body + "\nend\n" + hooks), jit), 2) {
        rig.view().position(0).mark = 100;
        rig.view().position(1).mark = 10;
        bound = rig.bind().ok();
    }
    // The intents, or none and the message.
    const std::vector<RawIntent>& start() {
        REQUIRE(bound);
        const auto outcome = rig.event(ViewEventKind::start);
        message = outcome.ok() ? "" : outcome.error().message;
        return rig.taken();
    }
    ScriptRig rig;
    bool bound = false;
    std::string message;
};

inline std::vector<RawIntent> sent(const std::string& body) {
    Started started(body);
    const auto intents = started.start();
    INFO(body << "\n" << started.message);
    REQUIRE(started.message.empty());
    return intents;
}
inline RawIntent only(const std::string& body) {
    const auto intents = sent(body);
    REQUIRE(intents.size() == 1);
    return intents[0];
}
inline std::string refusal(const std::string& body, bool jit = true) {
    Started started(body, jit);
    const auto& intents = started.start();
    CHECK(intents.empty());
    return started.message.empty() ? "accepted" : started.message.substr(0, started.message.find('\n'));
}

inline OrderType type_of(const RawIntent& intent) { return static_cast<OrderType>(intent.type); }
inline Purpose purpose_of(const RawIntent& intent) { return static_cast<Purpose>(intent.purpose); }
inline TimeInForce tif_of(const RawIntent& intent) { return static_cast<TimeInForce>(intent.time_in_force); }
inline Side side_of(const RawIntent& intent) { return static_cast<Side>(intent.side); }
inline RawIntentKind kind_of(const RawIntent& intent) { return static_cast<RawIntentKind>(intent.kind); }
inline std::string tag_of(const RawIntent& intent) { return {intent.tag, intent.tag_size}; }
inline bool is_absent(double number) { return std::isnan(number); }

}  // namespace trd
