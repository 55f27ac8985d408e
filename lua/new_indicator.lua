-- An indicator of one's own, and a strategy around it that plots it. To use it elsewhere, copy the indicator.
local trd = require "trd"

-- How far the close is from its mean, in average ranges.
local NAME = trd.indicator {
    name = "NAME",
    of = "bars", -- update gets bars; without this line it gets one number at a time
    params = { period = trd.int { 20, min = 2, max = 500, doc = "bars in the mean and in the range" } },
    -- Once for each use. Indicators made here are updated before this one; it warms up with them.
    init = function(self, source, ind)
        self.mean = ind.sma(source, self.p.period)
        self.range = ind.atr(source, self.p.period)
    end,
    -- At the close of each bar: the new value, or nil while there is none.
    update = function(self, bar)
        if self.range[0] == 0 then return 0 end
        return (bar.close - self.mean[0]) / self.range[0]
    end,
}

local S = trd.strategy {
    name = "NAME",
    version = "0.1.0",
    api = 1,
    params = { period = trd.int { 20, min = 2, max = 500 } },
    data = { main = trd.bars { symbol = "$symbol" } },
}

function S:init(ctx)
    self.distance = NAME(ctx.data.main, self.p.period)
    ctx:plot("NAME", self.distance, { pane = "NAME" })
end

function S:on_bar(ctx, bar)
    if ctx.cross_up(self.distance, 2) then ctx:mark("far above its mean") end
end

return S
