-- A log line with a thousand fields.
-- refusal: error: more than 64 fields
local trd = require "trd"
local S = trd.strategy { name = "hostile" }

function S:on_bar(ctx, bar)
    ctx:buy { qty = 1, tag = 'never sent' }
    local fields = {}
    for i = 1, 1000 do fields['f' .. i] = i end
    ctx.log.info('line', fields)
end

return S
