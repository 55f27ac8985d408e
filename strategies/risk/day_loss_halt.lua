-- Halts a strategy for good when its account has lost a share of what it had when the day began: a person has to look
-- before it goes on. Against the day on which everything that was tested does not hold. It harms where losses of a day
-- are part of the plan (wide stops, few positions): the halt comes at the worst price, and nothing is there for the turn.
local trd = require "trd"

-- Before an order and between orders alike: what is on its way is cancelled when the limit is met, not when the next order comes.
local function look(r, book)
    if book.day_pnl > -book.day_start_equity * r.p.share then return trd.allow() end
    return trd.halt("the day has lost " .. r.p.share * 100 .. " % of the equity it began with")
end

return trd.risk_rule {
    name = "day_loss_halt",
    version = "1.1.0",
    api = 1,
    scope = "strategy",
    params = { share = trd.dec { 0.03, min = 0.0001, max = 1, doc = "loss of the day, of equity at its start" } },
    check = function(r, intent, book) return look(r, book) end,
    watch = look,
}
