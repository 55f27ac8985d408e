#include "script/script_orders.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include <fmt/core.h>
#include <lua.hpp>

#include "base/assert.h"
#include "base/suggest.h"
#include "script/lua_host.h"
#include "script/lua_machine.h"
#include "script/lua_values.h"
#include "script/script_order_terms.h"
#include "script/script_slips.h"

namespace trd {
namespace {

using F = OrderField;

constexpr OrderFieldSet order_fields = type_fields | lifetime_fields | showing_fields |
                                       fields_of({F::qty, F::tag, F::symbol, F::reduce_only, F::bucket, F::after});
constexpr OrderFieldSet submit_fields = order_fields | fields_of({F::stop, F::take});
constexpr OrderFieldSet entry_fields = order_fields | fields_of({F::side});
constexpr OrderFieldSet bracket_fields = fields_of({F::entry, F::stop, F::take});
constexpr OrderFieldSet oco_fields =
    lifetime_fields | fields_of({F::side, F::qty, F::tag, F::symbol, F::reduce_only, F::bucket, F::after});
constexpr OrderFieldSet oco_order_fields = type_fields | lifetime_fields | showing_fields | fields_of({F::qty, F::tag});
constexpr OrderFieldSet close_fields = fields_of({F::tag, F::symbol, F::bucket});
constexpr OrderFieldSet target_fields = fields_of({F::qty, F::weight, F::notional, F::tag, F::symbol});
constexpr OrderFieldSet replace_fields = fields_of({F::qty, F::limit, F::trigger, F::display});
constexpr OrderFieldSet cancel_all_fields = fields_of({F::symbol});
constexpr OrderFieldSet flatten_fields = fields_of({F::tag, F::symbol});

constexpr int64_t every_instrument = -1;

Side read_side(const OrderFields& fields) {
    constexpr std::string_view names[] = {"buy", "sell"};
    if (!fields.has(F::side)) fields.refuse("it needs side = 'buy' or side = 'sell'");
    return fields.choice(F::side, names) == 0 ? Side::buy : Side::sell;
}

void need_quantity(const OrderFields& fields, const RawIntent& intent) {
    if (!std::isnan(intent.quantity)) return;
    const OrderTableName& name = fields.name();
    const std::string table = name.part == nullptr ? name.call : fmt::format("{} =", name.part);
    fields.refuse_sentence(fmt::format("needs a quantity: {} {{ qty = ... }}", table));
}

const ScriptOrder& order_argument(lua_State* state, const char* call) {
    const ScriptOrder* const order = ScriptOrderHandles::at(state, 2);
    if (order == nullptr)
        LuaMachine::raise(state,
                          fmt::format("{} needs what ctx:buy or ctx:sell returned, not {}", call, shown(state, 2)));
    return *order;
}

RawIntent intent_of(RawIntentKind kind) {
    RawIntent intent;
    intent.kind = static_cast<uint8_t>(kind);
    return intent;
}
RawIntent close_intent(uint32_t instrument) {
    RawIntent intent = intent_of(RawIntentKind::close_position);
    intent.purpose = static_cast<uint8_t>(Purpose::exit);
    intent.instrument = instrument;
    return intent;
}

}  // namespace

ScriptOrders& ScriptOrders::owner(lua_State* state) { return *static_cast<ScriptOrders*>(owner_of(state)); }

void ScriptOrders::add_functions(lua_State* state) {
    struct Entry {
        const char* name;
        int (*function)(lua_State*);
    };
    constexpr Entry functions[] = {
        {"buy", buy},       {"sell", sell},     {"bracket", bracket},       {"oco", oco},         {"close", close},
        {"target", target}, {"cancel", cancel}, {"cancel_all", cancel_all}, {"replace", replace}, {"flatten", flatten},
    };
    lua_newtable(state);
    for (const Entry& entry : functions) add_host_function(state, this, entry.name, entry.function);
    lua_setfield(state, -2, "orders");
    handles_.add_to(state);
    add_field_names(state);
}

// host.request_fields = { buy = { qty = true ... } ... }: what the tables of the calls may have, for
// lua/annotations.lua.
void ScriptOrders::add_field_names(lua_State* state) {
    constexpr std::pair<const char*, OrderFieldSet> sets[] = {{"buy", submit_fields},
                                                              {"entry", entry_fields},
                                                              {"bracket", bracket_fields},
                                                              {"oco", oco_fields},
                                                              {"close", close_fields},
                                                              {"target", target_fields},
                                                              {"cancel_all", cancel_all_fields},
                                                              {"replace", replace_fields},
                                                              {"flatten", flatten_fields}};
    lua_newtable(state);
    for (const auto& [call, fields] : sets) {
        lua_newtable(state);
        for (int i = 0; i < order_field_count; ++i) {
            if ((fields >> i & 1u) == 0) continue;
            push_text(state, name_of(static_cast<OrderField>(i)));
            lua_pushboolean(state, 1);
            lua_rawset(state, -3);
        }
        lua_setfield(state, -2, call);
    }
    lua_setfield(state, -2, "request_fields");
}

void ScriptOrders::bind(ViewPort port, const std::vector<SeriesRequest>& series, bool keep_handles) {
    port_ = port;
    handles_.set_keep(keep_handles);
    batch_ = IntentBatch(port.ring());
    default_instrument_ = port.series(0).instrument;
    for (uint32_t i = 0; i < series.size(); ++i) {
        symbols_.push_back({series[i].symbol, port.series(i).instrument});
        if (series[i].name == "main") default_instrument_ = port.series(i).instrument;
    }
}

int64_t ScriptOrders::instrument_of(std::string_view symbol, std::string& hint) const {
    std::vector<std::string_view> known;
    for (const Symbol& entry : symbols_) {
        if (entry.text == symbol) return entry.instrument;
        known.push_back(entry.text);
    }
    hint = did_you_mean(symbol, known);
    const bool has_given = std::find(known.begin(), known.end(), "$symbol") != known.end();
    if (hint.empty() && has_given) hint = "; what the run is given is called '$symbol'";
    return -1;
}

std::string_view ScriptOrders::symbol_of(uint32_t instrument) const {
    for (const Symbol& entry : symbols_)
        if (entry.instrument == instrument) return entry.text;
    return {};
}

// ---- new orders ----

int ScriptOrders::buy(lua_State* state) { return owner(state).submit(state, "ctx:buy", Side::buy); }
int ScriptOrders::sell(lua_State* state) { return owner(state).submit(state, "ctx:sell", Side::sell); }

int ScriptOrders::submit(lua_State* state, const char* call, Side side) {
    check_call(state, call, 2);
    const OrderFields fields(state, 2, {call}, submit_fields);
    handles_.push(state, stage_protected(fields, read_order(fields, side)));
    return 1;
}

int ScriptOrders::bracket(lua_State* state) {
    ScriptOrders& self = owner(state);
    self.check_call(state, "ctx:bracket", 2);
    const OrderFields fields(state, 2, {"ctx:bracket"}, bracket_fields);
    if (!fields.has(F::entry) || !fields.has(F::stop) || !fields.has(F::take))
        fields.refuse_sentence(
            "needs all three: ctx:bracket { entry = { side = ..., qty = ... }, stop = ..., take = ... }");
    fields.push(F::entry);
    const OrderFields entry(state, lua_gettop(state), {"ctx:bracket", "entry"}, entry_fields);
    const Side side = read_side(entry);
    self.handles_.push(state, self.stage_protected(fields, self.read_order(entry, side)));
    return 1;
}

RawIntent ScriptOrders::read_order(const OrderFields& fields, Side side) const {
    RawIntent intent = market_intent(side, read_symbol(fields));
    intent.quantity = fields.positive(F::qty);
    need_quantity(fields, intent);
    read_tag(fields, intent);
    read_type(fields, intent);
    read_lifetime(fields, intent);
    read_showing(fields, intent);
    read_bucket(fields, intent);
    intent.parent = read_after(fields);
    if (fields.flag(F::reduce_only)) set_reduce_only(intent);
    check_together(fields, intent);
    return intent;
}

uint32_t ScriptOrders::read_symbol(const OrderFields& fields) const {
    if (!fields.has(F::symbol)) return default_instrument_;
    std::string hint;
    const int64_t found = fields.is_text(F::symbol) ? instrument_of(fields.text(F::symbol), hint) : -1;
    if (found >= 0) return static_cast<uint32_t>(found);
    fields.push(F::symbol);
    fields.refuse(fmt::format("no series of this strategy has the symbol {}{}", shown(fields.state(), -1), hint));
}

uint64_t ScriptOrders::read_after(const OrderFields& fields) const {
    if (!fields.has(F::after)) return 0;
    fields.push(F::after);
    const ScriptOrder* const order = ScriptOrderHandles::at(fields.state(), -1);
    if (order == nullptr) fields.refuse_value(F::after, "an order, as ctx:buy returns it");
    lua_pop(fields.state(), 1);
    return order->id;
}

// Nothing is staged before everything has been read: a script that catches the error must not have sent an entry
// without what protects it.
uint64_t ScriptOrders::stage_protected(const OrderFields& protection, const RawIntent& entry) {
    lua_State* const state = protection.state();
    const bool has_stop = protection.has(F::stop), has_take = protection.has(F::take);
    if ((has_stop || has_take) && (entry.flags & intent_reduce_only) != 0)
        protection.refuse("a reduce_only order opens nothing that stop or take could protect");
    RawIntent stop, take;
    if (has_stop) stop = read_stop(protection, entry, mark(entry.instrument));
    if (has_take) take = read_take(protection, entry, mark(entry.instrument));
    need_room(state, 1 + (has_stop ? 1 : 0) + (has_take ? 1 : 0));

    const uint64_t id = stage(entry);
    if (!has_stop && !has_take) return id;
    stop.parent = take.parent = id;
    if (has_stop && has_take) stop.group = take.group = id + 1;
    const uint64_t stop_id = has_stop ? stage(stop) : 0;
    const uint64_t take_id = has_take ? stage(take) : 0;
    handles_.relate(id, stop_id, take_id);
    return id;
}

int ScriptOrders::oco(lua_State* state) {
    ScriptOrders& self = owner(state);
    self.check_call(state, "ctx:oco", 2);
    const OrderFields fields(state, 2, {"ctx:oco"}, oco_fields, TableForm::list);
    RawIntent shared = market_intent(read_side(fields), self.read_symbol(fields));
    shared.quantity = fields.positive(F::qty);
    read_tag(fields, shared);
    read_lifetime(fields, shared);
    read_bucket(fields, shared);
    shared.parent = self.read_after(fields);
    std::vector<RawIntent> orders;
    self.read_oco(fields, shared, orders);
    self.need_room(state, orders.size());
    luaL_checkstack(state, static_cast<int>(orders.size()) + 4, nullptr);
    const uint64_t group = self.batch_.next_handle();
    for (RawIntent& order : orders) {
        order.group = group;
        self.handles_.push(state, self.stage(order));
    }
    return static_cast<int>(orders.size());
}

void ScriptOrders::read_oco(const OrderFields& fields, const RawIntent& shared, std::vector<RawIntent>& orders) const {
    if (fields.list_size() < 2)
        fields.refuse_sentence(
            "needs at least two orders: ctx:oco { side = ..., qty = ..., { limit = ... }, { ... } }");
    for (int i = 1; i <= fields.list_size(); ++i) {
        fields.push_entry(i);
        const OrderFields order(fields.state(), lua_gettop(fields.state()), {"ctx:oco", "order", i}, oco_order_fields);
        RawIntent intent = shared;
        if (order.has(F::qty)) intent.quantity = order.positive(F::qty);
        if (std::isnan(intent.quantity)) order.refuse("qty is missing, here and in ctx:oco");
        if (order.has(F::tag)) read_tag(order, intent);
        read_type(order, intent);
        if (order.has_any(lifetime_fields)) intent.expires_ns = 0;
        read_lifetime(order, intent);
        read_showing(order, intent);
        if (fields.flag(F::reduce_only)) set_reduce_only(intent);
        check_together(order, intent);
        orders.push_back(intent);
        lua_pop(fields.state(), 1);
    }
}

int ScriptOrders::target(lua_State* state) {
    ScriptOrders& self = owner(state);
    self.check_call(state, "ctx:target", 2);
    const OrderFields fields(state, 2, {"ctx:target"}, target_fields);
    constexpr F measures[] = {F::qty, F::weight, F::notional};  // in the order of TargetMeasure
    RawIntent intent = intent_of(RawIntentKind::target_position);
    int given = 0;
    for (uint8_t i = 0; i < target_measure_count; ++i) {
        if (!fields.has(measures[i])) continue;
        ++given;
        intent.measure = i;
        intent.quantity = fields.finite(measures[i]);
        if (measures[i] == F::weight && std::abs(intent.quantity) > usual_weight_max)
            self.warn_of_weight(state, intent.quantity);
    }
    if (given != 1) fields.refuse_sentence("needs one of qty, weight and notional");
    intent.purpose = static_cast<uint8_t>(Purpose::rebalance);
    intent.instrument = self.read_symbol(fields);
    read_tag(fields, intent);
    self.need_room(state, 1);
    self.handles_.push(state, self.stage(intent));
    return 1;
}

// Once: a strategy that gives one such weight gives it at every bar.
void ScriptOrders::warn_of_weight(lua_State* state, double weight) {
    if (std::exchange(warned_of_weight_, true)) return;
    luaL_where(state, 1);
    notes_.warn(std::string(text_at(state, -1)) + unusual_weight_text(weight));
    lua_pop(state, 1);
}

// ---- out of positions ----

int ScriptOrders::close(lua_State* state) {
    ScriptOrders& self = owner(state);
    self.check_call(state, "ctx:close", 2);
    const OrderFields fields(state, 2, {"ctx:close"}, close_fields, TableForm::optional);
    RawIntent intent = close_intent(self.read_symbol(fields));
    read_tag(fields, intent);
    read_bucket(fields, intent);
    if (!fields.has(F::bucket) && self.keeps_sides(intent.instrument))
        fields.refuse_sentence("needs bucket = 'long' or bucket = 'short': the account keeps both sides");
    self.need_room(state, 1);
    self.handles_.push(state, self.stage(intent));
    return 1;
}

int ScriptOrders::flatten(lua_State* state) {
    ScriptOrders& self = owner(state);
    self.check_call(state, "ctx:flatten", 2);
    const OrderFields fields(state, 2, {"ctx:flatten"}, flatten_fields, TableForm::optional);
    const int64_t only = fields.has(F::symbol) ? self.read_symbol(fields) : every_instrument;
    RawIntent intent = close_intent(0);
    read_tag(fields, intent);
    self.stage_cancels(state, only, true);
    self.stage_closes(state, intent, only);
    return 0;
}

// What is on its way out stays on its way: a close counts it, so cancelling it would leave the position as it is.
void ScriptOrders::stage_cancels(lua_State* state, int64_t instrument, bool spare_exits) {
    for (const ScriptOrder* order : handles_.open()) {
        if (instrument != every_instrument && order->instrument != instrument) continue;
        if (order->is_stopping || (spare_exits && order->purpose == Purpose::exit)) continue;
        need_room(state, 1);
        stage_cancel(order->id);
    }
}

void ScriptOrders::stage_closes(lua_State* state, RawIntent intent, int64_t instrument) {
    std::vector<uint32_t> seen;
    for (const Symbol& symbol : symbols_) {
        if (instrument != every_instrument && symbol.instrument != instrument) continue;
        if (std::find(seen.begin(), seen.end(), symbol.instrument) != seen.end()) continue;
        seen.push_back(symbol.instrument);
        intent.instrument = symbol.instrument;
        const bool both = keeps_sides(symbol.instrument);
        for (uint32_t side = both ? 1 : 0; side < (both ? view_sides : 1); ++side) {
            if (port_.position(symbol.instrument, side).quantity == 0) continue;
            intent.bucket = static_cast<uint8_t>(side);
            need_room(state, 1);
            stage(intent);
        }
    }
}

bool ScriptOrders::keeps_sides(uint32_t instrument) const { return port_.position(instrument).keeps_sides != 0; }

// ---- orders that are there ----

int ScriptOrders::cancel(lua_State* state) {
    ScriptOrders& self = owner(state);
    self.check_call(state, "ctx:cancel", 2, "(order)");
    const ScriptOrder& order = order_argument(state, "ctx:cancel");
    if (order.done) return 0;
    self.need_room(state, 1);
    self.stage_cancel(order.id);
    return 0;
}

int ScriptOrders::cancel_all(lua_State* state) {
    ScriptOrders& self = owner(state);
    self.check_call(state, "ctx:cancel_all", 2);
    const OrderFields fields(state, 2, {"ctx:cancel_all"}, cancel_all_fields, TableForm::optional);
    self.stage_cancels(state, fields.has(F::symbol) ? self.read_symbol(fields) : every_instrument, false);
    return 0;
}

int ScriptOrders::replace(lua_State* state) {
    ScriptOrders& self = owner(state);
    self.check_call(state, "ctx:replace", 3, "(order, { ... })");
    const ScriptOrder& order = order_argument(state, "ctx:replace");
    const OrderFields fields(state, 3, {"ctx:replace"}, replace_fields);
    if (!fields.has_any(replace_fields))
        fields.refuse_sentence("needs what is to change: qty, limit, trigger or display");
    for (const auto& [field, there] :
         {std::pair(F::limit, has_limit(order.type)), {F::trigger, has_trigger(order.type)}})
        if (fields.has(field) && !there)
            fields.refuse(fmt::format("a {} order has no {}", name_of(order.type), name_of(field)));
    RawIntent intent = intent_of(RawIntentKind::amend);
    intent.target = order.id;
    intent.quantity = fields.positive(F::qty);
    intent.limit = fields.positive(F::limit);
    intent.trigger = fields.positive(F::trigger);
    intent.display = fields.positive(F::display);
    self.need_room(state, 1);
    self.batch_.stage(intent);
    self.handles_.note_request(order.id);
    return 0;
}

// ---- staging ----

void ScriptOrders::check_call(lua_State* state, const char* call, int arguments, const char* example) const {
    if (!accepting_)
        LuaMachine::raise(
            state,
            std::string(call) + ": orders are sent from the hooks; init only wires, on_save and on_load only keep");
    lua_settop(state, arguments);
    const bool on_ctx = lua_istable(state, 1) && luaL_getmetafield(state, 1, "__metatable") != 0;
    if (!on_ctx) LuaMachine::raise(state, fmt::format("{0} is called with a colon: {0}{1}", call, example));
    lua_settop(state, arguments);
}

void ScriptOrders::need_room(lua_State* state, uint64_t orders) const {
    if (batch_.room() < orders)
        LuaMachine::raise(state, fmt::format("more than {} orders in one handler", IntentRing::capacity));
}

// Precondition: there is room.
uint64_t ScriptOrders::stage(const RawIntent& intent) {
    const uint64_t id = batch_.stage(intent);
    TRD_ASSERT(id != 0);
    handles_.add(id, intent, symbol_of(intent.instrument));
    return id;
}

void ScriptOrders::stage_cancel(uint64_t id) {
    RawIntent intent = intent_of(RawIntentKind::cancel);
    intent.target = id;
    batch_.stage(intent);
    handles_.note_request(id);
}

}  // namespace trd
