-- A figure that nobody knows now: no answer can be right.
-- answer: failed: book.spread_bps is not known now
local trd = require "trd"
return trd.risk_rule { name = "hostile", check = function(r, intent, book)
    if book.spread_bps > 10 then return trd.deny("wide") end
    return trd.allow()
end }
