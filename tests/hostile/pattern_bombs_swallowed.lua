-- Many of them behind pcall.
-- refusal: time: ran for more than
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    while true do
        pcall(string.find, string.rep('a', 40), string.rep('a-', 30) .. 'b')
    end
end

return S
