-- A million orders in one handler.
-- refusal: error: more than 1024 orders in one handler
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    for i = 1, 1000000 do ctx:buy { qty = 1 } end
end

return S
