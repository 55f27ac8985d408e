-- An error that is a table.
-- answer: failed: an error that is not a text
local trd = require "trd"
return trd.risk_rule { name = "hostile", check = function() error({}) end }
