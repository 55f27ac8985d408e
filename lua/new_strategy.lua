-- When is it in the market, and when does it lose money? Say it here, in two lines.
local trd = require "trd"

local S = trd.strategy {
    name = "NAME",
    version = "0.1.0",
    api = 1,
    params = {
        fast = trd.int { 10, min = 2, max = 200, doc = "bars in the fast average" },
        slow = trd.int { 30, min = 3, max = 500, doc = "bars in the slow average" },
        qty = trd.dec { 1, min = 0.000001, doc = "units to buy" },
    },
    constraint = function(p) return p.fast < p.slow end,
    data = { main = trd.bars { symbol = "$symbol" } },
}

-- Once, before everything: makes indicators, plots and timers; sends no orders.
function S:init(ctx)
    self.fast = ctx.ind.ema(ctx.data.main, self.p.fast)
    self.slow = ctx.ind.ema(ctx.data.main, self.p.slow)
    ctx:plot("fast", self.fast)
    ctx:plot("slow", self.slow)
end

-- At the close of each bar, as soon as the indicators have values. An order given here is filled at the next open.
function S:on_bar(ctx, bar)
    local position = ctx:position()
    if position.flat and ctx.cross_up(self.fast, self.slow) then
        ctx:buy { qty = self.p.qty, tag = "cross up" }
    elseif position.long and ctx.cross_down(self.fast, self.slow) then
        ctx:close { tag = "cross down" }
    end
end

function S:on_fill(ctx, fill)
    ctx.log.debug("filled", { side = fill.side, qty = fill.qty, price = fill.price })
end

return S
