-- Buys when the relative strength index comes back above `oversold`, and sells when it rises above `recovered`.
-- Earns in sideways markets and on dips of a rising one. Loses when a market falls for long: the index climbs back over
-- the line on every pause of the fall, and the trade then waits for a recovery that does not come, until the stop.
local trd = require "trd"

local S = trd.strategy {
    name = "rsi_reversion",
    version = "1.0.0",
    api = 1,
    params = {
        period = trd.int { 14, min = 2, max = 100, step = 1, doc = "bars in the index" },
        oversold = trd.dec { 30, min = 5, max = 50, step = 1, doc = "index below which the market counts as oversold" },
        recovered = trd.dec { 55, min = 20, max = 95, step = 1, doc = "index above which the position is sold" },
        stop = trd.dec { 0.03, min = 0.001, max = 0.5, scale = "log", doc = "share of the price lost that ends it" },
        share = trd.dec { 0.5, min = 0.01, max = 1, step = 0.05, doc = "share of the equity to buy for" },
    },
    constraint = function(p) return p.oversold < p.recovered end,
    data = { main = trd.bars { symbol = "$symbol" } },
}

function S:init(ctx)
    self.rsi = ctx.ind.rsi(ctx.data.main, self.p.period)
end

function S:on_bar(ctx, bar)
    local position = ctx:position()
    if position.flat and ctx.cross_up(self.rsi, self.p.oversold) then
        ctx:buy { qty = ctx.account.equity * self.p.share / bar.close, tag = "no longer oversold" }
    elseif position.long and self.rsi[0] > self.p.recovered then
        ctx:close { tag = "recovered" }
    elseif position.long and bar.close < position.average_price * (1 - self.p.stop) then
        ctx:close { tag = "stop" }
    end
end

return S
