// Rules from outside the engine, such as those that people write in Lua. They are asked about an order after every
// check of the table has allowed it, so that they can only tighten: allow, deny, a smaller quantity, or halt. Whatever
// else comes back denies. Of what can only reduce they are told when that is decided, and of a cancel never, so none
// can stop one. Between orders they watch, and may halt. What they say goes into the record as they say it:
// RecordedVerdicts answers from there, and a replay needs no rule.
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
    bool checks_reducing = false;          // wants to be told of what can only reduce
    bool watches = false;                  // wants to be asked between orders
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

// About somebody, whenever something has changed that figures of theirs may go by.
struct OutsideWatch {
    const std::string& subject;  // of the rule's scope
    Timestamp now;
    uint64_t input;  // the number of the input that has changed it
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
    // Of rules that want it. The order leaves, and as it is, whatever the answer; a halt stops what comes after it.
    virtual OutsideVerdict judge_reducing(size_t rule, const OutsideQuestion& question);
    // Of rules that want it: allow or halt. Nothing: what it said before.
    virtual std::optional<OutsideVerdict> watch(size_t rule, const OutsideWatch& watch);

    // What the rules remember, for snapshots, and back. False: these are no such bytes.
    virtual std::string memory() const { return {}; }
    virtual bool remember(std::string_view memory);
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
// Of an answer that denies whatever it was asked about.
RiskCode code_of(RuleAnswer answer);

// One order, or one subject to watch, all rules.
class OutsideGate {
  public:
    explicit OutsideGate(OutsideRules* rules = nullptr) : rules_(rules) {}

    bool has_rules() const { return rules_ != nullptr; }
    std::span<const OutsideRule> rules() const {
        return rules_ == nullptr ? std::span<const OutsideRule>() : rules_->rules();
    }
    // The first denial, or allowed, perhaps with a smaller quantity, which the rules after it have been asked about.
    RiskVerdict ask(const OutsideQuestion& question);
    // Of an order that leaves whatever they say.
    void tell_of_reducing(const OutsideQuestion& question);
    // `was_unable`: it could not be asked the last time. What comes of it now: nothing when that is what it was.
    std::optional<RuleAnswer> watch(size_t rule, const OutsideWatch& watch, bool was_unable);
    // What the rules said since it was forgotten, and which of them halted the order that was asked about last.
    std::span<const RuleVerdict> said() const { return said_; }
    std::span<const OutsideRule* const> halted_by() const { return halted_by_; }
    void forget_what_was_said() { said_.clear(); }

  private:
    std::optional<RiskCode> take(const OutsideRule& rule, const OutsideQuestion& question, OutsideVerdict verdict,
                                 Quantity& quantity);

    OutsideRules* rules_;
    std::vector<RuleVerdict> said_;
    std::vector<const OutsideRule*> halted_by_;
};

// Answers what the record says that the rules answered then. What it does not say denies.
class RecordedVerdicts final : public OutsideRules {
  public:
    // The records of a whole run, or of its part from a snapshot on.
    RecordedVerdicts(std::vector<OutsideRule> rules, ByteSpan records);

    std::span<const OutsideRule> rules() const override { return rules_; }
    OutsideVerdict judge(size_t rule, const OutsideQuestion& question) override;
    OutsideVerdict judge_reducing(size_t rule, const OutsideQuestion& question) override;
    std::optional<OutsideVerdict> watch(size_t rule, const OutsideWatch& watch) override;
    // It needs no memory, and has none to give.
    bool remember(std::string_view) override { return true; }
    // Whether every verdict has been asked for.
    bool is_used_up() const { return next_ == said_.size(); }

  private:
    struct Said {
        uint64_t input;
        RuleVerdict verdict;
    };

    std::vector<OutsideRule> rules_;
    std::vector<Said> said_;
    size_t next_ = 0;
};

}  // namespace trd
