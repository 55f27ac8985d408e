-- Long while the MACD line (fast average less slow average) is above its own average, the signal line; flat otherwise.
-- It buys when a rise speeds up and leaves when it slows down, long before a crossing of the averages themselves would.
-- Earns in trends that come in waves. Loses in quiet markets, where the lines lie on each other and cross at every
-- tremor, and sits out the second half of a steady rise, because a rise that is only as fast as before is a cross down.
local trd = require "trd"

local S = trd.strategy {
    name = "macd_cross",
    version = "1.0.0",
    api = 1,
    params = {
        fast = trd.int { 12, min = 2, max = 100, step = 1, doc = "bars in the fast average" },
        slow = trd.int { 26, min = 3, max = 200, step = 1, doc = "bars in the slow average" },
        signal = trd.int { 9, min = 2, max = 100, step = 1, doc = "bars in the average of the MACD line" },
        share = trd.dec { 0.5, min = 0.01, max = 1, step = 0.05, doc = "share of the equity to buy for" },
    },
    constraint = function(p) return p.fast < p.slow end,
    data = { main = trd.bars { symbol = "$symbol" } },
}

function S:init(ctx)
    self.macd = ctx.ind.macd(ctx.data.main, { fast = self.p.fast, slow = self.p.slow, signal = self.p.signal })
end

function S:on_bar(ctx, bar)
    local position = ctx:position()
    if position.flat and ctx.cross_up(self.macd.macd, self.macd.signal) then
        ctx:buy { qty = ctx.account.equity * self.p.share / bar.close, tag = "cross up" }
    elseif position.long and ctx.cross_down(self.macd.macd, self.macd.signal) then
        ctx:close { tag = "cross down" }
    end
end

return S
