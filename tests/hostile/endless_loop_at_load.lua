-- The file itself does not come back.
-- refusal: time: ran for more than
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

repeat until false

return S
