// What a Lua strategy keeps over a restart: the script's own state, by its hooks, and the indicators as they are.
#include <lua.hpp>

#include "script/lua_strategy.h"
#include "script/lua_values.h"

namespace trd {
namespace {

constexpr uint32_t saved_format = 1;

std::string_view text_of(ByteSpan bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

// Empty when there is none: then the reader has failed.
std::string_view get_text(ByteReader& in) {
    const auto size = in.get<uint32_t>();
    if (in.ok() && size <= in.left()) return in.get_bytes(size);
    in.fail();
    return {};
}

}  // namespace

void LuaStrategy::note_wiring(size_t series, const IndicatorTraits& traits, std::span<const double> values,
                              const IndicatorInput& input) {
    wiring_.put(static_cast<uint32_t>(series));
    wiring_.put_text(traits.name);
    wiring_.put(static_cast<uint32_t>(values.size()));
    for (const double value : values) wiring_.put(value);
    wiring_.put(input.kind);
    wiring_.put(input.field);
    wiring_.put(input.node);
    wiring_.put(input.output);
}

Result<Bytes, StrategyFault> LuaStrategy::save() {
    if (fault_) return Fail{*fault_};
    TRD_TRY(const Bytes script, save_script());
    ByteWriter out;
    out.put(saved_format);
    out.put_text(manifest_.name);
    out.put(manifest_.state_version);
    out.put_text(text_of(script));
    out.put_text(text_of(wiring_.bytes()));
    for (const Series& series : series_) {
        out.put(series.warm);
        out.put(series.closed);
        series.indicators.save(out);
        series.history.save(out);
    }
    return out.take();
}

// The hook may say things, and sends no orders.
Result<Bytes, StrategyFault> LuaStrategy::save_script() {
    machine_.push_tool("save_state");
    orders_.accept_orders(false);
    auto saved = machine_.call(0, 1);
    orders_.accept_orders(true);
    saved.ok() ? notes_.commit() : notes_.discard();
    if (!saved.ok()) {
        fault_ = std::make_unique<StrategyFault>(saved.error());
        return Fail{*fault_};
    }
    const std::string_view text = text_at(machine_.state(), -1);
    Bytes bytes(text.begin(), text.end());
    lua_pop(machine_.state(), 1);
    return bytes;
}

Result<bool, StrategyFault> LuaStrategy::load(ByteSpan saved) {
    const auto refuse = [&](const std::string& message) {
        return Fail{StrategyFault{StrategyFault::Kind::load, manifest_.name + ": " + message}};
    };
    ByteReader in(saved);
    const auto format = in.get<uint32_t>();
    const std::string_view name = get_text(in);
    if (!in.ok() || format != saved_format) return refuse("the saved state cannot be read: it is damaged");
    if (name != manifest_.name) return refuse("the saved state is of the strategy '" + std::string(name) + "'");
    const auto version = in.get<uint32_t>();
    const std::string_view script = get_text(in), wiring = get_text(in);
    if (!in.ok()) return refuse("the saved state cannot be read: it is damaged");
    TRD_CHECK(load_script(script, version));
    // What indicators of the script's own remember is theirs, and not kept.
    if (has_script_indicators_ || wiring != text_of(wiring_.bytes())) return false;
    if (!load_indicators(in)) return refuse("the saved indicators cannot be read: they are damaged");
    return true;
}

Status<StrategyFault> LuaStrategy::load_script(std::string_view state, uint32_t version) {
    machine_.push_tool("load_state");
    push_text(machine_.state(), state);
    lua_pushnumber(machine_.state(), version);
    orders_.accept_orders(false);
    auto outcome = finish_call(2);
    orders_.accept_orders(true);
    return outcome;
}

bool LuaStrategy::load_indicators(ByteReader& in) {
    cold_series_ = 0;
    for (Series& series : series_) {
        series.warm = in.get_bool();
        series.closed = in.get_bool();
        cold_series_ += series.warm ? 0 : 1;
        if (!series.indicators.load(in)) return false;
        series.history.load(in);
    }
    return in.ok() && in.at_end();
}

// What could not be kept would only show at a restart: the end of every run tries it.
Status<StrategyFault> LuaStrategy::try_saving() {
    TRD_CHECK(save_script());
    return done;
}

}  // namespace trd
