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

TEST_CASE("a rule whose input is missing, stale, not finite or not positive denies") {
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
    for (const RiskCheck& check : risk_check_table()) {
        INFO(" " << to_text(check.code) << " ");
        CHECK(!check.rules.empty());
    }
}
