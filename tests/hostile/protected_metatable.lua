-- And its metatable.
-- refusal: error: protected metatable
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    setmetatable(ctx, {})
end

return S
