-- The metatable of strings is shared by everyone.
-- refusal: error: string has no '__index'
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    getmetatable('').__index.upper = nil
end

return S
