-- A loop without an end, in compiled code.
-- answer: out_of_budget: ran for more than
local trd = require "trd"
return trd.risk_rule { name = "hostile", check = function() while true do end end }
