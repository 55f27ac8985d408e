-- A count that does not fit into 32 bits.
-- refusal: memory: more memory than
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    local s = ("x"):rep(2 ^ 32 + 3)
end

return S
