// The gate: every order passes it once before it leaves, and again when a held one is released. A plan is what is armed
// for one strategy in one instrument, compiled once per set of limits into a flat list; deciding walks it, allocates
// nothing and asks nobody. Owned by the desk, called from its thread; decide() is const.
#pragma once

#include "risk/limits.h"

namespace trd {

// Allowed, or the first check in the table's order that denies, with what it found.
struct RiskVerdict {
    bool allowed = true;
    bool reduces = false;  // provably
    RiskCode code;         // of a denial, as all that follows
    RiskScope scope = RiskScope::firm;
    const RiskRule* rule = nullptr;
    Decimal found, limit;
    RiskInput input = RiskInput::gate_state;  // with `reading` not known: what the rule could not be asked without
    ReadingState reading = ReadingState::known;
    std::string_view outside_rule{};  // that denied, of X01 to X05 (outside.h); lives as long as the rules
    Quantity resized{};               // of an order that is allowed with less than it asked for; zero: as it asked
};
// Empty when a verdict or an alarm has none: its limit is gone, or none had to be armed.
std::string_view name_of_rule(const RiskRule* rule);
// "R08 MAX_NOTIONAL: the order comes to 150000, max_notional of strategy sma is 100000"
std::string explain(const RiskVerdict& verdict, const RiskSubject& subject);

struct ArmedRule : RuleTerms {
    const RiskRule* rule = nullptr;
    RiskCode code;
    Timestamp from, until;
    const RiskLimit* source = nullptr;
    std::array<uint16_t, RiskNeeds::most> places{};  // of what it needs, where it counts over no window
};

struct RiskPlan {
    RiskSubject subject;
    std::vector<ArmedRule> before;  // orders, in the table's order
    std::vector<ArmedRule> monitors;
};

struct RiskSetup {
    std::span<const RiskCheck> table = risk_check_table();
    RiskMode mode = RiskMode::backtest;
    RiskFeed feed = RiskFeed::bars;
};

// The plan points into `limits` and the table.
RiskPlan compile_plan(const RiskSetup& setup, const RiskLimits& limits, RiskSubject subject);
bool has_code(const RiskPlan& plan, RiskCode code);
// Codes of the table that make sense in this mode and have no armed rule in any of the plans.
std::vector<RiskCode> unarmed_checks(const RiskSetup& setup, std::span<const RiskPlan> plans);

// A cancel is allowed whatever is armed.
RiskVerdict decide(const RiskPlan& plan, const RiskQuery& query);

// One rule, in force or not: what decide() and the monitors ask. Nothing: it holds.
struct RiskFinding {
    Decimal found;
    RiskInput input;
    ReadingState reading;
};
std::optional<RiskFinding> broken(const ArmedRule& armed, const RiskQuery& query, Decimal value, bool reduces);
// What a monitor measures. Precondition: it has been asked, and its readings are known.
RiskFigure figure_of(const ArmedRule& armed, const RiskQuery& query);

// Plans by strategy and instrument.
class RiskGate {
  public:
    explicit RiskGate(RiskSetup setup = {}) : setup_(setup) {}

    // Before the first, everything that has no plan is denied. New limits hold from the next order on.
    void set_limits(RiskLimits limits);
    void add(StrategyId strategy, InstrumentId instrument, RiskSubject subject);

    // An order of a strategy or in an instrument that was never added is denied as R03.
    RiskVerdict decide(const RiskQuery& query) const;
    const RiskPlan* plan_of(StrategyId strategy, InstrumentId instrument) const;
    uint32_t limits_version() const { return limits_.version; }
    std::vector<RiskCode> unarmed() const { return unarmed_checks(setup_, plans_); }

  private:
    static constexpr uint32_t no_plan = UINT32_MAX;

    RiskSetup setup_;
    RiskLimits limits_;
    std::vector<RiskPlan> plans_;
    std::vector<std::vector<uint32_t>> index_;  // by strategy, then by instrument
};

}  // namespace trd
