-- A reason of a megabyte: it is cut.
-- answer: deny: aaaa
local trd = require "trd"
return trd.risk_rule { name = "hostile", check = function() return trd.deny(string.rep("a", 1e6)) end }
