#include "script/lua_strategy_host.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include <fmt/core.h>
#include <lua.hpp>

#include "script/annotations.h"
#include "script/lua_host.h"
#include "script/lua_strategy.h"
#include "script/lua_values.h"
#include "script/script_indicator.h"
#include "script/script_methods.h"
#include "script/script_sizes.h"
#include "script/script_state.h"

namespace trd {
namespace {

LuaStrategy& self(lua_State* state) { return *static_cast<LuaStrategy*>(owner_of(state)); }

uint32_t index_at(lua_State* state, int index) { return static_cast<uint32_t>(lua_tonumber(state, index)); }

int push_address(lua_State* state, const void* address) {
    lua_pushlightuserdata(state, const_cast<void*>(address));
    return 1;
}

// ---- layout: offsets in cells of eight bytes ----

struct Cell {
    const char* name;
    size_t offset;
};
constexpr size_t bar_offset = offsetof(ViewSeries, bar);
constexpr size_t tick_offset = offsetof(ViewBlock, tick);
constexpr Cell layout_table[] = {
    {"open", bar_offset + offsetof(BarValues, open)},
    {"high", bar_offset + offsetof(BarValues, high)},
    {"low", bar_offset + offsetof(BarValues, low)},
    {"close", bar_offset + offsetof(BarValues, close)},
    {"volume", bar_offset + offsetof(BarValues, volume)},
    {"open_time", bar_offset + offsetof(BarValues, open_time_ns)},
    {"close_time", bar_offset + offsetof(BarValues, close_time_ns)},
    {"quantity", offsetof(ViewPosition, quantity)},
    {"average_price", offsetof(ViewPosition, average_price)},
    {"mark", offsetof(ViewPosition, mark)},
    {"unrealized", offsetof(ViewPosition, unrealized)},
    {"realized", offsetof(ViewPosition, realized)},
    {"working", offsetof(ViewPosition, working)},
    {"keeps_sides", offsetof(ViewPosition, keeps_sides)},
    {"cash", offsetof(ViewAccount, cash)},
    {"equity", offsetof(ViewAccount, equity)},
    {"now", offsetof(ViewBlock, now_ns)},
    {"tick_time", tick_offset + offsetof(ViewTick, time_ns)},
    {"tick_bid", tick_offset + offsetof(ViewTick, bid)},
    {"tick_ask", tick_offset + offsetof(ViewTick, ask)},
    {"tick_bid_size", tick_offset + offsetof(ViewTick, bid_size)},
    {"tick_ask_size", tick_offset + offsetof(ViewTick, ask_size)},
    {"tick_price", tick_offset + offsetof(ViewTick, price)},
    {"tick_size", tick_offset + offsetof(ViewTick, size)},
    {"tick_side", tick_offset + offsetof(ViewTick, side)},
};
static_assert(std::all_of(std::begin(layout_table), std::end(layout_table),
                          [](const Cell& c) { return c.offset % 8 == 0; }));
static_assert(offsetof(IndicatorOutput, count) == 0 && offsetof(IndicatorOutput, values) == 8);
static_assert((IndicatorOutput::capacity & (IndicatorOutput::capacity - 1)) == 0, "lua/strategy.lua masks with it");

void add_layout(lua_State* state) {
    lua_newtable(state);
    for (const Cell& cell : layout_table) {
        lua_pushnumber(state, static_cast<double>(cell.offset / 8));
        lua_setfield(state, -2, cell.name);
    }
    lua_setfield(state, -2, "layout");
}

// parameter_name(function, n): what a function of the script calls its nth parameter; nil when it has none.
int parameter_name(lua_State* state) {
    const int number = static_cast<int>(lua_tonumber(state, 2));
    lua_settop(state, 1);
    const char* const name = lua_getlocal(state, nullptr, number);
    name != nullptr ? lua_pushstring(state, name) : lua_pushnil(state);
    return 1;
}

// ---- the table of indicators ----

template <class Range, class Name>
void add_names(lua_State* state, const char* field, const Range& range, Name name) {
    lua_newtable(state);
    for (size_t i = 0; i < range.size(); ++i) {
        push_text(state, name(range[i]));
        lua_rawseti(state, -2, static_cast<int>(i + 1));
    }
    lua_setfield(state, -2, field);
}

void add_indicators(lua_State* state) {
    lua_newtable(state);
    int index = 0;
    for (const IndicatorTraits& traits : indicator_table()) {
        lua_newtable(state);
        push_text(state, traits.name);
        lua_setfield(state, -2, "name");
        add_names(state, "parameters", traits.parameters, [](const IndicatorParameter& p) { return p.name; });
        add_names(state, "outputs", traits.outputs, [](std::string_view name) { return name; });
        lua_rawseti(state, -2, ++index);
    }
    lua_setfield(state, -2, "indicators");
}

std::string number_text(double value) { return fmt::format("{}", value); }

std::string refusal_text(const IndicatorTraits& traits, const IndicatorError& error, std::span<const double> given) {
    const std::string what = fmt::format("ctx.ind.{}", traits.name);
    const auto parameter = [&] { return traits.parameters[std::min(error.parameter, traits.parameters.size() - 1)]; };
    switch (error.reason) {
        case IndicatorRefusal::unknown_name:
            return what + " does not exist";
        case IndicatorRefusal::too_many_parameters:
            return fmt::format("{} takes at most {} numbers after the series, not {}", what, traits.parameters.size(),
                               given.size());
        case IndicatorRefusal::missing_parameter:
            return fmt::format("{} needs {}", what, parameter().name);
        case IndicatorRefusal::out_of_range:
            return fmt::format("{}: {} must be between {} and {}, not {}", what, parameter().name,
                               number_text(parameter().minimum), number_text(parameter().maximum),
                               number_text(given[std::min(error.parameter, given.size() - 1)]));
        case IndicatorRefusal::not_whole:
            return fmt::format("{}: {} must be a whole number, not {}", what, parameter().name,
                               number_text(given[std::min(error.parameter, given.size() - 1)]));
        case IndicatorRefusal::unknown_input:
            return what + ": the series it reads does not exist";
        case IndicatorRefusal::input_kind:
            return traits.needs_bar ? what + " reads whole bars: give it ctx.data.NAME"
                                    : what + " reads one value at a time";
    }
    return what;
}

IndicatorInput input_at(lua_State* state, int index, bool needs_bar) {
    IndicatorInput input;
    const double node = number_field(state, index, "node", -1);
    if (node >= 0) {
        input.kind = IndicatorInput::Kind::node;
        input.node = static_cast<uint32_t>(node);
        input.output = static_cast<uint32_t>(number_field(state, index, "output", 0));
    } else if (needs_bar && true_field(state, index, "bar")) {
        input.kind = IndicatorInput::Kind::bar;
    } else {
        input.field = static_cast<BarField>(number_field(state, index, "field", 3));
    }
    return input;
}

// The numbers of the array at `index`; what is not given is the parameter's fallback.
std::vector<double> numbers_at(lua_State* state, int index, size_t count, const IndicatorTraits& traits) {
    std::vector<double> numbers(count);
    for (size_t i = 0; i < count; ++i) {
        lua_rawgeti(state, index, static_cast<int>(i + 1));
        const double fallback = i < traits.parameters.size() ? traits.parameters[i].fallback : 0;
        numbers[i] = lua_isnumber(state, -1) != 0 ? lua_tonumber(state, -1) : fallback;
        lua_pop(state, 1);
    }
    return numbers;
}

// As lua/strategy.lua calls them.
SeriesKind series_kind_named(std::string_view name) {
    constexpr std::string_view names[] = {"bars", "quotes", "quote_bars", "trades", "book"};
    const auto* found = std::find(std::begin(names), std::end(names), name);
    TRD_ASSERT(found != std::end(names));
    return static_cast<SeriesKind>(found - std::begin(names));
}

}  // namespace

std::string LuaStrategy::write_annotations() {
    constexpr std::string_view modules[] = {"declarations", "strategy", "indicators", "ticks",
                                            "notes",        "sizes",    "annotations"};
    const auto opened = machine_.open(modules, &LuaStrategyHost::add, this);
    TRD_ASSERT(opened.ok());
    machine_.push_tool("annotations");
    const auto written = machine_.call(0, 1);
    TRD_ASSERT(written.ok());
    return std::string(text_at(machine_.state(), -1));
}

std::string LuaStrategy::annotations() {
    LuaStrategy strategy(annotations_file, {}, {});
    return strategy.write_annotations();
}

void LuaStrategyHost::add(lua_State* state, void* strategy) {
    struct Entry {
        const char* name;
        int (*function)(lua_State*);
    };
    constexpr Entry functions[] = {
        {"overrides", overrides},
        {"parameter_name", parameter_name},
        {"unused_methods", unused_methods},
        {"take_manifest", take_manifest},
        {"block", block},
        {"bar", bar},
        {"instrument", instrument},
        {"instrument_of", instrument_of},
        {"position", position},
        {"account", account},
        {"unit", unit},
        {"bar_series", bar_series},
        {"series_value", series_value},
        {"crossing", crossing},
        {"add_indicator", add_indicator},
        {"add_script_indicator", add_script_indicator},
        {"indicator_output", indicator_output},
    };
    for (const Entry& entry : functions) add_host_function(state, strategy, entry.name, entry.function);
    lua_pushnumber(state, IndicatorOutput::capacity);
    lua_setfield(state, -2, "series_capacity");
    lua_pushlightuserdata(state, reinterpret_cast<void*>(trd::crossing));
    lua_setfield(state, -2, "crossing_address");
    add_layout(state);
    add_indicators(state);
    add_state_functions(state);
    add_size_functions(state);
    static_cast<LuaStrategy*>(strategy)->orders_.add_functions(state);
    static_cast<LuaStrategy*>(strategy)->notes_.add_functions(state);
}

int LuaStrategyHost::overrides(lua_State* state) {
    self(state).reading_parameters_ = true;
    return push_overrides(state, self(state).overrides_);
}

// (names): { name = true } of those methods that the script uses nowhere.
int LuaStrategyHost::unused_methods(lua_State* state) {
    std::vector<std::string_view> names;
    for (int i = 1; i <= static_cast<int>(lua_objlen(state, 1)); ++i) {
        lua_rawgeti(state, 1, i);
        names.push_back(text_at(state, -1));  // the table keeps it
        lua_pop(state, 1);
    }
    lua_newtable(state);
    for (const std::string_view name : trd::unused_methods(self(state).machine_.source(), names)) {
        push_text(state, name);
        lua_pushboolean(state, 1);
        lua_rawset(state, -3);
    }
    return 1;
}

// Argument: the declaration that trd.strategy made.
int LuaStrategyHost::take_manifest(lua_State* state) {
    StrategyManifest& manifest = self(state).manifest_;
    self(state).reading_parameters_ = false;
    lua_settop(state, 1);
    manifest.name = text_field(state, -1, "name");
    manifest.version = text_field(state, -1, "version");
    manifest.state_version = static_cast<uint32_t>(number_field(state, -1, "state_version", 1));
    manifest.wants_sessions = true_field(state, -1, "wants_sessions");
    manifest.wants_bars = true_field(state, -1, "wants_bars");
    manifest.wants_account_news = true_field(state, -1, "wants_account_news");
    manifest.parameters = parameters_of(state);
    for_each_in(state, "series", [&] {
        manifest.series.push_back({text_field(state, -1, "name"), text_field(state, -1, "symbol"),
                                   Duration{static_cast<int64_t>(number_field(state, -1, "timeframe_ns", 0))},
                                   series_kind_named(text_field(state, -1, "kind")),
                                   true_field(state, -1, "optional")});
    });
    return 0;
}

int LuaStrategyHost::block(lua_State* state) { return push_address(state, &self(state).port_.block()); }
int LuaStrategyHost::bar(lua_State* state) {
    return push_address(state, &self(state).port_.series(index_at(state, 1)));
}
// (series, field): the address of a ScriptSeries.
int LuaStrategyHost::bar_series(lua_State* state) {
    LuaStrategy& strategy = self(state);
    const auto field = static_cast<BarField>(index_at(state, 2));
    strategy.windows_.push_back(strategy.series_[index_at(state, 1)].history.window(field));
    return push_address(state, &strategy.windows_.back());
}
// (instrument, side): of SideBucket.
int LuaStrategyHost::position(lua_State* state) {
    return push_address(state, &self(state).port_.position(index_at(state, 1), index_at(state, 2)));
}
// (instrument or nothing): the account where it is traded; all accounts together.
int LuaStrategyHost::account(lua_State* state) {
    const ViewPort& port = self(state).port_;
    const bool is_one = lua_gettop(state) > 0;
    return push_address(state, is_one ? &port.account_of(index_at(state, 1)) : &port.block().account);
}
int LuaStrategyHost::instrument(lua_State* state) {
    lua_pushnumber(state, self(state).port_.series(index_at(state, 1)).instrument);
    return 1;
}

// Their windows are outside of what the machine counts, and within the same limit.
void LuaStrategyHost::charge_for_indicator(lua_State* state, const std::string& what, size_t outputs,
                                           const std::vector<double>& values) {
    constexpr double bytes_each = 1024, bytes_per_place = 32, longest = 1e5;  // at most, of any indicator
    double bytes = bytes_each + static_cast<double>(outputs * sizeof(IndicatorOutput));
    for (const double value : values)
        if (value > 0) bytes += bytes_per_place * std::min(value, longest);
    LuaStrategy& strategy = self(state);
    const size_t after = strategy.indicator_bytes_ + static_cast<size_t>(bytes),
                 limit = strategy.machine_.memory_limit();
    if (after > limit)
        LuaMachine::raise(state, fmt::format("{}: the indicators of a strategy may take {} MB together, and with "
                                             "this one they could take more: make fewer, or shorter ones",
                                             what, limit >> 20));
    strategy.indicator_bytes_ = after;
}

// (name, input, values, count): the node's number within its series.
int LuaStrategyHost::add_indicator(lua_State* state) {
    const IndicatorTraits* const traits = indicator_named(text_at(state, 1));
    TRD_ASSERT(traits != nullptr);
    const auto series = static_cast<size_t>(number_field(state, 2, "series", 0));
    const std::vector<double> values = numbers_at(state, 3, index_at(state, 4), *traits);
    const IndicatorInput input = input_at(state, 2, traits->needs_bar);
    charge_for_indicator(state, "ctx.ind." + std::string(traits->name), std::max<size_t>(1, traits->outputs.size()),
                         values);
    const auto node = self(state).series_[series].indicators.add(traits->name, values, input);
    if (!node) LuaMachine::raise(state, refusal_text(*traits, node.error(), values));
    self(state).note_wiring(series, *traits, values, input);
    lua_pushnumber(state, *node);
    return 1;
}

// (step, input, outputs, of bars): the node's number within its series.
int LuaStrategyHost::add_script_indicator(lua_State* state) {
    LuaStrategy& strategy = self(state);
    const auto series = static_cast<size_t>(number_field(state, 2, "series", 0));
    const IndicatorInput input = input_at(state, 2, lua_toboolean(state, 4) != 0);
    const uint32_t outputs = index_at(state, 3);
    lua_settop(state, 1);
    charge_for_indicator(state, "an indicator of trd.indicator", outputs, {});
    auto indicator = std::make_unique<ScriptIndicator>(strategy.machine_, outputs, strategy.fault_);
    const auto node = strategy.series_[series].indicators.add(std::move(indicator), input);
    TRD_ASSERT(node.ok());  // our own Lua has looked at the input
    strategy.has_script_indicators_ = true;
    lua_pushnumber(state, *node);
    return 1;
}

// (series, node, output): the address of a ScriptSeries.
int LuaStrategyHost::indicator_output(lua_State* state) {
    LuaStrategy& strategy = self(state);
    const IndicatorSet& indicators = strategy.series_[index_at(state, 1)].indicators;
    const IndicatorOutput& output = indicators.output(index_at(state, 2), index_at(state, 3));
    strategy.windows_.push_back({&output.count, output.values, 1});
    return push_address(state, &strategy.windows_.back());
}

// Without the JIT: (series, ago), and (series or nil, number, series or nil, number).
int LuaStrategyHost::series_value(lua_State* state) {
    const auto* series = static_cast<const ScriptSeries*>(lua_touserdata(state, 1));
    lua_pushnumber(state, series->ago(static_cast<uint64_t>(lua_tonumber(state, 2))));
    return 1;
}
int LuaStrategyHost::crossing(lua_State* state) {
    const auto* a = static_cast<const ScriptSeries*>(lua_touserdata(state, 1));
    const auto* b = static_cast<const ScriptSeries*>(lua_touserdata(state, 3));
    lua_pushnumber(state, trd::crossing(a, lua_tonumber(state, 2), b, lua_tonumber(state, 4)));
    return 1;
}

// (what is called, symbol or nothing): the instrument's number.
int LuaStrategyHost::instrument_of(lua_State* state) {
    const ScriptOrders& orders = self(state).orders_;
    std::string hint;
    int64_t found = orders.default_instrument();
    if (lua_gettop(state) > 1) {
        const std::string_view symbol = lua_type(state, 2) == LUA_TSTRING ? text_at(state, 2) : std::string_view();
        found = orders.instrument_of(symbol, hint);
        if (found < 0)
            LuaMachine::raise(state, fmt::format("{}: no series of this strategy has the symbol '{}'{}",
                                                 text_at(state, 1), symbol, hint));
    }
    lua_pushnumber(state, static_cast<double>(found));
    return 1;
}

// (what is called, symbol or nil): the equity of the account where it is traded, the last price of the instrument, and
// its point value.
int LuaStrategyHost::unit(lua_State* state) {
    const ScriptOrders& orders = self(state).orders_;
    const ViewPort& port = self(state).port_;
    const bool is_default = lua_isnil(state, 2);
    std::string hint;
    const int64_t found = is_default ? orders.default_instrument() : orders.instrument_of(text_at(state, 2), hint);
    if (found < 0)
        LuaMachine::raise(state, fmt::format("{}: no series of this strategy has the symbol '{}'{}", text_at(state, 1),
                                             text_at(state, 2), hint));
    const auto instrument = static_cast<uint32_t>(found);
    double point_value = 0;
    for (uint32_t i = 0; i < port.block().series_count; ++i)
        if (port.series(i).instrument == instrument) point_value = port.series(i).point_value;
    lua_pushnumber(state, port.account_of(instrument).equity);
    lua_pushnumber(state, port.position(instrument).mark);
    lua_pushnumber(state, point_value);
    return 3;
}

}  // namespace trd
