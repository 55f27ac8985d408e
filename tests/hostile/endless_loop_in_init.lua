-- Nor does init.
-- refusal: time: ran for more than
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:init()
    for i = 1, 1 / 0 do end
end

return S
