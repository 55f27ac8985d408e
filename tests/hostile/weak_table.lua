-- Weak tables show when the collector ran.
-- refusal: error: weak tables do not exist
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    local t = setmetatable({}, { __mode = 'k' })
end

return S
