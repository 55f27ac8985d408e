-- A capture of half the text compared again and again.
-- refusal: error: too many steps
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    local s = (("x"):rep(200000)):find("^(x-)%1%1%1y")
end

return S
