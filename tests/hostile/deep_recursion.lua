-- A function that calls itself for ever.
-- refusal: error: stack overflow
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    local function f(n) return 1 + f(n + 1) end
    local x = f(1)
end

return S
