-- What comes between bars: the quotes, trades and book levels that on_quote, on_trade and on_book get. There is one of each
-- declared series, which shows the newest, as bars do.
--   host   the C functions of engine/script
--   tools  what the files before this one gave
local host, tools = ...

local pairs, rawget = tools.pairs, rawget
local number_at, integer_at, layout, proxy, quoted, suggest = tools.number_at, tools.integer_at, tools.layout, tools.proxy, tools.quoted, tools.suggest
local raise = host.raise

local function number(name)
    local cell = layout[name]
    return function(block) return number_at(block, cell) end
end
-- A price of zero is none.
local function price(name)
    local cell = layout[name]
    return function(block)
        local value = number_at(block, cell)
        if value ~= 0 then return value end
    end
end
-- The word for a small number, which shares its cell with another.
local function word(name, words)
    local cell = layout[name]
    return function(block) return words[integer_at(block, cell) % 4294967296] end
end

local bid, ask = price "tick_bid", price "tick_ask"
local function time(block) return integer_at(block, layout.tick_time) / 1e9 end
local function both(block, combine)
    local low, high = bid(block), ask(block)
    if low and high then return combine(low, high) end
end
local function mid(block) return both(block, function(low, high) return low + (high - low) / 2 end) end
local function spread(block) return both(block, function(low, high) return high - low end) end

local bid_size, ask_size = number "tick_bid_size", number "tick_ask_size"
local quote = { time = time, bid = bid, ask = ask, bid_size = bid_size, ask_size = ask_size, mid = mid, spread = spread }
local trade = { time = time, price = number "tick_price", size = number "tick_size", side = word("tick_side", { [1] = "buy", [2] = "sell" }) }
local level = {
    time = time, price = number "tick_price", size = number "tick_size", side = word("tick_side", { [0] = "bid", [1] = "ask" }),
    bid = bid, ask = ask, bid_size = bid_size, ask_size = ask_size, mid = mid, spread = spread,
}
local kinds = {
    quotes = { "a quote", quote, "on_quote" }, quote_bars = { "a quote", quote, "on_quote" },
    trades = { "a trade", trade, "on_trade" }, book = { "a level of a book", level, "on_book" },
}
local function named(readers)
    local names = { series = 1, symbol = 1 }
    for name in pairs(readers) do names[name] = 1 end
    return names
end
tools.api.quote, tools.api.trade, tools.api.level = named(quote), named(trade), named(level)

function tools.new_tick(block, request)
    local what, readers = kinds[request.kind][1], kinds[request.kind][2]
    local name, symbol = request.name, request.symbol
    return proxy(what, function(_, key)
        local read = rawget(readers, key)
        if read then return read(block) end
        if key == "series" then return name end
        if key == "symbol" then return symbol end
        raise(what .. " has no field " .. quoted(key) .. suggest(key, named(readers)))
    end)
end

-- ctx.data.NAME of what has no history.
function tools.no_series(request)
    local what = "data." .. request.name .. " is made with " .. request.call
    return proxy(what, function() raise(what .. " and is no series: it comes to " .. kinds[request.kind][3]) end)
end
