-- pcall in a loop swallows the error that stops it.
-- refusal: time: ran for more than
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    while true do
        pcall(function() while true do end end)
    end
end

return S
