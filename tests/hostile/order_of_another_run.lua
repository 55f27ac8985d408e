-- A handle that one run left behind for the next: strategies share no tables, so there is nowhere to leave it.
-- refusal: error: math cannot be changed
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    local order = ctx:buy { qty = 1, tag = 'never sent' }
    math.kept = order
end

return S
