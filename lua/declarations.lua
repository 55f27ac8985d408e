-- What a script declares before it runs: checked tables, parameters and requests for data, in the order in which they were
-- written. Strategies, their indicators and risk rules use it.
--   host   the C functions of engine/script/lua_host.cpp and lua_strategy.cpp
--   tools  what lua/sandbox.lua gave us; what the files after this one get
local host, tools = ...

local setmetatable, type, tonumber, ipairs, sort = setmetatable, type, tonumber, ipairs, table.sort
local format, find, pairs, tostring = string.format, string.find, tools.pairs, tools.tostring
local suggest, raise = tools.suggest, host.raise

-- ---- checks of what a script writes ----

local function quoted(value) return type(value) == "string" and "'" .. value .. "'" or tostring(value) end

local function check_fields(what, given, known)
    if type(given) ~= "table" then
        local instead = type(given) == "number" and " (write " .. what .. " { " .. tostring(given) .. " })" or ""
        raise(what .. " needs a table, { ... }, not " .. quoted(given) .. instead)
    end
    local unknown = host.unknown_key(given, known)
    if unknown ~= nil then raise(what .. " has no field " .. quoted(unknown) .. suggest(unknown, known)) end
end
local function check_type(what, value, wanted)
    if type(value) ~= wanted then raise(what .. " must be a " .. wanted .. ", not " .. quoted(value)) end
    return value
end
local function optional(what, value, wanted)
    if value ~= nil then check_type(what, value, wanted) end
    return value
end
local function check_number(what, value)
    check_type(what, value, "number")
    if value ~= value or value - value ~= 0 then raise(what .. " must be a finite number, not " .. quoted(value)) end
    return value
end

tools.quoted, tools.check_fields, tools.check_type, tools.optional = quoted, check_fields, check_type, optional
tools.check_number = check_number

-- ---- parameters ----

local function number_text(value)
    local short = format("%.14g", value)
    return tonumber(short) == value and short or format("%.17g", value)
end

-- Each kind: the fields its table may have, the check of a value (a refusal as text, or nothing), the value of a text as
-- it comes from a command line, and the canonical text of a value.
local numeric_fields = { [1] = 1, min = 1, max = 1, step = 1, doc = 1, scale = 1 }
local function in_range(spec, value)
    if spec.min and value < spec.min then return "must be at least " .. number_text(spec.min) end
    if spec.max and value > spec.max then return "must be at most " .. number_text(spec.max) end
end
local function finite_number(text)
    if not find(text, "^[-+]?%.?%d") or find(text, "[xX]") then return nil end
    local value = tonumber(text)
    return value and value - value == 0 and value or nil
end

local kinds = {}
kinds.integer = {
    call = "trd.int", fields = numeric_fields,
    check = function(spec, value)
        if type(value) ~= "number" or value % 1 ~= 0 then return "must be a whole number" end
        return in_range(spec, value)
    end,
    parse = finite_number, text = number_text,
}
kinds.decimal = {
    call = "trd.dec", fields = numeric_fields,
    check = function(spec, value)
        if type(value) ~= "number" or value - value ~= 0 then return "must be a number" end
        return in_range(spec, value)
    end,
    parse = finite_number, text = number_text,
}
kinds.boolean = {
    call = "trd.bool", fields = { [1] = 1, doc = 1 },
    check = function(_, value) if type(value) ~= "boolean" then return "must be true or false" end end,
    parse = function(text)
        if text == "true" then return true end
        if text == "false" then return false end
    end,
    text = tostring,
}
local function choices(spec)
    local text = ""
    for i, value in ipairs(spec.values) do text = text .. (i > 1 and ", " or "") .. quoted(value) end
    return text
end
kinds.choice = {
    call = "trd.enum", fields = { [1] = 1, values = 1, doc = 1 },
    check = function(spec, value)
        for _, known in ipairs(spec.values) do if value == known then return nil end end
        return "must be one of " .. choices(spec)
    end,
    parse = function(text) return text end,
    text = tostring,
}

-- Tables forget the order in which they were written, so everything that is declared is numbered as it is made.
local declared, specs, requests = 0, {}, {}
local function declare(list, entry)
    declared = declared + 1
    entry.order = declared
    local mark = setmetatable({}, { __newindex = function() raise "a declaration cannot be changed" end, __metatable = "locked" })
    list[mark] = entry
    return mark
end

-- How somebody may vary the parameter.
local scales = { linear = 1, log = 1 }
local function check_steps(call, is_whole, step, scale)
    if step ~= nil and step <= 0 then raise(call .. ": step must be greater than 0, not " .. number_text(step)) end
    if step ~= nil and is_whole and step % 1 ~= 0 then raise(call .. ": step must be a whole number, not " .. number_text(step)) end
    if scale ~= nil and (type(scale) ~= "string" or not scales[scale]) then
        raise(call .. ": scale is 'linear' or 'log', not " .. quoted(scale) .. suggest(scale, scales))
    end
end
local function check_bounds(kind, given)
    for _, field in ipairs { "min", "max", "step" } do
        if given[field] ~= nil then check_number(kind.call .. ": " .. field, given[field]) end
    end
    optional(kind.call .. ": doc", given.doc, "string")
    check_steps(kind.call, kind == kinds.integer, given.step, given.scale)
    if given.min ~= nil and given.max ~= nil and given.min > given.max then
        raise(kind.call .. ": min is " .. number_text(given.min) .. " and max " .. number_text(given.max) .. ": no value lies between them")
    end
end
local function parameter(name)
    local kind = kinds[name]
    return function(given)
        if type(given) == "table" and given.default ~= nil then
            raise(kind.call .. ": the default comes first and has no name: " .. kind.call .. " { " .. quoted(given.default) .. ", ... }")
        end
        check_fields(kind.call, given, kind.fields)
        check_bounds(kind, given)
        if name == "choice" then check_type(kind.call .. ": values", given.values, "table") end
        local spec = { type = name, kind = kind, min = given.min, max = given.max, doc = given.doc or "", values = given.values }
        if given[1] == nil then raise(kind.call .. " needs a default: " .. kind.call .. " { value, ... }") end
        local refusal = kind.check(spec, given[1])
        if refusal then raise(kind.call .. ": the default " .. refusal .. ", not " .. quoted(given[1])) end
        spec.fallback = given[1]
        return declare(specs, spec)
    end
end

local function overridden(spec, text)
    local value = spec.kind.parse(text)
    local refusal
    if value == nil then
        refusal = spec.kind.check(spec, text)
    else
        refusal = spec.kind.check(spec, value)
    end
    if refusal then raise("parameter '" .. spec.name .. "' " .. refusal .. ", not " .. quoted(text)) end
    return value
end

-- By name, with what came from outside; the texts that C++ takes over are put into the specs.
function tools.parameter_values(whose, parameters)
    local known, values = {}, {}
    for _, spec in ipairs(parameters) do known[spec.name], spec.value = spec, spec.fallback end
    for key, text in pairs(host.overrides()) do
        local spec = known[key]
        if not spec then raise(whose .. " has no parameter '" .. key .. "'" .. suggest(key, known)) end
        spec.value = overridden(spec, text)
    end
    for _, spec in ipairs(parameters) do
        values[spec.name] = spec.value
        spec.min_text, spec.max_text = spec.min and spec.kind.text(spec.min), spec.max and spec.kind.text(spec.max)
        spec.value_text, spec.fallback_text = spec.kind.text(spec.value), spec.kind.text(spec.fallback)
        spec.choices = {}
        for i, choice in ipairs(spec.values or {}) do spec.choices[i] = spec.kind.text(choice) end
    end
    return values
end

-- Makers of data: `kind` as the host calls it, `kind_with_tf` when a timeframe was given.
local function data_request(call, fields, kind, kind_with_tf)
    return function(given)
        check_fields(call, given, fields)
        local symbol = optional(call .. ": symbol", given.symbol, "string") or "$symbol"
        local timeframe = optional(call .. ": tf", given.tf, "string")
        local timeframe_ns = timeframe and host.parse_duration(timeframe) or 0
        if timeframe and timeframe_ns <= 0 then
            raise(call .. ": tf must be a duration such as '1m', '4h' or '1d', not " .. quoted(timeframe))
        end
        local may_lack = optional(call .. ": optional", given.optional, "boolean") or false
        return declare(requests, { symbol = symbol, optional = may_lack, timeframe_ns = timeframe_ns, call = call, kind = timeframe and kind_with_tf or kind })
    end
end
-- The declarations of a table in the order in which they were written.
local function in_order(what, list, given, wanted)
    local found = {}
    for name, mark in pairs(given) do
        local entry = list[mark]
        if type(name) ~= "string" then raise(what .. " needs names: { name = " .. wanted .. " { ... } }") end
        if not entry then raise(what .. "." .. name .. " must be made with " .. wanted .. ", not " .. quoted(mark)) end
        entry.name = name
        found[#found + 1] = entry
    end
    sort(found, function(a, b) return a.order < b.order end)
    return found
end

function tools.parameters_in_order(what, given) return in_order(what, specs, given, "trd.int, dec, bool or enum") end
function tools.requests_in_order(what, given) return in_order(what, requests, given, "trd.bars, quotes, trades or book") end
tools.parameter, tools.data_request = parameter, data_request
