-- Log lines without end, which find no room any more.
-- refusal: time: ran for more than
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    while true do ctx.log.info('line') end
end

return S
