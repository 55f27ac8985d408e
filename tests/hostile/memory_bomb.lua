-- A table that grows until there is no memory.
-- refusal: memory: more memory than
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    local t = {}
    while true do t[#t + 1] = { #t } end
end

return S
