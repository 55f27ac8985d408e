// What scripts know of their orders. A handle is a userdata that reads a ScriptOrder kept here, so a notice that no
// hook asked for costs no call into Lua. Used by ScriptOrders.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "order/order.h"
#include "order/raw_intent.h"
#include "view/layout.h"

struct lua_State;

namespace trd {

struct ScriptOrder {
    uint64_t id = 0;
    uint64_t stop = 0, take = 0;        // of an entry that came with them
    uint64_t entry = 0;                 // of those two
    std::string_view state = "staged";  // names are static: those of order/lifecycle.h after the first notice
    std::string_view side;              // empty until the desk has said which way it goes
    std::string_view reason;            // why what was asked last was refused, or why it ended
    std::string_view symbol;
    double quantity = 0, filled = 0, open = 0;
    double limit = 0, trigger = 0;                  // 0: none
    double traded = 0, traded_value = 0, fees = 0;  // sums over the fills
    uint32_t instrument = 0;
    uint32_t handles = 0;  // userdata that point here
    // Cancels and amendments that the desk has not taken yet, and that the venue has not answered: news of them come,
    // also behind the order's end.
    uint32_t staged = 0, asked = 0;
    OrderType type = OrderType::market;
    TimeInForce time_in_force = TimeInForce::gtc;
    Purpose purpose = Purpose::entry;
    bool done = false;
    bool is_stopping = false;  // a cancel is on its way
    uint8_t tag_size = 0;
    char tag[sizeof(RawIntent::tag)] = {};
    ScriptOrder *newer = nullptr, *older = nullptr;  // in the list of those that have not ended
};

class ScriptOrderHandles {
  public:
    // The metatable and the list of handles, in the registry.
    void add_to(lua_State* state);
    // `keep`: some hook will be given orders, and must get the script's own handles.
    void set_keep(bool keep) { keep_ = keep; }

    // An order that has been staged.
    void add(uint64_t id, const RawIntent& intent, std::string_view symbol);
    // A cancel or an amendment has been staged for it.
    void note_request(uint64_t id) { ++at(id).staged; }
    // The entry has come with these; 0: without one.
    void relate(uint64_t entry, uint64_t stop, uint64_t take);
    // Brings the order of the notice up to date; the order is valid until the next call.
    const ScriptOrder& note(const ViewNotice& notice);
    // Pushes the handle of that order: the script's own, or a new one. Precondition: it is known here.
    void push(lua_State* state, uint64_t id);
    // The order whose handle lies at `index`; null: no handle of an order.
    static const ScriptOrder* at(lua_State* state, int index);
    // Those that have not ended, newest first.
    std::vector<const ScriptOrder*> open() const;

  private:
    static int read_field(lua_State* state);
    static int refuse_write(lua_State* state);
    static int is_same(lua_State* state);
    static int forget(lua_State* state);
    static ScriptOrderHandles& owner(lua_State* state);

    ScriptOrder& at(uint64_t id);
    bool can_forget(const ScriptOrder& order) const;
    void drop(uint64_t id);
    void drop_left();
    void link(ScriptOrder& order);
    void unlink(ScriptOrder& order);
    void push_related(lua_State* state, uint64_t id);

    bool keep_ = false;
    std::unordered_map<uint64_t, ScriptOrder> orders_;  // open, or within reach of the script
    ScriptOrder* newest_open_ = nullptr;                // a script may keep many more that have ended
    uint64_t left_ = 0;  // has ended and is held by nobody, but its last hook may be running; 0: none
};

}  // namespace trd
