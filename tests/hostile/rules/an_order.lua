-- A rule sends nothing.
-- answer: failed: trd has no 'buy'
local trd = require "trd"
return trd.risk_rule { name = "hostile", check = function() return trd.buy { qty = 1 } end }
