-- A string of a gigabyte in one call.
-- refusal: memory: more memory than
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    local s = string.rep('x', 1e9)
end

return S
