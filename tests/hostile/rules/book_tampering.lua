-- A book made better by its reader.
-- answer: failed: book cannot be changed
local trd = require "trd"
return trd.risk_rule { name = "hostile", check = function(r, intent, book)
    book.gross_notional = 0
    return trd.allow()
end }
