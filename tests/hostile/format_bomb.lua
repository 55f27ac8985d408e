-- A width of a million.
-- refusal: error: invalid option
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    local s = string.format('%1000000d', 1)
end

return S
