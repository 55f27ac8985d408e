// The files of config/: each is whole and right, and the defaults arm what their first comment says.
#include <set>

#include "base/file.h"
#include "risk/limits_file.h"
#include "support/catch.h"
#include "unit/risk/risk_rig.h"

using namespace trd;
using namespace trd::testing;

namespace {

RiskLimits sample(const std::string& path) {
    const auto text = read_file("config/" + path);
    REQUIRE(text);
    auto limits = parse_limits(*text, path);
    INFO((limits ? "" : limits.error().message));
    REQUIRE(limits);
    return *limits;
}

std::set<std::string> armed(const RiskLimits& limits, RiskMode mode, RiskFeed feed) {
    const RiskPlan plan = compile_plan({risk_check_table(), mode, feed}, limits, {"main", "sim", "sma", "ES"});
    std::set<std::string> codes;
    for (const auto* list : {&plan.before, &plan.monitors})
        for (const ArmedRule& rule : *list) codes.insert(to_text(rule.code));
    return codes;
}

using Codes = std::set<std::string>;

}  // namespace

TEST_CASE("the defaults arm what they say") {
    const RiskLimits limits = sample("limits-default.toml");
    CHECK(armed(limits, RiskMode::backtest, RiskFeed::bars) == Codes{"R01", "R02", "R15", "R16"});
    CHECK(armed(limits, RiskMode::backtest, RiskFeed::quotes) == Codes{"R01", "R02", "R05", "R15", "R16"});
    CHECK(armed(limits, RiskMode::paper, RiskFeed::bars) == Codes{"R01", "R02", "R12", "R15", "R16", "R17", "T01"});
    const Codes all{"R01", "R02", "R05", "R12", "R15", "R16", "R17", "R25", "T01"};
    CHECK(armed(limits, RiskMode::live, RiskFeed::quotes) == all);
    CHECK(armed(limits, RiskMode::live, RiskFeed::books) == all);
}

TEST_CASE("with the defaults one unit of an index at 3,600 is bought with 10,000 in a backtest, and not live") {
    const RiskLimits limits = sample("limits-default.toml");
    RiskRig rig;
    rig.order.quantity = "1"_qty;
    rig.set(RiskInput::worst_mark, "3600");
    rig.set(RiskInput::reference, "3600");
    rig.set(RiskInput::equity, "10000");
    for (const RiskInput counted : {RiskInput::submits_at_once, RiskInput::submits_in_second})
        rig.inputs.set_count(counted, RiskScope::strategy, 0);
    const RiskSubject subject{"main", "sim", "sma", "ES"};
    const RiskPlan backtest = compile_plan({risk_check_table(), RiskMode::backtest, RiskFeed::bars}, limits, subject);
    CHECK(decide(backtest, rig.query()).allowed);
    const RiskPlan live = compile_plan({risk_check_table(), RiskMode::live, RiskFeed::bars}, limits, subject);
    const auto verdict = decide(live, rig.query());
    CHECK(to_text(verdict.code) == "R12");
    CHECK(verdict.found == "0.36"_dec);
    CHECK(explain(verdict, subject) == "R12 max_instrument_share of account main: found 36 %, has to be at most 20 %");
}

TEST_CASE("every preset is whole, dated and arms something") {
    const auto files = list_folder("config/limits");
    REQUIRE(files);
    CHECK(files->size() >= 9);
    for (const std::string& name : *files) {
        INFO(name);
        CHECK_FALSE(sample("limits/" + name).limits.empty());
        const std::string text = *read_file("config/limits/" + name);
        CHECK(text.find("as_of = 20") != std::string::npos);
        CHECK(text.find("sources = [\"") != std::string::npos);
        CHECK(text.find("name = \"" + name.substr(0, name.rfind('.')) + "\"") != std::string::npos);
    }
}

TEST_CASE("of the presets, a backtest is asked only what it can know, but for the one that says so") {
    const auto asked = [](const char* name) { return armed(sample(name), RiskMode::backtest, RiskFeed::bars); };
    CHECK(asked("limits/topstep-50k.toml") == Codes{"R09", "T01", "T03", "T10"});
    CHECK(asked("limits/apex-50k-intraday.toml") == Codes{"T03", "T10"});
    CHECK(asked("limits/cash-account.toml") == Codes{"R21"});
    CHECK(asked("limits/day-trading-intraday-margin.toml") == Codes{"R22"});
    CHECK(asked("limits/day-trading-legacy.toml") == Codes{"R22"});
    CHECK(armed(sample("limits/topstep-50k.toml"), RiskMode::live, RiskFeed::quotes).count("R24") == 1);
}

TEST_CASE("presets say what their firms say") {
    const auto value = [](const char* file, const char* code, const char* rule) {
        const RuleRef ref = RuleRef::find(code, rule).value();
        for (const RiskLimit& limit : sample(file).limits)
            if (limit.check == ref.check && limit.rule == ref.rule) return to_string(limit.value);
        return std::string("not set");
    };
    CHECK(value("limits/topstep-50k.toml", "T01", "max_loss") == "1000");
    CHECK(sample("limits/topstep-50k.toml").day_begins == hours(17));
    CHECK(sample("limits/topstep-50k.toml").zone == "America/Chicago");
    CHECK(value("limits/apex-legacy.toml", "T10", "max_best_day_share") == "0.3");
    CHECK(value("limits/topstep-100k.toml", "T03", "trailing_intraday") == "3000");
    CHECK(value("limits/topstep-150k.toml", "R09", "max_position") == "15");
    CHECK(value("limits/apex-50k-intraday.toml", "T03", "trailing_intraday") == "2500");
    CHECK(value("limits/apex-50k-end-of-day.toml", "T03", "trailing_end_of_day") == "2500");
    CHECK(value("limits/day-trading-legacy.toml", "R22", "min_pattern_equity") == "25000");
    CHECK(value("limits/day-trading-intraday-margin.toml", "R22", "min_equity_share") == "0.25");
}
