-- An answer kept from the question before: the first is right, all others are not.
-- answer: unfit: check has to return
local trd = require "trd"
return trd.risk_rule { name = "hostile", check = function(r)
    r.state.kept = r.state.kept or trd.allow()
    if not r.state.asked then
        r.state.asked = true
        return nil
    end
    return r.state.kept
end }
