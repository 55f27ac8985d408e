-- The same in gsub.
-- refusal: error: too many steps
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    local found = string.gsub(string.rep('a', 60), string.rep('a*', 30) .. 'b', '')
end

return S
