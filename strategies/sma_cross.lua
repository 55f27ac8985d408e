-- Long while the fast simple average of the closes is above the slow one, flat otherwise.
-- Earns in long trends. Loses when the market goes sideways: the averages then cross back and forth, each round trip
-- buys high and sells low and pays two fees; and it gives back the last part of every trend, because it waits for the
-- slow average to turn.
local trd = require "trd"

local S = trd.strategy {
    name = "sma_cross",
    version = "1.0.0",
    api = 1,
    params = {
        fast = trd.int { 10, min = 2, max = 200, step = 1, doc = "bars in the fast average" },
        slow = trd.int { 30, min = 3, max = 500, step = 1, doc = "bars in the slow average" },
        qty = trd.dec { 1, min = 0.000001, doc = "units to buy" },
    },
    constraint = function(p) return p.fast < p.slow end,
    data = { main = trd.bars { symbol = "$symbol" } },
}

function S:init(ctx)
    self.fast = ctx.ind.sma(ctx.data.main, self.p.fast)
    self.slow = ctx.ind.sma(ctx.data.main, self.p.slow)
end

function S:on_bar(ctx)
    local position = ctx:position()
    if position.flat and ctx.cross_up(self.fast, self.slow) then
        ctx:buy { qty = self.p.qty, tag = "cross up" }
    elseif position.long and ctx.cross_down(self.fast, self.slow) then
        ctx:close { tag = "cross down" }
    end
end

return S
