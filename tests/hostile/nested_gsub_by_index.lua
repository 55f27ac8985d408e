-- The same through a table that computes its fields.
-- refusal: error: gsub calls itself more than 100 deep
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    local t = setmetatable({}, {})
    getmetatable(t).__index = function() return (string.gsub("x", "x", t)) end
    return t.x
end

return S
