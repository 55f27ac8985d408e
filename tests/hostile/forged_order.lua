-- A handle that no order returned.
-- refusal: error: ctx:cancel needs what
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    ctx:cancel({ id = 1, state = 'submitted' })
end

return S
