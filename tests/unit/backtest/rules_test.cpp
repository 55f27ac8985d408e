// Risk rules in runs: the examples do what they say, outcomes do not depend on the JIT, what is kept runs again to the
// same hash, and a desk that is given what the record says needs no Lua.
#include <filesystem>

#include "backtest/check.h"
#include "backtest/rule_set.h"
#include "backtest/run_keeper.h"
#include "backtest/stored_plan.h"
#include "base/file.h"
#include "risk/limits_file.h"
#include "support/bars.h"
#include "support/cases.h"
#include "support/desk_inputs.h"
#include "support/temp_folder.h"

using namespace trd;
using namespace trd::testing;
namespace files = std::filesystem;

namespace {

// Buys and sells in turn, sometimes with what it does not have.
constexpr char trader[] = R"(
local trd = require "trd"
local S = trd.strategy { name = "trader" }
function S:on_start() self.n = 0 end
function S:on_bar(ctx)
    self.n = self.n + 1
    if self.n % 4 == 0 then ctx:close {} else ctx:buy { qty = 10 } end
end
return S
)";

struct Folder {
    TempFolder folder;

    Folder() {
        write("trader.lua", trader);
        write("bars.csv", csv_of(walk(5, 400, hours(1))));
    }
    std::string write(const std::string& name, const std::string& text) const {
        const std::string path = folder.path() + "/" + name;
        REQUIRE(replace_file(path, text).ok());
        return path;
    }
    BacktestPlan plan(const std::vector<std::string>& rules) const {
        BacktestPlan plan;
        plan.strategies.push_back({folder.path() + "/trader.lua"});
        plan.data_path = folder.path() + "/bars.csv";
        for (const std::string& rule : rules) plan.rules.push_back({rule});
        return plan;
    }
};

BacktestResult run(const BacktestPlan& plan) {
    auto result = run_backtest(plan);
    INFO((result.ok() ? "" : result.error().message));
    REQUIRE(result.ok());
    return *std::move(result);
}

std::string rule_text(const std::string& body, const std::string& name = "mine") {
    return "local trd = require 'trd'\nreturn trd.risk_rule { name = '" + name +
           "', check = function(r, intent, book)\n" + body + "\nend }";
}

}  // namespace

TEST_CASE("the examples have no findings, and their answers differ") {
    size_t count = 0;
    for (const auto& entry : files::directory_iterator("strategies/risk")) {
        const std::string path = entry.path().string();
        const auto report = check_rule(*read_file(path), path);
        INFO(path);
        REQUIRE(report.ok());
        for (const CheckFinding& finding : report->findings) CHECK(finding.message == "");
        const auto kinds =
            std::count_if(report->answers.begin(), report->answers.end(), [](uint64_t n) { return n > 10; });
        CHECK(kinds >= 2);
        ++count;
    }
    CHECK(count == 3);
}

TEST_CASE("a rule's mistakes are findings with their lines") {
    const auto first = [](const std::string& text) {
        const auto report = check_rule(text, "r.lua");
        REQUIRE(report.ok());
        REQUIRE(report->findings.size() == 1);
        return std::string(name_of(report->findings[0].rule)) + " " + std::to_string(report->findings[0].line);
    };
    CHECK(first(rule_text("if intent.qty < 0 then return trd.deny(maht) end\nreturn trd.allow()")) == "name 3");
    CHECK(first(rule_text("return trd.deny(book.equiti)")) == "error 3");
    CHECK(first(rule_text("if intent.side == 'buy' then return trd.allow() end")) == "error 2");
    const std::string limited =
        "local trd = require 'trd'\nreturn trd.risk_rule { name = 'm', params = { n = trd.int { 1, min = 0 } }, "
        "check = function(r, intent)\nreturn trd.resize(intent.qty / r.p.n) end }";
    CHECK(first(limited) == "parameter 2");  // a tail call leaves no line: where check begins
    CHECK_FALSE(check_rule("return 5", "r.lua").ok());
}

TEST_CASE("a rule tightens a run, is named in its result, and cannot stop exits") {
    const Folder folder;
    const BacktestResult plain = run(folder.plan({}));
    const std::string third =
        folder.write("third.lua", rule_text("if intent.qty > 3 then return trd.resize(3, 'small') end "
                                            "return trd.allow()"));
    const BacktestResult cut = run(folder.plan({third}));
    CHECK(cut.hash != plain.hash);
    CHECK(cut.run_id != plain.run_id);
    REQUIRE(cut.risk.rules.size() == 1);
    CHECK(cut.risk.rules[0].name == "mine");
    CHECK(cut.risk.rules[0].of(RuleAnswer::resize) > 100);
    CHECK(cut.counts.orders == plain.counts.orders);
    CHECK(cut.counts.trades == plain.counts.trades);
    CHECK(cut.fees == plain.fees);

    const std::string broken = folder.write("broken.lua", rule_text("return book.nothing"));
    const BacktestResult none = run(folder.plan({broken}));
    CHECK(none.counts.fills == 0);
    CHECK(none.risk.denials.at("X03") == none.risk.rules[0].failed());
    CHECK(none.risk.rules[0].fault.find("broken.lua:3: book has no 'nothing'") != std::string::npos);
    const auto warned = std::find_if(none.warnings.begin(), none.warnings.end(),
                                     [](const std::string& text) { return text.starts_with("rule mine failed"); });
    CHECK(warned != none.warnings.end());

    // From a moment on nothing but exits: every position that was open is closed.
    const std::string late = folder.write(
        "late.lua", rule_text("r.state.n = (r.state.n or 0) + 1\nif r.state.n > 7 then return trd.halt('enough') end\n"
                              "return trd.allow()"));
    const BacktestResult halted = run(folder.plan({late}));
    CHECK(halted.risk.rules[0].of(RuleAnswer::halt) == 1);
    CHECK(halted.positions[0].quantity.is_zero());
    REQUIRE(halted.risk.actions.size() == 1);
    CHECK(halted.risk.actions[0].code == "X02");
    CHECK(halted.risk.actions[0].rule == "mine");
}

TEST_CASE("each rule answers for itself, and goes by figures of its own scope") {
    const Folder folder;
    const std::string allows = folder.write("a.lua", rule_text("return trd.allow()", "a"));
    const BacktestResult denied = run(folder.plan({allows, folder.write("b.lua", rule_text("return trd.deny('no')"))}));
    CHECK(denied.risk.rules[0].of(RuleAnswer::allow) > 100);
    CHECK(denied.risk.rules[1].of(RuleAnswer::deny) == denied.risk.rules[0].of(RuleAnswer::allow));
    CHECK(denied.counts.fills == 0);
    // Each of two strategies has ten thousand, the firm has both.
    for (const std::string scope : {"strategy", "account", "firm"}) {
        const std::string rich = "local trd = require 'trd'\nreturn trd.risk_rule { name = 'rich', scope = '" + scope +
                                 "', check = function(r, intent, book)\n"
                                 "if book.equity > 15000 then return trd.deny('rich') end return trd.allow() end }";
        BacktestPlan plan = folder.plan({folder.write("rich.lua", rich)});
        plan.strategies.push_back(plan.strategies[0]);
        const BacktestResult result = run(plan);
        INFO(scope);
        CHECK((result.risk.rules[0].of(RuleAnswer::deny) > 0) == (scope == "firm"));
        CHECK((result.risk.rules[0].of(RuleAnswer::allow) > 0) == (scope != "firm"));
    }
}

TEST_CASE("rules are asked without limits too, in their order, with parameters of their own") {
    const Folder folder;
    BacktestPlan plan =
        folder.plan({"strategies/risk/max_gross.lua", folder.write("b.lua", rule_text("return trd.deny('no')"))});
    plan.limits = BacktestLimits{"none", {}};
    plan.parameters = {{"max_gross.share", "0"}};
    const BacktestResult none = run(plan);
    CHECK(none.risk.rules[0].of(RuleAnswer::deny) > 100);
    CHECK(none.risk.rules[1].of(RuleAnswer::deny) == 0);  // never asked: the first had denied
    CHECK(none.risk.armed.empty());
    const auto& parameters = none.parameters;
    REQUIRE(parameters.size() == 1);
    CHECK(parameters[0].name == "max_gross.share");
    CHECK(parameters[0].value == "0");
    plan.parameters = {{"max_gross.shar", "0"}};
    CHECK(run_backtest(plan).error().message.find("has no parameter 'shar' (did you mean 'share'?)") !=
          std::string::npos);
    plan.parameters.clear();
    plan.rules[1] = plan.rules[0];
    CHECK(run(plan).risk.rules[1].name == "max_gross#2");
    plan.rules = {{folder.write("c.lua", rule_text("return trd.allow()", "trader"))}};
    CHECK(run_backtest(plan).error().id == "E_RULE_NAME");
}

TEST_CASE("the outcome of a run with rules is the same with the JIT and without, and what is kept runs again to it") {
    const Folder folder;
    std::vector<std::string> all;
    for (const auto& entry : files::directory_iterator("strategies/risk")) all.push_back(entry.path().string());
    std::sort(all.begin(), all.end());
    BacktestPlan plan = folder.plan(all);
    plan.parameters = {{"max_gross.share", "0.4"}, {"day_loss_halt.share", "0.0001"}};
    RunKeeper keeper;
    auto first = run_backtest(plan, {.keeper = &keeper});
    REQUIRE(first.ok());
    CHECK(first->hash != run(folder.plan({})).hash);
    BacktestPlan interpreted = plan;
    interpreted.jit = false;
    CHECK(run(interpreted).hash == first->hash);
    const KeptRun kept = std::move(keeper.run());
    CHECK(rules_of(kept) == std::vector<std::string>{"day_loss_halt", "losing_streak", "max_gross"});
    const auto stored = stored_plan(kept);
    REQUIRE(stored.ok());
    CHECK(stored->rules.size() == 3);
    CHECK(run(*stored).hash == first->hash);
    CHECK(check_stored_data(kept, *stored).ok());
    CHECK(check_stored_script(kept, *stored).ok());
    auto changed = *stored;
    changed.rules[1].path = folder.folder.path() + "/trader.lua";
    CHECK(check_stored_script(kept, changed).error().id == "E_RUN_SCRIPT");
}

namespace {

// Counts in r.state in every function, draws numbers, and answers by what it has counted.
constexpr char counting_rule[] = R"(
local trd = require "trd"
local function count(r, name) r.state[name] = (r.state[name] or 0) + 1 return r.state[name] end
return trd.risk_rule {
    name = "counting",
    scope = "strategy",
    check = function(r, intent, book)
        local n = count(r, "checked") + (r.state.told or 0)
        r.state.last = { side = intent.side, qty = intent.qty }
        if n % 7 == 0 then return trd.deny("seven " .. math.random(1000)) end
        if n % 3 == 0 then return trd.resize(intent.qty / 2, "watched " .. (r.state.watched or 0)) end
        return trd.allow()
    end,
    check_reduce = function(r, intent, book) count(r, "told") end,
    watch = function(r, book)
        if count(r, "watched") % 50 == 49 then return book.nothing end
        if r.state.watched == 2500 then return trd.halt("late") end
    end,
}
)";

struct RuledRun {
    std::unique_ptr<RuleSet> rules;
    Desk desk;

    explicit RuledRun(const BacktestPlan& plan) : rules(std::move(*RuleSet::load(plan))) { desk.ask_rules(*rules); }
};

}  // namespace

TEST_CASE("a run that goes on from a snapshot, with rules that are loaded again, comes to the same bytes") {
    const Folder folder;
    const BacktestPlan plan =
        folder.plan({folder.write("counting.lua", counting_rule), "strategies/risk/max_gross.lua"});
    RiskConfig config;
    config.limits = *parse_limits("[account.\"*\".R09]\nmax_position = 400\n[end]\n", "test.toml");
    const auto inputs = InputSource(41, true).make(3'000);
    RuledRun whole(plan);
    whole.desk.arm(config);
    std::vector<Digest> expected;
    for (size_t i = 0; i < inputs.size(); ++i) expected.push_back(sha256(feed(whole.desk, i + 1, inputs[i]).records));
    const Bytes end = whole.desk.snapshot();
    BacktestResult counted;
    whole.rules->report(counted);
    CHECK(counted.risk.rules[0].of(RuleAnswer::resize) > 5);
    CHECK(counted.risk.rules[0].watching.failed > 3);
    CHECK(counted.risk.rules[0].reducing.asked > 3);

    Random random(17);
    RuledRun walker(plan);
    walker.desk.arm(config);
    for (size_t at = 0, step = 0; at < inputs.size(); at += step) {
        step = 1 + random.below(400);
        RuledRun restored(plan);
        REQUIRE(restored.desk.restore(walker.desk.snapshot()));
        for (size_t i = at; i < inputs.size(); ++i)
            REQUIRE(sha256(feed(restored.desk, i + 1, inputs[i]).records) == expected[i]);
        REQUIRE(restored.desk.snapshot() == end);
        for (size_t i = at; i < std::min(at + step, inputs.size()); ++i) feed(walker.desk, i + 1, inputs[i]);
    }
}

TEST_CASE("a rule whose state a snapshot does not have whole denies from then on, and damaged bytes are refused") {
    const Folder folder;
    const std::string path = folder.write("f.lua", rule_text("r.state.f = function() end\nreturn trd.allow()"));
    BacktestPlan plan = folder.plan({path});
    CHECK(run_backtest(plan).error().id == "E_RULE_STATE");
    RuledRun first(plan), second(plan);
    RiskConfig config;
    first.desk.arm(config);
    const auto inputs = InputSource(3).make(200);
    size_t i = 0;
    const auto checks_of = [](const RuledRun& run) {
        BacktestResult counted;
        run.rules->report(counted);
        return counted.risk.rules[0];
    };
    for (; checks_of(first).of(RuleAnswer::allow) == 0 && i < inputs.size(); ++i) feed(first.desk, i + 1, inputs[i]);
    REQUIRE(checks_of(first).of(RuleAnswer::allow) == 1);
    REQUIRE(second.desk.restore(first.desk.snapshot()));
    for (; i < inputs.size(); ++i) feed(second.desk, i + 1, inputs[i]);
    CHECK(checks_of(second).of(RuleAnswer::allow) == 0);
    CHECK(checks_of(second).of(RuleAnswer::failed) > 0);
    CHECK(checks_of(second).fault.find("what it had kept was lost at the restart: ") != std::string::npos);

    RuleSet& rules = *first.rules;
    const std::string memory = rules.memory();
    CHECK(rules.remember(""));
    for (size_t size = 1; size < memory.size(); ++size) CHECK_FALSE(rules.remember(memory.substr(0, size)));
}

TEST_CASE("a replay without Lua comes to the same record") {
    const Folder folder;
    const std::string odd =
        folder.write("odd.lua", rule_text("r.state.n = (r.state.n or 0) + 1\nlocal n = r.state.n % 11\n"
                                          "if n == 1 then return trd.deny('one of eleven') end\n"
                                          "if n == 2 then return trd.resize(intent.qty / 2, 'half') end\n"
                                          "if n == 3 then return trd.resize(intent.qty * 2) end\n"
                                          "if n == 4 then return nil end\n"
                                          "if n == 5 then error('five') end\n"
                                          "if r.state.n == 90 then return trd.halt('late') end\n"
                                          "return trd.allow()"));
    BacktestPlan plan = folder.plan({odd, "strategies/risk/max_gross.lua"});
    auto limits = parse_limits("[account.\"*\".R09]\nmax_position = 400\n[end]\n", "test.toml");
    REQUIRE(limits);
    RiskConfig config;
    config.limits = *limits;
    for (const bool money : {false, true}) {
        const auto inputs = InputSource(99, money).make(3'000);
        auto rules = RuleSet::load(plan);
        REQUIRE(rules.ok());
        Desk asked;
        asked.ask_rules(**rules);
        asked.arm(config);
        Bytes records;
        for (size_t i = 0; i < inputs.size(); ++i) {
            const ByteSpan of_input = feed(asked, i + 1, inputs[i]).records;
            records.insert(records.end(), of_input.begin(), of_input.end());
        }
        BacktestResult counted;
        (*rules)->report(counted);
        INFO("money " << money);
        CHECK(counted.risk.rules[0].of(RuleAnswer::resize) > 5);
        CHECK(counted.risk.rules[0].of(RuleAnswer::failed) > 3);
        CHECK(counted.risk.rules[0].of(RuleAnswer::unfit) > 3);
        const auto named = (*rules)->rules();
        RecordedVerdicts recorded({named.begin(), named.end()}, records);
        Desk replayed;
        replayed.ask_rules(recorded);
        replayed.arm(config);
        Bytes again;
        for (size_t i = 0; i < inputs.size(); ++i) {
            const ByteSpan of_input = feed(replayed, i + 1, inputs[i]).records;
            again.insert(again.end(), of_input.begin(), of_input.end());
        }
        CHECK(again == records);
        CHECK(recorded.is_used_up());
    }
}
