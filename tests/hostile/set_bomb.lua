-- A set of a hundred thousand characters, tried at every character of the text.
-- refusal: error: too many steps
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    local s = ("x"):rep(300000):gsub("[" .. ("y"):rep(100000) .. "]", "")
end

return S
