// Rules from outside the engine, such as those that people write in Lua. They are asked about an order after every
// check of the table has allowed it, so that they can only tighten: allow, deny, a smaller quantity, or halt. Whatever
// else comes back denies. They are never asked about what can only reduce, nor about a cancel, so none can stop one.
// What they say goes into the record as they say it: RecordedVerdicts answers from there, and a replay needs no rule.
// Called from the desk's thread.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "risk/gate.h"

namespace trd {

struct OutsideRule {
    std::string name;                      // up to VenueText::max_size() bytes
    RiskScope scope = RiskScope::account;  // whose figures it goes by, and whom its halt stops
};

// What rules may look at: the readings of the table.
class OutsideReadings {
  public:
    // Nothing: not known now.
    virtual std::optional<Decimal> read(RiskInput input, RiskScope scope) const = 0;

  protected:
    ~OutsideReadings() = default;
};

struct OutsideQuestion {
    const OrderIntent& order;  // of an amendment: what would be left of it
    const Instrument& instrument;
    const RiskSubject& names;
    DecisionAction action = DecisionAction::submit;
    Timestamp now;
    std::optional<Decimal> value;  // in the account's currency, at the highest price at which it could trade
    const OutsideReadings& readings;
};

struct OutsideVerdict {
    RuleAnswer answer = RuleAnswer::allow;
    Quantity quantity{};  // of a resize
    std::string reason{};
};

class OutsideRules {
  public:
    virtual ~OutsideRules() = default;
    // Always the same ones, asked in this order.
    virtual std::span<const OutsideRule> rules() const = 0;
    virtual OutsideVerdict judge(size_t rule, const OutsideQuestion& question) = 0;
};

// What denies when a rule does not allow.
struct OutsideCode {
    RiskCode code;
    std::string_view name, doc;
};
inline constexpr RiskCode rule_denied{'X', 1}, rule_halted{'X', 2}, rule_failed{'X', 3}, rule_over_budget{'X', 4},
    rule_unfit{'X', 5};
std::span<const OutsideCode> outside_code_table();
std::string_view name_of_outside(RiskCode code);  // empty: it is none of theirs

// One order, all rules.
class OutsideGate {
  public:
    explicit OutsideGate(OutsideRules* rules = nullptr) : rules_(rules) {}

    bool has_rules() const { return rules_ != nullptr; }
    std::span<const OutsideRule> rules() const {
        return rules_ == nullptr ? std::span<const OutsideRule>() : rules_->rules();
    }
    // The first denial, or allowed, perhaps with a smaller quantity, which the rules after it have been asked about.
    RiskVerdict ask(const OutsideQuestion& question);
    // What the rules said of the last order, and which of them halted.
    std::span<const RuleVerdict> said() const { return said_; }
    const OutsideRule* halted_by() const { return halted_by_; }
    void forget_what_was_said() { said_.clear(), halted_by_ = nullptr; }

  private:
    std::optional<RiskCode> take(const OutsideRule& rule, const OutsideQuestion& question, OutsideVerdict verdict,
                                 Quantity& quantity);

    OutsideRules* rules_;
    std::vector<RuleVerdict> said_;
    const OutsideRule* halted_by_ = nullptr;
};

// Answers what the record says that the rules answered then. What it does not say denies.
class RecordedVerdicts final : public OutsideRules {
  public:
    // The records of a whole run, or of its part from a snapshot on.
    RecordedVerdicts(std::vector<OutsideRule> rules, ByteSpan records);

    std::span<const OutsideRule> rules() const override { return rules_; }
    OutsideVerdict judge(size_t rule, const OutsideQuestion& question) override;
    // Whether every verdict has been asked for.
    bool is_used_up() const { return next_ == said_.size(); }

  private:
    std::vector<OutsideRule> rules_;
    std::vector<RuleVerdict> said_;
    size_t next_ = 0;
};

}  // namespace trd
