-- The names that the loader uses itself.
-- refusal: load: names that begin with __trd_
local trd = require "trd"
local S = trd.strategy { name = "hostile" }
local __trd_check = nil
return S
