-- Trades the ratio of two prices: when it is `open` standard deviations above its mean, sells A and buys B for the
-- same money, below it the other way round, and closes both when the ratio is back within `close` deviations of the
-- mean.
-- Earns while whatever ties the two together holds, in rising and in falling markets. Loses without a limit when the
-- tie breaks: the ratio walks away, its mean follows only slowly, and the stop at `stop` deviations then closes at a
-- loss. Two unrelated series, such as the generated ones, have no tie, and the result is luck less fees.
-- The ratios are those of the last bars of each series: where one of them misses a bar, older ratios of the window are
-- a bar askew. It trades only on bars that both have. A restart loses the time of one bar, nothing else.
local trd = require "trd"

local A, B = "DEMO_A", "DEMO_B"

local S = trd.strategy {
    name = "pairs_spread",
    version = "1.0.0",
    api = 1,
    params = {
        window = trd.int { 60, min = 10, max = 250, step = 10, doc = "bars in mean and deviation of the ratio" },
        open = trd.dec { 2, min = 0.5, max = 5, step = 0.25, doc = "deviations from the mean that open the pair" },
        close = trd.dec { 0.5, min = 0, max = 3, step = 0.25, doc = "deviations from the mean that close it" },
        stop = trd.dec { 4, min = 1, max = 10, step = 0.5, doc = "deviations from the mean that end it at a loss" },
        share = trd.dec { 0.4, min = 0.01, max = 0.5, step = 0.05, doc = "share of the equity in each of the two" },
    },
    constraint = function(p) return p.close < p.open and p.open < p.stop end,
    data = { a = trd.bars { symbol = A }, b = trd.bars { symbol = B } },
}

-- How many standard deviations the newest ratio lies from the mean of the window; NaN until there are enough bars.
local function score(a, b, window)
    local sum, squares = 0, 0
    for ago = 0, window - 1 do sum = sum + a[ago] / b[ago] end
    local mean = sum / window
    for ago = 0, window - 1 do squares = squares + (a[ago] / b[ago] - mean) ^ 2 end
    if squares == 0 then return 0 end
    return (a[0] / b[0] - mean) / (squares / window) ^ 0.5
end

-- direction 1 buys A and sells B, -1 the other way round. Neither is sent unless both are at least one lot.
function S:open(ctx, direction)
    local money = ctx.account.equity * self.p.share
    local a, b = math.floor(money / ctx.data.a.close[0]), math.floor(money / ctx.data.b.close[0])
    if a < 1 or b < 1 then return end
    local buy, sell = direction > 0 and { A, a } or { B, b }, direction > 0 and { B, b } or { A, a }
    ctx:sell { symbol = sell[1], qty = sell[2], tag = "dear" }
    ctx:buy { symbol = buy[1], qty = buy[2], tag = "cheap" }
end

function S:shut(ctx, why)
    for _, symbol in ipairs { A, B } do
        if not ctx:position(symbol).flat then ctx:close { symbol = symbol, tag = why } end
    end
end

function S:decide(ctx, z)
    local a, b = ctx:position(A), ctx:position(B)
    if a.working ~= 0 or b.working ~= 0 then return end
    if a.flat and b.flat then
        if math.abs(z) >= self.p.open and math.abs(z) < self.p.stop then self:open(ctx, z > 0 and -1 or 1) end
        return
    end
    local against = a.long and -z or z -- how far the ratio is on the side where the pair was opened
    if a.flat or b.flat then
        self:shut(ctx, "half a pair")
    elseif against <= self.p.close then
        self:shut(ctx, "back at the mean")
    elseif against >= self.p.stop then
        self:shut(ctx, "stop")
    end
end

function S:on_bar(ctx, bar)
    local other = self.last
    self.last = bar.time
    if other ~= bar.time then return end -- the first of the two; the second one, at the same time, sees both
    local z = score(ctx.data.a.close, ctx.data.b.close, self.p.window)
    if z == z then self:decide(ctx, z) end
end

return S
