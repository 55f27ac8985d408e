-- The same with resume, which gives the error back as a value.
-- refusal: error: coroutines resume each other more than 100 deep
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    local function f() return select(2, assert(coroutine.resume(coroutine.create(f)))) end
    f()
end

return S
