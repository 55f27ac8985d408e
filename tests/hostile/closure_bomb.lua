-- Functions that hold each other.
-- refusal: memory: more memory than
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    local f
    while true do
        local inner = f
        f = function() return inner end
    end
end

return S
