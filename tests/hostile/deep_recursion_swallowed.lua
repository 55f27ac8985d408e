-- The same behind pcall: how deep it got would show how the script was compiled.
-- refusal: error: stack overflow, and a pcall does not save from it
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    local depth
    local function f(n) depth = n return 1 + f(n + 1) end
    pcall(f, 1)
    ctx:buy { qty = depth, tag = 'never sent' }
end

return S
