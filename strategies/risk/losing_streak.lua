-- After some losing round trips in a row, no entries until a rest has passed since the last exit; then one more try.
-- Against trading on tilt, and against a strategy whose market has gone. It harms what wins seldom and much (trend
-- following loses often in a row by its nature): there it leaves out the trade that would have paid for the others.
local trd = require "trd"

return trd.risk_rule {
    name = "losing_streak",
    version = "1.0.0",
    api = 1,
    scope = "strategy",
    params = {
        losses = trd.int { 3, min = 1, max = 50, doc = "losing round trips in a row that call for a rest" },
        rest_hours = trd.dec { 72, min = 0, max = 8760, doc = "hours of rest, counted from the last exit" },
    },
    check = function(r, intent, book)
        if book.losses_in_a_row < r.p.losses then return trd.allow() end
        if book.seconds_since_exit >= r.p.rest_hours * 3600 then return trd.allow() end
        return trd.deny(book.losses_in_a_row .. " losses in a row: resting")
    end,
}
