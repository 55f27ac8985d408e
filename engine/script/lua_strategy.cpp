#include "script/lua_strategy.h"

#include <algorithm>
#include <cstring>
#include <lua.hpp>

#include "base/file.h"
#include "order/fill.h"
#include "order/lifecycle.h"
#include "script/lua_host.h"
#include "script/lua_strategy_host.h"
#include "script/lua_values.h"

namespace trd {
namespace {

// What lies on the stack of a bound strategy, for good: pushing copies of these is all that a call needs.
enum StackIndex {
    handler_index = 1,
    self_index,
    ctx_index,
    notify_index,
    on_bars_index,
    on_start_index,
    on_warm_index,
    on_timer_index,
    on_session_index,
    on_stop_index,
    on_quote_index,
    on_trade_index,
    on_book_index,
    on_margin_call_index,
    first_bar_index  // then the others, in the order of their declaration, and the call of on_bar for each series of
                     // bars
};

constexpr const char* order_hook = "on_order";  // sees every event
// The hook for each event that has one of its own, and the event's name in scripts.
struct NoticeHook {
    uint32_t event;
    const char* event_name;
    const char* hook;
};
constexpr uint32_t event_of(OrderEventKind kind) { return static_cast<uint32_t>(kind); }
constexpr NoticeHook notice_hooks[] = {
    {event_of(OrderEventKind::accept), "accept", "on_accept"},
    {event_of(OrderEventKind::reject), "reject", "on_reject"},
    {event_of(OrderEventKind::fill), "fill", "on_fill"},
    {event_of(OrderEventKind::complete), "complete", "on_fill"},
    {event_of(OrderEventKind::cancel), "cancel", "on_cancel"},
    {event_of(OrderEventKind::expire), "expire", "on_expire"},
    {event_of(OrderEventKind::replace), "replace", "on_replace"},
    {event_of(OrderEventKind::deny), "deny", "on_deny"},
    {view_event_denied, "deny", "on_deny"},
    {view_event_allowed, "allow", order_hook},
};
constexpr uint32_t order_hook_bit = 1u << 31;

std::string_view event_name(uint32_t event, const NoticeHook* hook) {
    if (hook != nullptr) return hook->event_name;
    return event < order_event_count ? name_of(static_cast<OrderEventKind>(event)) : std::string_view("unknown");
}

std::string_view liquidity_name(uint32_t liquidity) {
    const bool known = liquidity <= static_cast<uint32_t>(Liquidity::taker);
    return name_of(known ? static_cast<Liquidity>(liquidity) : Liquidity::unknown);
}

}  // namespace

LuaStrategy::Loaded LuaStrategy::load(const std::string& path, const LuaOverrides& overrides,
                                      const LuaOptions& options) {
    auto text = read_file(path);
    if (!text) return Fail{StrategyFault{StrategyFault::Kind::missing, text.error().message}};
    return load_text(std::move(*text), path, overrides, options);
}

LuaStrategy::Loaded LuaStrategy::load_text(std::string source, const std::string& path, const LuaOverrides& overrides,
                                           const LuaOptions& options) {
    std::unique_ptr<LuaStrategy> strategy(new LuaStrategy(path, overrides, options));
    TRD_CHECK(strategy->start(std::move(source)));
    return std::unique_ptr<Strategy>(std::move(strategy));
}

Status<StrategyFault> LuaStrategy::compile(std::string source) {
    constexpr std::string_view modules[] = {"declarations", "strategy", "indicators", "ticks",
                                            "notes",        "sizes",    "check"};
    TRD_CHECK(machine_.open(modules, &LuaStrategyHost::add, this));
    return machine_.compile(std::move(source));
}

std::vector<ScriptFinding> LuaStrategy::undefined_names(std::string source, const std::string& path) {
    LuaStrategy strategy(path, {}, {});
    if (!strategy.compile(std::move(source)).ok()) return {};
    return trd::undefined_names(strategy.machine_);
}

Status<StrategyFault> LuaStrategy::start(std::string source) {
    TRD_CHECK(compile(std::move(source)));
    TRD_CHECK(machine_.call(2, 1));
    machine_.push_tool("finish");
    lua_insert(machine_.state(), -2);
    auto finished = machine_.call(1, 0);
    if (finished.ok() || !reading_parameters_ || overrides_.empty()) return finished;
    return Fail{StrategyFault{StrategyFault::Kind::parameter, finished.error().message}};
}

Status<StrategyFault> LuaStrategy::bind(ViewPort port) {
    std::vector<SeriesRequest> bars;
    for (const SeriesRequest& request : manifest_.series)
        if (request.kind == SeriesKind::bars) bars.push_back(request);
    TRD_ASSERT(port.block().series_count == manifest_.series.size());
    port_ = port;
    series_ = std::vector<Series>(bars.size());
    find_notice_hooks();
    manifest_.order_news = hooks_ != 0 ? OrderNews::handled : OrderNews::heard;
    cold_series_ = series_.size();
    // As the view numbers them: those of bars first.
    std::vector<SeriesRequest> all = bars;
    for (const SeriesRequest& request : manifest_.series)
        if (request.kind != SeriesKind::bars) all.push_back(request);
    orders_.bind(port, all, hooks_ != 0);
    notes_.bind(port);
    machine_.set_running();
    machine_.push_tool("bind");
    auto bound = machine_.call(0, 4);  // strategy, ctx, the bars, the calls of on_bar
    bound.ok() ? notes_.commit() : notes_.discard();
    TRD_CHECK(std::move(bound));
    orders_.accept_orders(true);
    for (Series& series : series_) series.has_indicators = series.indicators.size() != 0;
    lay_out_stack();
    return done;
}

std::vector<UnreadyIndicator> LuaStrategy::unready() const {
    std::vector<UnreadyIndicator> found;
    size_t place = 0;
    for (const SeriesRequest& request : manifest_.series) {
        if (request.kind != SeriesKind::bars) continue;
        const Series& series = series_[place++];
        if (series.warm) continue;
        for (ColdIndicator& each : series.indicators.cold())
            found.push_back({request.name, std::move(each.name), each.needed, each.seen, waiting_hook()});
    }
    return found;
}

std::string_view LuaStrategy::waiting_hook() const {
    if (first_bar_call_ != 0) return "on_bar";
    if (manifest_.wants_bars) return "on_bars";
    constexpr std::pair<int, std::string_view> others[] = {
        {on_timer_index, "on_timer"}, {on_session_index, "on_session"}, {on_quote_index, "on_quote"},
        {on_trade_index, "on_trade"}, {on_book_index, "on_book"},       {on_warm_index, "on_warm"}};
    for (const auto& [place, name] : others)
        if (!lua_isnil(machine_.state(), place)) return name;
    return {};
}

void LuaStrategy::find_notice_hooks() {
    lua_State* const state = machine_.state();
    machine_.push_tool("strategy");
    const auto has = [&](const char* hook) {
        lua_getfield(state, -1, hook);
        const bool found = !lua_isnil(state, -1);
        lua_pop(state, 1);
        return found;
    };
    for (size_t i = 0; i < std::size(notice_hooks); ++i) hooks_ |= has(notice_hooks[i].hook) ? 1u << i : 0u;
    hooks_ |= has(order_hook) ? order_hook_bit : 0u;
    lua_pop(state, 1);
}

void LuaStrategy::lay_out_stack() {
    lua_State* const state = machine_.state();
    const int calls = lua_gettop(state), bars = calls - 1;
    TRD_ASSERT(bars == notify_index);
    machine_.push_tool("notify");
    machine_.push_tool("on_bars");
    for (const char* hook : {"on_start", "on_warm", "on_timer", "on_session", "on_stop", "on_quote", "on_trade",
                             "on_book", "on_margin_call"})
        lua_getfield(state, self_index, hook);
    for (size_t i = 0; i < manifest_.series.size(); ++i) lua_rawgeti(state, bars, static_cast<int>(i + 1));
    if (lua_objlen(state, calls) != 0) first_bar_call_ = first_bar_index + static_cast<int>(manifest_.series.size());
    for (size_t i = 0; i < series_.size(); ++i) lua_rawgeti(state, calls, static_cast<int>(i + 1));
    lua_remove(state, calls);
    lua_remove(state, bars);
}

Status<StrategyFault> LuaStrategy::handle() {
    if (fault_) return Fail{*fault_};
    const ViewEventKind event = port_.event();
    if (event == ViewEventKind::bar) [[likely]]
        return on_bar();
    switch (event) {
        case ViewEventKind::order:
            return on_notice();
        case ViewEventKind::start:
            TRD_CHECK(call_hook(on_start_index));
            return series_.empty() ? call_hook(on_warm_index) : Status<StrategyFault>(done);
        case ViewEventKind::stop:
            TRD_CHECK(call_hook(on_stop_index));
            return try_saving();
        case ViewEventKind::timer:
            return on_timer();
        case ViewEventKind::session:
            return on_session();
        case ViewEventKind::bars:
            return on_bars();
        case ViewEventKind::quote:
            return on_tick(on_quote_index);
        case ViewEventKind::trade:
            return on_tick(on_trade_index);
        case ViewEventKind::book:
            return on_tick(on_book_index);
        case ViewEventKind::margin_call:
            return lua_isnil(machine_.state(), on_margin_call_index) ? Status<StrategyFault>(done) : on_margin_call();
        case ViewEventKind::account:
            return on_account_news();
        case ViewEventKind::bar:
        case ViewEventKind::none:
            break;
    }
    return done;
}

Status<StrategyFault> LuaStrategy::on_bar() {
    const uint32_t index = port_.block().event_series;
    Series& series = series_[index];
    const BarValues& bar = port_.series(index).bar;
    series.history.push(bar);
    if (series.has_indicators) TRD_CHECK(update_indicators(series, bar));
    if (!series.warm) TRD_CHECK(warm_up(series));
    series.closed = true;
    if (notes_.has_plots()) notes_.sample(index);
    if (!series.warm || first_bar_call_ == 0) {
        notes_.commit();
        return done;
    }
    lua_State* const state = machine_.state();
    lua_pushvalue(state, first_bar_call_ + static_cast<int>(index));
    return finish_call(0);
}

// Those that the script wrote send no orders.
Status<StrategyFault> LuaStrategy::update_indicators(Series& series, const BarValues& bar) {
    if (has_script_indicators_) orders_.accept_orders(false);
    series.indicators.update(bar);
    if (!has_script_indicators_) [[likely]]
        return done;
    orders_.accept_orders(true);
    if (!fault_) return done;
    notes_.discard();
    return Fail{*fault_};
}

Status<StrategyFault> LuaStrategy::warm_up(Series& series) {
    series.warm = series.indicators.warm();
    if (!series.warm || --cold_series_ != 0) return done;
    return call_hook(on_warm_index);
}

// The next three wait until every indicator has a value, as on_bar does.
Status<StrategyFault> LuaStrategy::on_bars() {
    lua_State* const state = machine_.state();
    const int top = lua_gettop(state);
    lua_pushvalue(state, on_bars_index);
    for (size_t i = 0; i < series_.size(); ++i) {
        if (!series_[i].closed) continue;
        series_[i].closed = false;
        lua_pushnumber(state, static_cast<double>(i));
    }
    if (cold_series_ == 0 && manifest_.wants_bars) return finish_call(lua_gettop(state) - top - 1);
    lua_settop(state, top);
    return done;
}

// As on_bars, from when every indicator has a value.
Status<StrategyFault> LuaStrategy::on_tick(int stack_index) {
    lua_State* const state = machine_.state();
    if (cold_series_ != 0 || lua_isnil(state, stack_index)) return done;
    const size_t place = series_.size() + port_.block().event_series;
    TRD_ASSERT(place < manifest_.series.size());
    lua_pushvalue(state, stack_index);
    lua_pushvalue(state, self_index);
    lua_pushvalue(state, ctx_index);
    lua_pushvalue(state, first_bar_index + static_cast<int>(place));
    return finish_call(3);
}

Status<StrategyFault> LuaStrategy::on_timer() {
    const uint32_t number = port_.block().event_number;
    TRD_ASSERT(number < notes_.timer_count());
    return call_hook_with(on_timer_index, notes_.timer_name(number));
}

Status<StrategyFault> LuaStrategy::on_session() {
    return call_hook_with(on_session_index, port_.block().event_number != 0 ? "open" : "close");
}

Status<StrategyFault> LuaStrategy::call_hook_with(int stack_index, std::string_view word) {
    lua_State* const state = machine_.state();
    if (cold_series_ != 0 || lua_isnil(state, stack_index)) return done;
    lua_pushvalue(state, stack_index);
    lua_pushvalue(state, self_index);
    lua_pushvalue(state, ctx_index);
    lua_pushlstring(state, word.data(), word.size());
    return finish_call(3);
}

Status<StrategyFault> LuaStrategy::call_hook(int stack_index) {
    lua_State* const state = machine_.state();
    if (lua_isnil(state, stack_index)) return done;
    lua_pushvalue(state, stack_index);
    lua_pushvalue(state, self_index);
    lua_pushvalue(state, ctx_index);
    return finish_call(2);
}

Status<StrategyFault> LuaStrategy::on_notice() {
    const ViewNotice& notice = port_.block().notice;
    const ScriptOrder& order = orders_.handles().note(notice);
    const auto* const end = std::end(notice_hooks);
    const auto* found =
        std::find_if(std::begin(notice_hooks), end, [&](const NoticeHook& h) { return h.event == notice.event; });
    const bool own_hook = found != end && (hooks_ >> (found - notice_hooks) & 1u) != 0;
    if (!own_hook && (hooks_ & order_hook_bit) == 0) return done;

    lua_State* const state = machine_.state();
    const std::string_view event = event_name(notice.event, found == end ? nullptr : found);
    // The handle first: the texts may run the collector, which takes away what has ended and nobody holds.
    orders_.handles().push(state, order.id);
    const int handle = lua_gettop(state);
    lua_pushvalue(state, notify_index);
    own_hook && found->hook != order_hook ? lua_pushstring(state, found->hook) : lua_pushnil(state);
    lua_pushlstring(state, event.data(), event.size());
    lua_pushvalue(state, handle);
    for (const double value : {notice.fill_quantity, notice.fill_price, notice.fill_fee}) lua_pushnumber(state, value);
    push_text(state, liquidity_name(notice.liquidity));
    auto outcome = finish_call(7);
    lua_settop(state, handle - 1);
    return outcome;
}

Status<StrategyFault> LuaStrategy::finish_call(int arguments) {
    auto outcome = machine_.call(arguments, 0);
    if (outcome.ok()) [[likely]] {
        orders_.batch().commit();
        notes_.commit();
        return outcome;
    }
    orders_.batch().discard();
    notes_.discard();
    fault_ = std::make_unique<StrategyFault>(outcome.error());
    return outcome;
}

}  // namespace trd
