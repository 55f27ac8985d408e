-- An error that is a table.
-- answer: failed: error was given
local trd = require "trd"
return trd.risk_rule { name = "hostile", check = function() error({}) end }
