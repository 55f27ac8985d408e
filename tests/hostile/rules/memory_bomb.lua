-- Counters that grow until there is no memory.
-- answer: out_of_budget: more memory than
local trd = require "trd"
return trd.risk_rule { name = "hostile", check = function(r)
    for i = 1, 1e9 do r.state[i] = { i } end
    return trd.allow()
end }
