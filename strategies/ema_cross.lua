-- Long while the fast exponential average of the closes is above the slow one, flat otherwise.
-- The exponential average weighs the last bars most, so it turns earlier than the simple one: it leaves a broken trend
-- sooner, and is fooled by a single wild bar more often. Loses in sideways markets, as every crossing of averages does,
-- and right after gaps, when both averages jump together and cross again on the way back.
local trd = require "trd"

local S = trd.strategy {
    name = "ema_cross",
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
    self.fast = ctx.ind.ema(ctx.data.main, self.p.fast)
    self.slow = ctx.ind.ema(ctx.data.main, self.p.slow)
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
