-- The same behind pcall.
-- refusal: memory: more memory than
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    pcall(function()
        local t = {}
        while true do t[#t + 1] = { #t } end
    end)
end

return S
