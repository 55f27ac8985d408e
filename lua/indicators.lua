-- Indicators: those of the program, ctx.ind.NAME, and those that a script writes, trd.indicator { ... }.
--   host   the C functions of engine/script
--   tools  what the files before this one gave
local host, tools = ...

local ipairs, pairs, select, setmetatable, type, unpack = ipairs, tools.pairs, select, setmetatable, type, unpack
local frozen, raise, find, lower = tools.frozen, host.raise, string.find, string.lower
local quoted, check_fields, check_type, optional = tools.quoted, tools.check_fields, tools.check_type, tools.optional
local suggest, input_of, new_series = tools.suggest, tools.input_of, tools.new_series

local outputs_max = 8

-- Positions or names: ctx.ind.macd(data, 12, 26, 9) or ctx.ind.macd(data, { fast = 12 }).
local function arguments_of(what, names, first, ...)
    if type(first) ~= "table" then return { first, ... }, select("#", ...) + (first ~= nil and 1 or 0) end
    local known, values = {}, {}
    for i, name in ipairs(names) do known[name] = i end
    check_fields(what, first, known)
    for name, value in pairs(first) do values[known[name]] = value end
    return values, #names
end

local function need_wiring(what)
    if not tools.wiring() then raise(what .. ": indicators are made in init") end
end

-- What the script gets: a series, or one by name for each of several outputs.
local function outputs_of(what, names, input, node)
    local outputs = {}
    for i, name in ipairs(names) do
        local address = host.indicator_output(input.series, node, i - 1)
        outputs[name] = new_series(address, { series = input.series, node = node, output = i - 1 })
    end
    if #names == 1 then return outputs[names[1]] end
    return frozen(what, outputs)
end

-- ---- ctx.ind ----

local function add_indicator(traits, source, ...)
    local what = "ctx.ind." .. traits.name
    need_wiring(what)
    local input = input_of(what, source)
    local values, count = arguments_of(what, traits.parameters, ...)
    for i = 1, count do
        if values[i] ~= nil then tools.check_number(what .. ": " .. (traits.parameters[i] or "argument " .. i), values[i]) end
    end
    return outputs_of(what, traits.outputs, input, host.add_indicator(traits.name, input, values, count))
end

local makers = {}
for _, traits in ipairs(host.indicators) do
    makers[traits.name] = function(source, ...) return add_indicator(traits, source, ...) end
end
tools.methods.ind = frozen("ctx.ind", makers)

-- ---- trd.indicator ----

local fields = { name = 1, params = 1, outputs = 1, of = 1, init = 1, update = 1 }
tools.api.indicator = fields

local function check_outputs(what, outputs)
    if outputs == nil then return { "value" } end
    check_type(what .. ": outputs", outputs, "table")
    local names, seen = {}, {}
    for i = 1, #outputs do
        local name = check_type(what .. ": an output", outputs[i], "string")
        if not find(name, "^[%a_][%w_]*$") or seen[name] then raise(what .. ": outputs are names, each once, not " .. quoted(name)) end
        names[i], seen[name] = name, true
    end
    if #names == 0 or #names > outputs_max then raise(what .. ": an indicator has 1 to " .. outputs_max .. " outputs") end
    return names
end

local function parameter_values(what, specs, names, ...)
    local given, count = arguments_of(what, names, ...)
    if count > #specs then raise(what .. " takes at most " .. #specs .. " parameters after the series, not " .. count) end
    local values = {}
    for i, spec in ipairs(specs) do
        local value = given[i]
        if value == nil then value = spec.fallback end
        local refusal = spec.kind.check(spec, value)
        if refusal then raise(what .. ": " .. spec.name .. " " .. refusal .. ", not " .. quoted(value)) end
        values[spec.name] = value
    end
    return values
end

-- What update gave, as numbers; where it is not, its own line is named, because it has returned by then.
local function refuse_result(what, update, message)
    tools.raise_at(update, what .. ": " .. message)
end
local function check_results(what, update, count, ...)
    if select("#", ...) > count then
        refuse_result(what, update, "update returns " .. count .. (count == 1 and " number" or " numbers") .. ", one for each output")
    end
    for i = 1, select("#", ...) do
        local value = select(i, ...)
        if value ~= nil and type(value) ~= "number" then
            refuse_result(what, update, "update returns numbers, or nil while there is none, not " .. quoted(value))
        end
    end
    return ...
end

local function new_step(what, update, instance, bar, count)
    return function(value) return check_results(what, update, count, update(instance, bar or value)) end
end

-- Whether a function of the script returns something anywhere. As the engine at hand numbers the instructions: each of these
-- texts ends with the one that it is there for.
local util, band = require "jit.util", bit.band
local function opcode(proto, pc) return band(util.funcbc(proto, pc), 0xFF) end
local returning = {}
for _, text in ipairs { "return 1", "return 1, 2", "return ...", "return f()", "return f(...)" } do
    local chunk = loadstring(text)
    returning[opcode(chunk, util.funcinfo(chunk).bytecodes - 1)] = true
end
local function returns_something(update)
    local info = util.funcinfo(update)
    if not info.bytecodes or info.source == "=trd" then return true end -- none of the script's own
    for pc = 1, info.bytecodes - 1 do
        if returning[opcode(update, pc)] then return true end
    end
    return false
end

local function read_indicator(given)
    check_fields("trd.indicator", given, fields)
    local name = check_type("trd.indicator: name", given.name, "string")
    if not find(name, "^[%a_][%w_]*$") or #name > 64 then raise("trd.indicator: name is a word of up to 64 letters, digits and '_', not " .. quoted(name)) end
    local what = "indicator " .. name
    check_type(what .. ": update", given.update, "function")
    optional(what .. ": init", given.init, "function")
    if given.of ~= nil and given.of ~= "bars" and given.of ~= "series" then
        raise(what .. ": of is 'bars' or 'series', not " .. quoted(given.of) .. suggest(given.of, { bars = 1, series = 1 }))
    end
    if not returns_something(given.update) then
        refuse_result(what, given.update, "update returns nothing anywhere: end it with return and the new value (nil while there is none)")
    end
    local params = optional(what .. ": params", given.params, "table") or {}
    return what, tools.parameters_in_order(what .. ": params", params), check_outputs(what, given.outputs)
end

tools.api.trd.indicator = function(given)
    local what, specs, outputs = read_indicator(given)
    local of_bars, init, update, names = given.of == "bars", given.init, given.update, {}
    for i, spec in ipairs(specs) do names[i] = spec.name end
    return function(source, ...)
        need_wiring(what)
        local input = input_of(what, source)
        if of_bars and not input.bar then raise(what .. " reads whole bars: give it ctx.data.NAME") end
        local instance = { p = frozen(what .. ": self.p", parameter_values(what, specs, names, ...)) }
        if init then init(instance, source, tools.methods.ind) end
        local step = new_step(what, update, instance, of_bars and tools.bar_of(input.series), #outputs)
        return outputs_of(what, outputs, input, host.add_script_indicator(step, input, #outputs, of_bars))
    end
end
