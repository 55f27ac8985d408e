-- How large a position should be: ctx.size.kelly and the others. Checks the arguments, and takes equity, price and point
-- value from the view; engine/stats/sizing.cpp computes. One table, below, says what each takes: the calls, their messages
-- and the editor's definitions come from it.
--   host   the C functions of engine/script
--   tools  what the files before this one gave
local host, tools = ...

local ipairs, pairs, select, type, unpack = ipairs, tools.pairs, select, type, unpack
local abs, concat = math.abs, table.concat
local frozen, raise, quoted, sizes = tools.frozen, host.raise, tools.quoted, host.sizes

local assets_max = 64

-- ---- what an argument may be: its type in the editor, words for it, and whether a value is that ----

local function range(wanted, holds)
    return { type = "number", wanted = "a number " .. wanted, holds = function(value)
        return type(value) == "number" and value - value == 0 and holds(value)
    end }
end
local positive = range("greater than 0", function(value) return value > 0 end)
local at_least_zero = range("of at least 0", function(value) return value >= 0 end)
local probability = range("from 0 to 1", function(value) return value >= 0 and value <= 1 end)
local part = range("greater than 0, at most 1 (0.02 is two per cent)", function(value) return value > 0 and value <= 1 end)
local finite = range("that is finite", function() return true end)
local symbol = { type = "string", wanted = "a string", holds = function(value) return type(value) == "string" end }

local function is_list(value, length)
    if type(value) ~= "table" or #value ~= length then return false end
    for i = 1, length do if not finite.holds(value[i]) then return false end end
    return true
end
local assets = {
    type = "number[]", wanted = "a list of 1 to " .. assets_max .. " finite numbers",
    holds = function(value) return type(value) == "table" and #value > 0 and #value <= assets_max and is_list(value, #value) end,
}
local matrix = {
    type = "number[][]", wanted = "a list of rows of finite numbers, as many as there are assets in both directions",
    holds = function(rows, before)
        local size = #before[1]
        if type(rows) ~= "table" or #rows ~= size then return false end
        for i = 1, size do if not is_list(rows[i], size) then return false end end
        return true
    end,
}

-- ---- what the account and the market say ----

local function market(what, given)
    local equity, price, point_value = host.unit(what, given.symbol)
    if price == 0 then raise(what .. ": there is no price yet") end
    if point_value == 0 then
        raise(what .. ": a unit of the instrument has no fixed value in the money of the account; ctx:target { weight = ... } knows its rates")
    end
    return equity, price, point_value
end
-- Without equity nothing can be at stake.
local function units(equity, size, ...)
    if equity <= 0 then return 0 end
    return size(equity, ...)
end

-- ---- the calls ----

local kelly_options = { fraction = { part, 0.5 }, cap = { positive, 1 }, shrink = { probability, 0 } }
local function terms(given) return given.fraction, given.cap, given.shrink end

local function kelly_vector(what, returns, rows, given)
    local flat = {}
    for i, row in ipairs(rows) do
        for j = 1, #row do
            if row[j] ~= rows[j][i] then
                raise(what .. ": covariance is not symmetric: [" .. i .. "][" .. j .. "] is " .. quoted(row[j]) .. ", [" .. j .. "][" .. i .. "] is " .. quoted(rows[j][i]))
            end
            flat[#flat + 1] = row[j]
        end
    end
    local shares = sizes.kelly_vector(returns, flat, terms(given))
    if #shares == 0 then raise(what .. ": covariance has to be positive definite; one asset is a mix of the others, or varies by less than nothing") end
    return shares
end

local calls = {
    kelly = {
        arguments = { { "win_probability", probability }, { "payoff", positive } }, options = kelly_options,
        gives = "number the share of equity to stake",
        size = function(_, chance, payoff, given) return sizes.kelly(chance, payoff, terms(given)) end,
    },
    kelly_continuous = {
        arguments = { { "excess_return", finite }, { "volatility", positive } }, options = kelly_options,
        gives = "number the share of equity to hold",
        size = function(_, excess, volatility, given) return sizes.kelly_continuous(excess, volatility, terms(given)) end,
    },
    kelly_vector = {
        arguments = { { "excess_returns", assets }, { "covariance", matrix } }, options = kelly_options,
        gives = "number[] the share of equity to hold of each, negative when short", size = kelly_vector,
    },
    volatility = {
        arguments = { { "target", positive }, { "volatility", at_least_zero } }, options = { floor = { at_least_zero, 0 }, symbol = { symbol } },
        gives = "number units", size = function(what, target, volatility, given)
            if volatility == 0 and given.floor == 0 then raise(what .. ": a volatility of 0 needs a floor, or the size is without bounds") end
            local equity, price, point_value = market(what, given)
            return units(equity, sizes.volatility, target, volatility, abs(price) * point_value, given.floor)
        end,
    },
    atr = {
        arguments = { { "share", part }, { "atr", positive } }, options = { multiple = { positive, 1 }, symbol = { symbol } },
        gives = "number units", size = function(what, share, range_of_bars, given)
            local equity, _, point_value = market(what, given)
            return units(equity, sizes.atr, share, range_of_bars, given.multiple, point_value)
        end,
    },
    risk = {
        arguments = { { "share", part }, { "stop", finite } }, options = { symbol = { symbol } },
        gives = "number units", size = function(what, share, stop, given)
            local equity, price, point_value = market(what, given)
            if stop == price then raise(what .. ": stop must be away from the last price, " .. quoted(price)) end
            return units(equity, sizes.atr, share, abs(price - stop), 1, point_value)
        end,
    },
    share = {
        arguments = { { "share", at_least_zero } }, options = { symbol = { symbol } },
        gives = "number units", size = function(what, share, given)
            local equity, price, point_value = market(what, given)
            if share == 0 then return 0 end
            return units(equity, sizes.share, share, abs(price) * point_value)
        end,
    },
}

-- ---- checks ----

local function check(what, name, kind, value, before)
    if kind.holds(value, before) then return value end
    raise(what .. ": " .. name .. " must be " .. kind.wanted .. ", not " .. quoted(value))
end

-- The options with what is left out, and without what does not exist.
local function options_of(what, call, given)
    if given ~= nil and type(given) ~= "table" then raise(what .. " takes its options in a table, { ... }, not " .. quoted(given)) end
    if given ~= nil then tools.check_fields(what, given, call.options) end
    local values = {}
    for name, option in pairs(call.options) do
        local value = given and given[name]
        if value == nil then value = option[2] else check(what, name, option[1], value) end
        values[name] = value
    end
    return values
end

local function checked(what, call, ...)
    local count, values = #call.arguments, { ... }
    if select("#", ...) > count + 1 then raise(what .. " takes " .. count .. (count == 1 and " number" or " values") .. " and a table, { ... }") end
    for i, argument in ipairs(call.arguments) do check(what, argument[1], argument[2], values[i], values) end
    values[count + 1] = options_of(what, call, values[count + 1])
    return values
end

local size = {}
local function new_size(name, call)
    local what, count = "ctx.size." .. name, #call.arguments + 1
    return function(...)
        if (...) == size then raise(what .. " is called with a dot: " .. what .. "(...)") end
        local values = checked(what, call, ...)
        local result = call.size(what, unpack(values, 1, count))
        if result ~= result then raise(what .. ": the size is beyond all numbers") end
        return result
    end
end

local members, signatures = {}, {}
for name, call in pairs(calls) do
    members[name] = new_size(name, call)
    local words = {}
    for i, argument in ipairs(call.arguments) do words[i] = argument[1] .. ": " .. argument[2].type end
    local options = {}
    for option, of in pairs(call.options) do options[#options + 1] = option .. "?: " .. of[1].type end
    words[#words + 1] = "options?: { " .. concat(options, ", ") .. " }"
    signatures[name] = "fun(" .. concat(words, ", ") .. "): " .. call.gives
end
size = frozen("ctx.size", members)
tools.methods.size = size
tools.api.size, tools.size_signatures = members, signatures
