-- The same with a pcall in between, and from several starts.
-- refusal: error: coroutines resume each other more than 100 deep
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    local function f()
        local fine, problem = pcall(coroutine.wrap(f))
        if not fine then error(problem, 0) end
    end
    for i = 1, 10 do pcall(f) end
    f()
end

return S
