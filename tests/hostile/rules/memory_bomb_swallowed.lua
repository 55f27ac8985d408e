-- The same, swallowed, and then an allow.
-- answer: out_of_budget: more memory than
local trd = require "trd"
return trd.risk_rule { name = "hostile", check = function(r)
    pcall(function() for i = 1, 1e9 do r.state[i] = { i } end end)
    return trd.allow()
end }
