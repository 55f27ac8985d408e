#include "cli/backtest_models.h"

#include "backtest/plan_models.h"

namespace trd {
namespace {

Error with_flag(std::string_view flag, const Error& error) {
    return {ExitCode::usage, error.id, std::string(flag) + ": " + error.message, error.hint};
}

// What belongs to another engine's rules besides how orders fill. A flag that says otherwise is refused: it would be
// neither that engine's result nor ours.
Status<> apply_semantics(BacktestPlan& plan, const Arguments& arguments) {
    if (plan.models.semantics == Semantics::trd) return done;
    for (const char* flag : {"--fill", "--path", "--participation", "--queue", "--slippage", "--latency"}) {
        if (!arguments.has(flag)) continue;
        return Fail{Error{ExitCode::usage, "E_SEMANTICS",
                          std::string(flag) + " does not go with --semantics " +
                              std::string(name_of(plan.models.semantics)) + ", which says how orders fill",
                          "leave one of the two out; docs/semantics.md has the rules"}};
    }
    if (plan.models.semantics == Semantics::lean && !arguments.has("--account")) {
        plan.account.sizing_buffer = Decimal::from_raw(decimal_scale / 400);  // its FreePortfolioValuePercentage
        plan.account.size_after_fees = true;
    }
    return done;
}

}  // namespace

Status<> read_venue_models(BacktestPlan& plan, const Arguments& arguments) {
    for (const PlanModel& model : plan_models()) {
        const std::string flag = "--" + std::string(model.name);
        const auto text = arguments.value(flag);
        if (!text) continue;
        if (auto read = model.read(*text, plan); !read.ok()) return Fail{with_flag(flag, read.error())};
    }
    return apply_semantics(plan, arguments);
}

}  // namespace trd
