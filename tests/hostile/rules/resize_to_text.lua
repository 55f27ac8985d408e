-- A number in words.
-- answer: failed: must be a number, not '5'
local trd = require "trd"
return trd.risk_rule { name = "hostile", check = function() return trd.resize("5") end }
