// Rules from outside beside orders: what they hear of what reduces, what they see between orders, what they remember.
#include <string>
#include <vector>

#include "unit/desk/ruled_desk.h"

using namespace trd;
using namespace trd::testing;

namespace {

// Of one rule, "only", that has something to say beside orders: each function may be left out.
struct TalkingRules final : StubRules {
    explicit TalkingRules(RiskScope scope = RiskScope::account)
        : StubRules([](size_t, const OutsideQuestion&) { return OutsideVerdict{}; }, {{"only", scope}}) {}

    void on_reducing(Judge judge) {
        reducing = std::move(judge);
        named[0].checks_reducing = true;
    }
    void on_watch(std::function<RuleAnswer(const OutsideWatch&)> look) {
        looks = std::move(look);
        named[0].watches = true;
    }
    OutsideVerdict judge_reducing(size_t rule, const OutsideQuestion& question) override {
        ++told;
        return reducing(rule, question);
    }
    std::optional<OutsideVerdict> watch(size_t, const OutsideWatch& watch) override {
        ++watched;
        return OutsideVerdict{looks(watch), {}, "seen"};
    }

    Judge reducing;
    std::function<RuleAnswer(const OutsideWatch&)> looks;
    int told = 0, watched = 0;
};

}  // namespace

TEST_CASE("whatever a rule says of what reduces, it leaves as it is") {
    for (const RuleAnswer answer : {RuleAnswer::allow, RuleAnswer::deny, RuleAnswer::resize, RuleAnswer::halt,
                                    RuleAnswer::failed, RuleAnswer::out_of_budget, RuleAnswer::unfit}) {
        TalkingRules rules;
        rules.on_reducing([&](size_t, const OutsideQuestion&) { return OutsideVerdict{answer, "1"_qty, "because"}; });
        RuledDesk small(rules);
        small.obey(small.buy(10).venue);
        small.fill(1, "10"_qty);
        CHECK(rules.told == 0);
        INFO(name_of(answer));
        const Actions& sold = small.sell(4);
        REQUIRE(sold.venue.size() == 1);
        CHECK(sold.notices.at(0).denial == Denial::none);
        CHECK(sold.notices.at(0).quantity == "4"_qty);
        CHECK(rules.told == 1);
        const auto said = payloads<RuleVerdict>(sold.records);
        REQUIRE(said.size() == 1);
        const bool is_no_answer_here = answer == RuleAnswer::deny || answer == RuleAnswer::resize;
        CHECK(said[0].answer == (is_no_answer_here ? RuleAnswer::unfit : answer));
        CHECK(said[0].asked == "4"_qty);
        CHECK(payloads<Decision>(sold.records).at(0).denial == Denial::none);
        REQUIRE(sold.alarms.size() == (answer == RuleAnswer::halt ? 1 : 0));
        small.obey(sold.venue);
        RawIntent reduce_only = InputSource::submit(0, 0, Side::sell, 10);
        reduce_only.flags = intent_reduce_only;
        CHECK(small.intend(reduce_only).venue.size() == 1);
        CHECK(small.cancel(2).venue.size() == 1);  // is not asked about at all
        CHECK(rules.told == 2);
        CHECK(code_of(small.buy(1)) == (answer == RuleAnswer::halt ? "X02" : "none"));
    }
}

TEST_CASE("a watch halts at the input that gives it a reason, without an order, and is not asked while it holds") {
    TalkingRules rules(RiskScope::strategy);
    std::vector<std::string> seen;
    rules.on_watch([&](const OutsideWatch& watch) {
        seen.push_back(watch.subject);
        const auto profit = watch.readings.read(RiskInput::day_pnl, RiskScope::strategy);
        return profit && *profit < Decimal::from_units(-15) ? RuleAnswer::halt : RuleAnswer::allow;
    });
    RuledDesk small(rules);
    small.obey(small.buy(10).venue);
    small.fill(1, "10"_qty);
    small.obey(small.limit_order(5, 5).venue);
    CHECK(payloads<RuleVerdict>(small.mark("9"_price).records).empty());  // to allow is nothing new
    CHECK(std::count(seen.begin(), seen.end(), "sma") == static_cast<int>(seen.size()));
    CHECK(seen.size() >= 3);
    const Actions& halted = small.mark("8"_price);
    REQUIRE(halted.alarms.size() == 1);
    CHECK(halted.alarms[0].kind == RiskAlarm::Kind::acted);
    CHECK(halted.alarms[0].outside_rule == "only");
    CHECK(halted.alarms[0].subject == "sma");
    REQUIRE(halted.venue.size() == 1);
    CHECK(halted.venue[0].kind == VenueActionKind::cancel);
    const auto said = payloads<RuleVerdict>(halted.records);
    REQUIRE(said.size() == 1);
    CHECK(said[0].order.is_null());
    CHECK(said[0].watched.view() == "sma");
    CHECK(said[0].answer == RuleAnswer::halt);
    const int before = rules.watched;
    CHECK(small.mark("20"_price).alarms.empty());  // latched
    CHECK(rules.watched == before);
    CHECK(code_of(small.buy(1)) == "X02");
    CHECK(small.sell(10).venue.size() == 1);
    Desk restored;
    REQUIRE(restored.restore(small.desk.snapshot()));
    RawIntent again = InputSource::submit(++small.handle, 0, Side::buy, 1);
    CHECK(code_of(feed(restored, ++small.number, Intents{{1}, {again}})) == "X02");
}

TEST_CASE("while a watch cannot be asked only what reduces passes, over a restart too, and then all is as before") {
    for (const auto& [failure, code] :
         {std::pair{RuleAnswer::failed, "X03"}, std::pair{RuleAnswer::out_of_budget, "X04"},
          std::pair{RuleAnswer::unfit, "X05"}, std::pair{RuleAnswer::deny, "X05"},
          std::pair{RuleAnswer::resize, "X05"}}) {
        TalkingRules rules;
        RuleAnswer answer = RuleAnswer::allow;
        rules.on_watch([&](const OutsideWatch&) { return answer; });
        RuledDesk small(rules);
        small.obey(small.buy(10).venue);
        small.fill(1, "10"_qty);
        INFO(name_of(failure));
        answer = failure;
        const Actions& blind = small.mark("9"_price);
        REQUIRE(blind.alarms.size() == 1);
        CHECK(blind.alarms[0].kind == RiskAlarm::Kind::blind);
        CHECK(to_text(blind.alarms[0].code) == code);
        CHECK(blind.alarms[0].outside_rule == "only");
        CHECK(payloads<RuleVerdict>(blind.records).size() == 1);
        const Actions& still = small.mark("9.5"_price);
        CHECK(still.alarms.empty());
        CHECK(payloads<RuleVerdict>(still.records).empty());
        CHECK(code_of(small.buy(1)) == code);
        CHECK(small.sell(1).venue.size() == 1);
        Desk restored;
        REQUIRE(restored.restore(small.desk.snapshot()));
        CHECK(restored.snapshot() == small.desk.snapshot());
        RawIntent again = InputSource::submit(++small.handle, 0, Side::buy, 1);
        CHECK(code_of(feed(restored, ++small.number, Intents{{1}, {again}})) == code);
        answer = RuleAnswer::allow;
        CHECK(payloads<RuleVerdict>(small.mark("9"_price).records).at(0).answer == RuleAnswer::allow);
        CHECK(code_of(small.buy(1)) == "none");
        answer = RuleAnswer::halt;  // from one straight to the other
        CHECK(small.mark("8"_price).alarms.at(0).kind == RiskAlarm::Kind::acted);
        CHECK(code_of(small.buy(1)) == "X02");
    }
}

TEST_CASE("each subject of a watch's scope is asked about once an input") {
    for (const auto& [scope, first, both] :
         {std::tuple{RiskScope::firm, "", 1}, std::tuple{RiskScope::account, "main", 1},
          std::tuple{RiskScope::instrument, "SYM0", 2}}) {
        TalkingRules rules(scope);
        std::vector<std::string> seen;
        rules.on_watch([&](const OutsideWatch& watch) {
            seen.push_back(watch.subject);
            return watch.subject == "SYM1" ? RuleAnswer::halt : RuleAnswer::allow;
        });
        RuledDesk small(rules);
        small.feed(InstrumentDefined{test_instrument(1, InstrumentKind::equity, RuledDesk::usual())});
        seen.clear();
        small.mark("11"_price);
        INFO(name_of(scope));
        CHECK(seen == std::vector<std::string>{first});
        seen.clear();
        small.feed(DayEnded{1});  // concerns everything
        CHECK(seen.size() == static_cast<size_t>(both));
        if (scope != RiskScope::instrument) continue;
        CHECK(code_of(small.buy(1)) == "none");
        CHECK(code_of(small.intend(InputSource::submit(0, 1, Side::buy, 1))) == "X02");
    }
}

TEST_CASE("what rules remember is in the snapshot, goes back to them, and is no part of what the desk is") {
    struct Forgetful final : StubRules {
        Forgetful() : StubRules([](size_t, const OutsideQuestion&) { return OutsideVerdict{}; }, {{"only"}}) {}
        std::string memory() const override { return kept; }
        bool remember(std::string_view memory) override { return kept = memory, memory != "unreadable"; }
        std::string kept;
    };
    Forgetful rules, others;
    RuledDesk small(rules);
    const Digest before = small.desk.state_hash();
    rules.kept = "seven";
    CHECK(small.desk.state_hash() == before);
    const Bytes snapshot = small.desk.snapshot();
    Desk restored;
    restored.ask_rules(others);
    REQUIRE(restored.restore(snapshot));
    CHECK(others.kept == "seven");
    CHECK(restored.snapshot() == snapshot);
    Desk without;  // the rules are not there, and what they remember is kept for them
    REQUIRE(without.restore(snapshot));
    CHECK(without.snapshot() == snapshot);
    rules.kept = "unreadable";
    CHECK_FALSE(restored.restore(small.desk.snapshot()));
}
