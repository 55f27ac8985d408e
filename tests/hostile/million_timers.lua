-- Timers without end.
-- refusal: error: more than 256 timers
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_timer(ctx, name) end
function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    for i = 1, 1000000 do ctx:every('1ms', 't' .. i) end
end

return S
