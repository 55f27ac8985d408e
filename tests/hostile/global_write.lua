-- A global would be shared by accident.
-- refusal: error: a script has no globals
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    counter = 1
end

return S
