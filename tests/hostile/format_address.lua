-- An address, to break out or to be different in each run.
-- refusal: error: %p does not exist
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    local s = string.format('%p', {})
end

return S
