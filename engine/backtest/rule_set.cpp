#include "backtest/rule_set.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "backtest/strategy_set.h"
#include "base/bytes.h"
#include "base/file.h"

namespace trd {
namespace {

struct FigureSource {
    std::string_view name;
    RiskInput input;
};
// Which reading of the checks each figure of a rule's book is.
constexpr FigureSource sources[] = {
    {"equity", RiskInput::equity},
    {"day_start_equity", RiskInput::day_start_equity},
    {"peak_equity", RiskInput::peak_equity},
    {"day_pnl", RiskInput::day_pnl},
    {"week_pnl", RiskInput::week_pnl},
    {"month_pnl", RiskInput::month_pnl},
    {"total_profit", RiskInput::total_profit},
    {"gross_notional", RiskInput::gross},
    {"net_high", RiskInput::net_high},
    {"net_low", RiskInput::net_low},
    {"instrument_high", RiskInput::instrument_high},
    {"instrument_low", RiskInput::instrument_low},
    {"position", RiskInput::position},
    {"buying", RiskInput::buying},
    {"selling", RiskInput::selling},
    {"open_orders", RiskInput::open_orders},
    {"open_positions", RiskInput::open_positions},
    {"orders_today", RiskInput::submits_in_day},
    {"losses_in_a_row", RiskInput::consecutive_losses},
    {"seconds_since_exit", RiskInput::since_exit},
    {"buying_power", RiskInput::buying_power},
    {"price", RiskInput::reference},
    {"atr", RiskInput::atr},
    {"volatility", RiskInput::volatility},
    {"spread_bps", RiskInput::spread_bps},
};

// By number of rule_figures().
const std::vector<RiskInput>& figure_inputs() {
    static const std::vector<RiskInput> inputs = [] {
        std::vector<RiskInput> found;
        for (const RuleFigure& figure : rule_figures()) {
            const auto* source = std::find_if(std::begin(sources), std::end(sources),
                                              [&](const FigureSource& each) { return each.name == figure.name; });
            TRD_ASSERT(source != std::end(sources));
            found.push_back(source->input);
        }
        return found;
    }();
    return inputs;
}

class FiguresOfQuestion final : public RuleFigures {
  public:
    FiguresOfQuestion(const OutsideReadings& readings, RiskScope scope) : readings_(readings), scope_(scope) {}

    std::optional<double> figure(size_t number) const override {
        const auto value = readings_.read(figure_inputs()[number], scope_);
        return value ? std::optional(to_double(*value)) : std::nullopt;
    }

  private:
    const OutsideReadings& readings_;
    const RiskScope scope_;
};

void count(BacktestRule::Calls& calls, RuleAnswer answer) {
    ++calls.asked;
    calls.halted += answer == RuleAnswer::halt ? 1 : 0;
    calls.failed += is_failure(answer) ? 1 : 0;
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

double or_nan(Price price) { return price.is_zero() ? std::nan("") : to_double(price); }

OutsideVerdict verdict_of(RuleReply reply) {
    OutsideVerdict verdict{reply.answer, {}, std::move(reply.reason)};
    if (verdict.answer != RuleAnswer::resize) return verdict;
    const auto quantity = from_double<Quantity>(reply.quantity);
    if (quantity.ok())
        verdict.quantity = *quantity;
    else
        verdict.answer = RuleAnswer::unfit;
    return verdict;
}

Error rule_error(const StrategyFault& fault) {
    if (fault.kind == StrategyFault::Kind::parameter)
        return {ExitCode::config, "E_PARAMETER", fault.message, "the rule's params table says what each one may be"};
    return {ExitCode::strategy, "E_RULE_LOAD", fault.message, "trd check FILE looks at a rule without running it"};
}

LuaOverrides overrides_for(const BacktestPlan& plan, const std::string& rule) {
    LuaOverrides overrides;
    for (const auto& [word, value] : plan.parameters)
        if (word.starts_with(rule + ".")) overrides.emplace_back(word.substr(rule.size() + 1), value);
    return overrides;
}

}  // namespace

RuleIntent intent_for_rule(const OutsideQuestion& question) {
    const OrderIntent& order = question.order;
    RuleIntent intent;
    intent.action = question.action == DecisionAction::amend ? "amend" : "submit";
    intent.symbol = question.instrument.symbol;
    intent.side = name_of(order.side);
    intent.type = name_of(order.type);
    intent.time_in_force = name_of(order.time_in_force);
    intent.purpose = name_of(order.purpose);
    intent.tag = order.tag.view();
    intent.account = question.names.account;
    intent.venue = question.names.venue;
    intent.strategy = question.names.strategy;
    intent.quantity = to_double(order.quantity);
    intent.limit = or_nan(order.limit);
    intent.trigger = or_nan(order.trigger);
    intent.notional = question.value ? to_double(*question.value) : std::nan("");
    intent.time = static_cast<double>(question.now.ns) / 1e9;
    return intent;
}

Result<std::unique_ptr<RuleSet>> RuleSet::load(const BacktestPlan& plan) {
    auto set = std::make_unique<RuleSet>();
    for (const PlanStrategy& wanted : plan.rules) TRD_CHECK(set->add(plan, wanted));
    return set;
}

// A rule's name is known only when it is loaded; one that is given parameters is loaded once more.
Status<> RuleSet::add(const BacktestPlan& plan, const PlanStrategy& wanted) {
    LoadedRule made{wanted.path, wanted.text.value_or(""), nullptr};
    if (!wanted.text) {
        auto source = read_file(wanted.path);
        if (!source)
            return Fail{Error{ExitCode::not_found, "E_RULE_FILE", source.error().message,
                              "give the path of a risk rule's .lua file; examples are in strategies/risk/"}};
        made.script = *std::move(source);
    }
    LuaOptions options;
    options.jit = plan.jit;
    options.seed = plan.seed;
    auto rule = LuaRule::load_text(made.script, made.path, {}, options);
    if (!rule) return Fail{rule_error(rule.error())};
    const std::string& name = (*rule)->manifest().name;
    const auto same = std::count_if(loaded_.begin(), loaded_.end(),
                                    [&](const LoadedRule& each) { return each.manifest().name == name; });
    OutsideRule outside{same == 0 ? name : name + "#" + std::to_string(same + 1),
                        *risk_scope_named((*rule)->manifest().scope), (*rule)->manifest().checks_reducing,
                        (*rule)->manifest().watches};
    if (const LuaOverrides overrides = overrides_for(plan, outside.name); !overrides.empty())
        rule = LuaRule::load_text(made.script, made.path, overrides, options);
    if (!rule) return Fail{rule_error(rule.error())};
    made.rule = *std::move(rule);
    BacktestRule& counts = counts_.emplace_back();
    counts.name = outside.name;
    counts.version = made.manifest().version;
    counts.scope = made.manifest().scope;
    loaded_.push_back(std::move(made));
    rules_.push_back(std::move(outside));
    return done;
}

OutsideVerdict RuleSet::judge(size_t rule, const OutsideQuestion& question) {
    const FiguresOfQuestion figures(question.readings, rules_[rule].scope);
    OutsideVerdict verdict = verdict_of(loaded_[rule].rule->judge(intent_for_rule(question), figures));
    ++counts_[rule].answers[static_cast<size_t>(verdict.answer)];
    return verdict;
}

OutsideVerdict RuleSet::judge_reducing(size_t rule, const OutsideQuestion& question) {
    const FiguresOfQuestion figures(question.readings, rules_[rule].scope);
    OutsideVerdict verdict = verdict_of(loaded_[rule].rule->judge_reducing(intent_for_rule(question), figures));
    count(counts_[rule].reducing, verdict.answer);
    return verdict;
}

std::optional<OutsideVerdict> RuleSet::watch(size_t rule, const OutsideWatch& watch) {
    const FiguresOfQuestion figures(watch.readings, rules_[rule].scope);
    OutsideVerdict verdict = verdict_of(loaded_[rule].rule->watch(figures));
    count(counts_[rule].watching, verdict.answer);
    return verdict;
}

std::string RuleSet::memory() const {
    ByteWriter out;
    for (size_t i = 0; i < rules_.size(); ++i) {
        const auto saved = loaded_[i].rule->save_state();
        out.put_text(rules_[i].name);
        out.put(static_cast<uint8_t>(saved.ok()));
        out.put_text(saved.ok() ? std::string_view(*saved) : std::string_view(first_line(saved.error().message)));
    }
    return std::string(reinterpret_cast<const char*>(out.bytes().data()), out.bytes().size());
}

// Of a rule that is not here any more, nothing is left; one that is new begins with nothing.
bool RuleSet::remember(std::string_view memory) {
    ByteReader in(ByteSpan(reinterpret_cast<const uint8_t*>(memory.data()), memory.size()));
    while (!in.at_end() && in.ok()) {
        const std::string_view name = in.get_text();
        const bool is_whole = in.get_bool();
        const std::string_view saved = in.get_text();
        const auto found =
            std::find_if(rules_.begin(), rules_.end(), [&](const OutsideRule& rule) { return rule.name == name; });
        if (!in.ok() || found == rules_.end()) continue;
        LuaRule& rule = *loaded_[static_cast<size_t>(found - rules_.begin())].rule;
        if (!is_whole)
            rule.give_up("what it had kept was lost at the restart: " + std::string(saved));
        else if (!rule.load_state(saved).ok())
            return false;
    }
    return in.ok();
}

Status<> RuleSet::try_memory() const {
    for (const LoadedRule& each : loaded_)
        if (const auto saved = each.rule->save_state(); !saved.ok())
            return Fail{Error{ExitCode::strategy, "E_RULE_STATE", saved.error().message,
                              "a restart would lose it, and the rule would go on without"}};
    return done;
}

std::vector<StrategyParameter> RuleSet::parameters() const {
    std::vector<StrategyParameter> all;
    for (size_t i = 0; i < loaded_.size(); ++i)
        for (StrategyParameter parameter : loaded_[i].manifest().parameters) {
            parameter.name = rules_[i].name + "." + parameter.name;
            all.push_back(std::move(parameter));
        }
    return all;
}

BacktestPlan RuleSet::plan_for_strategies(const BacktestPlan& plan) const {
    BacktestPlan rest = plan;
    for (const OutsideRule& rule : rules_)
        std::erase_if(rest.parameters, [&](const auto& each) { return each.first.starts_with(rule.name + "."); });
    return rest;
}

void RuleSet::report(BacktestResult& result) const {
    for (size_t i = 0; i < counts_.size(); ++i) {
        BacktestRule counts = counts_[i];
        counts.fault = loaded_[i].rule->first_fault();
        const std::string fault = ": " + first_line(counts.fault);
        if (counts.failed() != 0)
            result.warnings.push_back("rule " + counts.name + " failed, which denied " +
                                      std::to_string(counts.failed()) + " of the orders that it was asked about" +
                                      fault);
        if (counts.watching.failed != 0)
            result.warnings.push_back("rule " + counts.name + " could not watch " +
                                      std::to_string(counts.watching.failed) + " of " +
                                      std::to_string(counts.watching.asked) +
                                      " times, and until it could only what reduces was let through" + fault);
        if (counts.reducing.failed != 0)
            result.warnings.push_back("rule " + counts.name + " failed when it was told of " +
                                      std::to_string(counts.reducing.failed) +
                                      " orders that reduce, which left all the same" + fault);
        result.risk.rules.push_back(std::move(counts));
    }
}

}  // namespace trd
