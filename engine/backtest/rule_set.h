// The risk rules of a run: read, loaded, told apart by name, given their parameters, and asked by the desk as rules
// from outside. Counts what they answer. Made before a run by whoever starts it, and used by its thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "backtest/backtest.h"
#include "risk/outside.h"
#include "script/lua_rule.h"

namespace trd {

struct LoadedRule {
    std::string path, script;
    std::unique_ptr<LuaRule> rule;

    const RuleManifest& manifest() const { return rule->manifest(); }
};

class RuleSet final : public OutsideRules {
  public:
    // In the plan's order; a rule that is there twice is NAME#2. E_RULE_FILE, E_RULE_LOAD, E_PARAMETER.
    static Result<std::unique_ptr<RuleSet>> load(const BacktestPlan& plan);

    bool empty() const { return loaded_.empty(); }
    std::span<const OutsideRule> rules() const override { return rules_; }
    OutsideVerdict judge(size_t rule, const OutsideQuestion& question) override;
    OutsideVerdict judge_reducing(size_t rule, const OutsideQuestion& question) override;
    std::optional<OutsideVerdict> watch(size_t rule, const OutsideWatch& watch) override;
    // What all rules keep in r.state, by name. A rule whose state cannot be kept, or that a snapshot does not have
    // whole, fails from then on, and denies.
    std::string memory() const override;
    bool remember(std::string_view memory) override;
    // The first rule that keeps what cannot be kept over a restart: E_RULE_STATE.
    Status<> try_memory() const;

    const std::vector<LoadedRule>& loaded() const { return loaded_; }
    // "max_gross.share"
    std::vector<StrategyParameter> parameters() const;
    // Without what is for rules: what strategies are given.
    BacktestPlan plan_for_strategies(const BacktestPlan& plan) const;
    // What came of each, and a warning for each that failed.
    void report(BacktestResult& result) const;

  private:
    Status<> add(const BacktestPlan& plan, const PlanStrategy& wanted);

    std::vector<LoadedRule> loaded_;
    std::vector<OutsideRule> rules_;
    std::vector<BacktestRule> counts_;
};

// What a rule is asked, as its own words. For `trd check` too.
RuleIntent intent_for_rule(const OutsideQuestion& question);

}  // namespace trd
