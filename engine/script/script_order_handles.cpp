#include "script/script_order_handles.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include <fmt/core.h>
#include <lua.hpp>

#include "base/assert.h"
#include "order/fill.h"
#include "order/lifecycle.h"
#include "script/foreign_names.h"
#include "script/lua_host.h"
#include "script/lua_machine.h"
#include "script/lua_values.h"

namespace trd {
namespace {

// Registry keys: addresses of these.
char metatable_key, handles_key;

void get_registry(lua_State* state, char& key) {
    lua_pushlightuserdata(state, &key);
    lua_rawget(state, LUA_REGISTRYINDEX);
}

void push_price_or_nil(lua_State* state, double price) {
    price == 0 ? lua_pushnil(state) : lua_pushnumber(state, price);
}
void push_average(lua_State* state, const ScriptOrder& order) {
    order.traded > 0 ? lua_pushnumber(state, order.traded_value / order.traded) : lua_pushnil(state);
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
    {"symbol", [](lua_State* s, const ScriptOrder& o) { push_text_or_nil(s, o.symbol); }},
    {"side", [](lua_State* s, const ScriptOrder& o) { push_text_or_nil(s, o.side); }},
    {"type", [](lua_State* s, const ScriptOrder& o) { push_text(s, name_of(o.type)); }},
    {"tif", [](lua_State* s, const ScriptOrder& o) { push_text(s, name_of(o.time_in_force)); }},
    {"purpose", [](lua_State* s, const ScriptOrder& o) { push_text(s, name_of(o.purpose)); }},
    {"qty", [](lua_State* s, const ScriptOrder& o) { lua_pushnumber(s, o.quantity); }},
    {"filled", [](lua_State* s, const ScriptOrder& o) { lua_pushnumber(s, o.filled); }},
    {"open", [](lua_State* s, const ScriptOrder& o) { lua_pushnumber(s, o.open); }},
    {"limit", [](lua_State* s, const ScriptOrder& o) { push_price_or_nil(s, o.limit); }},
    {"trigger", [](lua_State* s, const ScriptOrder& o) { push_price_or_nil(s, o.trigger); }},
    {"average_price", push_average},
    {"fees", [](lua_State* s, const ScriptOrder& o) { lua_pushnumber(s, o.fees); }},
    {"tag",
     [](lua_State* s, const ScriptOrder& o) {
         push_text(s, {o.tag, o.tag_size});
     }},
    {"reason", [](lua_State* s, const ScriptOrder& o) { push_text_or_nil(s, o.reason); }},
};
// Handles of other orders.
constexpr std::string_view stop_field = "stop", take_field = "take";

auto field_names() {
    std::array<std::string_view, std::size(field_table) + 2> names{};
    for (size_t i = 0; i < std::size(field_table); ++i) names[i] = field_table[i].name;
    names[names.size() - 2] = stop_field;
    names[names.size() - 1] = take_field;
    return names;
}

[[noreturn]] void refuse_field(lua_State* state, std::string_view key) {
    LuaMachine::raise(state,
                      fmt::format("an order has no field {}{}", shown(state, 2), meant_name(key, field_names())));
}

template <class Enum>
Enum within(uint32_t value, int count) {
    return static_cast<Enum>(value < static_cast<uint32_t>(count) ? value : 0);
}

double given_or_zero(double number) { return std::isnan(number) ? 0 : number; }

// Names what the notice gives as its reason; empty: nothing.
std::string_view reason_of(const ViewNotice& notice) {
    if (notice.denial > 0 && notice.denial < denial_count) return name_of(static_cast<Denial>(notice.denial));
    if (notice.reason > 0 && notice.reason < venue_reason_count)
        return name_of(static_cast<VenueReason>(notice.reason));
    return {};
}

void note_fill(const ViewNotice& notice, ScriptOrder& order) {
    if (notice.fill_quantity == 0) return;
    order.traded += notice.fill_quantity;
    order.traded_value += notice.fill_quantity * notice.fill_price;
    order.fees += notice.fill_fee;
}

void note_terms(const ViewNotice& notice, ScriptOrder& order) {
    order.side = name_of(notice.side == 0 ? Side::buy : Side::sell);
    order.type = within<OrderType>(notice.type, order_type_count);
    order.time_in_force = within<TimeInForce>(notice.time_in_force, time_in_force_count);
    order.purpose = within<Purpose>(notice.purpose, purpose_count);
    order.quantity = notice.quantity;
    order.filled = notice.filled;
    order.open = notice.open;
    order.limit = notice.limit;
    order.trigger = notice.trigger;
    if (order.tag_size != 0) return;
    order.tag_size = static_cast<uint8_t>(std::min<size_t>(notice.tag_size, sizeof order.tag));
    std::memcpy(order.tag, notice.tag, order.tag_size);
}

void note_state(const ViewNotice& notice, ScriptOrder& order) {
    const bool known = notice.state < order_state_count;
    const auto state = static_cast<OrderState>(notice.state);
    const std::string_view reason = reason_of(notice);
    // Why its end was asked for is why it has ended, if it ends so.
    const bool ends_as_asked =
        order.is_stopping && known && (state == OrderState::cancelled || state == OrderState::pending_cancel);
    if (!reason.empty() || !(order.done || ends_as_asked)) order.reason = reason;
    order.state = known ? name_of(state) : std::string_view("unknown");
    order.done = known && is_terminal(state);
    order.is_stopping = known && state == OrderState::pending_cancel;
}

void note_answer(const ViewNotice& notice, bool was_done, ScriptOrder& order) {
    const auto one_less = [](uint32_t& count) { count -= count > 0 ? 1 : 0; };
    const bool is_of_request = was_done || !order.done;  // else the order itself was denied
    if (notice.event == view_event_denied && is_of_request) one_less(order.staged);
    if (notice.event >= static_cast<uint32_t>(order_event_count)) return;
    const auto event = static_cast<OrderEventKind>(notice.event);
    if (event == OrderEventKind::request_cancel || event == OrderEventKind::request_replace) {
        one_less(order.staged);
        ++order.asked;
    }
    const bool answers = event == OrderEventKind::refuse_cancel || event == OrderEventKind::replace ||
                         event == OrderEventKind::refuse_replace;
    if (answers) one_less(order.asked);
    if (event == OrderEventKind::cancel) order.staged = order.asked = 0;
}

// The desk has forgotten the order, which it only does after its end: there are no terms in such a notice.
void note_unknown(ScriptOrder& order) {
    order.reason = name_of(Denial::unknown_order);
    order.done = true;
}

}  // namespace

ScriptOrderHandles& ScriptOrderHandles::owner(lua_State* state) {
    return *static_cast<ScriptOrderHandles*>(owner_of(state));
}

void ScriptOrderHandles::add_to(lua_State* state) {
    lua_pushlightuserdata(state, &metatable_key);
    lua_newtable(state);
    add_host_function(state, this, "__index", read_field);
    add_host_function(state, this, "__newindex", refuse_write);
    add_host_function(state, this, "__eq", is_same);
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

    lua_newtable(state);  // host.order_fields = { id = true ... }, for lua/annotations.lua
    for (const std::string_view name : field_names()) {
        push_text(state, name);
        lua_pushboolean(state, 1);
        lua_rawset(state, -3);
    }
    lua_setfield(state, -2, "order_fields");
}

ScriptOrder& ScriptOrderHandles::at(uint64_t id) {
    ScriptOrder& order = orders_[id];
    if (order.id == id) return order;
    order.id = id;
    link(order);
    return order;
}

// Those that have not ended, as they came; one that is open again after a bust comes last.
void ScriptOrderHandles::link(ScriptOrder& order) {
    order.older = newest_open_;
    if (newest_open_ != nullptr) newest_open_->newer = &order;
    newest_open_ = &order;
}

void ScriptOrderHandles::unlink(ScriptOrder& order) {
    (order.newer != nullptr ? order.newer->older : newest_open_) = order.older;
    if (order.older != nullptr) order.older->newer = order.newer;
    order.newer = order.older = nullptr;
}

void ScriptOrderHandles::add(uint64_t id, const RawIntent& intent, std::string_view symbol) {
    const bool is_order = intent.kind == static_cast<uint8_t>(RawIntentKind::submit);
    ScriptOrder& order = at(id);
    order.symbol = symbol;
    order.instrument = intent.instrument;
    order.type = static_cast<OrderType>(intent.type);
    order.time_in_force = static_cast<TimeInForce>(intent.time_in_force);
    order.purpose = static_cast<Purpose>(intent.purpose);
    order.limit = given_or_zero(intent.limit);
    order.trigger = given_or_zero(intent.trigger);
    order.tag_size = intent.tag_size;
    std::memcpy(order.tag, intent.tag, sizeof order.tag);
    if (!is_order) return;
    order.side = name_of(static_cast<Side>(intent.side));
    order.quantity = order.open = intent.quantity;
}

void ScriptOrderHandles::relate(uint64_t entry, uint64_t stop, uint64_t take) {
    at(entry).stop = stop;
    at(entry).take = take;
    if (stop != 0) at(stop).entry = entry;
    if (take != 0) at(take).entry = entry;
}

const ScriptOrder* ScriptOrderHandles::at(lua_State* state, int index) {
    auto** const handle = static_cast<ScriptOrder**>(lua_touserdata(state, index));
    if (handle == nullptr || lua_type(state, index) != LUA_TUSERDATA || lua_getmetatable(state, index) == 0)
        return nullptr;
    get_registry(state, metatable_key);
    const bool ours = lua_rawequal(state, -1, -2) != 0;
    lua_pop(state, 2);
    return ours ? *handle : nullptr;
}

void ScriptOrderHandles::push(lua_State* state, uint64_t id) {
    if (keep_) {
        get_registry(state, handles_key);
        lua_rawgeti(state, -1, static_cast<int>(id));
        lua_remove(state, -2);
        if (!lua_isnil(state, -1)) return;
        lua_pop(state, 1);
    }
    const auto found = orders_.find(id);
    TRD_ASSERT(found != orders_.end());
    ++found->second.handles;  // first: the collector, which the next line may run, must not take the order away
    auto** const handle = static_cast<ScriptOrder**>(lua_newuserdata(state, sizeof(ScriptOrder*)));
    *handle = &found->second;
    get_registry(state, metatable_key);
    lua_setmetatable(state, -2);
    if (!keep_) return;
    get_registry(state, handles_key);
    lua_pushvalue(state, -2);
    lua_rawseti(state, -2, static_cast<int>(id));
    lua_pop(state, 1);
}

void ScriptOrderHandles::push_related(lua_State* state, uint64_t id) { id == 0 ? lua_pushnil(state) : push(state, id); }

int ScriptOrderHandles::read_field(lua_State* state) {
    const ScriptOrder& order = **static_cast<ScriptOrder**>(lua_touserdata(state, 1));
    const std::string_view key = lua_type(state, 2) == LUA_TSTRING ? text_at(state, 2) : std::string_view();
    for (const Field& field : field_table) {
        if (key != field.name) continue;
        field.push(state, order);
        return 1;
    }
    if (key != stop_field && key != take_field) refuse_field(state, key);
    owner(state).push_related(state, key == stop_field ? order.stop : order.take);
    return 1;
}

int ScriptOrderHandles::refuse_write(lua_State* state) {
    LuaMachine::raise(state, fmt::format("an order cannot be changed (writing {})", shown(state, 2)));
}

// Lua calls it for two handles only.
int ScriptOrderHandles::is_same(lua_State* state) {
    const ScriptOrder* const a = at(state, 1);
    lua_pushboolean(state, a != nullptr && a == at(state, 2) ? 1 : 0);
    return 1;
}

// The collector's call: one handle less shows the order.
int ScriptOrderHandles::forget(lua_State* state) {
    ScriptOrder& order = **static_cast<ScriptOrder**>(lua_touserdata(state, 1));
    --order.handles;
    ScriptOrderHandles& self = owner(state);
    if (self.can_forget(order)) self.drop(order.id);
    return 0;
}

// A script that holds an entry can still ask for its stop and its take.
bool ScriptOrderHandles::can_forget(const ScriptOrder& order) const {
    return order.done && order.handles == 0 && order.staged == 0 && order.asked == 0 &&
           (order.entry == 0 || orders_.count(order.entry) == 0);
}

void ScriptOrderHandles::drop(uint64_t id) {
    const auto found = orders_.find(id);
    const uint64_t related[] = {found->second.stop, found->second.take};
    orders_.erase(found);
    for (const uint64_t other : related) {
        const auto child = orders_.find(other);
        if (child != orders_.end() && can_forget(child->second)) orders_.erase(child);
    }
}

void ScriptOrderHandles::drop_left() {
    const auto found = orders_.find(left_);
    if (found != orders_.end() && can_forget(found->second)) drop(left_);
    left_ = 0;
}

const ScriptOrder& ScriptOrderHandles::note(const ViewNotice& notice) {
    if (left_ != 0) drop_left();
    ScriptOrder& order = at(notice.handle);
    const bool was_done = order.done;
    if (notice.denial == static_cast<uint32_t>(Denial::unknown_order)) {
        note_unknown(order);
    } else {
        order.instrument = notice.instrument;
        note_state(notice, order);
        note_terms(notice, order);
        note_fill(notice, order);
    }
    note_answer(notice, was_done, order);
    if (was_done != order.done) was_done ? link(order) : unlink(order);
    if (can_forget(order)) left_ = order.id;
    return order;
}

std::vector<const ScriptOrder*> ScriptOrderHandles::open() const {
    std::vector<const ScriptOrder*> found;
    for (const ScriptOrder* order = newest_open_; order != nullptr; order = order->older) found.push_back(order);
    std::sort(found.begin(), found.end(), [](const ScriptOrder* a, const ScriptOrder* b) { return a->id > b->id; });
    return found;
}

}  // namespace trd
