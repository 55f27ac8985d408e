-- Half of all pairs of characters are looked at by %b.
-- refusal: error: too many steps
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    local s = ("("):rep(300000):gsub("%b()", "")
end

return S
