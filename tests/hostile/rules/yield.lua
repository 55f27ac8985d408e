-- Out of the question by a coroutine's door.
-- answer: failed: attempt to yield
local trd = require "trd"
return trd.risk_rule { name = "hostile", check = function() coroutine.yield(trd.allow()) end }
