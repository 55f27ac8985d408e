-- A limit raised by who is held to it.
-- answer: failed: r.p cannot be changed
local trd = require "trd"
return trd.risk_rule { name = "hostile", params = { limit = trd.int { 1 } }, check = function(r)
    r.p.limit = 1e9
    return trd.allow()
end }
