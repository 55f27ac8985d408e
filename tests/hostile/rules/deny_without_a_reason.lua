-- A denial that says nothing.
-- answer: failed: why must be a string, not nil
local trd = require "trd"
return trd.risk_rule { name = "hostile", check = function() return trd.deny() end }
