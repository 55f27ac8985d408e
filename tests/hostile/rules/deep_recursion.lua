-- Itself, without an end.
-- answer: failed: stack overflow
local trd = require "trd"
local function down(n) return 1 + down(n + 1) end
return trd.risk_rule { name = "hostile", check = function() return down(1) end }
