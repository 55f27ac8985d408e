-- Buys when the close comes back above the lower Bollinger band from outside, and sells at the middle band.
-- Earns often and little in markets that swing around a mean. Loses rarely and much: in a real fall each return into
-- the bands is bought, and the middle comes down to meet the price, so that even a "win" can be a loss. Hence the
-- stop.
local trd = require "trd"

local S = trd.strategy {
    name = "bollinger_reversion",
    version = "1.0.0",
    api = 1,
    params = {
        period = trd.int { 20, min = 5, max = 200, step = 1, doc = "bars in the bands" },
        width = trd.dec { 2, min = 0.5, max = 4, step = 0.25, doc = "standard deviations from the middle to a band" },
        stop = trd.dec { 0.03, min = 0.001, max = 0.5, scale = "log", doc = "share of the price lost that ends it" },
        share = trd.dec { 0.5, min = 0.01, max = 1, step = 0.05, doc = "share of the equity to buy for" },
    },
    data = { main = trd.bars { symbol = "$symbol" } },
}

function S:init(ctx)
    self.bands = ctx.ind.bollinger(ctx.data.main, { period = self.p.period, width = self.p.width })
end

function S:on_bar(ctx, bar)
    local position = ctx:position()
    if position.flat and ctx.cross_up(ctx.data.main.close, self.bands.lower) then
        ctx:buy { qty = ctx.account.equity * self.p.share / bar.close, tag = "back inside" }
    elseif position.long and bar.close >= self.bands.middle[0] then
        ctx:close { tag = "middle" }
    elseif position.long and bar.close < position.average_price * (1 - self.p.stop) then
        ctx:close { tag = "stop" }
    end
end

return S
