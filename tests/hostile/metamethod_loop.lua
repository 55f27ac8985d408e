-- A loop in a metamethod.
-- refusal: time: ran for more than
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    local t = setmetatable({}, { __lt = function() while true do end end })
    local x = t < t
end

return S
