-- An order made smaller by its judge.
-- answer: failed: intent cannot be changed
local trd = require "trd"
return trd.risk_rule { name = "hostile", check = function(r, intent)
    intent.qty = 0
    return trd.allow()
end }
