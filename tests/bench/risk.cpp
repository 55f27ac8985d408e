// What the gate costs an order: with the default limits, and with every rule armed and 20 recent orders; positions and
// working orders are sums in the readings, however many there are. Orders differ, so that branches are not learnt by
// heart, and all pass: a denial ends the list early.
#include <algorithm>
#include <cstdlib>
#include <vector>

#include "base/file.h"
#include "risk/gate.h"
#include "risk/limits_file.h"
#include "support/bench.h"

namespace {

using namespace trd;

struct Market {
    RiskInputs inputs;
    std::vector<RecentOrder> recent{20};
    std::vector<OrderIntent> orders{1024};
    Instrument instrument;

    Market() {
        instrument.terms = {{}};
        instrument.terms[0].tick = Price::from_raw(decimal_scale / 100);
        instrument.terms[0].lot = Quantity::from_units(1);
        for (const RiskInputTraits& traits : risk_input_table())
            for (size_t scope = 0; scope < risk_scope_count; ++scope)
                inputs.set(traits.input, static_cast<RiskScope>(scope), Decimal::from_units(traits.positive ? 100 : 0));
        for (const RiskInput flag : {RiskInput::tradable, RiskInput::session_open, RiskInput::approved})
            inputs.set(flag, Decimal::from_units(1));
        inputs.set(RiskInput::ask, Decimal::from_units(101));
        for (size_t scope = 0; scope < risk_scope_count; ++scope)
            for (const RiskInput funds : {RiskInput::buying_power, RiskInput::settled_cash})
                inputs.set(funds, static_cast<RiskScope>(scope), Decimal::from_units(1'000'000));
        inputs.recent = recent;
        for (size_t i = 0; i < orders.size(); ++i) {
            orders[i].quantity = Quantity::from_units(static_cast<int64_t>(i * 7 % 50 + 1));
            orders[i].type = i % 2 == 0 ? OrderType::limit : OrderType::market;
            if (i % 2 == 0) orders[i].limit = Price::from_units(static_cast<int64_t>(90 + i % 10));
        }
    }
};

RiskLimits defaults() {
    const auto text = read_file("config/limits-default.toml");
    if (!text) std::abort();
    auto limits = parse_limits(*text, "config/limits-default.toml");
    if (!limits) std::abort();
    return std::move(*limits);
}

// Every rule of every check, each so wide that it is asked and holds.
RiskLimits everything() {
    RiskLimits limits;
    const auto table = risk_check_table();
    for (uint16_t check = 0; check < table.size(); ++check)
        for (uint16_t rule = 0; rule < table[check].rules.size(); ++rule) {
            const RiskRule& row = table[check].rules[rule];
            RiskLimit limit;
            limit.check = check;
            limit.rule = rule;
            limit.scope = RiskScope::strategy;
            const bool floor = row.holds == RiskHolds(at_least);
            limit.value = row.unit == RiskUnit::order_types ? Decimal::from_units(127)
                          : row.unit == RiskUnit::flag      ? Decimal::from_units(1)
                          : floor                           ? Decimal()
                                                            : Decimal::from_units(1'000'000'000);
            if (row.unit == RiskUnit::symbols && !row.list_forbids) limit.names = {""};
            limits.limits.push_back(limit);
        }
    return limits;
}

double quantile_of(std::vector<double>& samples, double quantile) {
    if (samples.empty()) return 0;
    std::sort(samples.begin(), samples.end());
    return samples[static_cast<size_t>(quantile * static_cast<double>(samples.size() - 1))];
}

bench::Reading cost(const RiskLimits& limits, RiskMode mode, double quantile) {
    const RiskPlan plan = compile_plan({risk_check_table(), mode, RiskFeed::quotes}, limits, {});
    const Market market;
    std::vector<double> all, idle;
    bool was_ours = bench::core_is_ours();
    for (int round = 0; round < 2000; ++round) {
        all.push_back(bench::ns_per_call(64, [&](long i) {
            const OrderIntent& order = market.orders[static_cast<size_t>(round * 64 + i) % market.orders.size()];
            const RiskQuery query{.order = &order,
                                  .instrument = &market.instrument,
                                  .inputs = &market.inputs,
                                  .now = Timestamp{1'000'000'000'000}};
            if (!decide(plan, query).allowed) std::abort();  // a denial would be cheaper
        }));
        const bool ours = bench::core_is_ours();
        if (ours && was_ours) idle.push_back(all.back());
        was_ours = ours;
    }
    const double share = static_cast<double>(idle.size()) / static_cast<double>(all.size());
    return {quantile_of(idle, quantile), quantile_of(all, quantile), share};
}

bench::Reading with_defaults() { return cost(defaults(), RiskMode::backtest, 0.5); }
bench::Reading with_everything() { return cost(everything(), RiskMode::live, 0.5); }
bench::Reading with_everything_p99() { return cost(everything(), RiskMode::live, 0.99); }

constexpr bench::Figure figures[] = {
    {"risk.order_default_limits", "ns", 2500, "lower", with_defaults},
    {"risk.order_everything_armed", "ns", 2000, "lower", with_everything},
    {"risk.order_everything_armed_p99", "ns", 10000, "lower", with_everything_p99},
};

}  // namespace

int main(int argc, char** argv) { return bench::run_figures(argc, argv, figures); }
