// What one script says besides its orders: ctx.log, ctx:record, ctx:plot, ctx:mark, ctx:alert, ctx:at, ctx:every and
// ctx:after, as notes in the view. Used by LuaStrategy, from its thread, and by C functions that run inside a script's
// call.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "script/script_series.h"
#include "view/view.h"

struct lua_State;

namespace trd {

class ScriptNotes {
  public:
    // host.notes = { log = f, record = f ... }, for the host table on top of the stack.
    void add_functions(lua_State* state);
    // Before init. What was logged while the file was loaded is said now.
    void bind(ViewPort port);

    // Around each handler.
    void commit() { batch_.commit(); }
    void discard() { batch_.discard(); }
    // After each bar of series `index`: the values of what is plotted of it. The next commit says them.
    void sample(uint32_t index);
    bool has_plots() const { return !plots_.empty(); }

    // A line of the log as loud as ctx.log.warn.
    void warn(std::string_view text) { say({.kind = NoteKind::log, .level = NoteLevel::warn, .text = text}); }

    size_t timer_count() const { return timers_.size(); }
    const std::string& timer_name(uint32_t number) const { return timers_[number].name; }

  private:
    struct Channel {
        ChannelUse use;
        uint16_t number;
    };
    // A series that is plotted by itself.
    struct Plot {
        uint32_t series;
        const ScriptSeries* values;
        uint16_t channel;
    };
    struct Timer {
        std::string name;
        TimerMode mode;
    };

    // Called by lua/notes.lua, which has checked their arguments.
    static ScriptNotes& owner(lua_State* state);
    static int log_line(lua_State* state);
    static int value(lua_State* state);
    static int plot_series(lua_State* state);
    static int mark(lua_State* state);
    static int alert(lua_State* state);
    static int timer(lua_State* state);

    void say(const Note& note) { batch_.stage(note); }
    uint16_t channel(lua_State* state);
    uint16_t timer_number(lua_State* state, std::string_view name, TimerMode mode);

    NoteBatch batch_;  // first, and the plots: every call looks at them
    std::vector<Plot> plots_;
    std::vector<std::string> early_;  // lines logged before there is a view
    std::map<std::string, Channel, std::less<>> channels_;
    std::vector<Timer> timers_;
};

}  // namespace trd
