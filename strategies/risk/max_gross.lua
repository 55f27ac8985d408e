-- Caps what everything together is worth, as a share of equity: the last order is cut to what there is room for.
-- For accounts that several entries could fill up at once. It harms where an order makes sense only whole (both legs of a
-- pair, a hedge): half of one is a position that nobody wanted.
local trd = require "trd"

return trd.risk_rule {
    name = "max_gross",
    version = "1.0.0",
    api = 1,
    scope = "account",
    params = { share = trd.dec { 1, min = 0, max = 100, doc = "gross value allowed, in multiples of equity" } },
    check = function(r, intent, book)
        local room = book.equity * r.p.share - book.gross_notional
        if intent.notional <= room then return trd.allow() end
        if room <= 0 then return trd.deny("gross value is at its cap") end
        return trd.resize(intent.qty * room / intent.notional, "cut to the gross cap")
    end,
}
