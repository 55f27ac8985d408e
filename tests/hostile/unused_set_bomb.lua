-- A set that is only read over, at every character of the text.
-- refusal: error: too many steps
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    local s = ("x"):rep(300000):gsub("[xy" .. ("y"):rep(100000) .. "]?z", "")
end

return S
