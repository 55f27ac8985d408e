-- An indicator of the script's own is called outside every hook.
-- refusal: time: ran for more than
local trd = require "trd"
local S = trd.strategy { name = "endless_indicator" }
local stuck = trd.indicator { name = "stuck", update = function(self, value) while value do end return 0 end }
function S:init(ctx) self.stuck = stuck(ctx.data.main) end
function S:on_bar(ctx) end
return S
