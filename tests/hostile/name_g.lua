-- _G does not exist.
-- refusal: error: undefined name '_G'
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    local x = _G
end

return S
