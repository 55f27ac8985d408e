#include "script/unknown_members.h"

#include <algorithm>
#include <optional>

#include "base/suggest.h"
#include "script/foreign_names.h"
#include "script/lua_tokens.h"

namespace trd {
namespace {

using Kind = LuaToken::Kind;
using Names = std::vector<std::string_view>;

// `function S:on_bar(ctx, bar)`, as it is written.
struct Function {
    std::string_view name;  // its last part; empty: it has none
    bool has_colon = false;
    Names parameters;
    size_t body = 0;  // the token behind its parameters
};

Function function_at(const LuaTokens& tokens, size_t keyword) {
    Function found;
    size_t i = keyword + 1;
    for (; i < tokens.size() && !tokens.at(i).is("("); ++i) {
        if (tokens.at(i).kind == Kind::name) found.name = tokens.at(i).text;
        found.has_colon = found.has_colon || tokens.at(i).is(":");
    }
    for (; i < tokens.size() && !tokens.at(i).is(")"); ++i)
        if (tokens.at(i).kind == Kind::name) found.parameters.push_back(tokens.at(i).text);
    found.body = i + 1;
    return found;
}

// What a function and those inside it call ctx and the strategy; empty: it has no name for it.
struct Scope {
    std::string_view ctx;
    bool is_hook = false;  // then it is ctx for certain
    bool has_self = false;
    size_t blocks = 0;  // that are open in it, its own included
};

// `local x`, `x = 1`, `x, y = 1, 2`, `for x in`: what it means from there on is not known.
bool gives_a_value(const LuaTokens& tokens, size_t i) {
    const LuaToken &before = tokens.before(i, 1), &after = tokens.at(i + 1);
    if (tokens.is_member(i)) return false;
    if (before.is("local") || before.is("for") || after.is("=")) return true;
    size_t last = i;
    while (tokens.at(last + 1).is(",") && tokens.at(last + 2).kind == Kind::name) last += 2;
    if (last != i && (tokens.at(last + 1).is("=") || tokens.at(last + 1).is("in"))) return true;
    size_t first = i;
    while (tokens.before(first, 1).is(",") && tokens.before(first, 2).kind == Kind::name) first -= 2;
    return first != i && (tokens.before(first, 1).is("local") || tokens.before(first, 1).is("for"));
}

class Reader {
  public:
    Reader(std::string_view source, const KnownMembers& known) : tokens_(source), known_(known) {
        for (size_t i = 0; i < tokens_.size(); ++i) survey(i);
    }

    std::vector<UnknownMember> read() {
        for (size_t i = 0; i < tokens_.size(); ++i) {
            if (tokens_.at(i).is("function"))
                i = enter(i);
            else
                follow(i);
        }
        return std::move(found_);
    }

  private:
    // What is written anywhere in the text.
    void survey(size_t i) {
        const LuaToken& token = tokens_.at(i);
        if (token.kind == Kind::name && gives_a_value(tokens_, i)) reused_.insert(token.text);
        if (token.kind == Kind::name && tokens_.at(i + 1).is("=")) written_.insert(token.text);
        if (token.is("function")) {
            const Function function = function_at(tokens_, i);
            if (!function.name.empty()) written_.insert(function.name);
            if (function.has_colon) methods_.push_back(function.name);
        }
        const bool computes = token.is("]") && tokens_.at(i + 1).is("=");
        const bool is_written_out = tokens_.before(i, 2).is("[") && tokens_.before(i, 1).kind == Kind::number;
        const bool reaches_inside = token.text == "rawset" || token.text == "setmetatable";
        writes_anything_ = writes_anything_ || (computes && !is_written_out) || reaches_inside;
    }

    size_t enter(size_t keyword) {
        const Function function = function_at(tokens_, keyword);
        Scope scope = scopes_.empty() ? Scope() : scopes_.back();
        const auto is_parameter = [&](std::string_view name) {
            return std::find(function.parameters.begin(), function.parameters.end(), name) != function.parameters.end();
        };
        if (is_parameter(scope.ctx)) scope.ctx = {};
        if (is_parameter("self")) scope.has_self = false;
        name_ctx(function, scope);
        if (function.has_colon) scope.has_self = true;
        scope.blocks = 1;
        scopes_.push_back(scope);
        return function.body - 1;
    }

    void name_ctx(const Function& function, Scope& scope) const {
        const bool is_hook = function.has_colon && known_.hooks.contains(function.name);
        const size_t place = !function.has_colon && !function.parameters.empty() && function.parameters[0] == "self";
        if (function.parameters.size() <= place) return;
        const std::string_view name = function.parameters[place];
        if (!is_hook && name != "ctx") return;
        scope.ctx = name;
        scope.is_hook = is_hook;
    }

    void follow(size_t i) {
        if (scopes_.empty()) return;
        const LuaToken& token = tokens_.at(i);
        Scope& scope = scopes_.back();
        const bool is_loop = token.is("for") || token.is("while");
        const bool is_of_loop = token.is("do") && loops_without_do_ > 0;
        if (is_loop) ++loops_without_do_;
        if (is_of_loop) --loops_without_do_;
        if (is_loop || token.is("if") || token.is("repeat") || (token.is("do") && !is_of_loop)) ++scope.blocks;
        if (token.kind == Kind::name && !tokens_.is_member(i)) look_at(i, scope);
        if ((token.is("end") || token.is("until")) && --scope.blocks == 0) scopes_.pop_back();
    }

    void look_at(size_t i, const Scope& scope) {
        const LuaToken &sign = tokens_.at(i + 1), &member = tokens_.at(i + 2);
        if ((!sign.is(".") && !sign.is(":")) || member.kind != Kind::name) return;
        const std::string_view name = tokens_.at(i).text;
        if (name == scope.ctx && !reused_.contains(name)) look_at_ctx(scope, member);
        if (name == "self" && scope.has_self && sign.is(":") && !reused_.contains(name)) look_at_self(member);
    }

    void look_at_ctx(const Scope& scope, const LuaToken& member) {
        if (known_.ctx.contains(member.text)) return;
        const Names names(known_.ctx.begin(), known_.ctx.end());
        const std::string meant = meant_name(member.text, names);
        const bool may_be_its_own = written_.contains(member.text);
        if (!scope.is_hook && (meant.empty() || may_be_its_own)) return;
        found_.push_back({member.line, "ctx has no '" + std::string(member.text) + "'" + meant});
    }

    void look_at_self(const LuaToken& member) {
        if (writes_anything_ || written_.contains(member.text)) return;
        const std::string meant = did_you_mean(member.text, methods_);
        if (meant.empty()) return;
        found_.push_back({member.line, "the strategy has no method '" + std::string(member.text) + "'" + meant});
    }

    LuaTokens tokens_;
    const KnownMembers& known_;
    std::set<std::string_view> reused_, written_;
    Names methods_;
    bool writes_anything_ = false;
    std::vector<Scope> scopes_;
    int loops_without_do_ = 0;
    std::vector<UnknownMember> found_;
};

}  // namespace

std::vector<UnknownMember> unknown_members(std::string_view source, const KnownMembers& known) {
    return Reader(source, known).read();
}

}  // namespace trd
