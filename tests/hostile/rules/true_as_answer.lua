-- What other systems take for a yes.
-- answer: unfit: check has to return
local trd = require "trd"
return trd.risk_rule { name = "hostile", check = function() return true end }
