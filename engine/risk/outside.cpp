#include "risk/outside.h"

#include <algorithm>

namespace trd {
namespace {

constexpr OutsideCode codes[] = {
    {rule_denied, "RULE_DENIED", "A rule said no, or wanted less than a lot, or less of an amendment."},
    {rule_halted, "RULE_HALTED", "A rule halted, now or before; until a person lets go, only what reduces passes."},
    {rule_failed, "RULE_FAILED", "A rule ended in an error."},
    {rule_over_budget, "RULE_OVER_BUDGET", "A rule used up its time or its memory; it is not asked again."},
    {rule_unfit, "RULE_UNFIT", "A rule answered with something that is no answer, or wanted more than was asked."},
};

RiskVerdict denial(RiskCode code, std::string_view rule) {
    RiskVerdict verdict;
    verdict.allowed = false;
    verdict.code = code;
    verdict.outside_rule = rule;
    return verdict;
}

VenueText short_text(std::string_view whole) {
    VenueText text;
    TRD_ASSERT(text.assign(whole.substr(0, VenueText::max_size())));
    return text;
}

// Where nothing is left to deny.
void keep_to_allow_and_halt(OutsideVerdict& verdict) {
    if (verdict.answer == RuleAnswer::deny || verdict.answer == RuleAnswer::resize) verdict.answer = RuleAnswer::unfit;
    verdict.quantity = {};
}

RuleVerdict record_of(const OutsideRule& rule, OutsideVerdict verdict) {
    RuleVerdict record;
    record.rule = short_text(rule.name);
    record.answer = verdict.answer;
    if (verdict.answer == RuleAnswer::resize) record.resized = verdict.quantity;
    verdict.reason.resize(std::min(verdict.reason.size(), rule_reason_bytes_max));
    record.reason = std::move(verdict.reason);
    return record;
}
RuleVerdict record_of(const OutsideRule& rule, const OrderIntent& about, OutsideVerdict verdict) {
    RuleVerdict record = record_of(rule, std::move(verdict));
    record.order = about.id;
    record.asked = about.quantity;
    return record;
}

}  // namespace

std::span<const OutsideCode> outside_code_table() { return codes; }

std::string_view name_of_outside(RiskCode code) {
    for (const OutsideCode& each : codes)
        if (each.code == code) return each.name;
    return {};
}

RiskCode code_of(RuleAnswer answer) {
    constexpr RiskCode by_answer[rule_answer_count] = {{},          rule_denied,      {},        rule_halted,
                                                       rule_failed, rule_over_budget, rule_unfit};
    return by_answer[static_cast<size_t>(answer)];
}

OutsideVerdict OutsideRules::judge_reducing(size_t, const OutsideQuestion&) { return {}; }
std::optional<OutsideVerdict> OutsideRules::watch(size_t, const OutsideWatch&) { return std::nullopt; }
bool OutsideRules::remember(std::string_view memory) { return memory.empty(); }

RiskVerdict OutsideGate::ask(const OutsideQuestion& question) {
    halted_by_.clear();
    OrderIntent order = question.order;
    for (size_t i = 0; i < rules_->rules().size(); ++i) {
        const OutsideRule& rule = rules_->rules()[i];
        OutsideQuestion asked{order,        question.instrument, question.names,   question.action,
                              question.now, question.value,      question.readings};
        if (asked.value && order.quantity != question.order.quantity)
            asked.value = mul_div(*question.value, Decimal::from_raw(order.quantity.raw()),
                                  Decimal::from_raw(question.order.quantity.raw()));
        const Quantity before = order.quantity;
        Quantity wanted = before;
        const auto code = take(rule, asked, rules_->judge(i, asked), wanted);
        if (code) return denial(*code, rule.name);
        order.quantity = wanted;
    }
    RiskVerdict verdict;
    if (order.quantity != question.order.quantity) verdict.resized = order.quantity;
    return verdict;
}

// Says it to the record, and what comes of it: a code, or nothing and the quantity.
std::optional<RiskCode> OutsideGate::take(const OutsideRule& rule, const OutsideQuestion& question,
                                          OutsideVerdict verdict, Quantity& quantity) {
    said_.push_back(record_of(rule, question.order, verdict));
    if (verdict.answer == RuleAnswer::halt) halted_by_.push_back(&rule);
    if (verdict.answer == RuleAnswer::allow) return std::nullopt;
    if (verdict.answer != RuleAnswer::resize) return code_of(verdict.answer);
    if (!verdict.quantity.is_positive() || verdict.quantity > question.order.quantity) return rule_unfit;
    if (verdict.quantity == question.order.quantity) return std::nullopt;
    const Quantity lot = question.instrument.terms_at(question.now).lot;
    quantity = round_to_step(verdict.quantity, lot, Rounding::down);
    // The order that is there already stays as it is: it has been allowed.
    if (quantity.is_zero() || question.action == DecisionAction::amend) return rule_denied;
    return std::nullopt;
}

void OutsideGate::tell_of_reducing(const OutsideQuestion& question) {
    halted_by_.clear();
    for (size_t i = 0; i < rules_->rules().size(); ++i) {
        const OutsideRule& rule = rules_->rules()[i];
        if (!rule.checks_reducing) continue;
        OutsideVerdict verdict = rules_->judge_reducing(i, question);
        keep_to_allow_and_halt(verdict);
        if (verdict.answer == RuleAnswer::halt) halted_by_.push_back(&rule);
        said_.push_back(record_of(rule, question.order, std::move(verdict)));
    }
}

std::optional<RuleAnswer> OutsideGate::watch(size_t index, const OutsideWatch& watch, bool was_unable) {
    const OutsideRule& rule = rules_->rules()[index];
    auto verdict = rules_->watch(index, watch);
    if (!verdict) return std::nullopt;
    keep_to_allow_and_halt(*verdict);
    const RuleAnswer answer = verdict->answer;
    if (answer != RuleAnswer::halt && is_failure(answer) == was_unable) return std::nullopt;
    RuleVerdict& said = said_.emplace_back(record_of(rule, *std::move(verdict)));
    said.watched = short_text(watch.subject);
    return answer;
}

RecordedVerdicts::RecordedVerdicts(std::vector<OutsideRule> rules, ByteSpan records) : rules_(std::move(rules)) {
    ByteReader in(records);
    while (!in.at_end()) {
        const auto record = read_record(in);
        if (!record.ok()) return;
        if (const auto* said = std::get_if<RuleVerdict>(&record->payload))
            said_.push_back({record->header.cause, *said});
    }
}

OutsideVerdict RecordedVerdicts::judge(size_t rule, const OutsideQuestion& question) {
    const bool is_it = next_ < said_.size() && said_[next_].verdict.order == question.order.id &&
                       said_[next_].verdict.rule == short_text(rules_[rule].name) &&
                       said_[next_].verdict.asked == question.order.quantity;
    if (!is_it) return {RuleAnswer::failed, {}, "the record has no answer of this rule about this order"};
    const RuleVerdict& said = said_[next_++].verdict;
    return {said.answer, said.resized, said.reason};
}

OutsideVerdict RecordedVerdicts::judge_reducing(size_t rule, const OutsideQuestion& question) {
    return judge(rule, question);
}

std::optional<OutsideVerdict> RecordedVerdicts::watch(size_t rule, const OutsideWatch& watch) {
    const bool is_it = next_ < said_.size() && said_[next_].input == watch.input &&
                       said_[next_].verdict.order.is_null() &&
                       said_[next_].verdict.rule == short_text(rules_[rule].name) &&
                       said_[next_].verdict.watched == short_text(watch.subject);
    if (!is_it) return std::nullopt;
    const RuleVerdict& said = said_[next_++].verdict;
    return OutsideVerdict{said.answer, {}, said.reason};
}

}  // namespace trd
