-- A width and a precision of many digits.
-- refusal: error: invalid option
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    local s = string.format('%99999999.99999999f', 1)
end

return S
