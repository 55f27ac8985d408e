-- A table that looks like an answer.
-- answer: unfit: check has to return
local trd = require "trd"
return trd.risk_rule { name = "hostile", check = function()
    return setmetatable({ kind = "allow" }, { __index = trd.allow(), __eq = function() return true end })
end }
