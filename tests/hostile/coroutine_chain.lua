-- Coroutines that make each other, all of them kept.
-- refusal: memory: more memory than
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    local kept = {}
    local function f()
        kept[#kept + 1] = coroutine.wrap(f)
        coroutine.yield()
        return f()
    end
    local next_one = coroutine.wrap(f)
    while true do
        next_one()
        next_one = kept[#kept]
    end
end

return S
