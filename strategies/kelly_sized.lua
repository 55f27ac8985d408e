-- A crossing of two averages, and next to it the question how much to bet on it: Kelly's answer, from the last trades
-- of this signal. With p the share of wins and b the average win over the average loss, f = p - (1-p)/b is the share
-- of the equity to bet; no edge, no position. The estimate is mixed with `prior` trades that have no edge, then
-- halved, and capped, because p and b of a few trades are mostly luck and too large a bet costs more than too small a
-- one: at twice Kelly nothing grows. The whole position counts as the bet, although a lost trade costs a part of it
-- only: the exact answer, f over the average loss, is often many times the equity, which no estimate from twenty
-- trades deserves.
-- Earns when the last trades resemble the next ones. Loses when they do not: it is largest after a lucky series.
-- Each signal counts as a trade, from close to close and without fees, whether it was bought or not; otherwise a bad
-- series would be the end. The results are kept in self: after a restart it stays out until `trades` new ones are
-- known.
local trd = require "trd"

local S = trd.strategy {
    name = "kelly_sized",
    version = "1.0.0",
    api = 1,
    params = {
        fast = trd.int { 10, min = 2, max = 200, step = 1, doc = "bars in the fast average" },
        slow = trd.int { 30, min = 3, max = 500, step = 1, doc = "bars in the slow average" },
        trades = trd.int { 20, min = 5, max = 500, step = 5, doc = "last trades that the estimate is of" },
        prior = trd.int { 10, min = 0, max = 500, step = 5, doc = "trades without an edge mixed into the estimate" },
        fraction = trd.dec { 0.5, min = 0.05, max = 1, step = 0.05, doc = "share of Kelly's bet to take" },
        cap = trd.dec { 0.25, min = 0.01, max = 1, step = 0.05, doc = "share of the equity to buy for at most" },
    },
    constraint = function(p) return p.fast < p.slow end,
    data = { main = trd.bars { symbol = "$symbol" } },
}

function S:init(ctx)
    self.fast = ctx.ind.ema(ctx.data.main, self.p.fast)
    self.slow = ctx.ind.ema(ctx.data.main, self.p.slow)
    self.results = {} -- of the last trades, as a share of their entry price, oldest first
end

function S:record(result)
    table.insert(self.results, result)
    if #self.results > self.p.trades then table.remove(self.results, 1) end
end

-- The share of wins, and the average win over the average loss.
local function odds(results)
    local wins, won, lost = 0, 0, 0
    for _, result in ipairs(results) do
        if result > 0 then wins, won = wins + 1, won + result else lost = lost - result end
    end
    if wins == 0 then return 0, 1 end
    if lost == 0 then return 1, 1 end
    return wins / #results, (won / wins) / (lost / (#results - wins))
end

-- The share of the equity to buy for.
function S:size(ctx)
    local count = #self.results
    if count < self.p.trades then return 0 end
    local shrink = self.p.prior / (count + self.p.prior)
    local p, b = odds(self.results)
    return ctx.size.kelly(p, b, { fraction = self.p.fraction, cap = self.p.cap, shrink = shrink })
end

function S:on_bar(ctx, bar)
    if ctx.cross_up(self.fast, self.slow) then
        self.entry = bar.close
        local qty = math.floor(ctx.size.share(self:size(ctx)))
        if qty >= 1 and ctx:position().flat then ctx:buy { qty = qty, tag = "positive edge" } end
    elseif ctx.cross_down(self.fast, self.slow) then
        if self.entry then self:record(bar.close / self.entry - 1) end
        self.entry = nil
        if ctx:position().long then ctx:close { tag = "cross down" } end
    end
end

return S
