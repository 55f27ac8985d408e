-- The libraries are read-only.
-- refusal: error: math cannot be changed
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    math.floor = math.ceil
end

return S
