-- A loop made of goto.
-- refusal: time: ran for more than
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    ::again::
    goto again
end

return S
