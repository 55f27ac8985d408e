-- A loop inside a coroutine.
-- refusal: time: ran for more than
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    local co = coroutine.wrap(function() while true do end end)
    co()
end

return S
