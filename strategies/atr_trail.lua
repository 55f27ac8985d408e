-- Buys when the close rises above its average, and follows the price with a stop: each close may lift it, to `width`
-- average true ranges below that close, and none lowers it. It risks the same share of the equity in each trade: the
-- wilder the market, the further the stop and the smaller the position.
-- Earns in trends whose pauses are shallower than the stop is wide. Loses in choppy markets, where each crossing of the
-- average is bought near a local high; and a gap opens below the stop, which is only looked at when a bar closes.
-- The stop is kept in self: after a restart it starts anew from the newest close, so it may lie lower than before.
local trd = require "trd"

local S = trd.strategy {
    name = "atr_trail",
    version = "1.0.0",
    api = 1,
    params = {
        trend = trd.int { 50, min = 5, max = 400, step = 5, doc = "bars in the average that tells the trend" },
        period = trd.int { 14, min = 2, max = 100, step = 1, doc = "bars in the average true range" },
        width = trd.dec { 3, min = 0.5, max = 10, step = 0.25, doc = "average true ranges between price and stop" },
        risk = trd.dec { 0.01, min = 0.001, max = 0.1, scale = "log", doc = "share of the equity that a stop costs" },
        share = trd.dec { 0.9, min = 0.01, max = 1, step = 0.05, doc = "share of the equity to buy for at most" },
    },
    data = { main = trd.bars { symbol = "$symbol" } },
}

function S:init(ctx)
    self.average = ctx.ind.ema(ctx.data.main, self.p.trend)
    self.atr = ctx.ind.atr(ctx.data.main, self.p.period)
end

function S:enter(ctx, bar, distance)
    local equity = ctx.account.equity
    self.stop = bar.close - distance
    local qty = math.min(equity * self.p.risk / distance, equity * self.p.share / bar.close)
    ctx:buy { qty = qty, tag = "above average" }
end

function S:on_bar(ctx, bar)
    local position = ctx:position()
    local distance = self.p.width * self.atr[0]
    if position.flat and distance > 0 and ctx.cross_up(ctx.data.main.close, self.average) then
        self:enter(ctx, bar, distance)
    elseif position.long then
        self.stop = math.max(self.stop or 0, bar.close - distance)
        if bar.close <= self.stop then ctx:close { tag = "trailing stop" } end
    end
end

return S
