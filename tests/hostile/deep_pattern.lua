-- A pattern nested deeper than the stack likes.
-- refusal: error: pattern too complex
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    local found = string.find(string.rep('a', 1000), string.rep('a?', 500))
end

return S
