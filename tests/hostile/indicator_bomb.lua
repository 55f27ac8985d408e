-- More indicators than fit into what a script may hold.
-- refusal: error: ctx.ind.sma: the indicators of a strategy may take
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:init(ctx)
    for i = 1, 3000 do ctx.ind.sma(ctx.data.main, 100000) end
end
function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
end

return S
