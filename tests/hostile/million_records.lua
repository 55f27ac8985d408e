-- Recorded series without end.
-- refusal: error: more than 256 names are recorded and plotted
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    for i = 1, 1000000 do ctx:record('n' .. i, i) end
end

return S
