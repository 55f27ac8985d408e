-- A comparison that sorts.
-- refusal: error: stack overflow
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    local function f() table.sort({ 2, 1 }, f) end
    f()
end

return S
