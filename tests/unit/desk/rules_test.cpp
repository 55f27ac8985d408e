// Rules from outside in the desk: they can only tighten, they cannot stop what reduces, and the record has what they
// said, so that a replay without them comes to the same.
#include <map>

#include "support/cases.h"
#include "unit/desk/ruled_desk.h"

using namespace trd;
using namespace trd::testing;

namespace {

StubRules always(RuleAnswer answer, Quantity quantity = {}) {
    return StubRules(
        [=](size_t, const OutsideQuestion&) {
            return OutsideVerdict{answer, quantity, "because"};
        },
        {{"only"}});
}

}  // namespace

TEST_CASE("what a rule answers is what comes of the order, and more than it asked for never") {
    struct Case {
        RuleAnswer answer;
        Quantity quantity;
        const char* code;
        double sent;
    };
    const Case table[] = {
        {RuleAnswer::allow, {}, "none", 10},
        {RuleAnswer::deny, {}, "X01", 0},
        {RuleAnswer::halt, {}, "X02", 0},
        {RuleAnswer::failed, {}, "X03", 0},
        {RuleAnswer::out_of_budget, {}, "X04", 0},
        {RuleAnswer::unfit, {}, "X05", 0},
        {RuleAnswer::resize, "4"_qty, "none", 4},
        {RuleAnswer::resize, "4.9"_qty, "none", 4},
        {RuleAnswer::resize, "10"_qty, "none", 10},
        {RuleAnswer::resize, "0.5"_qty, "X01", 0},
        {RuleAnswer::resize, "0"_qty, "X05", 0},
        {RuleAnswer::resize, "-4"_qty, "X05", 0},
        {RuleAnswer::resize, "10.001"_qty, "X05", 0},
        {RuleAnswer::resize, "11"_qty, "X05", 0},
    };
    for (const Case& each : table) {
        StubRules rules = always(each.answer, each.quantity);
        RuledDesk small(rules);
        INFO(name_of(each.answer) << " " << to_string(each.quantity));
        const Actions& taken = small.buy(10);
        CHECK(code_of(taken) == each.code);
        CHECK(taken.venue.size() == (each.sent > 0 ? 1 : 0));
        CHECK(taken.notices[0].quantity == (each.sent > 0 ? from_double<Quantity>(each.sent).value() : "10"_qty));
        const auto said = payloads<RuleVerdict>(taken.records);
        REQUIRE(said.size() == 1);
        CHECK(said[0].rule.view() == "only");
        CHECK(said[0].answer == each.answer);
        CHECK(said[0].asked == "10"_qty);
        CHECK(said[0].reason == "because");
        const auto decided = payloads<Decision>(taken.records).at(0);
        CHECK(decided.intent.quantity == taken.notices[0].quantity);
        CHECK(decided.grounds.rule.view() == (decided.denial == Denial::risk ? "only" : ""));
    }
}

TEST_CASE("rules are asked only about what every check allows, and checks have the last word") {
    StubRules half([](size_t, const OutsideQuestion& question) {
        return OutsideVerdict{RuleAnswer::resize, divide(question.order.quantity, Decimal::from_units(2)), ""};
    });
    Terms terms = RuledDesk::usual();
    terms.min_quantity = "3"_qty;
    RuledDesk small(half, "[account.main.R09]\nmax_position = 100", terms);
    CHECK(code_of(small.buy(101)) == "R09");
    CHECK(half.asked == 0);
    CHECK(small.buy(16).notices[0].quantity == "4"_qty);  // the second was asked about what the first had left
    CHECK(half.asked == 2);
    CHECK(code_of(small.buy(11)) == "quantity_below_minimum");  // 11, 5, 2
}

TEST_CASE("what a rule leaves of an order has to pass the checks as it is") {
    StubRules rules = always(RuleAnswer::resize, "5"_qty);
    RuledDesk small(rules, "[firm.R17]\nwindow = \"1h\"");
    CHECK(code_of(small.buy(10)) == "none");
    CHECK(code_of(small.buy(12)) == "R17");  // another order, until it is one of five like the first
}

TEST_CASE("rules are never asked about what can only reduce, nor about cancels") {
    bool denies = false;
    StubRules rules([&](size_t, const OutsideQuestion&) {
        return OutsideVerdict{denies ? RuleAnswer::failed : RuleAnswer::allow, {}, ""};
    });
    RuledDesk small(rules);
    small.obey(small.buy(10).venue);
    small.fill(1, "10"_qty);
    small.obey(small.limit_order(10, 9).venue);
    denies = true;
    const int before = rules.asked;
    small.obey(small.sell(4).venue);  // provably
    CHECK(small.order(3).state == OrderState::submitted);
    CHECK(small.close().venue.size() == 1);
    RawIntent reduce_only = InputSource::submit(0, 0, Side::sell, 10);
    reduce_only.flags = intent_reduce_only;
    CHECK(small.intend(reduce_only).venue.size() == 1);  // not provably, with the ten that work; it cannot open
    CHECK(small.amend(2, 6).venue.size() == 1);          // to less, at the same price
    small.obey({{VenueActionKind::amend, small.order(2).intent.id, {"6"_qty, "9"_price, {}, {}}}});
    CHECK(small.cancel(2).venue.size() == 1);
    CHECK(rules.asked == before);
    CHECK(code_of(small.sell(10)) == "X03");  // could turn the position
}

TEST_CASE("an amendment that opens more is asked about, and is not made smaller") {
    StubRules rules([](size_t, const OutsideQuestion& question) {
        if (question.order.quantity > "12"_qty) return OutsideVerdict{RuleAnswer::resize, "12"_qty, ""};
        return OutsideVerdict{question.order.quantity > "11"_qty ? RuleAnswer::deny : RuleAnswer::allow, {}, ""};
    });
    RuledDesk small(rules);
    small.obey(small.limit_order(10, 9).venue);
    CHECK(code_of(small.amend(1, 20)) == "X01");
    CHECK(code_of(small.amend(1, 12)) == "X01");
    CHECK(small.order(1).intent.quantity == "10"_qty);
    CHECK(code_of(small.amend(1, RawIntent::not_given, 9.5)) != "X01");  // asked, and allowed
    CHECK(rules.asked == 1 + 1 + 2 + 2);                                 // the first 12 ended at the first rule

    RawIntent stop = InputSource::submit(0, 0, Side::buy, 5);
    stop.type = static_cast<uint8_t>(OrderType::stop);
    stop.trigger = 11;
    small.obey(small.intend(stop).venue);
    const int before = rules.asked;
    (void)small.amend(small.handle, RawIntent::not_given, RawIntent::not_given, 12);  // as much, elsewhere
    CHECK(rules.asked == before + 2);
}

TEST_CASE("a stop and a take of an entry that a rule made smaller follow what it fills") {
    StubRules rules = always(RuleAnswer::resize, "4"_qty);
    RuledDesk small(rules, "[account.main.R07]\nmax_quantity = 10");
    RawIntent entry = InputSource::submit(++small.handle, 0, Side::buy, 10);
    RawIntent stop = InputSource::submit(++small.handle, 0, Side::sell, 10);
    stop.type = static_cast<uint8_t>(OrderType::stop);
    stop.trigger = 8;
    stop.parent = entry.handle;
    stop.flags = intent_reduce_only;
    small.obey(small.feed(Intents{{1}, {entry, stop}}).venue);
    CHECK(rules.asked == 1);
    small.obey(small.fill(1, "4"_qty).venue);
    CHECK(small.order(1).state == OrderState::filled);
    CHECK(small.order(2).open == "4"_qty);
    CHECK(small.order(2).state == OrderState::submitted);
}

TEST_CASE("a child that a rule makes smaller when it is released stays so") {
    bool tightens = false;
    StubRules rules([&](size_t, const OutsideQuestion&) {
        return OutsideVerdict{tightens ? RuleAnswer::resize : RuleAnswer::allow, "3"_qty, ""};
    });
    RuledDesk small(rules);
    small.obey(small.buy(10).venue);
    RawIntent more = InputSource::submit(0, 0, Side::buy, 10);
    more.parent = 1;
    small.intend(more);
    tightens = true;
    small.obey(small.fill(1, "6"_qty).venue);
    CHECK(small.order(2).open == "3"_qty);
    small.obey(small.fill(1, "4"_qty).venue);
    CHECK(small.order(2).open == "3"_qty);
}

TEST_CASE("a halt cancels entries and lets only exits through, until a person lets go") {
    // Also where the gate's state is looked at: what a rule has stopped is denied as the rule's.
    const auto limits = GENERATE(as<std::string>{}, "", "[firm.R02]\nenforce = true");
    bool halts = false;
    StubRules rules(
        [&](size_t, const OutsideQuestion&) {
            return OutsideVerdict{halts ? RuleAnswer::halt : RuleAnswer::allow, {}, "enough"};
        },
        {{"day_loss", RiskScope::strategy}});
    RuledDesk small(rules, limits);
    small.obey(small.buy(10).venue);
    small.fill(1, "10"_qty);
    small.obey(small.limit_order(5, 9).venue);
    halts = true;
    const Actions& halted = small.buy(1);
    CHECK(code_of(halted) == "X02");
    REQUIRE(halted.alarms.size() == 1);
    CHECK(halted.alarms[0].kind == RiskAlarm::Kind::acted);
    CHECK(halted.alarms[0].outside_rule == "day_loss");
    CHECK(halted.alarms[0].subject == "sma");
    REQUIRE(halted.venue.size() == 1);
    CHECK(halted.venue[0].kind == VenueActionKind::cancel);
    CHECK(payloads<RiskRecord>(halted.records).at(0).rule.view() == "day_loss");
    halts = false;
    const int before = rules.asked;
    CHECK(code_of(small.buy(1)) == "X02");  // not asked any more
    CHECK(rules.asked == before);
    CHECK(small.sell(2).venue.size() == 1);

    // Over a restart, and even where nobody brings the rules back.
    Desk restored;
    REQUIRE(restored.restore(small.desk.snapshot()));
    CHECK(restored.snapshot() == small.desk.snapshot());
    RawIntent again = InputSource::submit(++small.handle, 0, Side::buy, 1);
    CHECK(code_of(feed(restored, ++small.number, Intents{{1}, {again}})) == "X02");

    const Timestamp now{static_cast<int64_t>(++small.number) * 1'000};
    const MonitorReset reset{rule_halted, "day_loss", RiskScope::strategy, "sma"};
    const Actions& released = small.desk.on(InputHeader{small.number, now, now}, reset);
    CHECK(released.alarms.at(0).kind == RiskAlarm::Kind::released);
    CHECK(code_of(small.buy(1)) == "none");
}

TEST_CASE("a halt of the firm is of everybody, of an account or an instrument of its own") {
    for (const auto& [scope, subject] :
         {std::pair{RiskScope::firm, ""}, std::pair{RiskScope::account, "main"}, std::pair{RiskScope::venue, "sim"},
          std::pair{RiskScope::instrument, "SYM0"}}) {
        StubRules rules(
            [](size_t, const OutsideQuestion&) {
                return OutsideVerdict{RuleAnswer::halt, {}, ""};
            },
            {{"all", scope}});
        RuledDesk small(rules);
        small.feed(InstrumentDefined{test_instrument(1, InstrumentKind::equity, RuledDesk::usual())});
        Bar bar;
        bar.open = bar.high = bar.low = bar.close = "10"_price;
        small.feed(BarClosed{{1}, bar});
        INFO(name_of(scope));
        CHECK(small.buy(1).alarms.at(0).subject == subject);
        const int before = rules.asked;
        small.intend(InputSource::submit(0, 1, Side::buy, 1));
        CHECK((rules.asked == before) == (scope != RiskScope::instrument));
    }
}

TEST_CASE("what a rule may look at is what checks look at, of its scope") {
    std::map<std::string, std::string> seen;
    StubRules rules([&](size_t, const OutsideQuestion& question) {
        const auto note = [&](const char* name, RiskInput input) {
            const auto value = question.readings.read(input, RiskScope::account);
            seen[name] = value ? to_string(*value) : "unknown";
        };
        note("equity", RiskInput::equity);
        note("gross", RiskInput::gross);
        note("position", RiskInput::position);
        note("day_pnl", RiskInput::day_pnl);
        note("bid", RiskInput::bid);
        seen["value"] = question.value ? to_string(*question.value) : "unknown";
        seen["names"] = question.names.account + " " + question.names.strategy + " " + question.names.symbol;
        return OutsideVerdict{};
    });
    RuledDesk small(rules);
    small.obey(small.buy(10).venue);
    small.fill(1, "10"_qty);
    small.mark("12"_price);
    small.buy(3);
    const std::map<std::string, std::string> expected{{"equity", "1020"},        {"gross", "120"},   {"position", "10"},
                                                      {"day_pnl", "20"},         {"bid", "unknown"}, {"value", "36"},
                                                      {"names", "main sma SYM0"}};
    CHECK(seen == expected);
}

TEST_CASE("a replay from the record comes to the same without the rules, from any point on") {
    constexpr char limits[] = R"(
[firm.R02]
enforce = true
[account."*".R09]
max_position = 200
[account."*".T01]
max_loss = 12000
)";
    // Whatever comes, but of the question alone, so that a desk that goes on from a snapshot is told the same.
    const auto judge = [](size_t rule, const OutsideQuestion& question) {
        Random random(question.order.id.parts().sequence * 7 + rule);
        const bool is_new = question.action == DecisionAction::submit;
        const Quantity part = multiply(question.order.quantity,
                                       Decimal::from_raw(static_cast<Int128>(random.below(1'100)) * 1'000'000'000));
        const uint64_t draw = random.below(1'000);
        OutsideVerdict verdict{RuleAnswer::allow, part, std::string(random.below(300), 'w')};
        if (draw < 100) verdict.answer = RuleAnswer::deny;
        if (draw >= 100 && draw < 400) verdict.answer = RuleAnswer::resize;
        if (draw >= 400 && draw < 430) verdict.answer = RuleAnswer::failed;
        if (is_new && rule == 1 && question.order.id.parts().sequence % 31 == 30) verdict.answer = RuleAnswer::halt;
        return verdict;
    };
    const std::vector<OutsideRule> named{{"one", RiskScope::instrument, true, true},
                                         {"two", RiskScope::strategy, true, true}};
    struct AllRules final : StubRules {
        using StubRules::StubRules;
        OutsideVerdict judge_reducing(size_t rule, const OutsideQuestion& question) override {
            const uint64_t draw = Random(question.order.id.parts().sequence * 5 + rule).below(400);
            return {draw == 0 ? RuleAnswer::halt : draw < 40 ? RuleAnswer::deny : RuleAnswer::allow, {}, "told"};
        }
        std::optional<OutsideVerdict> watch(size_t rule, const OutsideWatch& watch) override {
            const uint64_t draw = Random(watch.input * 3 + rule).below(1'000);
            return OutsideVerdict{draw == 0 && rule == 0 ? RuleAnswer::halt
                                  : draw < 50            ? RuleAnswer::failed
                                                         : RuleAnswer::allow,
                                  {},
                                  watch.subject};
        }
    };
    for (const bool money : {false, true}) {
        const std::vector<DeskInput> inputs = InputSource(20261128, money).make(3'000);
        int checked = 0;
        AllRules rules(
            [&](size_t rule, const OutsideQuestion& question) {
                // A planted mistake in the gate shows here: nothing that provably reduces may be asked about.
                const OrderIntent& order = question.order;
                const auto read = [&](RiskInput input) { return question.readings.read(input, RiskScope::account); };
                const Decimal sign = Decimal::from_units(order.side == Side::buy ? -1 : 1);
                const Decimal held = multiply(*read(RiskInput::position), sign);
                const Decimal works = *read(order.side == Side::buy ? RiskInput::buying : RiskInput::selling);
                if (rule == 0 && order.bucket == SideBucket::net) {  // of a side these readings say too little
                    ++checked;
                    CHECK(works + Decimal::from_raw(order.quantity.raw()) > held);
                }
                CHECK_FALSE(order.reduce_only);
                return judge(rule, question);
            },
            named);
        Desk ruled;
        ruled.ask_rules(rules);
        ruled.arm(limits_of(limits));
        std::vector<Digest> expected;
        Bytes all;
        std::vector<size_t> begins;
        std::map<RuleAnswer, int> answers, watched;
        for (size_t i = 0; i < inputs.size(); ++i) {
            const Actions& actions = feed(ruled, i + 1, inputs[i]);
            begins.push_back(all.size());
            all.insert(all.end(), actions.records.begin(), actions.records.end());
            expected.push_back(sha256(actions.records));
            for (const RuleVerdict& said : payloads<RuleVerdict>(actions.records))
                ++(said.order.is_null() ? watched : answers)[said.answer];
        }
        INFO("money " << money);
        CHECK(checked > 20);
        CHECK(answers[RuleAnswer::resize] > 10);
        CHECK(answers[RuleAnswer::deny] > 2);
        CHECK(answers[RuleAnswer::halt] > 0);
        CHECK(watched[RuleAnswer::failed] > 10);
        CHECK(watched[RuleAnswer::allow] > 10);

        RecordedVerdicts recorded(named, all);
        Desk replayed;
        replayed.ask_rules(recorded);
        replayed.arm(limits_of(limits));
        for (size_t i = 0; i < inputs.size(); ++i)
            REQUIRE(sha256(feed(replayed, i + 1, inputs[i]).records) == expected[i]);
        CHECK(recorded.is_used_up());
        CHECK(replayed.state_hash() == ruled.state_hash());

        Random random(5);
        for (int round = 0; round < cases(20); ++round) {
            const size_t point = random.below(inputs.size());
            AllRules alike(judge, named);
            Desk walker;
            walker.ask_rules(alike);
            walker.arm(limits_of(limits));
            for (size_t i = 0; i < point; ++i) feed(walker, i + 1, inputs[i]);
            RecordedVerdicts rest(named, ByteSpan(all).subspan(begins[point]));
            Desk restored;
            restored.ask_rules(rest);
            REQUIRE(restored.restore(walker.snapshot()));
            for (size_t i = point; i < inputs.size(); ++i)
                REQUIRE(sha256(feed(restored, i + 1, inputs[i]).records) == expected[i]);
            REQUIRE(restored.state_hash() == ruled.state_hash());
        }
    }
}

TEST_CASE("what a record does not say denies") {
    RecordedVerdicts nothing({{"only"}}, {});
    RuledDesk small(nothing);
    const Actions& denied = small.buy(1);
    CHECK(code_of(denied) == "X03");
    CHECK(payloads<RuleVerdict>(denied.records).at(0).reason ==
          "the record has no answer of this rule about this order");
}

TEST_CASE("every code of rules has a name, and a verdict of theirs explains itself") {
    for (const OutsideCode& each : outside_code_table()) CHECK(name_of_outside(each.code) == each.name);
    CHECK(name_of_outside(RiskCode{'R', 1}).empty());
    RiskVerdict verdict;
    verdict.allowed = false;
    verdict.code = rule_denied;
    verdict.outside_rule = "max_gross";
    CHECK(explain(verdict, {}) == "X01 RULE_DENIED: max_gross");
}
