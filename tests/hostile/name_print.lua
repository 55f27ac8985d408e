-- print does not exist.
-- refusal: error: undefined name 'print'
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    local x = print
end

return S
