#include "script/annotations.h"

#include <regex>
#include <set>
#include <string>
#include <vector>

#include "market/indicator_set.h"
#include "support/catch.h"
#include "support/script_rig.h"

using namespace trd;

namespace {

// The fields of one class in the file.
std::vector<std::string> fields_of(const std::string& name) {
    const std::string text = editor_annotations();
    const size_t begin = text.find("---@class " + name + "\n");
    REQUIRE(begin != std::string::npos);
    const std::string block = text.substr(begin, text.find("\n\n", begin) - begin);
    std::vector<std::string> fields;
    const std::regex field("---@field ([a-z_0-9]+)");
    for (std::sregex_iterator at(block.begin(), block.end(), field), end; at != end; ++at) fields.push_back((*at)[1]);
    return fields;
}

// What the first fault says when `body` has run over one bar and a fill, or "ran".
std::string outcome_of(const std::string& body) {
    auto loaded = LuaStrategy::load_text(
        "local trd = require 'trd'\nlocal S = trd.strategy { name = 's', data = { main = trd.bars {}, q = trd.quotes "
        "{}, t = "
        "trd.trades {}, b = trd.book {} } }\n" +
            body + "\nreturn S",
        "s.lua", {}, {});
    if (!loaded.ok()) return loaded.error().message;
    ScriptRig rig(std::move(loaded).value(), 4);
    if (auto bound = rig.bind(); !bound.ok()) return bound.error().message;
    for (int i = 0; i < 3; ++i)
        if (auto told = rig.bar(bar_at(i, 100)); !told.ok()) return told.error().message;
    return "ran";
}

}  // namespace

TEST_CASE("every name of the editor's definitions is there when a script says it") {
    const std::pair<const char*, const char*> places[] = {
        {"trd.Context", "function S:on_bar(ctx, bar) return ctx.NAME end"},
        {"trd.Bar", "function S:on_bar(ctx, bar) return bar.NAME end"},
        {"trd.Data", "function S:on_bar(ctx) return ctx.data.main.NAME end"},
        {"trd.Position", "function S:on_bar(ctx) return ctx:position().NAME end"},
        {"trd.Account", "function S:on_bar(ctx) return ctx.account.NAME end"},
        {"trd.Log", "function S:on_bar(ctx) return ctx.log.NAME end"},
        {"trd.Size", "function S:on_bar(ctx) return ctx.size.NAME end"},
        {"trd.Order", "function S:on_bar(ctx) local o = ctx:buy { qty = 1 } return o.NAME end"},
        {"trd.Fill",
         "function S:on_bar(ctx) ctx:buy { qty = 1 } end function S:on_fill(ctx, fill) return fill.NAME end"},
        {"trd.Indicators", "function S:init(ctx) return ctx.ind.NAME end"},
        {"trd.Strategy", "function S:NAME() end"},
        {"trd", "local member = trd.NAME function S:on_bar() end"},
    };
    for (const auto& [name, code] : places) {
        const std::vector<std::string> fields = fields_of(name);
        CHECK(fields.size() >= 2);
        for (const std::string& field : fields) {
            if (field == "p" || field == "state") continue;
            const std::string outcome = outcome_of(std::regex_replace(std::string(code), std::regex("NAME"), field));
            INFO(name << "." << field << ": " << outcome);
            CHECK(outcome == "ran");
        }
    }
}

TEST_CASE("every indicator is in the editor's definitions, with its outputs if there are several") {
    const std::vector<std::string> names = fields_of("trd.Indicators");
    const std::set<std::string> known(names.begin(), names.end());
    CHECK(known.size() == indicator_table().size());
    for (const IndicatorTraits& traits : indicator_table()) {
        CHECK(known.count(std::string(traits.name)) == 1);
        if (traits.outputs.size() > 1)
            CHECK(fields_of("trd.Indicators." + std::string(traits.name)).size() == traits.outputs.size());
    }
}

TEST_CASE("the fields of a call's table are those that the call takes") {
    CHECK(fields_of("trd.CloseRequest") == std::vector<std::string>{"bucket", "symbol", "tag"});
    CHECK(fields_of("trd.ReplaceRequest") == std::vector<std::string>{"display", "limit", "qty", "trigger"});
    CHECK(fields_of("trd.OrderRequest").size() > 10);
}
