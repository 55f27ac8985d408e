-- A finaliser on a table.
-- refusal: error: finalisers do not exist
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    setmetatable({}, { __gc = function() while true do end end })
end

return S
