-- A loop that the JIT cannot compile, because it makes a function in each round.
-- refusal: time: ran for more than
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    local x
    while true do x = function() return x end end
end

return S
