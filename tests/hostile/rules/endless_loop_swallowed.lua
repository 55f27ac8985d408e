-- A loop without an end that swallows its own stopping, and then allows.
-- answer: out_of_budget: ran for more than
local trd = require "trd"
return trd.risk_rule { name = "hostile", check = function()
    pcall(function() while true do end end)
    return trd.allow()
end }
