// The orders of one script: ctx:buy and its relatives. Used by LuaStrategy, from its thread, and by C functions that
// run inside a script's call.
//
// script_order_fields.h reads the tables, script_order_terms.h makes terms of them, script_order_handles.h keeps what
// the script can see of its orders; here they are staged.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "script/script_notes.h"
#include "script/script_order_fields.h"
#include "script/script_order_handles.h"
#include "view/strategy.h"
#include "view/view.h"

struct lua_State;

namespace trd {

class ScriptOrders {
  public:
    // `notes` hear what is odd and no error. They live at least as long.
    explicit ScriptOrders(ScriptNotes& notes) : notes_(notes) {}
    // host.orders = { buy = f, sell = f, ... }, for the host table on top of the stack.
    void add_functions(lua_State* state);
    // Before the first hook. `keep_handles`: some hook will be given orders, and must get the script's own handles.
    void bind(ViewPort port, const std::vector<SeriesRequest>& series, bool keep_handles);
    // Until then ctx:buy and the others are refused.
    void accept_orders(bool accept) { accepting_ = accept; }

    // The batch of the handler that runs; LuaStrategy commits or discards it.
    IntentBatch& batch() { return batch_; }
    ScriptOrderHandles& handles() { return handles_; }

    // The instrument of the data series declared with `symbol`, or -1 with the nearest symbol in `hint`.
    int64_t instrument_of(std::string_view symbol, std::string& hint) const;
    uint32_t default_instrument() const { return default_instrument_; }
    // As its data series declares it; empty: of none.
    std::string_view symbol_of(uint32_t instrument) const;

  private:
    struct Symbol {
        std::string text;
        uint32_t instrument;
    };

    static void add_field_names(lua_State* state);
    static ScriptOrders& owner(lua_State* state);
    static int buy(lua_State* state);
    static int sell(lua_State* state);
    static int bracket(lua_State* state);
    static int oco(lua_State* state);
    static int close(lua_State* state);
    static int target(lua_State* state);
    static int cancel(lua_State* state);
    static int replace(lua_State* state);
    static int cancel_all(lua_State* state);
    static int flatten(lua_State* state);

    int submit(lua_State* state, const char* call, Side side);
    // What stands in every order's table.
    RawIntent read_order(const OrderFields& fields, Side side) const;
    uint32_t read_symbol(const OrderFields& fields) const;
    uint64_t read_after(const OrderFields& fields) const;
    // Stages the entry and, from the fields stop and take of `protection`, what protects it.
    uint64_t stage_protected(const OrderFields& protection, const RawIntent& entry);
    void read_oco(const OrderFields& fields, const RawIntent& shared, std::vector<RawIntent>& orders) const;
    // Of one instrument, or of all: every_instrument.
    void stage_cancels(lua_State* state, int64_t instrument, bool spare_exits);
    void stage_closes(lua_State* state, RawIntent intent, int64_t instrument);
    bool keeps_sides(uint32_t instrument) const;
    uint64_t stage(const RawIntent& intent);
    void stage_cancel(uint64_t id);
    void need_room(lua_State* state, uint64_t orders) const;
    void check_call(lua_State* state, const char* call, int arguments, const char* example = " { ... }") const;
    void warn_of_weight(lua_State* state, double weight);
    double mark(uint32_t instrument) const { return port_.position(instrument).mark; }

    IntentBatch batch_;  // first: every call looks at it
    ViewPort port_;
    std::vector<Symbol> symbols_;
    uint32_t default_instrument_ = 0;
    bool accepting_ = false;
    bool warned_of_weight_ = false;
    ScriptNotes& notes_;
    ScriptOrderHandles handles_;
};

}  // namespace trd
