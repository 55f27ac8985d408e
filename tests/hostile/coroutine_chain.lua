-- Coroutines that make each other.
-- refusal: memory: more memory than
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    local function f() return coroutine.wrap(f)() or f() end
    while true do pcall(f) end
end

return S
