// The same for a risk rule: asked about made-up orders, with made-up figures that are all known.
#include <array>
#include <cmath>

#include "backtest/check.h"
#include "script/lua_rule.h"

namespace trd {
namespace {

constexpr size_t questions = 400;
constexpr double unit_price = 100;

using Rule = CheckFinding::Rule;

// The same numbers in every process: between 0 and 1, from the question's number and a place within it.
double draw(size_t question, size_t place) {
    uint64_t z = (uint64_t{question} << 20 | place) * 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

// Amounts as of an account of ten thousand, in good days and bad ones; what only counts is whole and not negative.
class MadeUpFigures final : public RuleFigures {
  public:
    explicit MadeUpFigures(size_t question) : question_(question) {}

    std::optional<double> figure(size_t number) const override {
        const std::string_view name = rule_figures()[number].name;
        const double part = draw(question_, number + 1);
        if (name.ends_with("pnl") || name == "total_profit") return 4'000 * (part - 0.5);
        if (name.ends_with("high") || name.ends_with("low")) return 40'000 * (part - 0.5);
        if (name == "position") return std::floor(200 * (part - 0.5));
        if (name.ends_with("equity")) return 8'000 + 4'000 * part;
        if (name.ends_with("notional") || name == "buying_power") return 20'000 * part;
        if (name == "seconds_since_exit") return 864'000 * part;
        if (name == "price") return unit_price;
        if (name == "volatility") return part / 10;
        return std::floor(12 * part);
    }

  private:
    const size_t question_;
};

RuleIntent made_up_intent(size_t question) {
    RuleIntent intent;
    intent.action = question % 7 == 6 ? "amend" : "submit";
    intent.symbol = "DEMO";
    intent.side = question % 2 == 0 ? "buy" : "sell";
    intent.type = question % 3 == 0 ? "limit" : "market";
    intent.time_in_force = "gtc";
    intent.purpose = "entry";
    intent.account = "main";
    intent.venue = "sim";
    intent.strategy = "strategy";
    intent.quantity = 1 + std::floor(100 * draw(question, 0));
    intent.limit = question % 3 == 0 ? unit_price : std::nan("");
    intent.trigger = std::nan("");
    intent.notional = intent.quantity * unit_price;
    intent.time = 1.7e9 + 3'600 * static_cast<double>(question);
    return intent;
}

struct Answers {
    std::array<uint64_t, rule_answer_count> counts{};  // of check
    Digest hash{};
    std::string fault;  // the first; empty: every answer fits, and r.state can be kept
};

void write(ByteWriter& said, const RuleReply& reply) {
    said.put(reply.answer);
    said.put_text(reply.reason);
    said.append(&reply.quantity, sizeof reply.quantity);
}

// What watches is asked before each order, and every third order goes on to reduce.
Answers ask(LuaRule& rule) {
    Answers answers;
    ByteWriter said;
    for (size_t i = 0; i < questions; ++i) {
        const MadeUpFigures figures(i);
        if (rule.manifest().watches) write(said, rule.watch(figures));
        const RuleReply reply = rule.judge(made_up_intent(i), figures);
        ++answers.counts[static_cast<size_t>(reply.answer)];
        write(said, reply);
        if (rule.manifest().checks_reducing && i % 3 == 2) write(said, rule.judge_reducing(made_up_intent(i), figures));
    }
    answers.fault = rule.first_fault();
    const auto state = rule.save_state();
    if (answers.fault.empty() && !state.ok()) answers.fault = state.error().message;
    if (state.ok()) said.put_text(*state);
    answers.hash = sha256(said.bytes());
    return answers;
}

class RuleCheck {
  public:
    RuleCheck(const std::string& source, const std::string& path) : source_(source), path_(path) {}

    Result<CheckReport, StrategyFault> report() {
        TRD_TRY(const std::unique_ptr<LuaRule> rule, load({}, true));
        report_.is_rule = true;
        report_.manifest.name = rule->manifest().name;
        report_.manifest.parameters = rule->manifest().parameters;
        for (ScriptFinding& finding : LuaRule::undefined_names(source_, path_))
            report_.findings.push_back({Rule::name, finding.line, std::move(finding.message)});
        ask_twice(*rule);
        if (report_.findings.empty())
            for (const StrategyParameter& parameter : report_.manifest.parameters) try_limits(parameter);
        return std::move(report_);
    }

  private:
    LuaRule::Loaded load(const LuaOverrides& overrides, bool jit) const {
        return LuaRule::load_text(source_, path_, overrides, {.jit = jit});
    }

    void ask_twice(LuaRule& compiled) {
        const Answers first = ask(compiled);
        report_.orders = questions;
        report_.answers = first.counts;
        report_.hash = first.hash;
        if (!first.fault.empty()) return add(report_, path_, Rule::error, first.fault);
        const auto interpreted = load({}, false);
        if (!interpreted.ok()) return add(report_, path_, Rule::determinism, interpreted.error().message);
        const Answers second = ask(**interpreted);
        if (second.hash != first.hash)
            add(report_, path_, Rule::determinism, path_ + ": asked the same again, it answers something else");
    }

    void try_limits(const StrategyParameter& parameter) {
        for (const std::string& limit : {parameter.minimum, parameter.maximum}) {
            if (limit.empty() || limit == parameter.value) continue;
            const auto rule = load({{parameter.name, limit}}, true);
            const std::string message = rule.ok() ? ask(**rule).fault : rule.error().message;
            if (message.empty()) continue;
            add(report_, path_, Rule::parameter,
                message + "\n  with " + parameter.name + "=" + limit + ", which its range allows");
        }
    }

    const std::string& source_;
    const std::string& path_;
    CheckReport report_;
};

}  // namespace

Result<CheckReport, StrategyFault> check_rule(const std::string& source, const std::string& path) {
    return RuleCheck(source, path).report();
}

}  // namespace trd
