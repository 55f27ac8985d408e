-- A loop in the comparison of a sort.
-- refusal: time: ran for more than
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    table.sort({ 3, 2, 1 }, function() while true do end end)
end

return S
