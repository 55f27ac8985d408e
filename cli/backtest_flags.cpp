#include "cli/backtest_flags.h"

#include "cli/backtest_models.h"
#include "cli/values.h"

namespace trd {
namespace {

template <class T>
void assign(T& target, const std::optional<T>& value) {
    if (value) target = *value;
}

Status<> read_currency(BacktestPlan& plan, const Arguments& arguments) {
    const auto code = arguments.value("--currency");
    if (!code) return done;
    const auto currency = Currency::parse(*code);
    if (!currency)
        return Fail{bad_value("--currency", *code, "one to eight capital letters or digits, such as USD or USDT")};
    plan.currency = *currency;
    return done;
}

}  // namespace

Status<> read_amounts(BacktestPlan& plan, const Arguments& arguments) {
    TRD_TRY(const auto cash,
            decimal_value<Money>(arguments, "--cash", Sign::positive, "an amount such as 10000 or 2500.50"));
    TRD_TRY(plan.margin_per_unit,
            decimal_value<Money>(arguments, "--margin", Sign::not_negative, "an amount such as 5000"));
    TRD_TRY(plan.multiplier, decimal_value<Decimal>(arguments, "--multiplier", Sign::positive, "a number such as 50"));
    TRD_TRY(plan.tick, decimal_value<Price>(arguments, "--tick", Sign::positive, "a price step such as 0.01"));
    TRD_TRY(plan.lot,
            decimal_value<Quantity>(arguments, "--lot", Sign::positive, "a quantity step such as 1 or 0.001"));
    assign(plan.cash, cash);
    return read_currency(plan, arguments);
}

Status<> read_models(BacktestPlan& plan, const Arguments& arguments) {
    if (const auto kind = arguments.value("--kind")) plan.kind = kind_named(*kind);
    if (const auto adjust = arguments.value("--adjust")) plan.adjust = *adjustment_named(*adjust);
    TRD_CHECK(read_venue_models(plan, arguments));
    TRD_TRY(const auto seed, count_value(arguments, "--seed"));
    assign(plan.seed, seed);
    plan.jit = arguments.value("--jit") != "off";
    return done;
}

Status<> check_backtest_flag(std::string_view flag, const std::string& text) {
    Arguments arguments;
    arguments.add(flag, text);
    BacktestPlan plan;
    TRD_CHECK(read_amounts(plan, arguments));
    return read_models(plan, arguments);
}

}  // namespace trd
