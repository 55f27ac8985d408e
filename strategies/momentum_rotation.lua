-- Holds the one of several symbols that has risen most over the last `lookback` bars, or nothing when none has risen,
-- and looks again every `hours`.
-- Earns when strength lasts: when what rose most keeps rising for longer than it takes to change over. Loses when
-- leadership changes at every look, since it then buys yesterday's winner and pays two fees for it, and in a crash,
-- when all fall at once and it leaves only at the next look.
-- It sells first and buys one bar later, with the money that it then has. It looks at times of the clock (UTC) at
-- which all four have a bar. What it wants to hold is kept in self, so a restart between sale and purchase leaves it
-- without a position until the next look.
local trd = require "trd"

local names = { "a", "b", "c", "d" }
local symbols = { a = "DEMO_A", b = "DEMO_B", c = "DEMO_C", d = "DEMO_D" }

local S = trd.strategy {
    name = "momentum_rotation",
    version = "1.0.0",
    api = 1,
    params = {
        lookback = trd.int { 48, min = 2, max = 250, step = 2, doc = "bars over which the rise is measured" },
        hours = trd.int { 24, min = 1, max = 168, step = 1, doc = "hours between two looks" },
        share = trd.dec { 0.9, min = 0.01, max = 1, step = 0.05, doc = "share of the equity to buy for" },
    },
    data = {
        a = trd.bars { symbol = symbols.a }, b = trd.bars { symbol = symbols.b },
        c = trd.bars { symbol = symbols.c }, d = trd.bars { symbol = symbols.d },
    },
}

function S:init(ctx)
    self.rise, self.closed = {}, {}
    for _, name in ipairs(names) do self.rise[name] = ctx.ind.roc(ctx.data[name], self.p.lookback) end
end

function S:strongest()
    local best, most = nil, 0
    for _, name in ipairs(names) do
        local rise = self.rise[name][0]
        if rise > most then best, most = name, rise end
    end
    return best
end

-- True with the last of the bars that close at one time: before it, some of the rises are a bar old.
function S:all_closed(bar)
    self.closed[bar.series] = bar.time
    for _, name in ipairs(names) do
        if self.closed[name] ~= bar.time then return false end
    end
    return true
end

function S:leave_all_but(ctx, winner)
    for _, name in ipairs(names) do
        local symbol = symbols[name]
        if name ~= winner and not ctx:position(symbol).flat then
            ctx:close { symbol = symbol, tag = "no longer first" }
        end
    end
end

local function nothing_held(ctx)
    for _, name in ipairs(names) do
        local position = ctx:position(symbols[name])
        if not position.flat or position.working ~= 0 then return false end
    end
    return true
end

function S:buy_wanted(ctx)
    local qty = math.floor(ctx.account.equity * self.p.share / ctx.data[self.wanted].close[0])
    if qty >= 1 then ctx:buy { symbol = symbols[self.wanted], qty = qty, tag = "strongest" } end
end

function S:on_bar(ctx, bar)
    if not self:all_closed(bar) then return end
    if bar.time % (self.p.hours * 3600) == 0 then
        self.wanted = self:strongest()
        self:leave_all_but(ctx, self.wanted)
    end
    if self.wanted and nothing_held(ctx) then self:buy_wanted(ctx) end
end

return S
