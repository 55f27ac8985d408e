-- Not a number of units.
-- answer: failed: must be a finite number, not nan
local trd = require "trd"
return trd.risk_rule { name = "hostile", check = function() return trd.resize(0 / 0, "what") end }
