-- So is ctx.
-- refusal: error: ctx cannot be changed
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    ctx.buy = nil
end

return S
