// A strategy written in Lua: loads the file into a machine of its own, derives its manifest, then turns events of the
// view into calls of its hooks. Used by every driver that runs strategies; one thread at a time.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "market/indicator_set.h"
#include "script/bar_history.h"
#include "script/lua_machine.h"
#include "script/script_notes.h"
#include "script/script_orders.h"
#include "script/script_parameters.h"
#include "script/undefined_names.h"
#include "view/strategy.h"

namespace trd {

class LuaStrategy final : public Strategy {
  public:
    using Loaded = Result<std::unique_ptr<Strategy>, StrategyFault>;
    static Loaded load(const std::string& path, const LuaOverrides& overrides, const LuaOptions& options);
    // Names that the script reads or writes and that are none of its own, and what can hardly be meant, as messages
    // with their lines. They need not be reached for that. Empty: none, or the text does not even load.
    static std::vector<ScriptFinding> undefined_names(std::string source, const std::string& path);
    // The text of the editor's definitions, by lua/annotations.lua.
    static std::string annotations();
    // The same from a text; `path` is only what messages call it.
    static Loaded load_text(std::string source, const std::string& path, const LuaOverrides& overrides,
                            const LuaOptions& options);

    const StrategyManifest& manifest() const override { return manifest_; }
    void seed(uint64_t seed) override { machine_.seed_random(seed); }
    Status<StrategyFault> bind(ViewPort port) override;
    // After a fault every further call returns the same fault.
    Status<StrategyFault> handle() override;
    std::vector<UnreadyIndicator> unready() const override;
    Result<Bytes, StrategyFault> save() override;
    Result<bool, StrategyFault> load(ByteSpan saved) override;

  private:
    friend struct LuaStrategyHost;  // the C functions that lua/strategy.lua calls

    struct Series {
        IndicatorSet indicators;
        bool has_indicators = false;  // init is their only time
        bool warm = false;
        bool closed = false;  // since the last event of kind bars
        BarHistory history;   // last: it is long, and every bar needs the rest
    };

    LuaStrategy(const std::string& path, const LuaOverrides& overrides, const LuaOptions& options)
        : machine_(path, options), overrides_(overrides) {}
    Status<StrategyFault> start(std::string source);
    Status<StrategyFault> compile(std::string source);
    std::string write_annotations();
    void find_notice_hooks();
    void lay_out_stack();
    Result<Bytes, StrategyFault> save_script();
    Status<StrategyFault> load_script(std::string_view state, uint32_t version);
    bool load_indicators(ByteReader& in);
    void note_wiring(size_t series, const IndicatorTraits& traits, std::span<const double> values,
                     const IndicatorInput& input);
    Status<StrategyFault> try_saving();
    Status<StrategyFault> on_bar();
    Status<StrategyFault> update_indicators(Series& series, const BarValues& bar);
    Status<StrategyFault> warm_up(Series& series);
    // The first of those that it has and that wait until every indicator has a value.
    std::string_view waiting_hook() const;
    Status<StrategyFault> on_bars();
    Status<StrategyFault> on_tick(int stack_index);
    Status<StrategyFault> on_timer();
    Status<StrategyFault> on_session();
    Status<StrategyFault> on_margin_call();
    Status<StrategyFault> on_account_news();
    Status<StrategyFault> tell_of_holding(const ViewNews& news);
    Status<StrategyFault> tell_of_corporate_action(const ViewNews& news);
    Status<StrategyFault> tell_of_funding(const ViewNews& news);
    Status<StrategyFault> tell_of_alarm(const ViewNews& news);
    template <class Fill>
    Status<StrategyFault> tell_account(const char* hook, const Fill& fill);
    Status<StrategyFault> on_notice();
    Status<StrategyFault> call_hook(int stack_index);
    Status<StrategyFault> call_hook_with(int stack_index, std::string_view word);
    Status<StrategyFault> finish_call(int arguments);

    // What every call looks at lies together, from the fault to the batches with which notes and orders begin; the
    // machine has its own at its end. Of many strategies that take turns, each finds its memory far away.
    std::unique_ptr<StrategyFault> fault_;
    ViewPort port_;
    std::vector<Series> series_;  // addresses stay: made once, by bind()
    size_t cold_series_ = 0;      // how many are not warm yet
    int first_bar_call_ = 0;      // on the machine's stack; 0: there is no on_bar
    uint32_t hooks_ = 0;          // bit n: the strategy has notice_hooks[n] (lua_strategy.cpp)
    bool has_script_indicators_ = false;
    size_t indicator_bytes_ = 0;       // at most, of all of them
    bool reading_parameters_ = false;  // from the first look at the overrides to the manifest
    ScriptNotes notes_;
    ScriptOrders orders_{notes_};  // before the machine, whose end still calls it
    LuaMachine machine_;
    LuaOverrides overrides_;
    StrategyManifest manifest_;
    std::deque<ScriptSeries> windows_;  // what the script's series read; addresses must stay
    ByteWriter wiring_;                 // which indicators init made: saved ones only fit the same
};

}  // namespace trd
