-- Without an end.
-- answer: failed: must be a finite number, not inf
local trd = require "trd"
return trd.risk_rule { name = "hostile", check = function() return trd.resize(math.huge) end }
