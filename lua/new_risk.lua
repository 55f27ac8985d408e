-- Which loss is it against, and when does it harm? Say it here, in two lines.
local trd = require "trd"

return trd.risk_rule {
    name = "NAME",
    version = "0.1.0",
    api = 1,
    scope = "account", -- whose figures book has, and whom a halt stops
    params = { limit = trd.dec { 5000, min = 0, doc = "the most that all positions and orders may be worth" } },
    -- Asked about every order that could open something, after every check of the limits has allowed it. Never about what
    -- can only reduce, nor about a cancel. An error, or no answer, denies.
    check = function(r, intent, book)
        local room = r.p.limit - book.gross_notional
        if intent.notional <= room then return trd.allow() end
        if room <= 0 then return trd.deny("no room left") end
        return trd.resize(intent.qty * room / intent.notional, "what there is room for")
    end,
    -- Two more that it may have, and that may halt: check_reduce(r, intent, book) is told of orders that can only reduce, which
    -- leave whatever it says; watch(r, book) is asked between orders, whenever something has changed.
}
