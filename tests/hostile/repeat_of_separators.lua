-- Only the separator has a size.
-- refusal: memory: more memory than
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    local s = (""):rep(1e10, "x")
end

return S
