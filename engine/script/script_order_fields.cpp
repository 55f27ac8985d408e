#include "script/script_order_fields.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include <fmt/core.h>
#include <lua.hpp>

#include "base/suggest.h"
#include "script/foreign_names.h"
#include "script/lua_machine.h"
#include "script/lua_values.h"

namespace trd {
namespace {

constexpr std::array<std::string_view, order_field_count> field_names = {
    "qty",           "tag",  "symbol",  "type",      "limit",       "trigger", "trail",
    "trail_percent", "tif",  "expires", "post_only", "reduce_only", "display", "bucket",
    "after",         "side", "stop",    "take",      "entry",       "weight",  "notional"};

std::string suggestion(std::string_view key, OrderFieldSet allowed) {
    std::vector<std::string_view> names;
    for (size_t i = 0; i < field_names.size(); ++i)
        if ((allowed >> i & 1u) != 0) names.push_back(field_names[i]);
    return meant_name(key, names);
}

int field_named(std::string_view key) {
    for (size_t i = 0; i < field_names.size(); ++i)
        if (field_names[i] == key) return static_cast<int>(i);
    return -1;
}

}  // namespace

std::string_view name_of(OrderField field) { return field_names[static_cast<size_t>(field)]; }

std::string OrderTableName::text() const {
    if (part == nullptr) return call;
    return number == 0 ? fmt::format("{}: {}", call, part) : fmt::format("{}: {} {}", call, part, number);
}

OrderFields::OrderFields(lua_State* state, int index, OrderTableName name, OrderFieldSet allowed, TableForm form)
    : state_(state), index_(index), name_(name), allowed_(allowed) {
    if (lua_istable(state, index))
        read_table(form);
    else if (form != TableForm::optional || !lua_isnil(state, index))
        refuse_sentence(fmt::format("needs a table, {{ ... }}, not {}", shown(state, index)));
}

void OrderFields::read_table(TableForm form) {
    int entries = 0;
    lua_pushnil(state_);
    while (lua_next(state_, index_) != 0) {
        if (form == TableForm::list && lua_type(state_, -2) == LUA_TNUMBER)
            ++entries;
        else
            read_entry();
        lua_pop(state_, 1);
    }
    if (!unknown_shown_.empty()) refuse_unknown(unknown_shown_, unknown_key_);
    if (form != TableForm::list) return;
    list_size_ = static_cast<int>(lua_objlen(state_, index_));
    if (entries != list_size_) refuse("its orders are written one after the other, without a gap");
}

// The key is at -2, the value at -1. Strings stay valid: the table holds them until the call is over.
void OrderFields::read_entry() {
    const std::string_view key = lua_type(state_, -2) == LUA_TSTRING ? text_at(state_, -2) : std::string_view();
    const int field = field_named(key);
    if (field < 0 || (allowed_ >> field & 1u) == 0) {
        std::string shown_key = shown(state_, -2);
        if (!unknown_shown_.empty() && unknown_shown_ <= shown_key) return;
        unknown_shown_ = std::move(shown_key);
        unknown_key_ = key;
        return;
    }
    const int type = lua_type(state_, -1);
    values_[field] = {type, type == LUA_TBOOLEAN && lua_toboolean(state_, -1) != 0,
                      type == LUA_TNUMBER ? lua_tonumber(state_, -1) : 0,
                      type == LUA_TSTRING ? text_at(state_, -1) : std::string_view()};
    given_ |= 1u << field;
}

void OrderFields::refuse_unknown(const std::string& shown_key, std::string_view key) const {
    refuse_sentence(fmt::format("has no field {}{}", shown_key, suggestion(key, allowed_)));
}

void OrderFields::refuse(std::string_view what) const {
    LuaMachine::raise(state_, fmt::format("{}: {}", name_.text(), what));
}
void OrderFields::refuse_sentence(std::string_view what) const {
    LuaMachine::raise(state_, fmt::format("{} {}", name_.text(), what));
}
void OrderFields::refuse_value(OrderField field, std::string_view wanted) const {
    push(field);
    refuse(fmt::format("{} must be {}, not {}", name_of(field), wanted, shown(state_, -1)));
}

double OrderFields::finite(OrderField field) const {
    if (!has(field)) return std::numeric_limits<double>::quiet_NaN();
    const Value& given = value(field);
    if (given.type != LUA_TNUMBER || !std::isfinite(given.number)) refuse_value(field, "a finite number");
    return given.number;
}

double OrderFields::positive(OrderField field) const {
    if (!has(field)) return std::numeric_limits<double>::quiet_NaN();
    const Value& given = value(field);
    if (given.type != LUA_TNUMBER || !std::isfinite(given.number) || given.number <= 0)
        refuse_value(field, "a number greater than 0");
    return given.number;
}

bool OrderFields::flag(OrderField field) const {
    if (!has(field)) return false;
    if (value(field).type != LUA_TBOOLEAN) refuse_value(field, "true or false");
    return value(field).is_true;
}

std::string_view OrderFields::text(OrderField field) const {
    if (!has(field)) return {};
    if (!is_text(field)) refuse_value(field, "a string");
    return value(field).text;
}

int OrderFields::choice(OrderField field, std::span<const std::string_view> names) const {
    if (!has(field)) return -1;
    const std::string_view given = is_text(field) ? value(field).text : std::string_view();
    const auto found = std::find(names.begin(), names.end(), given);
    if (is_text(field) && found != names.end()) return static_cast<int>(found - names.begin());
    std::string list;
    for (size_t i = 0; i < names.size(); ++i)
        list += fmt::format("{}'{}'", i == 0 ? "" : i + 1 == names.size() ? " or " : ", ", names[i]);
    push(field);
    refuse(fmt::format("{} must be {}, not {}{}", name_of(field), list, shown(state_, -1), did_you_mean(given, names)));
}

bool OrderFields::is_number(OrderField field) const { return has(field) && value(field).type == LUA_TNUMBER; }
bool OrderFields::is_text(OrderField field) const { return has(field) && value(field).type == LUA_TSTRING; }

void OrderFields::push(OrderField field) const {
    push_text(state_, name_of(field));
    lua_rawget(state_, index_);
}
void OrderFields::push_entry(int number) const { lua_rawgeti(state_, index_, number); }

}  // namespace trd
