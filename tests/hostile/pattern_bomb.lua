-- A pattern that would take years.
-- refusal: error: too many steps
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    local found = string.find(string.rep('a', 40), string.rep('a-', 30) .. 'b')
end

return S
