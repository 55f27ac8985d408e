-- A loop in an error handler needs xpcall.
-- refusal: error: undefined name 'xpcall'
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    xpcall(error, function() while true do end end)
end

return S
