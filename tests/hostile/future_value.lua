-- There is nothing to read after now.
-- refusal: error: lies in the future
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    local x = ctx.data.main.close[-1]
end

return S
