-- string.dump does not exist.
-- refusal: error: string has no 'dump'
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    local x = string.dump(function() end)
end

return S
