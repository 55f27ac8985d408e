-- A global function too.
-- refusal: load: a script has no globals
local trd = require "trd"
local S = trd.strategy { name = "hostile" }
function helper() end
return S
