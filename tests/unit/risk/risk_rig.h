// An order, its instrument and readings that no check has anything against; tests change what they are about.
#pragma once

#include <string>

#include "unit/risk/table_under_test.h"

namespace trd::testing {

struct RiskRig {
    static constexpr RiskScope scope_of_all = RiskScope::account;

    OrderIntent order;
    Instrument instrument;
    RiskInputs inputs;
    std::vector<RecentOrder> recent;
    Timestamp now{1'000'000'000'000};
    RiskScope scope;  // whose readings set() gives; those of other scopes are missing, but for the account's position
    DecisionAction action = DecisionAction::submit;

    explicit RiskRig(RiskScope whose = scope_of_all) : scope(whose) {
        instrument.id = {0};
        instrument.symbol = "ES";
        Terms terms;
        terms.tick = "0.25"_price;
        terms.lot = "1"_qty;
        terms.min_quantity = "1"_qty;
        instrument.terms = {terms};
        order.quantity = "10"_qty;
        for (const RiskInputTraits& traits : risk_input_table()) set(traits.input, traits.positive ? "1" : "0");
        set(RiskInput::reference, "100");
        set(RiskInput::worst_mark, "100");
        set(RiskInput::tradable, "1");
        set(RiskInput::session_open, "1");
        set(RiskInput::approved, "1");
        set(RiskInput::ask, "100.25");
        set(RiskInput::bid, "100");
        position("0");
    }

    void set(RiskInput input, const char* value) { inputs.set(input, scope, Decimal::parse(value).value()); }
    // Of the account too: it is what proves that an order reduces.
    void position(const char* held, const char* buying = "0", const char* selling = "0") {
        for (const RiskScope each : {scope, RiskScope::account}) {
            inputs.set(RiskInput::position, each, Decimal::parse(held).value());
            inputs.set(RiskInput::buying, each, Decimal::parse(buying).value());
            inputs.set(RiskInput::selling, each, Decimal::parse(selling).value());
        }
    }
    void sell(const char* quantity) {
        order.side = Side::sell;
        order.quantity = Quantity::parse(quantity).value();
    }
    void limit_at(const char* price) {
        order.type = OrderType::limit;
        order.limit = Price::parse(price).value();
    }
    void margined() { instrument.kind = InstrumentKind::future; }

    RiskQuery query() {
        inputs.recent = recent;
        return {&order, &instrument, &inputs, now, action};
    }
};

struct RuleRef {
    uint16_t check = 0, rule = 0;

    static std::optional<RuleRef> find(std::string_view code, std::string_view name) {
        const auto table = risk_check_table();
        for (uint16_t c = 0; c < table.size(); ++c)
            for (uint16_t r = 0; r < table[c].rules.size(); ++r)
                if (to_text(table[c].code) == code && table[c].rules[r].name == name) return RuleRef{c, r};
        return std::nullopt;
    }
    const RiskCheck& of() const { return risk_check_table()[check]; }
    const RiskRule& row() const { return of().rules[rule]; }
};

inline RiskLimit limit_of(RuleRef ref, Decimal value, Decimal setting = {}, RiskScope scope = RiskScope::firm) {
    RiskLimit limit;
    limit.check = ref.check;
    limit.rule = ref.rule;
    limit.scope = scope;
    limit.value = value;
    limit.setting = setting;
    return limit;
}

inline RiskSetup setup_under_test(RiskMode mode = RiskMode::live) {
    return {table_under_test(), mode, RiskFeed::quotes};
}

// What the one rule answers: as the gate asks it, or as a monitor does.
inline std::optional<RiskFinding> ask(RiskRig& rig, const RiskLimit& limit) {
    const RiskLimits limits{1, {limit}};
    const RiskPlan plan = compile_plan(setup_under_test(), limits, {"main", "sim", "sma", "ES"});
    const bool monitors = !plan.monitors.empty();
    if (monitors) {
        RiskQuery query = rig.query();
        query.order = nullptr;
        return broken(plan.monitors.front(), query, {}, false);
    }
    const RiskVerdict verdict = decide(plan, rig.query());
    if (verdict.allowed) return std::nullopt;
    return RiskFinding{verdict.found, verdict.input, verdict.reading};
}

}  // namespace trd::testing
