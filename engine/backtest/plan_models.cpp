#include "backtest/plan_models.h"

namespace trd {
namespace {

using Plan = BacktestPlan;
using Text = std::string_view;

template <class T, class Parse>
Status<> assign(T& target, Text text, Parse parse) {
    TRD_TRY(target, parse(text));
    return done;
}

Error unknown_word(std::string_view what, Text text, std::string_view words) {
    return {ExitCode::usage, "E_MODEL", std::string(what) + " \"" + std::string(text) + "\": there is no such choice",
            "write " + std::string(words)};
}

std::string hours_of(const Plan& plan) {
    if (!plan.hours) return "all";
    return *plan.hours == TradingHours::regular ? "regular" : "extended";
}

Status<> read_hours(Text text, Plan& plan) {
    plan.hours.reset();
    if (text == "all") return done;
    if (text != "regular" && text != "extended") return Fail{unknown_word("hours", text, "all, regular or extended")};
    plan.hours = text == "regular" ? TradingHours::regular : TradingHours::extended;
    return done;
}

// Prices that are adjusted for all have the actions in them.
std::string actions_of(const Plan& plan) {
    return plan.apply_actions && plan.adjust != Adjustment::all ? "apply" : "ignore";
}

Status<> read_actions(Text text, Plan& plan) {
    if (text != "apply" && text != "ignore") return Fail{unknown_word("actions", text, "apply or ignore")};
    plan.apply_actions = text == "apply";
    return done;
}

constexpr PlanModel models[] = {
    {"semantics", [](const Plan& p) { return std::string(name_of(p.models.semantics)); },
     [](Text t, Plan& p) { return assign(p.models.semantics, t, parse_semantics); }},
    {"fill", [](const Plan& p) { return std::string(name_of(p.models.fill)); },
     [](Text t, Plan& p) { return assign(p.models.fill, t, parse_fill_model); }},
    {"path", [](const Plan& p) { return std::string(name_of(p.models.path)); },
     [](Text t, Plan& p) { return assign(p.models.path, t, parse_bar_path); }},
    {"participation", [](const Plan& p) { return p.models.participation.name(); },
     [](Text t, Plan& p) { return assign(p.models.participation, t, Participation::parse); }},
    {"queue", [](const Plan& p) { return std::string(name_of(p.models.queue)); },
     [](Text t, Plan& p) { return assign(p.models.queue, t, parse_queue_model); }},
    {"slippage", [](const Plan& p) { return p.models.slippage.name(); },
     [](Text t, Plan& p) { return assign(p.models.slippage, t, SlippageModel::parse); }},
    {"fees", [](const Plan& p) { return p.fees.name(); },
     [](Text t, Plan& p) { return assign(p.fees, t, FeeModel::parse); }},
    {"latency", [](const Plan& p) { return p.models.latency.name(); },
     [](Text t, Plan& p) { return assign(p.models.latency, t, LatencyModel::parse); }},
    {"account", [](const Plan& p) { return p.account.name(); },
     [](Text t, Plan& p) { return assign(p.account, t, AccountTerms::parse); }},
    {"hours", hours_of, read_hours},
    {"actions", actions_of, read_actions},
};

}  // namespace

std::span<const PlanModel> plan_models() { return models; }

std::vector<std::pair<std::string, std::string>> models_of(const BacktestPlan& plan) {
    std::vector<std::pair<std::string, std::string>> names;
    for (const PlanModel& model : models) names.emplace_back(model.name, model.write(plan));
    return names;
}

}  // namespace trd
