-- More than was asked for: the engine denies it.
-- answer: resize: more
local trd = require "trd"
return trd.risk_rule { name = "hostile", check = function(r, intent) return trd.resize(intent.qty * 2, "more") end }
