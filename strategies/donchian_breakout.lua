-- Goes with a close beyond the highest high or the lowest low of the last `entry` bars, and leaves on a close beyond
-- the opposite side of the shorter channel of `exit` bars: the rule of the turtle traders, without their pyramids.
-- Earns from a few very long trends. Loses most of its trades: a range whose edges are tested again and again takes a
-- small loss each time, for months, and the gain of a trend that ends in a crash is given back down to the exit
-- channel.
local trd = require "trd"

local S = trd.strategy {
    name = "donchian_breakout",
    version = "1.0.0",
    api = 1,
    params = {
        entry = trd.int { 55, min = 5, max = 400, step = 5, doc = "bars in the channel that is broken to get in" },
        exit = trd.int { 20, min = 2, max = 200, step = 1, doc = "bars in the channel that is broken to get out" },
        shorts = trd.bool { true, doc = "also sell short below the channel" },
        share = trd.dec { 0.5, min = 0.01, max = 1, step = 0.05, doc = "share of the equity to trade for" },
    },
    constraint = function(p) return p.exit < p.entry end,
    data = { main = trd.bars { symbol = "$symbol" } },
}

function S:init(ctx)
    self.entry = ctx.ind.donchian(ctx.data.main, self.p.entry)
    self.exit = ctx.ind.donchian(ctx.data.main, self.p.exit)
end

-- [1], because a channel that contains this bar cannot be left by its close.
function S:on_bar(ctx, bar)
    local position = ctx:position()
    local qty = ctx.account.equity * self.p.share / bar.close
    if position.flat and bar.close > self.entry.upper[1] then
        ctx:buy { qty = qty, tag = "new high" }
    elseif position.flat and self.p.shorts and bar.close < self.entry.lower[1] then
        ctx:sell { qty = qty, tag = "new low" }
    elseif position.long and bar.close < self.exit.lower[1] then
        ctx:close { tag = "exit low" }
    elseif position.short and bar.close > self.exit.upper[1] then
        ctx:close { tag = "exit high" }
    end
end

return S
