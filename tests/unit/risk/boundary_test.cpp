// Every rule of the table: just inside, at and just outside of its limit, and with each input missing, stale, not
// finite or not positive. What is found in each case was worked out by hand.
#include <cmath>

#include "support/catch.h"
#include "unit/risk/rule_cases.h"

using namespace trd;
using namespace trd::testing;

namespace {

const Decimal step = Decimal::smallest_step();

struct Expected {
    bool inside, at, outside;
};

// The limit moves, the figure stays: which way is inside.
Expected expected_of(RiskHolds holds) {
    return holds == RiskHolds(below) ? Expected{true, false, false} : Expected{true, true, false};
}

void check_boundary(const RuleCase& with, RuleRef ref, RiskScope scope) {
    RiskRig rig(scope);
    with.arrange(rig);
    const Decimal found = Decimal::parse(with.found).value();
    const Decimal setting = Decimal::parse(with.setting).value();
    const bool floor = ref.row().holds == RiskHolds(at_least);
    const Expected expected = expected_of(ref.row().holds);
    const auto passes = [&](Decimal limit) { return !ask(rig, limit_of(ref, limit, setting, scope)).has_value(); };
    CHECK(passes(floor ? found - step : found + step) == expected.inside);
    CHECK(passes(found) == expected.at);
    CHECK(passes(floor ? found + step : found - step) == expected.outside);
    const auto finding = ask(rig, limit_of(ref, floor ? found + step : found - step, setting, scope));
    REQUIRE(finding);
    CHECK(finding->reading == ReadingState::known);
    CHECK(finding->found == found);
}

// Flags: one arrangement that passes, one that does not.
void check_fault(const RuleCase& with, RuleRef ref, RiskScope scope) {
    RiskRig good(scope), bad(scope);
    with.arrange_good(good);
    with.arrange(bad);
    const RiskLimit limit = limit_of(ref, Decimal::parse(with.limit).value(), {}, scope);
    CHECK_FALSE(ask(good, limit));
    const auto finding = ask(bad, limit);
    REQUIRE(finding);
    CHECK(finding->reading == ReadingState::known);
    CHECK(finding->found == Decimal::parse(with.found).value());
}

// The rig trades ES.
void check_list(RuleRef ref) {
    RiskRig rig;
    RiskLimit listed = limit_of(ref, {}), other = listed;
    listed.names = {"SPY", "ES"};
    other.names = {"SPY"};
    const bool forbids = ref.row().list_forbids;
    CHECK(ask(rig, listed).has_value() == forbids);
    CHECK(ask(rig, other).has_value() != forbids);
}

std::string label(const RuleCase& with) { return std::string(with.code) + " " + with.rule; }

// Does taking the input away deny, and say which it was?
void check_needs(const RuleCase& with, RuleRef ref, RiskInput input, ReadingState state) {
    RiskRig rig(RiskScope::strategy);
    (with.arrange_good != nullptr ? with.arrange_good : with.arrange)(rig);
    rig.position("0");  // an exit may not need to know
    if (state == ReadingState::missing) rig.inputs.forget(input, rig.scope);
    if (state == ReadingState::stale) rig.inputs.set_stale(input, rig.scope);
    if (state == ReadingState::not_finite) rig.inputs.set_signal(input, rig.scope, std::nan(""));
    if (state == ReadingState::not_positive) rig.set(input, "0");
    const bool ceiling = ref.row().holds != RiskHolds(at_least);
    const Decimal lenient = ceiling ? Decimal::max() : Decimal();
    const auto finding = ask(rig, limit_of(ref, lenient, {}, rig.scope));
    INFO(name_of(input));
    REQUIRE(finding);
    CHECK(finding->reading == state);
    CHECK(finding->input == input);
}

}  // namespace

TEST_CASE("every rule passes up to its limit and not beyond", "[boundary]") {
    for (const RuleCase& with : rule_cases()) {
        const auto ref = RuleRef::find(with.code, with.rule);
        INFO(label(with));
        REQUIRE(ref);
        if (ref->row().unit == RiskUnit::symbols) check_list(*ref);
        for (size_t scope = 0; ref->row().unit != RiskUnit::symbols && scope < risk_scope_count; ++scope) {
            INFO(name_of(static_cast<RiskScope>(scope)));
            with.arrange_good == nullptr ? check_boundary(with, *ref, static_cast<RiskScope>(scope))
                                         : check_fault(with, *ref, static_cast<RiskScope>(scope));
        }
    }
}

TEST_CASE("R01 counts each fault by itself, and none up to its edge", "[boundary]") {
    struct Case {
        const char* what;
        void (*change)(RiskRig& rig);
        const char* found;  // null: it passes
    };
    const Case table[] = {
        {"smallest quantity", [](RiskRig& r) { r.order.quantity = "2"_qty; }, nullptr},
        {"less than that", [](RiskRig& r) { r.order.quantity = "1"_qty; }, "1"},
        {"largest quantity", [](RiskRig& r) { r.order.quantity = "20"_qty; }, nullptr},
        {"more than that", [](RiskRig& r) { r.order.quantity = "21"_qty; }, "1"},
        {"no whole lot", [](RiskRig& r) { r.order.quantity = "10.5"_qty; }, "1"},
        {"limit on a tick", [](RiskRig& r) { r.limit_at("100.25"); }, nullptr},
        {"limit off it", [](RiskRig& r) { r.limit_at("100.26"); }, "1"},
        {"no limit", [](RiskRig& r) { r.order.type = OrderType::limit; }, "1"},
        {"a limit of a market order", [](RiskRig& r) { r.order.limit = "100"_price; }, "1"},
        {"trigger on a tick",
         [](RiskRig& r) {
             r.order.type = OrderType::stop;
             r.order.trigger = "100.25"_price;
         },
         nullptr},
        {"trigger off it",
         [](RiskRig& r) {
             r.order.type = OrderType::stop;
             r.order.trigger = "100.26"_price;
         },
         "1"},
        {"no trigger", [](RiskRig& r) { r.order.type = OrderType::stop; }, "1"},
        {"a trailing stop, which finds its own", [](RiskRig& r) { r.order.type = OrderType::trailing_stop; }, nullptr},
        {"good until a moment from now",
         [](RiskRig& r) {
             r.order.time_in_force = TimeInForce::gtd;
             r.order.expires = r.now + Duration{1};
         },
         nullptr},
        {"good until now",
         [](RiskRig& r) {
             r.order.time_in_force = TimeInForce::gtd;
             r.order.expires = r.now;
         },
         "1"},
    };
    for (const Case& each : table) {
        INFO(each.what);
        RiskRig rig;
        rig.instrument.terms[0].min_quantity = "2"_qty;
        rig.instrument.terms[0].max_quantity = "20"_qty;
        each.change(rig);
        const auto finding = ask(rig, limit_of(*RuleRef::find("R01", "enforce"), Decimal::from_units(1)));
        REQUIRE(finding.has_value() == (each.found != nullptr));
        if (finding) CHECK(finding->found == Decimal::parse(each.found).value());
    }
}

TEST_CASE("R02 lets everything through while the gate is active, what reduces while it is reducing, and else nothing",
          "[boundary]") {
    for (const auto state : {GateState::active, GateState::reducing, GateState::halted, GateState::killed,
                             GateState::reconciling, GateState::warming_up, GateState::stream_gap})
        for (const bool reduces : {false, true}) {
            RiskRig rig;
            rig.set(RiskInput::gate_state, std::to_string(static_cast<int>(state)).c_str());
            rig.position(reduces ? "10" : "9");
            rig.sell("10");
            INFO(name_of(state) << (reduces ? ", reducing" : ""));
            const bool passes = state == GateState::active || (reduces && state == GateState::reducing);
            const auto finding = ask(rig, limit_of(*RuleRef::find("R02", "enforce"), Decimal::from_units(1)));
            CHECK(finding.has_value() != passes);
        }
}

TEST_CASE("R21 lets all that is held be sold, and not a unit more", "[boundary]") {
    for (const auto& [held, passes] : {std::pair{"16", true}, std::pair{"15", true}, std::pair{"14", false}}) {
        RiskRig rig;
        rig.position(held, "0", "5");
        rig.sell("10");
        INFO(held);
        CHECK(ask(rig, limit_of(*RuleRef::find("R21", "forbid"), Decimal::from_units(1))).has_value() != passes);
    }
}

TEST_CASE("every rule has a case") {
    for (const RiskCheck& check : risk_check_table())
        for (const RiskRule& rule : check.rules) {
            INFO(to_text(check.code) << " " << rule.name);
            const auto& cases = rule_cases();
            CHECK(std::any_of(cases.begin(), cases.end(), [&](const RuleCase& with) {
                return with.code == to_text(check.code) && with.rule == rule.name;
            }));
        }
}

TEST_CASE("a rule whose input is missing, stale, not finite or not positive denies", "[boundary]") {
    for (const RuleCase& with : rule_cases()) {
        const auto ref = RuleRef::find(with.code, with.rule);
        REQUIRE(ref);
        INFO(label(with));
        for (const RiskInput input : ref->row().needs) {
            for (const auto state : {ReadingState::missing, ReadingState::stale, ReadingState::not_finite})
                check_needs(with, *ref, input, state);
            if (traits_of(input).positive) check_needs(with, *ref, input, ReadingState::not_positive);
        }
    }
}

TEST_CASE("a stale or unfinished reading of another scope is nobody's business") {
    RiskRig rig(RiskScope::strategy);
    rig.set(RiskInput::gross, "5000");
    rig.inputs.set_signal(RiskInput::gross, RiskScope::venue, std::nan(""));
    CHECK_FALSE(ask(rig, limit_of(*RuleRef::find("R10", "max_gross"), Decimal::from_units(6000), {}, rig.scope)));
}

TEST_CASE("the codes of the table") {
    std::string all;  // mutations.py reads it
    for (const RiskCheck& check : risk_check_table())
        for (const RiskRule& rule : check.rules) all += "\n| " + mutations_of(check, rule) + " |";
    INFO(all);
    CHECK_FALSE(all.empty());
}
