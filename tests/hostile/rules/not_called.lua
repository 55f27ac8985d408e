-- The function instead of what it returns.
-- answer: unfit: check has to return
local trd = require "trd"
return trd.risk_rule { name = "hostile", check = function() return trd.allow end }
