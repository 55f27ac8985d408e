-- A coroutine has a stack of its own, and whoever resumes it hears of its end.
-- refusal: error: stack overflow, and a pcall does not save from it
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    local depth
    local function f(n) depth = n return 1 + f(n + 1) end
    coroutine.resume(coroutine.create(f), 1)
    ctx:buy { qty = depth, tag = 'never sent' }
end

return S
