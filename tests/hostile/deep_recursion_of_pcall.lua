-- Every level has a pcall of its own.
-- refusal: error: stack overflow, and a pcall does not save from it
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    local depth = 0
    local function f() depth = depth + 1 pcall(f) end
    f()
    ctx:buy { qty = depth, tag = 'never sent' }
end

return S
