-- gsub calls a function that calls gsub: every one of them takes a piece of the engine's own stack.
-- refusal: error: gsub calls itself more than 100 deep
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    local function f() return (string.gsub("x", "x", f)) end
    f()
end

return S
