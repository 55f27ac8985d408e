// The gate as a whole: what passes whatever is armed, which denial counts, and laws over random streams of orders.
#include "risk/gate.h"

#include "support/catch.h"
#include "support/random.h"
#include "unit/risk/risk_rig.h"

using namespace trd;
using namespace trd::testing;

namespace {

const RiskSubject somebody{"main", "sim", "sma", "ES"};

RiskLimit limit(const char* code, const char* rule, const char* value, RiskScope scope = RiskScope::firm) {
    return limit_of(RuleRef::find(code, rule).value(), Decimal::parse(value).value(), {}, scope);
}

RiskVerdict verdict_of(RiskRig& rig, std::vector<RiskLimit> limits, RiskMode mode = RiskMode::live) {
    const RiskLimits set{1, std::move(limits)};
    return decide(compile_plan(setup_under_test(mode), set, somebody), rig.query());
}

Decimal whole(int64_t units) { return Decimal::from_units(units); }

// One instrument of one account: what is held and what works, kept as plain numbers beside the gate.
struct Book {
    int64_t position = 0;
    std::vector<int64_t> buys, sells;

    static int64_t sum(const std::vector<int64_t>& list) {
        int64_t total = 0;
        for (const int64_t each : list) total += each;
        return total;
    }
    void tell(RiskRig& rig) const {
        rig.inputs.set(RiskInput::position, RiskScope::account, whole(position));
        rig.inputs.set(RiskInput::buying, RiskScope::account, whole(sum(buys)));
        rig.inputs.set(RiskInput::selling, RiskScope::account, whole(sum(sells)));
    }
    // Fills, in part or whole, or cancels one working order.
    void happen(Random& random) {
        auto& side = random.chance(50) ? buys : sells;
        if (side.empty()) return;
        const size_t which = random.below(side.size());
        const int64_t part = random.between(1, side[which]);
        if (random.chance(70)) position += &side == &buys ? part : -part;
        side[which] -= part;
        if (side[which] == 0) side.erase(side.begin() + static_cast<std::ptrdiff_t>(which));
    }
    int64_t worst_long() const { return position + sum(buys); }
    int64_t worst_short() const { return sum(sells) - position; }
};

void propose(RiskRig& rig, Random& random) {
    rig.order.side = random.chance(50) ? Side::buy : Side::sell;
    rig.order.quantity = Quantity::from_units(random.between(1, 40));
}

}  // namespace

TEST_CASE("cancels pass whatever is armed and whatever is missing") {
    RiskRig rig;
    rig.inputs = {};
    rig.action = DecisionAction::cancel;
    CHECK(verdict_of(rig, {limit("R02", "enforce", "1"), limit("R07", "max_quantity", "0")}).allowed);
    rig.action = DecisionAction::submit;
    CHECK_FALSE(verdict_of(rig, {limit("R02", "enforce", "1")}).allowed);
}

TEST_CASE("the first denial in the table's order counts, and carries what was found") {
    RiskRig rig;
    rig.set(RiskInput::gross, "500");
    const auto verdict = verdict_of(rig, {limit("R10", "max_gross", "1400"), limit("R08", "max_notional", "900")});
    CHECK_FALSE(verdict.allowed);
    CHECK(to_text(verdict.code) == "R08");
    CHECK(verdict.found == whole(1000));
    CHECK(verdict.limit == whole(900));
    CHECK(explain(verdict, somebody) == "R08 max_notional: found 1000, has to be at most 900");
}

TEST_CASE("limits of several scopes hold side by side: the tightest wins") {
    RiskRig rig;
    rig.inputs.set(RiskInput::gross, RiskScope::firm, whole(90'000));
    rig.inputs.set(RiskInput::gross, RiskScope::strategy, whole(400));
    const auto loose = limit("R10", "max_gross", "100000");
    CHECK(verdict_of(rig, {loose, limit("R10", "max_gross", "1400", RiskScope::strategy)}).allowed);
    const auto tight = verdict_of(rig, {loose, limit("R10", "max_gross", "1399", RiskScope::strategy)});
    CHECK(tight.scope == RiskScope::strategy);
    CHECK(explain(tight, somebody) == "R10 max_gross of strategy sma: found 1400, has to be at most 1399");
}

TEST_CASE("a limit is for whom it names, in its modes, for its feeds, and between its dates") {
    RiskRig rig;
    RiskLimit tight = limit("R07", "max_quantity", "1", RiskScope::strategy);
    CHECK_FALSE(verdict_of(rig, {tight}).allowed);
    SECTION("another strategy's") { tight.subject = "other"; }
    SECTION("for paper only") { tight.modes = static_cast<RiskModes>(RiskMode::paper); }
    SECTION("for bars only") { tight.feeds = static_cast<RiskFeeds>(RiskFeed::bars); }
    SECTION("no longer") { tight.until = rig.now; }
    SECTION("not yet") { tight.from = {rig.now.ns + 1}; }
    CHECK(verdict_of(rig, {tight}).allowed);
}

TEST_CASE("an order without a quantity is denied, whatever is armed") {
    RiskRig rig;
    for (const char* quantity : {"0", "-5"}) {
        rig.order.quantity = Quantity::parse(quantity).value();
        const auto verdict = verdict_of(rig, {});
        CHECK_FALSE(verdict.allowed);
        CHECK(explain(verdict, somebody) == "R01: the order has no quantity");
    }
}

TEST_CASE("what cannot be held in a decimal is denied, not thrown") {
    RiskRig rig;
    rig.set(RiskInput::worst_mark, "900000000000000");
    const auto verdict = verdict_of(rig, {limit("R08", "max_notional", "1000")});
    CHECK_FALSE(verdict.allowed);
    CHECK(verdict.reading == ReadingState::overflow);
}

TEST_CASE("an order reduces when it and all that works against the position come to no more than it") {
    RiskRig rig;
    rig.sell("10");
    rig.position("30", "7", "20");
    CHECK(provably_reduces(rig.query()));
    rig.position("29", "7", "20");
    CHECK_FALSE(provably_reduces(rig.query()));
    rig.position("-30");
    CHECK_FALSE(provably_reduces(rig.query()));
    rig.order.side = Side::buy;
    CHECK(provably_reduces(rig.query()));
    rig.inputs.set_stale(RiskInput::buying, RiskScope::account);
    CHECK_FALSE(provably_reduces(rig.query()));
}

TEST_CASE("a reducing order passes what is marked so, also when an input is missing, and nothing else") {
    for (const RiskCheck& check : risk_check_table()) {
        if (check.is_monitor()) continue;
        for (const RiskRule& rule : check.rules) {
            if (rule.needs.count == 0 || rule.unit == RiskUnit::symbols) continue;
            RiskRig rig(RiskScope::strategy);
            rig.inputs = {};
            rig.position("10");
            rig.inputs.forget(RiskInput::position, RiskScope::strategy);
            rig.sell("10");
            INFO(to_text(check.code) << " " << rule.name);
            const auto verdict = verdict_of(
                rig, {limit(to_text(check.code).c_str(), std::string(rule.name).c_str(), "1", RiskScope::strategy)});
            CHECK(verdict.allowed == rule.reducing_passes);
        }
    }
}

TEST_CASE("while the gate is reducing only reducing orders pass, and nothing when it is shut") {
    RiskRig rig;
    rig.sell("10");
    const auto passes = [&](const char* state, const char* position) {
        rig.set(RiskInput::gate_state, state);
        rig.position(position);
        return verdict_of(rig, {limit("R02", "enforce", "1")}).allowed;
    };
    CHECK(passes("0", "0"));
    CHECK(passes("1", "10"));
    CHECK_FALSE(passes("1", "9"));
    for (const char* shut : {"2", "3", "4", "5", "6"}) CHECK_FALSE(passes(shut, "10"));
}

TEST_CASE("a strategy that was never added is denied") {
    RiskRig rig;
    RiskGate gate(setup_under_test());
    gate.set_limits({3, {}});
    const auto verdict = gate.decide(rig.query());
    CHECK_FALSE(verdict.allowed);
    CHECK(to_text(verdict.code) == "R03");
    gate.add({}, {}, somebody);
    CHECK(gate.decide(rig.query()).allowed);
    gate.set_limits({4, {limit("R07", "max_quantity", "1")}});
    CHECK_FALSE(gate.decide(rig.query()).allowed);
    CHECK(gate.limits_version() == 4);
}

TEST_CASE("what is not armed is listed, and only where it makes sense") {
    const RiskLimits set{1, {limit("R07", "max_quantity", "1"), limit("R02", "enforce", "0")}};
    const auto listed = [&](RiskMode mode, RiskCode code) {
        const RiskSetup setup = setup_under_test(mode);
        const RiskPlan plan = compile_plan(setup, set, somebody);
        const auto codes = unarmed_checks(setup, {&plan, 1});
        return std::find(codes.begin(), codes.end(), code) != codes.end();
    };
    CHECK_FALSE(listed(RiskMode::live, {'R', 7}));
    CHECK(listed(RiskMode::live, {'R', 2}));
    CHECK(listed(RiskMode::live, {'R', 33}));
    CHECK_FALSE(listed(RiskMode::backtest, {'R', 33}));
}

TEST_CASE("the limit of positions holds at every prefix of any stream, and after a lowering only exits pass") {
    for (uint64_t seed = 1; seed <= 40; ++seed) {
        Random random(seed);
        RiskRig rig;
        Book book;
        int64_t allowed = 0, most = 100;
        RiskLimits limits{1, {limit("R09", "max_position", "100", RiskScope::account)}};
        for (int step = 0; step < 500; ++step) {
            if (step == 250) limits = {2, {limit("R09", "max_position", "20", RiskScope::account)}};
            most = step < 250 ? 100 : 20;
            propose(rig, random);
            book.tell(rig);
            const bool was_within = book.worst_long() <= most && book.worst_short() <= most;
            const auto verdict = decide(compile_plan(setup_under_test(), limits, somebody), rig.query());
            const bool buys = rig.order.side == Side::buy;
            const auto quantity = static_cast<int64_t>(rig.order.quantity.raw() / decimal_scale);
            if (verdict.allowed) (buys ? book.buys : book.sells).push_back(quantity);
            allowed += verdict.allowed ? 1 : 0;
            const int64_t side = buys ? book.worst_long() : book.worst_short();
            if (verdict.allowed && !verdict.reduces) REQUIRE(side <= most);
            if (was_within) REQUIRE((book.worst_long() <= most && book.worst_short() <= most));
            book.happen(random);
        }
        CHECK(allowed > 50);
    }
}

TEST_CASE("limits of value hold at acceptance, and the same inputs give the same verdict") {
    Random random(7);
    int denied = 0;
    for (int i = 0; i < 3000; ++i) {
        RiskRig rig;
        propose(rig, random);
        const int64_t mark = random.between(50, 150), gross = random.between(0, 4000), most = random.between(1, 8000);
        rig.inputs.set(RiskInput::worst_mark, RiskScope::account, whole(mark));
        rig.inputs.set(RiskInput::gross, RiskScope::account, whole(gross));
        const RiskLimits limits{1, {limit("R10", "max_gross", std::to_string(most).c_str(), RiskScope::account)}};
        const RiskPlan plan = compile_plan(setup_under_test(), limits, somebody);
        const auto first = decide(plan, rig.query());
        RiskRig copy = rig;
        const auto again = decide(plan, copy.query());
        const auto quantity = static_cast<int64_t>(rig.order.quantity.raw() / decimal_scale);
        REQUIRE(first.allowed == (gross + quantity * mark <= most));
        REQUIRE(first.allowed == again.allowed);
        REQUIRE(first.found == again.found);
        denied += first.allowed ? 0 : 1;
    }
    CHECK(denied > 300);
    CHECK(denied < 2700);
}

TEST_CASE("the table is in order, and no name is there twice") {
    const auto table = risk_check_table();
    for (size_t i = 1; i < table.size(); ++i) CHECK(table[i - 1].code.packed() < table[i].code.packed());
    for (const RiskCheck& check : table) {
        CHECK(risk_check_named(table, to_text(check.code)) == &check);
        CHECK_FALSE(check.doc.empty());
        for (const RiskRule& rule : check.rules)
            CHECK(std::count_if(check.rules.begin(), check.rules.end(),
                                [&](const RiskRule& other) { return other.name == rule.name; }) == 1);
    }
    for (size_t i = 0; i < risk_input_count; ++i) CHECK(risk_input_table()[i].input == static_cast<RiskInput>(i));
}
