#include "script/script_orders.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include <fmt/core.h>
#include <lua.hpp>

#include "base/suggest.h"
#include "order/fill.h"
#include "order/lifecycle.h"
#include "order/order.h"
#include "script/lua_host.h"
#include "script/lua_machine.h"

namespace trd {
namespace {

// Registry keys: addresses of these.
char metatable_key, handles_key;

constexpr size_t tag_size_max = sizeof(RawIntent::tag);

void get_registry(lua_State* state, char& key) {
    lua_pushlightuserdata(state, &key);
    lua_rawget(state, LUA_REGISTRYINDEX);
}

std::string_view text_at(lua_State* state, int index) {
    size_t size = 0;
    const char* text = lua_tolstring(state, index, &size);
    return {text, size};
}
void push_text(lua_State* state, std::string_view text) { lua_pushlstring(state, text.data(), text.size()); }
void push_text_or_nil(lua_State* state, std::string_view text) {
    text.empty() ? lua_pushnil(state) : push_text(state, text);
}

// A value as messages show it; never an address.
std::string shown(lua_State* state, int index) {
    switch (lua_type(state, index)) {
        case LUA_TSTRING:
            return fmt::format("'{}'", text_at(state, index));
        case LUA_TNUMBER: {
            const double number = lua_tonumber(state, index);
            return std::isnan(number) ? "nan" : fmt::format("{:.14g}", number);  // a NaN's sign is nobody's business
        }
        case LUA_TBOOLEAN:
            return lua_toboolean(state, index) != 0 ? "true" : "false";
        default:
            return luaL_typename(state, index);
    }
}

// The fields of a handle: how each is pushed.
struct Field {
    std::string_view name;
    void (*push)(lua_State*, const ScriptOrder&);
};
constexpr Field field_table[] = {
    {"id", [](lua_State* s, const ScriptOrder& o) { lua_pushnumber(s, static_cast<double>(o.id)); }},
    {"state", [](lua_State* s, const ScriptOrder& o) { push_text(s, o.state); }},
    {"done", [](lua_State* s, const ScriptOrder& o) { lua_pushboolean(s, o.done ? 1 : 0); }},
    {"side", [](lua_State* s, const ScriptOrder& o) { push_text_or_nil(s, o.side); }},
    {"qty", [](lua_State* s, const ScriptOrder& o) { lua_pushnumber(s, o.quantity); }},
    {"filled", [](lua_State* s, const ScriptOrder& o) { lua_pushnumber(s, o.filled); }},
    {"open", [](lua_State* s, const ScriptOrder& o) { lua_pushnumber(s, o.open); }},
    {"tag",
     [](lua_State* s, const ScriptOrder& o) {
         push_text(s, {o.tag, o.tag_size});
     }},
    {"reason", [](lua_State* s, const ScriptOrder& o) { push_text_or_nil(s, o.reason); }},
};

void set_tag(RawIntent& intent, std::string_view tag) {
    intent.tag_size = static_cast<uint8_t>(tag.size());
    std::copy(tag.begin(), tag.end(), intent.tag);
}

const ScriptOrder* order_at(lua_State* state, int index) {
    auto** const handle = static_cast<ScriptOrder**>(lua_touserdata(state, index));
    if (handle == nullptr || lua_type(state, index) != LUA_TUSERDATA || lua_getmetatable(state, index) == 0)
        return nullptr;
    get_registry(state, metatable_key);
    const bool ours = lua_rawequal(state, -1, -2) != 0;
    lua_pop(state, 2);
    return ours ? *handle : nullptr;
}

}  // namespace

ScriptOrders& ScriptOrders::owner(lua_State* state) { return *static_cast<ScriptOrders*>(owner_of(state)); }

void ScriptOrders::add_functions(lua_State* state) {
    lua_newtable(state);
    add_host_function(state, this, "buy", buy);
    add_host_function(state, this, "sell", sell);
    add_host_function(state, this, "close", close);
    add_host_function(state, this, "cancel", cancel);
    lua_setfield(state, -2, "orders");

    lua_pushlightuserdata(state, &metatable_key);
    lua_newtable(state);
    add_host_function(state, this, "__index", read_field);
    add_host_function(state, this, "__newindex", refuse_write);
    add_host_function(state, this, "__gc", forget);
    lua_pushliteral(state, "locked");
    lua_setfield(state, -2, "__metatable");
    lua_rawset(state, LUA_REGISTRYINDEX);

    lua_pushlightuserdata(state, &handles_key);  // id -> handle, as long as the script holds it
    lua_newtable(state);
    lua_newtable(state);
    lua_pushliteral(state, "v");
    lua_setfield(state, -2, "__mode");
    lua_setmetatable(state, -2);
    lua_rawset(state, LUA_REGISTRYINDEX);
}

void ScriptOrders::bind(ViewPort port, const std::vector<SeriesRequest>& series, bool keep_handles) {
    port_ = port;
    keep_handles_ = keep_handles;
    batch_ = std::make_unique<IntentBatch>(port.ring());
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
    return -1;
}

// ---- what scripts call ----

int ScriptOrders::buy(lua_State* state) { return owner(state).submit(state, "ctx:buy", Side::buy); }
int ScriptOrders::sell(lua_State* state) { return owner(state).submit(state, "ctx:sell", Side::sell); }

int ScriptOrders::submit(lua_State* state, const char* what, Side side) {
    check_call(state, what);
    const Request request = read_request(state, what, true);
    RawIntent intent;
    intent.kind = static_cast<uint8_t>(RawIntentKind::submit);
    intent.side = static_cast<uint8_t>(side);
    intent.type = static_cast<uint8_t>(OrderType::market);
    intent.time_in_force = static_cast<uint8_t>(TimeInForce::gtc);
    intent.purpose = static_cast<uint8_t>(Purpose::entry);
    intent.quantity = request.quantity;
    intent.instrument = request.instrument;
    set_tag(intent, request.tag);
    return stage(state, intent, name_of(side));
}

int ScriptOrders::close(lua_State* state) {
    ScriptOrders& self = owner(state);
    self.check_call(state, "ctx:close");
    const Request request = self.read_request(state, "ctx:close", false);
    RawIntent intent;
    intent.kind = static_cast<uint8_t>(RawIntentKind::close_position);
    intent.purpose = static_cast<uint8_t>(Purpose::exit);
    intent.instrument = request.instrument;
    set_tag(intent, request.tag);
    return self.stage(state, intent, {});
}

int ScriptOrders::cancel(lua_State* state) {
    ScriptOrders& self = owner(state);
    self.check_call(state, "ctx:cancel");
    const ScriptOrder* const order = order_at(state, 2);
    if (order == nullptr)
        LuaMachine::raise(state, "ctx:cancel needs what ctx:buy or ctx:sell returned, not " + shown(state, 2));
    if (order->done) return 0;
    RawIntent intent;
    intent.kind = static_cast<uint8_t>(RawIntentKind::cancel);
    intent.target = order->id;
    if (self.batch_->stage(intent) == 0) LuaMachine::raise(state, "too many orders in one handler");
    return 0;
}

void ScriptOrders::check_call(lua_State* state, const char* what) const {
    if (!accepting_) LuaMachine::raise(state, std::string(what) + ": orders are sent from the hooks; init only wires");
    lua_settop(state, 2);
    const bool on_ctx = lua_istable(state, 1) && luaL_getmetafield(state, 1, "__metatable") != 0;
    if (!on_ctx) LuaMachine::raise(state, fmt::format("{0} is called with a colon: {0} {{ ... }}", what));
    lua_settop(state, 2);
}

ScriptOrders::Request ScriptOrders::read_request(lua_State* state, const char* what, bool with_quantity) const {
    Request request;
    request.instrument = default_instrument_;
    if (!lua_istable(state, 2)) {
        if (lua_isnil(state, 2) && !with_quantity) return request;
        LuaMachine::raise(state, fmt::format("{} needs a table, {{ ... }}, not {}", what, shown(state, 2)));
    }
    lua_pushnil(state);
    while (lua_next(state, 2) != 0) {
        read_request_field(state, what, with_quantity, request);
        lua_pop(state, 1);
    }
    if (with_quantity && request.quantity == 0)
        LuaMachine::raise(state, fmt::format("{0} needs a quantity: {0} {{ qty = ... }}", what));
    return request;
}

// The key is at -2, the value at -1. Strings stay valid: the table holds them until the call is over.
void ScriptOrders::read_request_field(lua_State* state, const char* what, bool with_quantity, Request& request) const {
    const std::string_view key = lua_type(state, -2) == LUA_TSTRING ? text_at(state, -2) : std::string_view();
    if (key == "qty" && with_quantity) {
        request.quantity = lua_type(state, -1) == LUA_TNUMBER ? lua_tonumber(state, -1) : 0;
        if (!std::isfinite(request.quantity) || request.quantity <= 0)
            LuaMachine::raise(state,
                              fmt::format("{}: qty must be a number greater than 0, not {}", what, shown(state, -1)));
    } else if (key == "tag") {
        if (lua_type(state, -1) != LUA_TSTRING)
            LuaMachine::raise(state, fmt::format("{}: tag must be a string, not {}", what, shown(state, -1)));
        request.tag = text_at(state, -1);
        if (request.tag.size() > tag_size_max)
            LuaMachine::raise(state,
                              fmt::format("{}: tag takes up to {} bytes, not '{}'", what, tag_size_max, request.tag));
    } else if (key == "symbol") {
        std::string hint;
        const int64_t found = lua_type(state, -1) == LUA_TSTRING ? instrument_of(text_at(state, -1), hint) : -1;
        if (found < 0)
            LuaMachine::raise(
                state, fmt::format("{}: no series of this strategy has the symbol {}{}", what, shown(state, -1), hint));
        request.instrument = static_cast<uint32_t>(found);
    } else {
        constexpr std::array<std::string_view, 3> known = {"tag", "symbol", "qty"};
        const std::span names(known.data(), with_quantity ? 3 : 2);
        LuaMachine::raise(state, fmt::format("{} has no field {}{}", what, shown(state, -2), did_you_mean(key, names)));
    }
}

int ScriptOrders::stage(lua_State* state, const RawIntent& intent, std::string_view side) {
    const uint64_t id = batch_->stage(intent);
    if (id == 0) LuaMachine::raise(state, fmt::format("more than {} orders in one handler", IntentRing::capacity));
    ScriptOrder& order = orders_[id];
    order.id = id;
    order.side = side;
    order.quantity = order.open = intent.quantity;
    order.tag_size = intent.tag_size;
    std::memcpy(order.tag, intent.tag, sizeof order.tag);
    push_handle(state, id);
    return 1;
}

// ---- handles ----

void ScriptOrders::push_handle(lua_State* state, uint64_t id) {
    if (keep_handles_) {
        get_registry(state, handles_key);
        lua_rawgeti(state, -1, static_cast<int>(id));
        lua_remove(state, -2);
        if (!lua_isnil(state, -1)) return;
        lua_pop(state, 1);
    }
    auto found = orders_.find(id);
    if (found == orders_.end()) found = orders_.emplace(id, passing_).first;
    auto** const handle = static_cast<ScriptOrder**>(lua_newuserdata(state, sizeof(ScriptOrder*)));
    *handle = &found->second;
    found->second.handle_exists = true;
    get_registry(state, metatable_key);
    lua_setmetatable(state, -2);
    if (!keep_handles_) return;
    get_registry(state, handles_key);
    lua_pushvalue(state, -2);
    lua_rawseti(state, -2, static_cast<int>(id));
    lua_pop(state, 1);
}

int ScriptOrders::read_field(lua_State* state) {
    const ScriptOrder& order = **static_cast<ScriptOrder**>(lua_touserdata(state, 1));
    const std::string_view key = lua_type(state, 2) == LUA_TSTRING ? text_at(state, 2) : std::string_view();
    std::array<std::string_view, std::size(field_table)> names;
    for (size_t i = 0; i < names.size(); ++i) {
        names[i] = field_table[i].name;
        if (key != names[i]) continue;
        field_table[i].push(state, order);
        return 1;
    }
    LuaMachine::raise(state, fmt::format("an order has no field {}{}", shown(state, 2), did_you_mean(key, names)));
}

int ScriptOrders::refuse_write(lua_State* state) {
    LuaMachine::raise(state, fmt::format("an order cannot be changed (writing {})", shown(state, 2)));
}

// The collector's call: no handle shows the order any more.
int ScriptOrders::forget(lua_State* state) {
    ScriptOrder& order = **static_cast<ScriptOrder**>(lua_touserdata(state, 1));
    order.handle_exists = false;
    owner(state).check_finished(order.id);
    return 0;
}

void ScriptOrders::check_finished(uint64_t id) {
    const auto found = orders_.find(id);
    if (found != orders_.end() && found->second.done && !found->second.handle_exists) orders_.erase(found);
}

const ScriptOrder& ScriptOrders::note(const ViewNotice& notice) {
    const auto found = orders_.find(notice.handle);
    if (found == orders_.end()) passing_ = ScriptOrder{};
    ScriptOrder& order = found == orders_.end() ? passing_ : found->second;
    const bool known = notice.state < order_state_count;
    const auto state = static_cast<OrderState>(notice.state);
    order.id = notice.handle;
    order.state = known ? name_of(state) : std::string_view("unknown");
    order.done = known && is_terminal(state);
    order.side = name_of(notice.side == 0 ? Side::buy : Side::sell);
    order.quantity = notice.quantity;
    order.filled = notice.filled;
    order.open = notice.open;
    const bool denied = notice.denial > 0 && notice.denial < denial_count;
    if (denied) order.reason = name_of(static_cast<Denial>(notice.denial));
    if (order.tag_size == 0) {
        order.tag_size = static_cast<uint8_t>(std::min<size_t>(notice.tag_size, sizeof order.tag));
        std::memcpy(order.tag, notice.tag, order.tag_size);
    }
    if (order.done && !order.handle_exists && &order != &passing_) {
        passing_ = order;
        orders_.erase(found);
        return passing_;
    }
    return order;
}

}  // namespace trd
