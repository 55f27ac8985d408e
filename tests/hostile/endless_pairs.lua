-- pairs over a large table, again and again.
-- refusal: time: ran for more than
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    local t = {}
    for i = 1, 10000 do t['k' .. i] = i end
    while true do
        for k in pairs(t) do t[k] = 1 end
    end
end

return S
