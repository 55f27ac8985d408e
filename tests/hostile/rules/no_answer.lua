-- Nothing at all.
-- answer: unfit: check has to return
local trd = require "trd"
return trd.risk_rule { name = "hostile", check = function() end }
