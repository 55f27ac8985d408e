-- What `require "trd"` gives to a strategy, and the ctx that its hooks get. Trusted: it sees the view's memory, scripts
-- do not. Proxies hide their memory behind keys that no script can name.
--   host   the C functions of engine/script/lua_host.cpp and lua_strategy.cpp
--   tools  what lua/sandbox.lua gave us; what we give to C++ goes there too
local host, tools = ...

local rawget, rawset, select, setmetatable, type = rawget, rawset, select, setmetatable, type
local error, tonumber, find, lower = error, tonumber, string.find, string.lower
local ipairs, pairs, tostring, frozen, suggest, raise = ipairs, tools.pairs, tools.tostring, tools.frozen, tools.suggest, host.raise
local band = bit.band
local nan = 0 / 0

-- ---- the view's memory: cells of 8 bytes ----

local capacity = host.series_capacity
local function unchanged(address) return address end
local number_at, integer_at, cells_of = host.cell_number, host.cell_integer, unchanged
local value_at, crossing, series_of = host.series_value, host.crossing, unchanged
if host.jit then
    local ffi = require "ffi"
    ffi.cdef [[
        typedef union { double number; int64_t integer; } trd_cell;
        typedef struct { const int64_t *count; const double *values; int64_t stride; } trd_series;
    ]]
    local cell_pointer, series_pointer = ffi.typeof "const trd_cell *", ffi.typeof "const trd_series *"
    function number_at(cells, i) return cells[i].number end
    function integer_at(cells, i) return tonumber(cells[i].integer) end
    function cells_of(address) return ffi.cast(cell_pointer, address) end
    function series_of(address) return ffi.cast(series_pointer, address) end
    function value_at(series, ago)
        local count = tonumber(series.count[0])
        if ago >= count then return nan end
        return series.values[band(count - 1 - ago, capacity - 1) * tonumber(series.stride)]
    end
    crossing = ffi.cast("double (*)(const trd_series *, double, const trd_series *, double)", host.crossing_address)
end

local quoted, check_fields, check_type, optional = tools.quoted, tools.check_fields, tools.check_type, tools.optional
local parameter, data_request = tools.parameter, tools.data_request

-- ---- trd.strategy ----

local bars = data_request("trd.bars", { symbol = 1, tf = 1 }, "bars", "bars")

-- What a strategy hears between its bars: the hook for each kind of it.
local tick_hooks = { quotes = "on_quote", quote_bars = "on_quote", trades = "on_trade", book = "on_book" }

-- Which hooks of ticks something will call.
local function check_data(requested)
    local hooked = {}
    if #requested == 0 then raise("trd.strategy: data needs at least one series") end
    local has_bars = false
    for _, request in ipairs(requested) do has_bars = has_bars or request.kind == "bars" end
    for _, request in ipairs(requested) do
        if request.optional and not has_bars then
            raise(request.call .. ": optional needs a series of trd.bars {} beside it, which a run without the other goes by")
        end
        hooked[tick_hooks[request.kind] or ""] = true
    end
    return hooked
end

local hooks = {
    init = 1, on_start = 1, on_warm = 1, on_bar = 1, on_bars = 1, on_timer = 1, on_session = 1, on_stop = 1,
    on_order = 1, on_accept = 1, on_reject = 1, on_fill = 1, on_cancel = 1, on_deny = 1,
    on_expire = 1, on_replace = 1, on_save = 1, on_load = 1, on_quote = 1, on_trade = 1, on_book = 1, on_margin_call = 1,
    on_position = 1, on_funding = 1, on_corporate_action = 1, on_risk = 1,
}
for name in pairs(hooks) do tools.methods_of[name] = "function S:" .. name .. "(ctx, ...), where S is what trd.strategy gave" end
local strategy_fields = { name = 1, version = 1, api = 1, params = 1, constraint = 1, data = 1, state_version = 1 }
tools.api = {} -- the names that scripts may say, for lua/annotations.lua
tools.api.hooks, tools.api.declaration = hooks, strategy_fields
local strategy -- the one of this script, and what was declared for it
local declaration
local others = {} -- its methods that are no hooks, in order

-- What a hook gets after ctx, as a script may well call it: where that stands in the place of self or ctx, they are missing.
local given_to_hooks = {
    on_bar = "bar", on_bars = "bars", on_timer = "name", on_fill = "fill", on_order = "order", on_accept = "order", on_reject = "order",
    on_cancel = "order", on_deny = "order", on_expire = "order", on_replace = "order", on_quote = "quote", on_trade = "trade",
    on_book = "level", on_position = "change", on_funding = "funding", on_corporate_action = "action", on_risk = "alarm",
    on_margin_call = "call",
}
local function check_parameters(name, hook)
    local first, second, last = host.parameter_name(hook, 1), host.parameter_name(hook, 2), given_to_hooks[name]
    if first == "ctx" or first and first == last then raise(name .. " is written with a colon: function S:" .. name .. "(ctx, ...)") end
    if second and second == last then raise(name .. " gets ctx first: function S:" .. name .. "(ctx, " .. last .. ")") end
end

-- The strategy's hooks. Not in itself, so that putting another one there while it runs is seen.
local given_hooks = {}
local taken_after_init, asked_for_before_init = {}, {} -- the other hooks are looked up whenever something happens
for _, name in ipairs { "on_start", "on_warm", "on_bar", "on_timer", "on_session", "on_stop", "on_quote", "on_trade", "on_book",
    "on_margin_call" } do taken_after_init[name] = true end
for _, name in ipairs { "on_bars", "on_session", "on_order", "on_accept", "on_reject", "on_fill", "on_cancel", "on_deny", "on_expire",
    "on_replace", "on_position", "on_funding", "on_corporate_action", "on_risk" } do asked_for_before_init[name] = true end
local function comes_too_late(name)
    if name == "init" or taken_after_init[name] and not tools.wiring() then return true end
    return asked_for_before_init[name] and given_hooks[name] == nil
end
local function refuse_late_hook(name)
    local last = given_to_hooks[name] and ", " .. given_to_hooks[name] or ""
    raise("self." .. name .. ": hooks are taken when the strategy starts, so nothing would follow from this: write function S:" .. name ..
        "(ctx" .. last .. "), and let it call what is to run now, as self.step(self, ctx" .. last .. ")")
end
local function put_hook(self, name, value)
    local runs = tools.strategy ~= nil
    if runs and type(value) ~= "function" and given_hooks[name] == nil then return rawset(self, name, value) end
    if value ~= nil then check_parameters(name, check_type("the hook " .. name, value, "function")) end
    if runs and comes_too_late(name) then refuse_late_hook(name) end
    given_hooks[name] = value
end

-- What is spelled like a hook and is none would never be called: refused where it is written.
local function new_field(self, name, value)
    if name == "p" then raise "self.p cannot be changed: parameters are given from outside, with --set NAME=VALUE" end
    if name ~= nil and hooks[name] then return put_hook(self, name, value) end
    if type(value) == "function" and type(name) == "string" then
        if find(name, "^on_") or find(name, "^[oO]n%u") or hooks[lower(name)] then
            raise("there is no hook '" .. name .. "'" .. host.meant_hook(name, hooks))
        end
        others[#others + 1] = name
    end
    rawset(self, name, value)
end

local strategy_meta = { __newindex = new_field, __index = given_hooks, __metatable = "locked" }
local function new_strategy(given)
    check_fields("trd.strategy", given, strategy_fields)
    if strategy then raise "trd.strategy is called once: a file is one strategy" end
    check_type("trd.strategy: name", given.name, "string")
    if find(given.name, "[^%w_.-]") or #given.name == 0 or #given.name > 64 then
        raise("trd.strategy: name takes up to 64 letters, digits, '_', '-' and '.', not " .. quoted(given.name))
    end
    local version = optional("trd.strategy: version", given.version, "string")
    if version and (find(version, "[^ -~]") or #version > 64) then
        raise("trd.strategy: version takes up to 64 printable ASCII characters")
    end
    optional("trd.strategy: constraint", given.constraint, "function")
    if given.api ~= nil and given.api ~= 1 then raise("trd.strategy: api is 1 here, not " .. quoted(given.api)) end
    local state_version = given.state_version == nil and 1 or given.state_version
    if type(state_version) ~= "number" or state_version % 1 ~= 0 or state_version < 1 or state_version > 1e9 then
        raise("trd.strategy: state_version must be a whole number from 1 on, not " .. quoted(state_version))
    end
    local data = optional("trd.strategy: data", given.data, "table") or { main = bars {} }
    declaration = {
        name = given.name, version = given.version or "", constraint = given.constraint, state_version = state_version,
        parameters = tools.parameters_in_order("params", optional("trd.strategy: params", given.params, "table") or {}),
        series = tools.requests_in_order("data", data), bars = {}, ticks = {},
    }
    declaration.tick_hooks = check_data(declaration.series)
    for _, request in ipairs(declaration.series) do
        local list = request.kind == "bars" and declaration.bars or declaration.ticks
        list[#list + 1] = request
    end
    strategy = setmetatable({}, strategy_meta)
    return strategy
end

local trd_members = {
    strategy = new_strategy, bars = bars,
    quotes = data_request("trd.quotes", { symbol = 1, tf = 1, optional = 1 }, "quotes", "quote_bars"),
    trades = data_request("trd.trades", { symbol = 1, optional = 1 }, "trades"),
    book = data_request("trd.book", { symbol = 1, optional = 1 }, "book"),
    int = parameter "integer", dec = parameter "decimal", bool = parameter "boolean", enum = parameter "choice",
}
tools.api.trd = trd_members
local trd = frozen("trd", trd_members)

tools.members.require = function(name)
    if name == "trd" then return trd end
    raise("require knows 'trd' only, not " .. quoted(name))
end

-- ---- after the file has run: overrides, constraint, manifest ----

local funcinfo = require("jit.util").funcinfo
-- For what comes to light when the function is not running: its own line is named, and no other.
function tools.raise_at(call, message)
    local place = funcinfo(call).loc
    if not place then raise(message) end
    error(place .. ": " .. message, 0)
end
local function check_source(hook, has_source, maker)
    if type(strategy[hook]) == "function" and not has_source then
        tools.raise_at(strategy[hook], "the strategy has " .. hook .. ", and no trd." .. maker .. " {} in its data")
    end
end
local function check_sources()
    for maker, hook in pairs { quotes = "on_quote", trades = "on_trade", book = "on_book" } do
        check_source(hook, declaration.tick_hooks[hook], maker)
    end
    for _, hook in ipairs { "on_bar", "on_bars" } do check_source(hook, #declaration.bars > 0, "bars") end
end

-- Where what happens comes to, of the kinds of data that the strategy asks for.
local function what_to_write()
    if #declaration.bars > 0 then return "bars come to function S:on_bar(ctx, bar)" end
    local hook = tick_hooks[declaration.ticks[1].kind]
    return "what it asks for comes to function S:" .. hook .. "(ctx, " .. given_to_hooks[hook] .. ")"
end
-- A method that is no hook may be called by the script itself. What nothing calls was meant as one when its name says so, or
-- when there is no hook for what happens.
local is_no_event = { init = 1, on_start = 1, on_stop = 1, on_save = 1, on_load = 1 }
local function check_hooks()
    local hears, is_called = false, false
    for name in pairs(hooks) do
        is_called = is_called or strategy[name] ~= nil
        hears = hears or strategy[name] ~= nil and not is_no_event[name]
    end
    local uncalled = host.unused_methods(others)
    for _, name in ipairs(others) do
        local unused = type(strategy[name]) == "function" and uncalled[name]
        local meant = unused and host.meant_hook(name, hooks) or ""
        if meant ~= "" then tools.raise_at(strategy[name], "'" .. name .. "' is no hook, and nothing here calls self:" .. name .. "()" .. meant) end
        if unused and not hears then
            tools.raise_at(strategy[name], "'" .. name .. "' is no hook, and nothing here calls self:" .. name .. "(): " .. what_to_write())
        end
    end
    if not is_called then raise("the strategy has no hook, so nothing in it would ever be called: " .. what_to_write()) end
end

-- Called by C++ with what the file returned.
function tools.finish(returned)
    if strategy == nil then raise "a strategy file calls trd.strategy { ... } and returns what it gets" end
    if returned ~= strategy then raise "a strategy file ends by returning its strategy: return S" end
    local values = tools.parameter_values("the strategy '" .. declaration.name .. "'", declaration.parameters)
    declaration.wants_sessions, declaration.wants_bars = strategy.on_session ~= nil, strategy.on_bars ~= nil
    declaration.wants_account_news = (strategy.on_position or strategy.on_funding or strategy.on_corporate_action or strategy.on_risk) ~= nil
    given_hooks.p = frozen("self.p", values) -- not in itself, where it could be written over
    if strategy.state == nil then rawset(strategy, "state", {}) end
    if declaration.constraint and not declaration.constraint(strategy.p) then
        local text = ""
        for i, spec in ipairs(declaration.parameters) do text = text .. (i > 1 and ", " or "") .. spec.name .. "=" .. spec.value_text end
        raise("the strategy's constraint refuses " .. text)
    end
    tools.strategy = strategy
    host.take_manifest(declaration)
    check_sources()
    check_hooks()
end

-- ---- series: what indicators and bars write, newest first ----

local SERIES, BARS, NODE, ADDRESS = {}, {}, {}, {} -- keys that no script can name

local function refuse_index(key)
    if type(key) ~= "number" then
        raise("a series has no field " .. quoted(key) .. ": series[0] is the current value, series[1] the one before")
    end
    if key < 0 then raise("series[" .. tostring(key) .. "] lies in the future") end
    if key % 1 ~= 0 then raise("series[" .. tostring(key) .. "]: whole numbers only") end
    raise("series[" .. tostring(key) .. "]: only the last " .. capacity .. " values are kept")
end
local function value_of(self, key)
    if type(key) ~= "number" or key < 0 or key >= capacity or key % 1 ~= 0 then refuse_index(key) end
    return value_at(self[SERIES], key)
end
local series_meta = {
    __metatable = "locked",
    __newindex = function() raise "a series cannot be changed" end,
    __index = value_of,
}
local wiring = false -- true while init runs
function tools.wiring() return wiring end
local function no_value_yet(_, key)
    if type(key) ~= "number" or key < 0 or key >= capacity or key % 1 ~= 0 then refuse_index(key) end
    raise("series[" .. tostring(key) .. "] has no value in init, which comes before the first bar: keep the series in self, and read " ..
        "series[" .. tostring(key) .. "] in on_bar")
end
-- Runs the strategy's init. Meanwhile series are read through another function, so that nobody asks for it at a bar.
local function wire(init, self, ctx)
    wiring, series_meta.__index = true, no_value_yet
    if init then init(self, ctx) end
    wiring, series_meta.__index = false, value_of
end
local function refuse_arithmetic()
    if not wiring then raise "a series is no number: write series[0] for its current value" end
    raise("a series is no number, and init comes before the first bar: keep the series in self and compute with series[0] in on_bar, " ..
        "or make a series of your own with trd.indicator")
end
for _, operation in ipairs { "__add", "__sub", "__mul", "__div", "__mod", "__unm", "__concat", "__lt", "__le" } do
    series_meta[operation] = refuse_arithmetic
end
local function new_series(address, input)
    return setmetatable({ [SERIES] = series_of(address), [NODE] = input, [ADDRESS] = address }, series_meta)
end
-- Of a series: its address, and the number of the data series that it belongs to.
function tools.series_at(value)
    if type(value) ~= "table" or not rawget(value, ADDRESS) then return nil end
    return rawget(value, ADDRESS), rawget(value, NODE).series
end

-- ---- crossings: over the history, without a state of their own ----

local function refuse_operand(value)
    if value == tools.ctx then raise "ctx.cross_up and ctx.cross_down are called with a dot: ctx.cross_up(a, b)" end
    if type(value) == "table" and rawget(value, BARS) then raise "a crossing compares series: write data.main.close" end
    raise("a crossing compares series and numbers, called as ctx.cross_up(a, b); it got " .. quoted(value))
end
local function operand(value)
    if type(value) == "number" then return nil, value end
    if type(value) ~= "table" then refuse_operand(value) end
    return rawget(value, SERIES) or refuse_operand(value), 0
end
local function refuse_numbers(what)
    raise(what .. " needs a series: two numbers have no values before these, so they never cross; write the series without [0], as " ..
        what .. "(self.fast, self.slow)")
end
local function crossed(what, a, b)
    local a_series, a_number = operand(a)
    local b_series, b_number = operand(b)
    if not a_series and not b_series then refuse_numbers(what) end
    return crossing(a_series, a_number, b_series, b_number)
end
-- True when a is above b now, and was below when they last differed.
local function cross_up(a, b) return crossed("ctx.cross_up", a, b) > 0 end
local function cross_down(a, b) return crossed("ctx.cross_down", a, b) < 0 end

-- ---- proxies onto the view ----

local read_only, proxy = tools.read_only, tools.proxy
local layout = host.layout
local bar_names = { open = 1, high = 1, low = 1, close = 1, volume = 1, time = 1, open_time = 1, series = 1 }
-- The bar that has just closed: one table for each series, so what a script keeps shows the newest bar later on.
local function new_bar(cells, name)
    local open, high, low, close, volume = layout.open, layout.high, layout.low, layout.close, layout.volume
    local open_time, close_time = layout.open_time, layout.close_time
    return proxy("a bar", function(_, key)
        if key == "close" then return number_at(cells, close) end
        if key == "open" then return number_at(cells, open) end
        if key == "high" then return number_at(cells, high) end
        if key == "low" then return number_at(cells, low) end
        if key == "volume" then return number_at(cells, volume) end
        if key == "time" then return integer_at(cells, close_time) / 1e9 end
        if key == "open_time" then return integer_at(cells, open_time) / 1e9 end
        if key == "series" then return name end
        raise("a bar has no field " .. quoted(key) .. suggest(key, bar_names))
    end)
end

local position_names = { qty = 1, flat = 1, long = 1, short = 1, average_price = 1, mark = 1, unrealized = 1, realized = 1, working = 1 }
local function new_position(cells)
    local quantity, average_price, mark = layout.quantity, layout.average_price, layout.mark
    local unrealized, realized, working = layout.unrealized, layout.realized, layout.working
    local position = proxy("a position", function(_, key)
        if key == "flat" then return number_at(cells, quantity) == 0 end
        if key == "long" then return number_at(cells, quantity) > 0 end
        if key == "short" then return number_at(cells, quantity) < 0 end
        if key == "qty" then return number_at(cells, quantity) end
        if key == "average_price" then return number_at(cells, average_price) end
        if key == "working" then return number_at(cells, working) end
        if key == "mark" then return number_at(cells, mark) end
        if key == "unrealized" then return number_at(cells, unrealized) end
        if key == "realized" then return number_at(cells, realized) end
        raise("a position has no field " .. quoted(key) .. suggest(key, position_names))
    end)
    tools.is_position[position] = true
    return position
end

local account_names, is_account = { cash = 1, equity = 1 }, {}
tools.layout, tools.number_at, tools.integer_at = layout, number_at, integer_at
tools.api.bar, tools.api.position, tools.api.account = bar_names, position_names, account_names
local function new_account(cells)
    local cash, equity = layout.cash, layout.equity
    local account = proxy("an account", function(_, key)
        if key == "equity" then return number_at(cells, equity) end
        if key == "cash" then return number_at(cells, cash) end
        raise("an account has no field " .. quoted(key) .. suggest(key, account_names))
    end)
    is_account[account] = true
    return account
end

-- ---- data ----

local field_names = { open = 0, high = 1, low = 2, close = 3, volume = 4, hl2 = 5, hlc3 = 6, ohlc4 = 7 }
tools.api.data = field_names
local function new_data(name, index)
    local fields = { name = name }
    -- Made when first read: the host keeps only what somebody has asked for.
    local function first_read(key)
        local offset = rawget(field_names, key)
        if offset == nil then return nil end
        local series = new_series(host.bar_series(index, offset), { series = index, field = offset })
        fields[key] = series
        return series
    end
    local data = setmetatable({ [BARS] = index }, {
        __metatable = "locked",
        __newindex = read_only("data." .. name),
        __index = function(_, key)
            local field = rawget(fields, key) or first_read(key)
            if field ~= nil then return field end
            if type(key) == "number" then raise("data." .. name .. " has no [" .. key .. "]: write data." .. name .. ".close[" .. key .. "]") end
            raise("data." .. name .. " has no " .. quoted(key) .. suggest(key, field_names))
        end,
    })
    return data
end

-- ---- indicators ----

local function input_of(what, value)
    local index = type(value) == "table" and rawget(value, BARS)
    if index then return { series = index, bar = true, field = field_names.close } end
    local input = type(value) == "table" and rawget(value, NODE)
    if input then return input end
    raise(what .. " needs a series first: " .. what .. "(ctx.data.main, ...)")
end

tools.input_of, tools.new_series = input_of, new_series

-- ---- ctx ----

local ctx -- made by bind
local orders = host.orders
local methods = {
    cross_up = cross_up, cross_down = cross_down,
    buy = orders.buy, sell = orders.sell, close = orders.close, cancel = orders.cancel,
    bracket = orders.bracket, oco = orders.oco, target = orders.target, replace = orders.replace,
    cancel_all = orders.cancel_all, flatten = orders.flatten,
}
tools.methods = methods
tools.api.ctx = { data = 1, ind = 1, account = 1, account_of = 1, position = 1, now = 1 } -- and the methods

-- What other platforms have as names of their own.
for _, name in ipairs { "buy", "sell", "close", "cancel", "target", "flatten", "position" } do tools.elsewhere[name] = "ctx:" .. name end
for _, name in ipairs { "cross_up", "cross_down", "data", "ind", "account", "now", "log", "size" } do tools.elsewhere[name] = "ctx." .. name end
for _, name in ipairs { "open", "high", "low", "volume" } do tools.elsewhere[name] = "bar." .. name end
for _, traits in ipairs(host.indicators) do
    tools.elsewhere[traits.name] = tools.elsewhere[traits.name] or "ctx.ind." .. traits.name
end
tools.elsewhere.close, tools.elsewhere.params = "bar.close, or ctx:close", "self.p"
for name, hook in pairs { ctx = "on_bar(ctx, bar)", bar = "on_bar(ctx, bar)", bars = "on_bars(ctx, bars)", fill = "on_fill(ctx, fill)" } do
    tools.elsewhere[name] = name .. " where a hook gets it, as in S:" .. hook .. ", and hand it on"
end
tools.elsewhere.self = "self in a method, which is written with a colon: function S:name()"

-- What a handle is, and where its number is; nothing of any other value. For messages.
local is_bar = {}
function tools.kind_of(value)
    if value == nil then return end
    if tools.is_position[value] then return "a position", ".qty" end
    if is_bar[value] then return "a bar", ".close" end
    if is_account[value] then return "the account", ".equity" end
    if type(value) ~= "table" then return end
    if rawget(value, ADDRESS) then return "a series", "[0]" end
    if rawget(value, BARS) then return "a series of bars", ".close[0]" end
end

-- ---- binding: once, when the view exists ----

local bar_of_series, bars_meta -- made by bind
-- What C++ calls at the close of a bar: it has nothing to push, and compiled code knows who is called with what.
local function bar_call(on_bar, self, context, bar) return function() on_bar(self, context, bar) end end
function tools.bar_of(series) return bar_of_series[series + 1] end

function tools.bind()
    local data, positions, bar_proxies = {}, {}, {}
    local sides = { long = {}, short = {} } -- made when first asked for
    for i, request in ipairs(declaration.bars) do
        local index = i - 1
        data[request.name] = new_data(request.name, index)
        bar_proxies[i] = new_bar(cells_of(host.bar(index)), request.name)
        is_bar[bar_proxies[i]] = true
        local instrument = host.instrument(index)
        positions[instrument] = positions[instrument] or new_position(cells_of(host.position(instrument, 0)))
    end
    local default
    local function side_of(instrument, side)
        local known = rawget(sides, side)
        if not known then raise("ctx:position: the side is 'long' or 'short', not " .. quoted(side) .. suggest(side, sides)) end
        if integer_at(cells_of(host.position(instrument, 0)), layout.keeps_sides) == 0 then
            raise "ctx:position: the account nets: it keeps no long and short side by side"
        end
        known[instrument] = known[instrument] or new_position(cells_of(host.position(instrument, side == "long" and 1 or 2)))
        return known[instrument]
    end
    function methods.position(self, symbol, side)
        if self ~= ctx then raise "ctx:position is called with a colon: ctx:position()" end
        if symbol == nil then return side == nil and default or side_of(host.instrument_of(), side) end
        local instrument = host.instrument_of("ctx:position", symbol)
        return side == nil and positions[instrument] or side_of(instrument, side)
    end
    methods.data = frozen("ctx.data", data)
    local block = cells_of(host.block())
    methods.account = new_account(cells_of(host.account()))
    local accounts = {} -- by instrument, made when first asked for
    function methods.account_of(self, symbol)
        if self ~= ctx then raise "ctx:account_of is called with a colon: ctx:account_of('SPY')" end
        if symbol == nil then raise "ctx:account_of needs a symbol: the account where it is traded; ctx.account is all of them together" end
        local instrument = host.instrument_of("ctx:account_of", symbol)
        accounts[instrument] = accounts[instrument] or new_account(cells_of(host.account(instrument)))
        return accounts[instrument]
    end
    local ticks = #bar_proxies
    for i, request in ipairs(declaration.ticks) do
        bar_proxies[ticks + i] = tools.new_tick(block, request)
        data[request.name] = tools.no_series(request)
        local instrument = host.instrument(ticks + i - 1)
        positions[instrument] = positions[instrument] or new_position(cells_of(host.position(instrument, 0)))
    end
    default = positions[host.instrument_of()]

    local now_cell, ctx_names = layout.now, { now = 1 }
    for name in pairs(methods) do ctx_names[name] = 1 end
    setmetatable(methods, { __index = function(_, key)
        if key == "now" then return integer_at(block, now_cell) / 1e9 end
        raise("ctx has no " .. quoted(key) .. suggest(key, ctx_names))
    end })
    ctx = proxy("ctx", methods)
    tools.ctx = ctx

    bar_of_series = bar_proxies
    bars_meta = { __metatable = "locked", __newindex = read_only("bars"), __index = function(_, key)
        if rawget(data, key) then return end
        local path = bar_names[key] and declaration.bars[1] and ": on_bars gets bars by name, bars." .. declaration.bars[1].name .. "." .. key
        raise("bars has no " .. quoted(key) .. (path or suggest(key, data)))
    end }

    wire(strategy.init, strategy, ctx)
    local bar_calls = {}
    for i = 1, strategy.on_bar and #declaration.bars or 0 do bar_calls[i] = bar_call(strategy.on_bar, strategy, ctx, bar_proxies[i]) end
    return strategy, ctx, bar_proxies, bar_calls
end

-- ---- self.state: what is kept over a restart ----

-- Called by C++: all of it as bytes.
function tools.save_state()
    if strategy.on_save then strategy.on_save(strategy, ctx) end
    return host.encode_state(strategy.state, "self.state")
end

-- Called by C++ with such bytes and the state_version that wrote them.
function tools.load_state(bytes, version)
    local state, hook = host.decode_state(bytes), strategy.on_load
    if version ~= declaration.state_version and not hook then
        raise("the saved state is of state_version " .. version .. ", the strategy of " .. declaration.state_version ..
            ": write function S:on_load(ctx, state, from_version), which returns what it is now")
    end
    rawset(strategy, "state", state)
    local changed = hook and hook(strategy, ctx, state, version)
    if changed ~= nil then rawset(strategy, "state", check_type("on_load: what it returns", changed, "table")) end
end

-- ---- all bars of one instant ----

-- Called by C++ with the numbers of the series that have closed.
function tools.on_bars(...)
    local closed = {}
    for i = 1, select("#", ...) do
        local index = select(i, ...)
        closed[declaration.bars[index + 1].name] = bar_of_series[index + 1]
    end
    strategy.on_bars(strategy, ctx, setmetatable(closed, bars_meta))
end

-- ---- what happened to an account ----

tools.api.position_change = { symbol = 1, cause = 1, qty = 1, price = 1, fee = 1, tag = 1 }
tools.api.funding = { symbol = 1, rate = 1, price = 1, amount = 1 }
tools.api.corporate_action = { symbol = 1, kind = 1, ratio = 1, per_unit = 1, amount = 1 }
tools.api.margin_call = { equity = 1, maintenance = 1 }
tools.api.alarm = { check = 1, kind = 1, action = 1, percent = 1, symbol = 1 }
local given_to_account_hooks = { on_margin_call = "a margin call", on_position = "a change", on_funding = "a funding", on_corporate_action = "an action", on_risk = "an alarm" }
-- Called by C++ with what the hook gets, if there is one.
function tools.tell_account(name, told)
    local hook = given_hooks[name]
    if hook then hook(strategy, ctx, frozen(given_to_account_hooks[name], told)) end
end

-- ---- notices: what happened to an order ----

tools.api.fill = { order = 1, qty = 1, price = 1, fee = 1, side = 1, tag = 1, complete = 1, symbol = 1, liquidity = 1 }
-- Called by C++ when a hook wants the event: the hook of its name first, then on_order.
function tools.notify(name, event, order, qty, price, fee, liquidity)
    local hook = name and given_hooks[name]
    if hook and name == "on_fill" then
        local fill = { order = order, qty = qty, price = price, fee = fee, side = order.side, tag = order.tag,
            symbol = order.symbol or "", liquidity = liquidity }
        fill.complete = event == "complete"
        hook(strategy, ctx, frozen("a fill", fill))
    elseif hook then
        hook(strategy, ctx, order)
    end
    local on_order = given_hooks.on_order
    if on_order then on_order(strategy, ctx, order, event) end
end
