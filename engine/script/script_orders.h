// The orders of one script: ctx:buy and its relatives, and the handles they return. A handle is a userdata that reads
// what is known of its order here, so a notice that no hook asked for costs no call into Lua. Used by LuaStrategy, from
// its thread, and by C functions that run inside a script's call.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "order/order.h"
#include "view/strategy.h"
#include "view/view.h"

struct lua_State;

namespace trd {

// What a handle shows.
struct ScriptOrder {
    uint64_t id = 0;
    std::string_view state = "staged";  // names are static: those of order/lifecycle.h after the first notice
    std::string_view side;              // empty for a close, until the desk has said which way it goes
    std::string_view reason;            // why it was denied
    double quantity = 0, filled = 0, open = 0;
    bool done = false;
    bool handle_exists = false;  // a userdata points here
    uint8_t tag_size = 0;
    char tag[sizeof(RawIntent::tag)] = {};
};

class ScriptOrders {
  public:
    // host.orders = { buy = f, sell = f, close = f, cancel = f }, for the host table on top of the stack.
    void add_functions(lua_State* state);
    // Before the first hook. `keep_handles`: some hook will be given orders, and must get the script's own handles.
    void bind(ViewPort port, const std::vector<SeriesRequest>& series, bool keep_handles);
    // Until then ctx:buy and the others are refused.
    void accept_orders() { accepting_ = true; }

    // The batch of the handler that runs; LuaStrategy commits or discards it.
    IntentBatch& batch() { return *batch_; }
    // Brings the order of the view's notice up to date; the order is valid until the next call.
    const ScriptOrder& note(const ViewNotice& notice);
    // Pushes the handle of that order: the script's own, or a new one.
    void push_handle(lua_State* state, uint64_t id);

    // The instrument of the data series declared with `symbol`, or -1 with the nearest symbol in `hint`.
    int64_t instrument_of(std::string_view symbol, std::string& hint) const;
    uint32_t default_instrument() const { return default_instrument_; }

  private:
    struct Symbol {
        std::string_view text;
        uint32_t instrument;
    };
    // What the table given to buy, sell or close says.
    struct Request {
        double quantity = 0;
        uint32_t instrument = 0;
        std::string_view tag;
    };

    static ScriptOrders& owner(lua_State* state);
    static int buy(lua_State* state);
    static int sell(lua_State* state);
    static int close(lua_State* state);
    static int cancel(lua_State* state);
    static int read_field(lua_State* state);
    static int refuse_write(lua_State* state);
    static int forget(lua_State* state);

    int submit(lua_State* state, const char* what, Side side);
    Request read_request(lua_State* state, const char* what, bool with_quantity) const;
    void read_request_field(lua_State* state, const char* what, bool with_quantity, Request& request) const;
    int stage(lua_State* state, const RawIntent& intent, std::string_view side);
    void check_call(lua_State* state, const char* what) const;
    void check_finished(uint64_t id);

    ViewPort port_;
    std::unique_ptr<IntentBatch> batch_;
    std::vector<Symbol> symbols_;
    uint32_t default_instrument_ = 0;
    bool accepting_ = false;
    bool keep_handles_ = false;
    std::unordered_map<uint64_t, ScriptOrder> orders_;  // open, or held by the script; never iterated
    ScriptOrder passing_;                               // of a notice about an order that is neither
};

}  // namespace trd
