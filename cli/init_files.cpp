#include "cli/init_files.h"

#include <array>

#include "base/assert.h"

namespace trd {
namespace {

constexpr std::array templates{
    ProjectTemplate{"crypto", "crypto", "USDT", "bps:10", "0.1 % of the value, each way", "BTCUSDT", "0.01",
                    "--rows 2500", ""},
    ProjectTemplate{"equity", "equity", "USD", "per_unit:0.005,min=1", "half a cent a share, at least one dollar",
                    "SPY", "10", "--rows 1750 --weekdays", ""},
    ProjectTemplate{"fx", "fx", "USD", "bps:0.5", "half a spread of one basis point, each way", "EURUSD", "1000",
                    "--rows 1750 --weekdays", " --set qty=10"},
};

std::string replaced(std::string text, std::string_view mark, std::string_view value) {
    for (size_t at = 0; (at = text.find(mark, at)) != std::string::npos; at += value.size())
        text.replace(at, mark.size(), value);
    return text;
}

constexpr std::string_view settings_text =
    R"(# Settings of this project. trd help config says what else there is; a flag always wins over this file.

[backtest]
cash = @CASH@
currency = "@CURRENCY@"
kind = "@KIND@"
fees = "@FEES@"  # @FEES_REMARK@
)";

constexpr std::string_view strategy_text =
    R"(-- Holds what --symbol names, such as @SYMBOL@, while its price is above the average of the last bars, and nothing
-- otherwise. Where nothing names a symbol it runs on DEMO, a made-up series, and says so.
-- A start, not a recommendation: trd help lua says what a strategy can do.
local trd = require "trd"

local S = trd.strategy {
    name = "first",
    version = "1.0.0",
    api = 1,
    params = {
        bars = trd.int { 50, min = 2, max = 500, doc = "bars in the average" },
        qty = trd.dec { @QUANTITY@, min = 0.000001, doc = "units to buy" },
    },
    data = { main = trd.bars { symbol = "$symbol" } },
}

function S:init(ctx)
    self.average = ctx.ind.sma(ctx.data.main, self.p.bars)
end

function S:on_bar(ctx, bar)
    local position = ctx:position()
    if position.flat and bar.close > self.average[0] then
        ctx:buy { qty = self.p.qty, tag = "above average" }
    elseif position.long and bar.close < self.average[0] then
        ctx:close { tag = "below average" }
    end
end

return S
)";

constexpr std::string_view editor_text = R"({
    "runtime.version": "LuaJIT",
    "runtime.builtin": {
        "io": "disable", "os": "disable", "debug": "disable", "package": "disable", "ffi": "disable", "jit": "disable"
    },
    "diagnostics.globals": ["require"]
}
)";

std::string filled(std::string_view pattern, const ProjectPlan& plan) {
    std::string text = replaced(std::string(pattern), "@CASH@", plan.cash);
    text = replaced(std::move(text), "@CURRENCY@", plan.kind->currency);
    text = replaced(std::move(text), "@KIND@", plan.kind->kind);
    text = replaced(std::move(text), "@FEES@", plan.kind->fees);
    text = replaced(std::move(text), "@FEES_REMARK@", plan.kind->fees_remark);
    text = replaced(std::move(text), "@QUANTITY@", plan.kind->quantity);
    return replaced(std::move(text), "@SYMBOL@", plan.symbol);
}

}  // namespace

std::span<const ProjectTemplate> project_templates() { return templates; }

const ProjectTemplate& project_template_named(std::string_view name) {
    for (const ProjectTemplate& each : templates)
        if (each.name == name) return each;
    TRD_ASSERT(false);
}

std::vector<ProjectFile> project_files(const ProjectPlan& plan) {
    return {{"trd.toml", filled(settings_text, plan)},
            {"strategies/first.lua", filled(strategy_text, plan)},
            {".luarc.json", std::string(editor_text)}};
}

}  // namespace trd
