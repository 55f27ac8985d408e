-- A handler does not wait.
-- refusal: error: attempt to yield
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    coroutine.yield()
end

return S
