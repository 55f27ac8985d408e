-- A loop in a finaliser needs newproxy.
-- refusal: error: undefined name 'newproxy'
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    local p = newproxy(true)
    getmetatable(p).__gc = function() while true do end end
end

return S
