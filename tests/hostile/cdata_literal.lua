-- A literal that makes a cdata.
-- refusal: load: 64-bit and imaginary number literals
local trd = require "trd"
local S = trd.strategy { name = "hostile" }
local x = 1LL
return S
