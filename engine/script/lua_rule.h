// A risk rule written in Lua: loads the file into a machine of its own, in the same sandbox as strategies, and asks it
// about orders. It knows nothing of the desk: what it may look at comes in here as plain values. Whatever goes wrong is
// an answer too, and never one that allows. One thread at a time.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "record/record.h"
#include "script/lua_machine.h"
#include "script/script_parameters.h"
#include "script/undefined_names.h"

namespace trd {

struct RuleManifest {
    std::string name, version;
    std::string scope;  // "firm", "account", "venue", "strategy", "instrument"
    bool checks_reducing = false, watches = false;
    std::vector<StrategyParameter> parameters;
};

// What rules can ask of their book, by number.
struct RuleFigure {
    std::string_view name, doc;
    bool of_instrument = false;  // of one instrument, whatever the scope
};
std::span<const RuleFigure> rule_figures();

class RuleFigures {
  public:
    // Nothing: not known now.
    virtual std::optional<double> figure(size_t number) const = 0;

  protected:
    ~RuleFigures() = default;
};

// The order, as rules see it. NaN: it has none, or it is not known.
struct RuleIntent {
    std::string_view action, symbol, side, type, time_in_force, purpose, tag;
    std::string_view account, venue, strategy;  // their names
    double quantity = 0, limit = 0, trigger = 0, notional = 0;
    double time = 0;  // seconds since 1970 UTC
};

struct RuleReply {
    RuleAnswer answer = RuleAnswer::unfit;
    double quantity = 0;  // of a resize; finite
    std::string reason;
};

class LuaRule {
  public:
    // One rule asks fast, or something is wrong with it.
    static constexpr uint32_t usual_time_limit_ms = 1000;

    using Loaded = Result<std::unique_ptr<LuaRule>, StrategyFault>;
    // `path` is only what messages call it.
    static Loaded load_text(std::string source, const std::string& path, const LuaOverrides& overrides,
                            LuaOptions options);
    static std::vector<ScriptFinding> undefined_names(std::string source, const std::string& path);
    // Whether the text is a rule's and not a strategy's: it says trd.risk_rule.
    static bool is_rule(std::string_view source) { return declaration_line(source) > 0; }
    // The part of the editor's definitions that is about rules, by lua/rule_annotations.lua.
    static std::string annotations();

    const RuleManifest& manifest() const { return manifest_; }
    // After it has used up its time or its memory it is not asked any more: the answer stays out_of_budget.
    RuleReply judge(const RuleIntent& intent, const RuleFigures& figures);
    // Allow, halt, or what went wrong. Precondition of each: the manifest says that the rule has it.
    RuleReply judge_reducing(const RuleIntent& intent, const RuleFigures& figures);
    RuleReply watch(const RuleFigures& figures);
    // r.state and where math.random is, for a restart. A fault: something cannot be kept, or these are no such bytes.
    Result<std::string, StrategyFault> save_state();
    Status<StrategyFault> load_state(std::string_view saved);
    // From now on it is not asked any more, as if it had used up its time: the answer is `failed`, with this reason.
    void give_up(std::string reason);
    // What went wrong first, with its line; empty: nothing.
    const std::string& first_fault() const { return first_fault_; }

  private:
    LuaRule(const std::string& path, const LuaOverrides& overrides, const LuaOptions& options)
        : overrides_(overrides), machine_(path, options) {}
    static int declaration_line(std::string_view source);  // of trd.risk_rule; 0: nowhere
    Status<StrategyFault> open(std::span<const std::string_view> modules);
    Status<StrategyFault> compile(std::string source);
    Status<StrategyFault> start(std::string source);
    RuleReply ask(const char* tool, const char* question, const RuleIntent* intent, const RuleFigures& of);
    RuleReply take_reply();
    RuleReply reply_of(const StrategyFault& fault);

    static void add_functions(lua_State* state, void* rule);
    static int overrides(lua_State* state);
    static int take_manifest(lua_State* state);
    static int figure(lua_State* state);

    LuaOverrides overrides_;
    bool reading_parameters_ = false;
    LuaMachine machine_;
    RuleManifest manifest_;
    const RuleFigures* figures_ = nullptr;  // while it is asked
    bool is_watching_ = false;              // and about no order
    std::string first_fault_;
    bool is_lost_ = false;
    std::string given_up_;  // why; empty: it has not been
};

}  // namespace trd
