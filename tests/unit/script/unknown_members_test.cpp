#include "script/unknown_members.h"

#include "support/catch.h"

using namespace trd;

namespace {

const KnownMembers known{{"on_bar", "on_start", "init"}, {"buy", "sell", "position", "log", "account", "ind"}};

// "3 ctx has no 'bui' (did you mean 'buy'?)", joined.
std::string found(std::string_view source) {
    std::string text;
    for (const UnknownMember& each : unknown_members(source, known))
        text += (text.empty() ? "" : "; ") + std::to_string(each.line) + " " + each.message;
    return text;
}

}  // namespace

TEST_CASE("what ctx has not is found where no bar leads") {
    CHECK(found("function S:on_bar(ctx, bar)\n  if bar.close > 1e9 then\n    ctx:bui { qty = 1 }\n  end\nend") ==
          "3 ctx has no 'bui' (did you mean 'buy'?)");
    CHECK(found("function S:on_bar(c)\nif x then c.acount.cash = 1 end end") ==
          "2 ctx has no 'acount' (did you mean 'account'?)");
    CHECK(found("function S:on_bar(ctx) ctx:nothing_like_it() end") == "1 ctx has no 'nothing_like_it'");
    CHECK(
        found("function S:on_bar(ctx)\nwhile a do\nfor i = 1, 2 do end\nrepeat until b\ndo end\nend\nctx:sel(1) end") ==
        "7 ctx has no 'sel' (did you mean 'sell'?)");
    CHECK(found("function S:on_bar(ctx)\nlater(function() ctx:bui() end)\nctx:sel() end") ==
          "2 ctx has no 'bui' (did you mean 'buy'?); 3 ctx has no 'sel' (did you mean 'sell'?)");
    CHECK(found("local function enter(ctx, n)\nctx:bui(n) end") == "2 ctx has no 'bui' (did you mean 'buy'?)");
    CHECK(found("local enter = function(self, ctx)\nctx:bui(n) end") == "2 ctx has no 'bui' (did you mean 'buy'?)");
}

TEST_CASE("what ctx has is not found, nor what may be something else") {
    CHECK(found("function S:on_bar(ctx) ctx:buy { qty = 1 } ctx.log.info('ctx:bui') ctx.account.bui() end").empty());
    CHECK(found("function S:on_bar(ctx) local c = ctx c:bui() end").empty());
    CHECK(found("function S:on_bar(ctx) ctx[name](ctx) self.ctx:bui() end").empty());
    CHECK(found("function S:on_bar(ctx) ctx = wrap(ctx) ctx:bui() end").empty());
    CHECK(found("function S:on_bar(ctx) local a, ctx = 1, 2 ctx:bui() end").empty());
    CHECK(found("function S:on_bar(ctx) for ctx in all do ctx:bui() end end").empty());
    CHECK(found("function S:on_bar(ctx) each(function(ctx) ctx:other() end) end").empty());
    CHECK(found("local function f(ctx) ctx:other() end").empty());
    CHECK(found("local mine = { bui = 1 } local function f(ctx) ctx:bui() end").empty());
    CHECK(found("local ctx = mine() function S:on_bar(c) ctx:bui() end").empty());
    CHECK(found("function S:on_bar(ctx) end\nfunction f(x) ctx:bui() end").empty());
}

TEST_CASE("a method of its own that is nearly called so is found, and one that may come to be is not") {
    CHECK(found("function S:enter() end\nfunction S:on_bar(ctx) if x then self:entre(ctx) end end") ==
          "2 the strategy has no method 'entre' (did you mean 'enter'?)");
    CHECK(found("function S:enter() end function S:on_bar(ctx) self:other() self.entre = 1 end").empty());
    CHECK(found("function S:enter() end S.entre = f function S:on_bar(ctx) self:entre() end").empty());
    CHECK(found("function S:enter() end S[name] = f function S:on_bar(ctx) self:entre() end").empty());
    CHECK(found("function S:enter() end function S:on_bar(ctx) local self = other self:entre() end").empty());
    CHECK(
        found("function S:enter() end local t = setmetatable({}, m) function S:on_bar(ctx) self:entre() end").empty());
}
