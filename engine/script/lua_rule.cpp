#include "script/lua_rule.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <lua.hpp>

#include "base/bytes.h"
#include "script/lua_host.h"
#include "script/lua_lexer.h"
#include "script/lua_values.h"
#include "script/script_state.h"

namespace trd {
namespace {

// Of whoever the rule's scope means; amounts in the account's currency.
constexpr RuleFigure figures[] = {
    {"equity", "what the account is worth"},
    {"day_start_equity", "equity when the day began"},
    {"peak_equity", "the highest equity so far"},
    {"day_pnl", "profit or loss of the day, fees included"},
    {"week_pnl", "of the week"},
    {"month_pnl", "of the month"},
    {"total_profit", "since the beginning"},
    {"gross_notional", "sizes of all positions and working orders together"},
    {"net_high", "longs less shorts if all that buys fills"},
    {"net_low", "longs less shorts if all that sells fills"},
    {"instrument_high", "the same, of the order's instrument", true},
    {"instrument_low", "the same, of the order's instrument", true},
    {"position", "units held of the order's instrument; negative: short", true},
    {"buying", "units of it that working orders buy", true},
    {"selling", "units of it that working orders sell", true},
    {"open_orders", "working orders"},
    {"open_positions", "instruments that are held or about to be"},
    {"orders_today", "orders sent today"},
    {"losses_in_a_row", "round trips that lost, since the last that did not"},
    {"seconds_since_exit", "since the last round trip ended"},
    {"buying_power", "what is left to buy with"},
    {"price", "the instrument's reference price", true},
    {"atr", "average true range of the instrument's bars", true},
    {"volatility", "of a day, as a share", true},
    {"spread_bps", "the spread in 1/10000 of the price; needs quotes", true},
};

constexpr const char* intent_fields[] = {"action", "symbol",   "side", "type",  "tif",     "purpose",  "tag", "account",
                                         "venue",  "strategy", "qty",  "limit", "trigger", "notional", "time"};

struct AnswerName {
    std::string_view name;
    RuleAnswer answer;
};
constexpr AnswerName answers[] = {{"allow", RuleAnswer::allow},
                                  {"deny", RuleAnswer::deny},
                                  {"resize", RuleAnswer::resize},
                                  {"halt", RuleAnswer::halt},
                                  {"unfit", RuleAnswer::unfit}};

LuaRule& self(lua_State* state) { return *static_cast<LuaRule*>(owner_of(state)); }

void set_text(lua_State* state, const char* name, std::string_view text) {
    if (text.empty()) return;
    push_text(state, text);
    lua_setfield(state, -2, name);
}
void set_number(lua_State* state, const char* name, double value) {
    if (std::isnan(value)) return;
    lua_pushnumber(state, value);
    lua_setfield(state, -2, name);
}

// Of the table on top of the stack.
bool has_function(lua_State* state, const char* name) {
    lua_getfield(state, -1, name);
    const bool has = lua_isfunction(state, -1);
    lua_pop(state, 1);
    return has;
}

void push_intent(lua_State* state, const RuleIntent& intent) {
    lua_createtable(state, 0, static_cast<int>(std::size(intent_fields)));
    for (const auto& [name, text] :
         {std::pair{"action", intent.action}, std::pair{"symbol", intent.symbol}, std::pair{"side", intent.side},
          std::pair{"type", intent.type}, std::pair{"tif", intent.time_in_force}, std::pair{"purpose", intent.purpose},
          std::pair{"tag", intent.tag}, std::pair{"account", intent.account}, std::pair{"venue", intent.venue},
          std::pair{"strategy", intent.strategy}})
        set_text(state, name, text);
    for (const auto& [name, number] :
         {std::pair{"qty", intent.quantity}, std::pair{"limit", intent.limit}, std::pair{"trigger", intent.trigger},
          std::pair{"notional", intent.notional}, std::pair{"time", intent.time}})
        set_number(state, name, number);
}

}  // namespace

std::span<const RuleFigure> rule_figures() { return figures; }

LuaRule::Loaded LuaRule::load_text(std::string source, const std::string& path, const LuaOverrides& overrides,
                                   LuaOptions options) {
    options.time_limit_ms = std::min(options.time_limit_ms, usual_time_limit_ms);
    std::unique_ptr<LuaRule> rule(new LuaRule(path, overrides, options));
    TRD_CHECK(rule->start(std::move(source)));
    rule->machine_.set_running();
    return rule;
}

std::vector<ScriptFinding> LuaRule::undefined_names(std::string source, const std::string& path) {
    LuaRule rule(path, {}, {});
    if (!rule.compile(std::move(source)).ok()) return {};
    return trd::undefined_names(rule.machine_);
}

int LuaRule::declaration_line(std::string_view source) {
    constexpr std::string_view words[] = {"trd", ".", "risk_rule"};
    LuaLexer lexer(source);
    size_t met = 0;
    for (auto token = lexer.next(); token.ok() && token->kind != LuaToken::Kind::end; token = lexer.next()) {
        met = token->text == words[met] ? met + 1 : token->text == words[0] ? 1 : 0;
        if (met == std::size(words)) return token->line;
    }
    return 0;
}

Status<StrategyFault> LuaRule::open(std::span<const std::string_view> modules) {
    return machine_.open(modules, &LuaRule::add_functions, this);
}

Status<StrategyFault> LuaRule::compile(std::string source) {
    constexpr std::string_view modules[] = {"declarations", "risk", "check"};
    TRD_CHECK(open(modules));
    return machine_.compile(std::move(source));
}

// `return trd.risk_rule { ... }` and `return trd.deny(why)` are tail calls.
Status<StrategyFault> LuaRule::start(std::string source) {
    machine_.set_fallback_line(declaration_line(source));
    TRD_CHECK(compile(std::move(source)));
    TRD_CHECK(machine_.call(2, 1));
    machine_.set_fallback_line(0);
    machine_.push_tool("finish");
    lua_insert(machine_.state(), -2);
    auto finished = machine_.call(1, 0);
    if (finished.ok() || !reading_parameters_ || overrides_.empty()) return finished;
    return Fail{StrategyFault{StrategyFault::Kind::parameter, finished.error().message}};
}

std::string LuaRule::annotations() {
    constexpr std::string_view modules[] = {"declarations", "risk", "rule_annotations"};
    LuaRule rule("trd.d.lua", {}, {});
    const auto opened = rule.open(modules);
    TRD_ASSERT(opened.ok());
    rule.machine_.push_tool("rule_annotations");
    const auto written = rule.machine_.call(0, 1);
    TRD_ASSERT(written.ok());
    return std::string(text_at(rule.machine_.state(), -1));
}

RuleReply LuaRule::judge(const RuleIntent& intent, const RuleFigures& of) { return ask("judge", "check", &intent, of); }
RuleReply LuaRule::judge_reducing(const RuleIntent& intent, const RuleFigures& of) {
    return ask("judge", "check_reduce", &intent, of);
}
RuleReply LuaRule::watch(const RuleFigures& of) { return ask("watch", nullptr, nullptr, of); }

RuleReply LuaRule::ask(const char* tool, const char* question, const RuleIntent* intent, const RuleFigures& of) {
    if (!given_up_.empty()) return {RuleAnswer::failed, 0, given_up_};
    if (is_lost_) return {RuleAnswer::out_of_budget, 0, "it has used up its time or its memory before"};
    lua_State* const state = machine_.state();
    lua_settop(state, 1);
    machine_.push_tool(tool);
    if (question != nullptr) push_text(state, question);
    if (intent != nullptr) push_intent(state, *intent);
    figures_ = &of;
    is_watching_ = intent == nullptr;
    const auto called = machine_.call(lua_gettop(state) - 2, 4);
    figures_ = nullptr;
    return called.ok() ? take_reply() : reply_of(called.error());
}

RuleReply LuaRule::take_reply() {
    lua_State* const state = machine_.state();
    RuleReply reply;
    const std::string_view kind = text_at(state, -4);
    for (const AnswerName& each : answers)
        if (each.name == kind) reply.answer = each.answer;
    reply.quantity = lua_tonumber(state, -3);
    reply.reason = text_at(state, -2);
    const int line = static_cast<int>(lua_tonumber(state, -1));
    lua_settop(state, 1);
    if (reply.answer == RuleAnswer::unfit && first_fault_.empty())
        first_fault_ = machine_.load_fault(line, reply.reason).message;
    return reply;
}

RuleReply LuaRule::reply_of(const StrategyFault& fault) {
    using Kind = StrategyFault::Kind;
    is_lost_ = fault.kind == Kind::time || fault.kind == Kind::memory;
    if (first_fault_.empty()) first_fault_ = fault.message;
    return {is_lost_ ? RuleAnswer::out_of_budget : RuleAnswer::failed, 0,
            fault.message.substr(0, fault.message.find('\n'))};
}

// ---- r.state ----

Result<std::string, StrategyFault> LuaRule::save_state() {
    lua_State* const state = machine_.state();
    lua_settop(state, 1);
    machine_.push_tool("save_state");
    TRD_CHECK(machine_.call(0, 1));
    ByteWriter out;
    for (const uint64_t word : machine_.random_state()) out.put(word);
    out.append(text_at(state, -1).data(), text_at(state, -1).size());
    lua_settop(state, 1);
    return std::string(reinterpret_cast<const char*>(out.bytes().data()), out.bytes().size());
}

Status<StrategyFault> LuaRule::load_state(std::string_view saved) {
    ByteReader in(ByteSpan(reinterpret_cast<const uint8_t*>(saved.data()), saved.size()));
    for (uint64_t& word : machine_.random_state()) word = in.get<uint64_t>();
    lua_State* const state = machine_.state();
    lua_settop(state, 1);
    machine_.push_tool("load_state");
    push_text(state, in.ok() ? saved.substr(in.offset()) : std::string_view());
    return machine_.call(1, 0);
}

void LuaRule::give_up(std::string reason) {
    if (first_fault_.empty()) first_fault_ = machine_.load_fault(0, reason).message;
    given_up_ = std::move(reason);
}

// ---- called from lua/risk.lua ----

void LuaRule::add_functions(lua_State* state, void* rule) {
    add_host_function(state, rule, "overrides", &LuaRule::overrides);
    add_host_function(state, rule, "take_manifest", &LuaRule::take_manifest);
    add_host_function(state, rule, "figure", &LuaRule::figure);
    add_state_functions(state);
    lua_pushnumber(state, static_cast<double>(VenueText::max_size()));
    lua_setfield(state, -2, "rule_name_max");
    lua_newtable(state);
    for (const char* field : intent_fields) {
        lua_pushnumber(state, 1);
        lua_setfield(state, -2, field);
    }
    lua_setfield(state, -2, "intent_fields");
    lua_newtable(state);
    lua_newtable(state);
    for (size_t i = 0; i < std::size(figures); ++i) {
        push_text(state, figures[i].name);
        lua_pushnumber(state, static_cast<double>(i + 1));
        lua_rawset(state, -4);
        push_text(state, figures[i].name);
        push_text(state, figures[i].doc);
        lua_rawset(state, -3);
    }
    lua_setfield(state, -3, "rule_figure_docs");
    lua_setfield(state, -2, "rule_figures");
}

int LuaRule::overrides(lua_State* state) {
    self(state).reading_parameters_ = true;
    return push_overrides(state, self(state).overrides_);
}

// Argument: the declaration that trd.risk_rule made.
int LuaRule::take_manifest(lua_State* state) {
    RuleManifest& manifest = self(state).manifest_;
    self(state).reading_parameters_ = false;
    lua_settop(state, 1);
    manifest.name = text_field(state, -1, "name");
    manifest.version = text_field(state, -1, "version");
    manifest.scope = text_field(state, -1, "scope");
    manifest.checks_reducing = has_function(state, "check_reduce");
    manifest.watches = has_function(state, "watch");
    manifest.parameters = parameters_of(state);
    self(state).machine_.set_fallback_line(static_cast<int>(number_field(state, -1, "check_line", 0)));
    return 0;
}

// (number, from 1 on): the figure, or nothing.
int LuaRule::figure(lua_State* state) {
    const RuleFigures* const of = self(state).figures_;
    if (of == nullptr) LuaMachine::raise(state, "book is read in check, check_reduce and watch only");
    const auto number = static_cast<size_t>(lua_tonumber(state, 1)) - 1;
    if (self(state).is_watching_ && figures[number].of_instrument && self(state).manifest_.scope != "instrument")
        LuaMachine::raise(state, "book." + std::string(figures[number].name) +
                                     " is of one instrument: watch knows it where scope is 'instrument'");
    const auto value = of->figure(number);
    value ? lua_pushnumber(state, *value) : lua_pushnil(state);
    return 1;
}

}  // namespace trd
