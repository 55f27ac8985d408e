// The fields of the tables that scripts give to ctx:buy and its relatives. Read in one pass into values on the C++
// stack, then asked for in an order of our own: which of two mistakes is reported must not depend on the order in
// which a table gives its keys, which differs from process to process.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

struct lua_State;

namespace trd {

enum class OrderField : uint8_t {
    qty,
    tag,
    symbol,
    type,
    limit,
    trigger,
    trail,
    trail_percent,
    tif,
    expires,
    post_only,
    reduce_only,
    display,
    bucket,
    after,
    side,
    stop,
    take,
    entry,
    weight,
    notional,
};
inline constexpr int order_field_count = 21;
std::string_view name_of(OrderField field);

using OrderFieldSet = uint32_t;  // bit n: field n
constexpr OrderFieldSet fields_of(std::initializer_list<OrderField> fields) {
    OrderFieldSet set = 0;
    for (const OrderField field : fields) set |= 1u << static_cast<unsigned>(field);
    return set;
}

// What a message calls the table: "ctx:buy", "ctx:buy: stop", "ctx:oco: order 2".
struct OrderTableName {
    const char* call;
    const char* part = nullptr;
    int number = 0;

    std::string text() const;
};

enum class TableForm : uint8_t {
    fields,
    list,      // numbered entries too
    optional,  // nil is as good as an empty table
};

class OrderFields {
  public:
    // Of the table at the absolute index `index`, which stays on the stack as long as this lives. Raises when there is
    // none, or a field that is not among `allowed`.
    OrderFields(lua_State* state, int index, OrderTableName name, OrderFieldSet allowed,
                TableForm form = TableForm::fields);

    bool has(OrderField field) const { return (given_ & fields_of({field})) != 0; }
    bool has_any(OrderFieldSet fields) const { return (given_ & fields) != 0; }
    bool allows(OrderField field) const { return (allowed_ & fields_of({field})) != 0; }
    // How many numbered entries there are: 1, 2 ... without a gap.
    int list_size() const { return list_size_; }
    lua_State* state() const { return state_; }
    const OrderTableName& name() const { return name_; }

    // Each raises when the field is given and is something else.
    double positive(OrderField field) const;  // NaN: not given
    double finite(OrderField field) const;    // NaN: not given
    bool flag(OrderField field) const;
    std::string_view text(OrderField field) const;  // empty: not given
    // The position of the given text among `names`; -1: not given.
    int choice(OrderField field, std::span<const std::string_view> names) const;
    bool is_number(OrderField field) const;
    bool is_text(OrderField field) const;

    // Pushes the field's value, or the numbered entry.
    void push(OrderField field) const;
    void push_entry(int number) const;

    // "NAME: what", or "NAME what" when it goes on with "needs", "has" and the like.
    [[noreturn]] void refuse(std::string_view what) const;
    [[noreturn]] void refuse_sentence(std::string_view what) const;
    // "NAME: FIELD must be WANTED, not VALUE"
    [[noreturn]] void refuse_value(OrderField field, std::string_view wanted) const;

  private:
    struct Value {
        int type;  // of Lua
        bool is_true;
        double number;
        std::string_view text;
    };
    const Value& value(OrderField field) const { return values_[static_cast<size_t>(field)]; }
    void read_table(TableForm form);
    void read_entry();
    void refuse_unknown(const std::string& shown_key, std::string_view key) const;

    lua_State* state_;
    int index_;
    OrderTableName name_;
    OrderFieldSet allowed_;
    OrderFieldSet given_ = 0;
    int list_size_ = 0;
    std::string unknown_shown_, unknown_key_;  // the first in alphabetical order
    Value values_[order_field_count];          // of those that are given
};

}  // namespace trd
