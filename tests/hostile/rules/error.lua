-- An error.
-- answer: failed: attempt to
local trd = require "trd"
return trd.risk_rule { name = "hostile", check = function(r, intent) return intent.qty .. nil end }
