-- Buys when the price made a lower low than at the trough before, but the MACD histogram a higher one: the fall goes on
-- with less force. Leaves when the histogram falls through zero again, or on a close below every low of the last
-- `reach` bars, which says that the divergence was none.
-- Earns at the end of long falls that run out of sellers. Loses in steady ones, which show divergence after divergence
-- and keep falling; and it is late by the bar that it takes to know that a trough was one.
-- It reads the history only, so a restart changes nothing.
local trd = require "trd"

local S = trd.strategy {
    name = "macd_divergence",
    version = "1.0.0",
    api = 1,
    params = {
        fast = trd.int { 12, min = 2, max = 100, step = 1, doc = "bars in the fast average" },
        slow = trd.int { 26, min = 3, max = 200, step = 1, doc = "bars in the slow average" },
        signal = trd.int { 9, min = 2, max = 100, step = 1, doc = "bars in the average of the MACD line" },
        reach = trd.int { 40, min = 5, max = 250, step = 5, doc = "bars in which the trough before must lie" },
        share = trd.dec { 0.5, min = 0.01, max = 1, step = 0.05, doc = "share of the equity to buy for" },
    },
    constraint = function(p) return p.fast < p.slow and p.signal < p.reach end,
    data = { main = trd.bars { symbol = "$symbol" } },
}

function S:init(ctx)
    local main = ctx.data.main
    self.histogram = ctx.ind.macd(main, { fast = self.p.fast, slow = self.p.slow, signal = self.p.signal }).histogram
    self.lowest = ctx.ind.lowest(main.low, self.p.reach)
end

-- Whether the histogram had a low below zero that many bars ago.
local function is_trough(histogram, ago)
    local value = histogram[ago]
    return value < 0 and value < histogram[ago + 1] and value < histogram[ago - 1]
end

local function trough_before(histogram, reach)
    for ago = 3, reach do
        if is_trough(histogram, ago) then return ago end
    end
end

local function diverged(histogram, low, reach)
    if not is_trough(histogram, 1) then return false end
    local before = trough_before(histogram, reach)
    return before ~= nil and low[1] < low[before] and histogram[1] > histogram[before]
end

function S:on_bar(ctx, bar)
    local position = ctx:position()
    if position.flat and diverged(self.histogram, ctx.data.main.low, self.p.reach) then
        ctx:buy { qty = ctx.account.equity * self.p.share / bar.close, tag = "divergence" }
    elseif position.long and bar.close < self.lowest[1] then
        ctx:close { tag = "new low" }
    elseif position.long and ctx.cross_down(self.histogram, 0) then
        ctx:close { tag = "force is gone" }
    end
end

return S
