-- Waits until the Bollinger bands are narrow as rarely before (the squeeze), then goes with the first close outside of
-- them, up or down; leaves when the close is back at the middle band.
-- Earns when a quiet market wakes up and keeps going. Loses when the first move out of the squeeze is the false one,
-- and in markets whose width has no memory, where a narrow band says nothing about the next bar.
local trd = require "trd"

local S = trd.strategy {
    name = "bollinger_breakout",
    version = "1.0.0",
    api = 1,
    params = {
        period = trd.int { 20, min = 5, max = 200, step = 1, doc = "bars in the bands" },
        width = trd.dec { 2, min = 0.5, max = 4, step = 0.25, doc = "standard deviations from the middle to a band" },
        lookback = trd.int { 100, min = 20, max = 500, step = 10, doc = "bars that the width is compared with" },
        squeeze = trd.dec { 20, min = 1, max = 50, step = 1, doc = "a squeeze is narrower than all but this per cent" },
        memory = trd.int { 5, min = 1, max = 50, step = 1, doc = "bars for which a squeeze counts" },
        shorts = trd.bool { true, doc = "also sell short below the lower band" },
        share = trd.dec { 0.5, min = 0.01, max = 1, step = 0.05, doc = "share of the equity to trade for" },
    },
    constraint = function(p) return p.memory < p.lookback and p.period <= p.lookback end,
    data = { main = trd.bars { symbol = "$symbol" } },
}

function S:init(ctx)
    self.bands = ctx.ind.bollinger(ctx.data.main, { period = self.p.period, width = self.p.width })
    local rank = ctx.ind.percent_rank(self.bands.bandwidth, self.p.lookback)
    self.narrowest = ctx.ind.lowest(rank, self.p.memory)
end

function S:on_bar(ctx, bar)
    local position, bands = ctx:position(), self.bands
    local qty = ctx.account.equity * self.p.share / bar.close
    local squeezed = self.narrowest[1] <= self.p.squeeze -- before this bar, which widens the bands itself
    if position.flat and squeezed and bar.close > bands.upper[0] then
        ctx:buy { qty = qty, tag = "breakout up" }
    elseif position.flat and squeezed and self.p.shorts and bar.close < bands.lower[0] then
        ctx:sell { qty = qty, tag = "breakout down" }
    elseif position.long and bar.close < bands.middle[0] or position.short and bar.close > bands.middle[0] then
        ctx:close { tag = "back at the middle" }
    end
end

return S
