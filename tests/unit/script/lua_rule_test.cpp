// Risk rules in Lua: what they declare, what they see, what they answer; and that whatever goes wrong never allows.
#include "script/lua_rule.h"

#include <chrono>
#include <cmath>
#include <filesystem>
#include <map>
#include <regex>
#include <set>

#include "base/file.h"
#include "script/annotations.h"
#include "support/catch.h"

using namespace trd;
namespace files = std::filesystem;

namespace {

struct Figures final : RuleFigures {
    std::optional<double> figure(size_t number) const override {
        const auto found = known.find(std::string(rule_figures()[number].name));
        return found == known.end() ? std::nullopt : std::optional(found->second);
    }
    std::map<std::string, double> known{{"equity", 10'000}, {"gross_notional", 2'500}, {"day_pnl", -150}};
};

RuleIntent some_intent() {
    RuleIntent intent;
    intent.action = "submit";
    intent.symbol = "ES";
    intent.side = "buy";
    intent.type = "market";
    intent.time_in_force = "gtc";
    intent.purpose = "entry";
    intent.account = "main";
    intent.venue = "sim";
    intent.strategy = "sma";
    intent.quantity = 10;
    intent.limit = intent.trigger = std::nan("");
    intent.notional = 1'000;
    intent.time = 1'700'000'000;
    return intent;
}

LuaRule::Loaded load(const std::string& fields, const LuaOverrides& overrides = {}, bool jit = true) {
    return LuaRule::load_text("local trd = require 'trd'\nreturn trd.risk_rule { " + fields + " }", "r.lua", overrides,
                              {.jit = jit});
}

RuleReply reply_to(const std::string& body, const RuleIntent& intent = some_intent()) {
    auto rule = load("name = 'r', params = { limit = trd.dec { 3000, min = 0 } }, check = function(r, intent, book)\n" +
                     body + "\nend");
    INFO((rule.ok() ? "" : rule.error().message));
    REQUIRE(rule.ok());
    return (*rule)->judge(intent, Figures());
}

std::string refusal_of(const std::string& text) {
    const auto rule = LuaRule::load_text(text, "r.lua", {}, {});
    REQUIRE_FALSE(rule.ok());
    return rule.error().message.substr(0, rule.error().message.find('\n'));
}

}  // namespace

TEST_CASE("a rule answers with allow, deny, resize or halt, and its reason") {
    const RuleReply allowed = reply_to("return trd.allow()");
    CHECK(allowed.answer == RuleAnswer::allow);
    CHECK(allowed.reason.empty());
    const RuleReply denied = reply_to("return trd.deny('no room')");
    CHECK(denied.answer == RuleAnswer::deny);
    CHECK(denied.reason == "no room");
    const RuleReply resized = reply_to("return trd.resize(intent.qty / 4, 'a quarter')");
    CHECK(resized.answer == RuleAnswer::resize);
    CHECK(resized.quantity == 2.5);
    CHECK(resized.reason == "a quarter");
    CHECK(reply_to("return trd.resize(1)").reason.empty());
    CHECK(reply_to("return trd.halt('enough')").answer == RuleAnswer::halt);
}

TEST_CASE("what a rule sees is the order, its parameters and figures of the book") {
    CHECK(reply_to("return trd.deny(intent.symbol .. intent.side .. intent.type .. intent.action .. intent.account .. "
                   "intent.venue .. intent.strategy .. intent.tif .. intent.purpose)")
              .reason == "ESbuymarketsubmitmainsimsmagtcentry");
    CHECK(reply_to("return trd.deny(intent.qty .. ' ' .. intent.notional .. ' ' .. intent.time)").reason ==
          "10 1000 1700000000");
    CHECK(reply_to("return trd.deny(tostring(intent.limit) .. tostring(intent.trigger) .. tostring(intent.tag))")
              .reason == "nilnilnil");
    CHECK(reply_to("return trd.deny(book.equity .. ' ' .. book.gross_notional .. ' ' .. book.day_pnl)").reason ==
          "10000 2500 -150");
    CHECK(reply_to("return trd.deny(r.name .. r.p.limit)").reason == "r3000");
    RuleIntent limit = some_intent();
    limit.limit = 99.5;
    limit.tag = "cross";
    CHECK(reply_to("return trd.deny(intent.limit .. intent.tag)", limit).reason == "99.5cross");
}

TEST_CASE("what is not known, or does not exist, is an error with its line") {
    const auto reason = [](const std::string& body) {
        const RuleReply reply = reply_to(body);
        CHECK(reply.answer == RuleAnswer::failed);
        return reply.reason;
    };
    CHECK(reason("return trd.deny(book.atr)") == "r.lua:3: book.atr is not known now");
    CHECK(reason("return trd.deny(book.gros_notional)") ==
          "r.lua:3: book has no 'gros_notional' (did you mean 'gross_notional'?)");
    CHECK(reason("return trd.deny(intent.quantity)") == "r.lua:3: intent has no 'quantity' (did you mean 'qty'?)");
    CHECK(reason("return trd.deny(r.p.limt)") == "r.lua:3: r.p has no 'limt' (did you mean 'limit'?)");
    RuleIntent unknown = some_intent();
    unknown.notional = std::nan("");
    CHECK(reply_to("return trd.deny(intent.notional)", unknown).reason == "r.lua:3: intent.notional is not known now");
}

TEST_CASE("parameters come from outside within their range, and are named when they do not fit") {
    const std::string fields =
        "name = 'cap', params = { limit = trd.int { 5, min = 1, max = 9 } }, check = function(r) "
        "return trd.deny(tostring(r.p.limit)) end";
    CHECK((*load(fields))->judge(some_intent(), Figures()).reason == "5");
    CHECK((*load(fields, {{"limit", "7"}}))->judge(some_intent(), Figures()).reason == "7");
    const auto unfit = load(fields, {{"limit", "10"}});
    CHECK(unfit.error().kind == StrategyFault::Kind::parameter);
    CHECK(unfit.error().message == "r.lua: parameter 'limit' must be at most 9, not '10'");
    CHECK(load(fields, {{"limt", "7"}}).error().message ==
          "r.lua: the rule 'cap' has no parameter 'limt' (did you mean 'limit'?)");
    const RuleManifest manifest = (*load(fields, {{"limit", "7"}}))->manifest();
    CHECK(manifest.name == "cap");
    CHECK(manifest.scope == "account");
    REQUIRE(manifest.parameters.size() == 1);
    CHECK(manifest.parameters[0].value == "7");
    CHECK(manifest.parameters[0].maximum == "9");
}

TEST_CASE("a declaration that is wrong is refused where it is written") {
    const std::string head = "local trd = require 'trd' ";
    CHECK(refusal_of(head) == "r.lua: a rule's file calls trd.risk_rule { ... } and returns what it gets");
    CHECK(refusal_of(head + "trd.risk_rule { name = 'a', check = function() end }") ==
          "r.lua: a rule's file ends by returning its rule: return trd.risk_rule { ... }");
    CHECK(refusal_of(head + "return trd.risk_rule { name = 'a' }") ==
          "r.lua:1: trd.risk_rule: check must be a function, not nil");
    CHECK(refusal_of(head + "return trd.risk_rule { name = 'a b', check = function() end }") ==
          "r.lua:1: trd.risk_rule: name takes up to 39 letters, digits, '_' and '-', not 'a b'");
    CHECK(refusal_of(head + "return trd.risk_rule { name = 'a', scope = 'acount', check = function() end }") ==
          "r.lua:1: trd.risk_rule: scope is firm, account, venue, strategy or instrument, not 'acount' (did you mean "
          "'account'?)");
    CHECK(refusal_of(head + "return trd.risk_rule { name = 'a', chek = function() end }") ==
          "r.lua:1: trd.risk_rule has no field 'chek' (did you mean 'check'?)");
    CHECK(refusal_of(head + "trd.allow()") ==
          "r.lua:1: trd.allow is an answer: it belongs into check, check_reduce or watch");
    CHECK(refusal_of(head + "return trd.strategy { name = 'a' }") ==
          "r.lua:1: trd has no 'strategy' (this is a strategy: a rule's file calls trd.risk_rule { ... })");
}

TEST_CASE("r.state counts over questions; names that do not exist are found without asking") {
    auto rule =
        load("name = 'r', check = function(r) r.state.n = (r.state.n or 0) + 1 return trd.deny('n ' .. r.state.n) end");
    (*rule)->judge(some_intent(), Figures());
    CHECK((*rule)->judge(some_intent(), Figures()).reason == "n 2");
    const auto findings = LuaRule::undefined_names(
        "local trd = require 'trd'\nreturn trd.risk_rule { name = 'r', check = function()\n if maht then return end\n "
        "return trd.allow() end }",
        "r.lua");
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].line == 3);
}

TEST_CASE("of what reduces a rule is told, and all that it can say is to halt what comes after") {
    const auto reply = [](const std::string& body) {
        auto rule =
            load("name = 'r', check = function() return trd.allow() end, check_reduce = function(r, intent, book)\n" +
                 body + "\nend");
        INFO((rule.ok() ? "" : rule.error().message));
        REQUIRE(rule.ok());
        CHECK((*rule)->manifest().checks_reducing);
        CHECK_FALSE((*rule)->manifest().watches);
        return (*rule)->judge_reducing(some_intent(), Figures());
    };
    CHECK(reply("").answer == RuleAnswer::allow);
    CHECK(reply("return trd.allow()").answer == RuleAnswer::allow);
    const RuleReply halted = reply("return trd.halt(intent.symbol .. book.equity)");
    CHECK(halted.answer == RuleAnswer::halt);
    CHECK(halted.reason == "ES10000");
    const std::string wanted =
        "check_reduce has to return nothing, trd.allow() or trd.halt(why), because what reduces is not for a rule to "
        "stop, ";
    for (const auto& [body, instead] :
         {std::pair{"return trd.deny('no')", "not trd.deny"}, std::pair{"return trd.resize(1)", "not trd.resize"},
          std::pair{"return false", "not false"}}) {
        CHECK(reply(body).answer == RuleAnswer::unfit);
        CHECK(reply(body).reason == wanted + instead);
    }
    CHECK(reply("error('five')").answer == RuleAnswer::failed);
    CHECK(reply("return book.atr").reason == "r.lua:3: book.atr is not known now");
}

TEST_CASE("a watch looks at figures of the scope, and halts or says nothing") {
    const auto reply = [](const std::string& body, const std::string& scope = "account") {
        auto rule = load("name = 'r', scope = '" + scope +
                         "', check = function() return trd.allow() end, watch = function(r, book)\n" + body + "\nend");
        INFO((rule.ok() ? "" : rule.error().message));
        REQUIRE(rule.ok());
        CHECK((*rule)->manifest().watches);
        Figures figures;
        figures.known["price"] = 12;
        RuleReply first = (*rule)->watch(figures);
        CHECK((*rule)->first_fault().empty() ==
              (first.answer == RuleAnswer::allow || first.answer == RuleAnswer::halt));
        return first;
    };
    CHECK(reply("").answer == RuleAnswer::allow);
    CHECK(reply("if book.day_pnl < -100 then return trd.halt('day loss') end").reason == "day loss");
    CHECK(reply("if book.day_pnl < -200 then return trd.halt('day loss') end").answer == RuleAnswer::allow);
    CHECK(reply("return trd.deny('x')").reason ==
          "watch has to return nothing, trd.allow() or trd.halt(why), not trd.deny");
    CHECK(reply("return trd.resize(1)").answer == RuleAnswer::unfit);
    CHECK(reply("return 5").answer == RuleAnswer::unfit);
    CHECK(reply("return book.equty").answer == RuleAnswer::failed);
    CHECK(reply("return trd.halt('at ' .. book.price)", "instrument").reason == "at 12");
    for (const RuleFigure& figure : rule_figures()) {
        if (!figure.of_instrument) continue;
        const std::string name(figure.name);
        CHECK(reply("return book." + name).reason ==
              "r.lua:3: book." + name + " is of one instrument: watch knows it where scope is 'instrument'");
    }
}

TEST_CASE("an answer of another question is none, nor one that was kept") {
    auto rule = load(
        "name = 'r', check = function(r) r.state.a = r.state.a or 1 kept = kept return trd.allow() end, "
        "watch = function(r, book) return trd.halt('x') end");
    CHECK((*rule)->judge(some_intent(), Figures()).answer == RuleAnswer::failed);  // `kept` is a global
    auto keeps = load(
        "name = 'r', check = (function() local old return function() old = old or trd.allow() return old end end)(), "
        "watch = function() return trd.allow() end");
    REQUIRE(keeps.ok());
    CHECK((*keeps)->judge(some_intent(), Figures()).answer == RuleAnswer::allow);
    CHECK((*keeps)->watch(Figures()).answer == RuleAnswer::allow);
    CHECK((*keeps)->judge(some_intent(), Figures()).answer == RuleAnswer::unfit);
}

TEST_CASE("a rule that has used up its time is not asked again, whatever the question, and its answers never allow") {
    LuaOptions options;
    options.time_limit_ms = 50;
    const std::string text =
        "local trd = require 'trd'\nreturn trd.risk_rule { name = 'r', check = function() return trd.allow() end,\n"
        "check_reduce = function() return trd.allow() end, watch = function() while true do end end }";
    auto rule = LuaRule::load_text(text, "r.lua", {}, options);
    REQUIRE(rule.ok());
    CHECK((*rule)->judge(some_intent(), Figures()).answer == RuleAnswer::allow);
    CHECK((*rule)->watch(Figures()).answer == RuleAnswer::out_of_budget);
    CHECK((*rule)->watch(Figures()).answer == RuleAnswer::out_of_budget);
    CHECK((*rule)->judge(some_intent(), Figures()).answer == RuleAnswer::out_of_budget);
    CHECK((*rule)->judge_reducing(some_intent(), Figures()).answer == RuleAnswer::out_of_budget);
}

TEST_CASE("what a rule keeps, and where its random numbers are, come back from bytes") {
    const std::string fields =
        "name = 'r', check = function(r) r.state.n = (r.state.n or 0) + 1 r.state.list = { r.state.n, 'x' } "
        "return trd.deny(r.state.n .. ' ' .. math.random(1000000)) end";
    auto first = load(fields), second = load(fields), third = load(fields);
    for (int i = 0; i < 5; ++i) (*first)->judge(some_intent(), Figures());
    const auto saved = (*first)->save_state();
    REQUIRE(saved.ok());
    REQUIRE((*second)->load_state(*saved).ok());
    CHECK(*(*second)->save_state() == *saved);
    const std::string next = (*first)->judge(some_intent(), Figures()).reason;
    CHECK(next.starts_with("6 "));
    CHECK((*second)->judge(some_intent(), Figures()).reason == next);
    CHECK((*third)->judge(some_intent(), Figures()).reason != next);
    for (size_t size = 0; size < saved->size(); ++size)
        CHECK_FALSE((*third)->load_state(std::string_view(*saved).substr(0, size)).ok());

    auto keeps_function = load("name = 'r', check = function(r) r.state.f = function() end return trd.allow() end");
    CHECK((*keeps_function)->judge(some_intent(), Figures()).answer == RuleAnswer::allow);
    CHECK((*keeps_function)->save_state().error().message.find("r.state.f is a function: only numbers, texts") !=
          std::string::npos);
    (*first)->give_up("lost");
    CHECK((*first)->judge(some_intent(), Figures()).answer == RuleAnswer::failed);
    CHECK((*first)->judge(some_intent(), Figures()).reason == "lost");
    CHECK_FALSE((*first)->first_fault().empty());
}

TEST_CASE("the text says whether it is a rule") {
    CHECK(LuaRule::is_rule("local trd = require 'trd'\nreturn trd . risk_rule {}"));
    CHECK_FALSE(LuaRule::is_rule(
        "local trd = require 'trd'\n-- trd.risk_rule\nlocal x = 'trd.risk_rule' return trd.strategy {}"));
    CHECK_FALSE(LuaRule::is_rule("trd.trd risk_rule \"never closed"));
    for (const auto& entry : files::directory_iterator("strategies/risk"))
        CHECK(LuaRule::is_rule(*read_file(entry.path().string())));
    CHECK_FALSE(LuaRule::is_rule(*read_file("strategies/sma_cross.lua")));
}

TEST_CASE("every name of the editor's definitions of rules is there when a rule says it") {
    const std::string text = editor_annotations();
    const std::regex field("---@field ([a-z_0-9]+)");
    const auto fields_of = [&](const std::string& name) {
        const size_t begin = text.find("---@class " + name + "\n");
        REQUIRE(begin != std::string::npos);
        const std::string block = text.substr(begin, text.find("\n\n", begin) - begin);
        std::set<std::string> names;
        for (std::sregex_iterator at(block.begin(), block.end(), field), end; at != end; ++at) names.insert((*at)[1]);
        return names;
    };
    CHECK(fields_of("trd.Book").size() == rule_figures().size());
    for (const std::string& name : fields_of("trd.Book"))
        CHECK(reply_to("return trd.deny(tostring(book." + name + "))").reason.find("has no") == std::string::npos);
    for (const std::string& name : fields_of("trd.Intent"))
        CHECK(reply_to("return trd.deny('it is ' .. tostring(intent." + name + "))").answer == RuleAnswer::deny);
    CHECK(text.find("---@field risk_rule fun") != std::string::npos);
    CHECK(text.ends_with("---@type trd\nlocal trd\nreturn trd\n"));
}

TEST_CASE("every hostile rule gets the answer that it names, in time, and again when it is asked again") {
    size_t count = 0;
    for (const auto& entry : files::directory_iterator("tests/hostile/rules")) {
        const std::string path = entry.path().string(), source = *read_file(path), mark = "-- answer: ";
        const size_t begin = source.find(mark) + mark.size(), colon = source.find(": ", begin);
        const std::string answer = source.substr(begin, colon - begin);
        const std::string text = source.substr(colon + 2, source.find('\n', colon) - colon - 2);
        for (const bool jit : {true, false}) {
            INFO(path << (jit ? " (JIT)" : " (no JIT)"));
            LuaOptions options;
            options.jit = jit;
            options.memory_limit = size_t{32} << 20;
            options.time_limit_ms = text == "ran for more than" ? 100 : 5'000;
            auto rule = LuaRule::load_text(source, path, {}, options);
            INFO((rule.ok() ? "" : rule.error().message));
            REQUIRE(rule.ok());
            const auto started = std::chrono::steady_clock::now();
            const RuleReply reply = (*rule)->judge(some_intent(), Figures());
            INFO(reply.reason);
            CHECK(name_of(reply.answer) == answer);
            CHECK(reply.reason.find(text) != std::string::npos);
            CHECK((*rule)->judge(some_intent(), Figures()).answer == reply.answer);
            CHECK(std::chrono::steady_clock::now() - started < std::chrono::seconds(4));
            const bool has_failed = answer == "failed" || answer == "out_of_budget" || answer == "unfit";
            CHECK((*rule)->first_fault().empty() != has_failed);
        }
        ++count;
    }
    CHECK(count >= 20);
}
