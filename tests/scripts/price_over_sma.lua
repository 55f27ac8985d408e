-- Case A of the outside answers: one unit long while the close is above its simple average, entered and left on the cross.
local trd = require "trd"

local S = trd.strategy {
    name = "price_over_sma",
    version = "1.0.0",
    params = { period = trd.int { 15, min = 1 } },
    data = { main = trd.bars { symbol = "$symbol" } },
}

function S:init(ctx)
    self.average = ctx.ind.sma(ctx.data.main, self.p.period)
end

function S:on_bar(ctx)
    local position, close = ctx:position(), ctx.data.main.close
    if position.flat and ctx.cross_up(close, self.average) then
        ctx:buy { qty = 1 }
    elseif position.long and ctx.cross_down(close, self.average) then
        ctx:close {}
    end
end

return S
