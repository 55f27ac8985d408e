-- A loop without an end, which the JIT compiles.
-- refusal: time: ran for more than
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    local x = 0
    while true do x = x + 1 end
end

return S
