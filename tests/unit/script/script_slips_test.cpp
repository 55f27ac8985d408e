#include "script/script_slips.h"

#include "support/catch.h"

using namespace trd;

namespace {

// "2 ctx:target: ...", joined.
std::string found(std::string_view source) {
    std::string text;
    for (const ScriptSlip& each : script_slips(source))
        text += (text.empty() ? "" : "; ") + std::to_string(each.line) + " " + each.message;
    return text;
}
bool finds(std::string_view source, std::string_view part) { return found(source).find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a hook of timers that nobody sets is found") {
    CHECK(finds("function S:init(ctx) end\nfunction S:on_timer(ctx, name) end", "2 'on_timer' is never called"));
    for (const char* fine : {"function S:on_timer(ctx, name) end ctx:every('1h', 'x')",
                             "function S:on_timer(ctx, name) end local at = ctx['at']",
                             "function S:on_timer(ctx, name) end ctx[how](ctx, '1h', 'x')", "self.on_timer = 1"})
        CHECK(found(fine) == "");
}

TEST_CASE("a weight in per cent is found, and a share is not") {
    CHECK(found("function S:on_bar(ctx)\nctx:target { weight = 50, tag = 'x' } end") ==
          "2 ctx:target: weight = 50 is 50 times the equity: write 0.5 for 50 % of it, or notional = ... if so "
          "much is meant");
    CHECK(finds("ctx:target({ symbol = 'A', weight = -12.5 })", "write -0.125 for -12.5 % of it"));
    for (const char* fine :
         {"ctx:target { weight = 0.5 }", "ctx:target { weight = 10 }", "ctx:target { qty = 50 }",
          "ctx:target { weight = 50 * share }", "ctx:target { weight = share, tag = tags { weight = 50 } }",
          "local t = { weight = 50 }", "self.target = 5; local weight = 50", "ctx:target(t)"})
        CHECK(found(fine) == "");
}
