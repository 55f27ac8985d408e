#include "backtest/check.h"

#include <filesystem>

#include "base/file.h"
#include "support/catch.h"

using namespace trd;
namespace files = std::filesystem;

namespace {

CheckReport report_on(const std::string& body, const std::string& declaration = "name = 's'") {
    const std::string text =
        "local trd = require 'trd'\nlocal S = trd.strategy { " + declaration + " }\n" + body + "\nreturn S";
    auto report = check_strategy(text, "s.lua");
    if (!report.ok()) FAIL(report.error().message);
    return std::move(*report);
}

bool begins(const CheckFinding& finding, const std::string& text) { return finding.message.starts_with(text); }

using Rule = CheckFinding::Rule;

}  // namespace

TEST_CASE("the examples have no findings, and their checks trade") {
    size_t count = 0, trading = 0;
    for (const auto& entry : files::directory_iterator("strategies")) {
        if (!entry.is_regular_file()) continue;
        const std::string path = entry.path().string();
        const auto report = check_strategy(*read_file(path), path);
        INFO(path);
        REQUIRE(report.ok());
        for (const CheckFinding& finding : report->findings) CHECK(finding.message == "");
        trading += report->orders > 20 ? 1 : 0;
        ++count;
    }
    CHECK(count >= 12);
    CHECK(trading >= 10);
}

TEST_CASE("names that do not exist are found where nothing runs them, in order of their lines") {
    const CheckReport report = report_on(R"(
local function never() return function() return maht.pi end end
function S:on_bar(ctx, bar)
    if bar.close < 0 then
        count = 1
        return unknown
    end
    return math.pi, print, never
end)");
    REQUIRE(report.findings.size() == 3);
    CHECK(begins(report.findings[0], "s.lua:4: undefined name 'maht' (did you mean 'math'?)\n     4 | local"));
    CHECK(begins(report.findings[1], "s.lua:7: a script has no globals: write 'local count', or keep it in self"));
    CHECK(begins(report.findings[2], "s.lua:8: undefined name 'unknown'"));
    for (const CheckFinding& finding : report.findings) CHECK(finding.rule == Rule::name);
}

TEST_CASE("a hook that fails is a finding with its line, said once") {
    const CheckReport report = report_on("function S:on_bar(ctx, bar) return bar.clsoe + nothing end");
    REQUIRE(report.findings.size() == 1);
    CHECK(report.findings[0].line == 3);
    const CheckReport late = report_on("function S:on_stop(ctx) error('late') end");
    REQUIRE(late.findings.size() == 1);
    CHECK(late.findings[0].rule == Rule::error);
    CHECK(begins(late.findings[0], "s.lua:3: late"));
}

TEST_CASE("a parameter at a limit of its range has to work, unless the constraint refuses it") {
    const std::string body = "function S:init(ctx) self.a = ctx.ind.sma(ctx.data.main, self.p.n) end";
    const CheckReport broken = report_on(body, "name = 's', params = { n = trd.int { 5, min = 0, max = 9 } }");
    REQUIRE(broken.findings.size() == 1);
    CHECK(broken.findings[0].rule == Rule::parameter);
    CHECK(broken.findings[0].message.find("with n=0, which its range allows") != std::string::npos);
    const std::string guarded =
        "name = 's', params = { n = trd.int { 5, min = 0, max = 9 } }, constraint = function(p) return p.n > 0 end";
    CHECK(report_on(body, guarded).findings.empty());
}

TEST_CASE("timers, sessions and several series are given what they need") {
    const CheckReport report = report_on(R"(
function S:init(ctx) ctx:every("1h", "beat") end
function S:on_timer(ctx) ctx:buy { qty = 0.001 } end
function S:on_session(ctx) ctx:close {} end)",
                                         "name = 's', data = { a = trd.bars { symbol = 'X', tf = '1m' }, b = trd.bars "
                                         "{ symbol = 'Y', tf = '1d' }, c = trd.bars { symbol = 'X', tf = '1m' } }");
    CHECK(report.findings.empty());
    CHECK(report.bars == 4500);
    CHECK(report.orders > 100);
}

TEST_CASE("what does not load is a fault") {
    CHECK(check_strategy("return 5", "s.lua").error().kind == StrategyFault::Kind::load);
    CHECK(check_strategy("local = 5", "s.lua").error().message.starts_with("s.lua:1: "));
}
