-- A number from another run.
-- refusal: error: ctx:cancel needs what
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    ctx:cancel(1)
end

return S
