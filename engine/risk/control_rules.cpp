// RiskControl and the rules from outside: what is kept for them, what they see, and what comes of their answers.
#include <algorithm>

#include "risk/control.h"

namespace trd {

// What rules from outside may look at: what the driver gave, else what the desk knows.
class ReadingsForRules final : public OutsideReadings {
  public:
    ReadingsForRules(const RiskControl& control, const RiskAsking& asking) : control_(control), asking_(asking) {}

    std::optional<Decimal> read(RiskInput input, RiskScope scope) const override {
        const RiskNeed need{input, is_scoped(input) ? scope : RiskScope::firm, {}};
        if (const RiskGiven* const given = control_.given_for(asking_, need)) return given->value;
        const RiskReadingFunction tell = reading_function(input);
        try {
            return tell == nullptr ? std::nullopt : tell(asking_, need);
        } catch (const DecimalOverflow&) {
            return std::nullopt;  // a rule that goes by it cannot know it
        }
    }

  private:
    const RiskControl& control_;
    const RiskAsking& asking_;
};

// What rules look at is not known before they do: all of it.
void RiskControl::keep_for_rules() {
    if (!outside_.has_rules()) return;
    results_.keep_money(true);
    keeps_statistics_ = true;
    for (const OutsideRule& rule : outside_.rules()) {
        if (rule.scope == RiskScope::strategy) results_.keep_strategies(true);
        rules_watch_ = rules_watch_ || rule.watches;
    }
}

void RiskControl::keep_book_for_rules(const RiskWorld& world) {
    for (const RiskScope scope : {RiskScope::firm, RiskScope::venue, RiskScope::instrument})
        book_.keep_scope(world, scope);
    book_.keep_values(world);
}

std::optional<Decimal> RiskControl::value_for_rules(const RiskQuery& query) const {
    for (const RiskInput input : {RiskInput::worst_mark, RiskInput::fx_rate})
        if (inputs_.get(input).state != ReadingState::known) return std::nullopt;
    try {
        return worst_value(query);
    } catch (const DecimalOverflow&) {
        return std::nullopt;  // a rule that goes by it cannot know it
    }
}

// Lives as long as what it is made of.
OutsideQuestion RiskControl::question_of(const RiskQuery& query, const Seat& seat,
                                         const OutsideReadings& readings) const {
    return {*query.order, *query.instrument, seat.names, query.action, query.now, value_for_rules(query), readings};
}

// Whoever the rules mean that halted the order that was asked about last.
void RiskControl::heed_halts(const Seat& seat, Timestamp now) {
    for (const OutsideRule* rule : outside_.halted_by())
        monitors_.halt(rule->name, rule->scope, seat.names.of(rule->scope), now, halts_);
}

RiskVerdict RiskControl::ask_outside(RiskAsking asking, Seat& seat, RiskQuery query) {
    RiskVerdict verdict;
    const auto [code, rule] = monitors_.stopped_by_rule(seat.monitors);
    verdict.outside_rule = rule;
    verdict.allowed = rule.empty();
    verdict.code = code;
    if (!verdict.allowed || !outside_.has_rules()) return verdict;
    const ReadingsForRules readings(*this, asking);
    verdict = outside_.ask(question_of(query, seat, readings));
    heed_halts(seat, query.now);
    return verdict.resized.is_zero() ? verdict : ask_again(asking, seat, query, verdict);
}

// The order has been allowed, and is not theirs to stop.
void RiskControl::tell_outside(const RiskAsking& asking, const Seat& seat, const RiskQuery& query) {
    if (!outside_.has_rules()) return;
    const ReadingsForRules readings(*this, asking);
    outside_.tell_of_reducing(question_of(query, seat, readings));
    heed_halts(seat, query.now);
}

// Each rule once about each of its subjects, in the order of the traders and instruments, as monitors are asked.
void RiskControl::watch_outside(const RiskWorld& world, std::optional<InstrumentId> instrument) {
    for (size_t rule = 0; rule < outside_.rules().size(); ++rule) {
        if (!outside_.rules()[rule].watches) continue;
        watched_.clear();
        for (const Trader& trader : traders_)
            for (InstrumentId id = instrument.value_or(InstrumentId{0}); id.value < markets_.size(); ++id.value) {
                watch_by(rule, world, *seat_of(trader.strategy, id));
                if (instrument) break;
            }
    }
}

void RiskControl::watch_by(size_t index, const RiskWorld& world, const Seat& seat) {
    const OutsideRule& rule = outside_.rules()[index];
    const std::string& subject = seat.names.of(rule.scope);
    if (std::find(watched_.begin(), watched_.end(), subject) != watched_.end()) return;
    watched_.push_back(subject);
    if (monitors_.is_halted_by(rule.name, rule.scope, subject)) return;
    const RiskAsking asking = this->asking(world, seat);
    const ReadingsForRules readings(*this, asking);
    const bool was_unable = monitors_.is_unwatched_by(rule.name, rule.scope, subject);
    const auto answer = outside_.watch(index, {subject, world.now, world.input, readings}, was_unable);
    if (!answer) return;
    if (is_failure(*answer)) return monitors_.unwatched(code_of(*answer), rule.name, rule.scope, subject, halts_);
    monitors_.watched_again(rule.name, rule.scope, subject);
    if (*answer == RuleAnswer::halt) monitors_.halt(rule.name, rule.scope, subject, world.now, halts_);
}

// What is left of the order has to pass the checks too: they have the last word.
RiskVerdict RiskControl::ask_again(RiskAsking asking, Seat& seat, RiskQuery query, RiskVerdict allowed) {
    OrderIntent smaller = *query.order;
    smaller.quantity = allowed.resized;
    query.order = asking.order = &smaller;
    query.all_known = read(asking, seat.before);
    const RiskVerdict verdict = decide(*seat.plan, query);
    return verdict.allowed ? allowed : verdict;
}

}  // namespace trd
