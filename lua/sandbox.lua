-- The world that a script lives in, built from nothing and allowed by name. Runs once in a fresh state, before any script;
-- everything it needs from the stock library it takes into locals here, because the globals are emptied afterwards.
--   host   the C functions of engine/script/lua_host.cpp
--   tools  what this file gives to our other Lua files and to C++
local host, tools = ...

local error, ipairs, pairs_raw, rawget, rawequal = error, ipairs, pairs, rawget, rawequal
local getmetatable, setmetatable, select = getmetatable, setmetatable, select
local tonumber, tostring_raw, type, unpack = tonumber, tostring, type, unpack
local floor, sqrt, abs = math.floor, math.sqrt, math.abs
-- LuaJIT's interpreter gives 0 for values between -1 and -0.5, its compiled code -0.
local function ceil(x) return -floor(-x) end
local format_raw, find_raw, gsub_raw = string.format, string.find, string.gsub
local concat, insert = table.concat, table.insert
local raise, sorted_keys, key_after = host.raise, host.sorted_keys, host.key_after
local nan = 0 / 0

local function suggest(word, names) return host.suggest(word, names) end

-- ---- tables that scripts may read and not change ----

local function text_of_key(key) return type(key) == "string" and key or tostring_raw(key) end

-- `what` names it in messages, here and below.
local function read_only(what)
    return function(_, key) raise(what .. " cannot be changed (writing '" .. text_of_key(key) .. "')") end
end
-- A table that is read through `index`, and that no script can change.
local function proxy(what, index)
    return setmetatable({}, { __index = index, __newindex = read_only(what), __metatable = "locked" })
end
-- Reading a name it does not have is an error with the nearest one.
local function frozen(what, members)
    local function missing(_, key) raise(what .. " has no '" .. text_of_key(key) .. "'" .. suggest(key, members)) end
    setmetatable(members, { __index = missing })
    return proxy(what, members)
end

-- ---- time ----

-- Ends the script when its time is over. A C function, because the compiler may keep a plain load out of a loop, even of
-- volatile memory.
local out_of_time, look = host.out_of_time, nil
if host.jit then
    local ffi = require "ffi"
    local stop_asked, machine = ffi.cast("uint32_t (*)(void *)", host.stop_asked), ffi.cast("void *", host.machine)
    function look() if stop_asked(machine) ~= 0 then out_of_time() end end
else
    function look() end -- a hook ends those, anywhere
end

-- What scripts with the JIT call in every loop and function; it looks now and then, so that it costs next to nothing.
-- Called with true, at the head of a script, it gives what a == 0 and what `if ctx:position()` is rewritten to.
local steps, same, given = 0, nil, nil
function tools.check(is_asked)
    if is_asked then return same, given end
    steps = steps + 1
    if steps < 64 then return end
    look() -- when it ends the script, the next check looks again: a pcall may have swallowed this error
    steps = 0
end

-- ---- text ----

local function tostring(...)
    if select("#", ...) == 0 then raise("bad argument #1 to 'tostring' (value expected)") end
    local value = ...
    local kind = type(value)
    if kind == "number" or kind == "string" or kind == "boolean" or kind == "nil" then return tostring_raw(value) end
    local meta = kind == "table" and getmetatable(value)
    local by_meta = type(meta) == "table" and rawget(meta, "__tostring")
    if not by_meta then return kind end -- never an address
    local text = by_meta(value)
    if type(text) ~= "string" then raise("'__tostring' must return a string") end
    return text
end

local string_members = {}
for name, value in pairs_raw(string) do string_members[name] = value end
string_members.dump, string_members.gfind = nil, nil
-- Ours have a budget: nothing can interrupt the library's.
local find_text, match_text, gsub_text = host.text.find, host.text.match, host.text.gsub
function string_members.find(...)
    look()
    return find_text(...)
end
function string_members.match(...)
    look()
    return match_text(...)
end
function string_members.gsub(...)
    look()
    return gsub_text(...)
end
string_members.gmatch = host.text.gmatch

local rep_raw, memory_limit, out_of_memory = string.rep, host.memory_limit, host.out_of_memory
local function need_text(value, name, position)
    if type(value) == "number" then return tostring_raw(value) end
    if type(value) == "string" then return value end
    raise("bad argument #" .. position .. " to '" .. name .. "' (string expected, got " .. type(value) .. ")")
end
local function number(value, name, position)
    local converted = tonumber(value)
    if converted and type(value) ~= "boolean" then return converted end
    raise("bad argument #" .. position .. " to '" .. name .. "' (number expected, got " .. type(value) .. ")")
end
-- The library would cut the count to 32 bits.
function string_members.rep(text, count, separator)
    text, separator = need_text(text, "rep", 1), separator == nil and "" or need_text(separator, "rep", 3)
    local times = number(count, "rep", 2)
    if not (times >= 1) or #text + #separator == 0 then return "" end
    look()
    times = floor(times)
    if #text * times + #separator * (times - 1) > memory_limit then out_of_memory() end
    if #text == 0 and times == 1 then return "" end
    return rep_raw(text, times, separator)
end

-- A place in a text, as a whole number; what is none, is none that there is.
local function place(value, name, position)
    local found = number(value, name, position)
    if found ~= found then return 0 end
    return found < 0 and -floor(-found) or floor(found)
end
-- Compiled, the library's sub and byte take an end before the text for one behind it, and with places beyond 32 bits they
-- read outside of it. They only get places that are there.
local sub_raw, byte_raw = string.sub, string.byte
local function within(from, to, size)
    if from < 0 then from = size + from + 1 end
    if to < 0 then to = size + to + 1 end
    return from < 1 and 1 or from, to > size and size or to
end
function string_members.sub(text, from, to)
    text = need_text(text, "sub", 1)
    from, to = within(place(from, "sub", 2), to == nil and #text or place(to, "sub", 3), #text)
    if from > to then return "" end
    return sub_raw(text, from, to)
end
function string_members.byte(text, from, to)
    text = need_text(text, "byte", 1)
    from = from == nil and 1 or place(from, "byte", 2)
    from, to = within(from, to == nil and from or place(to, "byte", 3), #text)
    if from > to then return end
    return byte_raw(text, from, to)
end

-- %s of anything goes through our tostring; %p would print an address.
function string_members.format(pattern, ...)
    if type(pattern) == "number" then pattern = tostring_raw(pattern) end
    if type(pattern) ~= "string" then raise("bad argument #1 to 'format' (string expected, got " .. type(pattern) .. ")") end
    if find_raw(gsub_raw(pattern, "%%%%", ""), "%%[-+ #0-9.]*p") then raise("bad argument #1 to 'format' (%p does not exist)") end
    local values, count = { ... }, select("#", ...)
    for i = 1, count do
        local kind = type(values[i])
        if kind ~= "number" and kind ~= "string" then values[i] = tostring(values[i]) end
    end
    return format_raw(pattern, unpack(values, 1, count))
end

-- ---- mathematics: one implementation for the interpreter, for compiled code and for every processor ----

local functions = host.api
if host.jit then
    local ffi = require "ffi"
    local one, two = ffi.typeof "double (*)(double)", ffi.typeof "double (*)(double, double)"
    local binary = { pow = true, atan2 = true, fmod = true, scale = true }
    functions = {}
    for name, address in pairs_raw(host.address) do
        functions[name] = ffi.cast(binary[name] and two or one, address)
    end
    local next_random, machine = ffi.cast("double (*)(void *)", host.address.random), ffi.cast("void *", host.machine)
    functions.random = function() return next_random(machine) end
end

-- A function of its own for each name, not one closure many times: the compiler then knows which C function it calls.
local unary_text = [[
local call, number = ...
return function(x)
    if type(x) ~= "number" then x = number(x, NAME, 1) end
    return call(x)
end]]
local binary_text = [[
local call, number = ...
return function(x, y)
    if type(x) ~= "number" then x = number(x, NAME, 1) end
    if type(y) ~= "number" then y = number(y, NAME, 2) end
    return call(x, y)
end]]
local function checked(text, script_name, host_name)
    text = gsub_raw(gsub_raw(text, "NAME", '"' .. script_name .. '"'), "^", "local type = type ", 1)
    return loadstring(text, "=trd")(functions[host_name or script_name], number)
end

local math_members = { huge = 1 / 0, pi = 3.141592653589793 }
for _, name in ipairs { "exp", "log10", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh" } do
    math_members[name] = checked(unary_text, name)
end
for _, name in ipairs { "atan2", "fmod", "pow" } do math_members[name] = checked(binary_text, name) end
math_members.ldexp = checked(binary_text, "ldexp", "scale")

-- What IEEE 754 gives exactly, the processor computes.
local direct = { floor = floor, ceil = ceil, sqrt = sqrt, abs = abs }
for name, call in pairs_raw(direct) do
    math_members[name] = loadstring("local call, number, type = ... " .. [[
return function(x)
    if type(x) ~= "number" then x = number(x, "]] .. name .. [[", 1) end
    return call(x)
end]], "=trd")(call, number, type)
end

local log = checked(unary_text, "log")
function math_members.log(x, base)
    if base == nil then return log(x) end
    return log(x) / log(base)
end

local fraction, exponent = checked(unary_text, "frexp", "fraction"), checked(unary_text, "frexp", "exponent")
function math_members.frexp(x) return fraction(x), exponent(x) end

function math_members.modf(x)
    if type(x) ~= "number" then x = number(x, "modf", 1) end
    local whole = x >= 0 and floor(x) or ceil(x)
    if whole == x then return whole, x < 0 and -0.0 or 0 end -- infinities too
    return whole, x - whole
end
function math_members.deg(x) return number(x, "deg", 1) * (180 / 3.141592653589793) end
function math_members.rad(x) return number(x, "rad", 1) * (3.141592653589793 / 180) end

-- NaN if any argument is NaN; of equal ones (0 and -0) the first.
local function larger(a, b)
    if a ~= a then return a end
    if b > a or b ~= b then return b end
    return a
end
local function smaller(a, b)
    if a ~= a then return a end
    if b < a or b ~= b then return b end
    return a
end
local function extreme(name, choose)
    local function many(best, ...)
        for i = 1, select("#", ...) do best = choose(best, number((select(i, ...)), name, i + 1)) end
        return best
    end
    return many
end
local function choice(name, choose)
    local many = extreme(name, choose)
    return loadstring([[
local choose, many, number, select, type = ...
return function(a, b, ...)
    if type(a) ~= "number" then a = number(a, "]] .. name .. [[", 1) end
    if type(b) ~= "number" then
        if b == nil and select("#", ...) == 0 then return a end
        b = number(b, "]] .. name .. [[", 2)
    end
    if select("#", ...) == 0 then return choose(a, b) end
    return many(choose(a, b), ...)
end]], "=trd")(choose, many, number, select, type)
end
math_members.max, math_members.min = choice("max", larger), choice("min", smaller)

local next_random = functions.random
function math_members.random(low, high)
    local r = next_random()
    if low == nil then return r end
    low = number(low, "random", 1)
    if high == nil then low, high = 1, low else high = number(high, "random", 2) end
    if not (low <= high) then raise "bad argument to 'random' (interval is empty)" end
    return low + floor(r * (high - low + 1))
end

-- What a ^ b is rewritten to.
local power = functions.pow
local function power_by_meta(a, b)
    local meta_a, meta_b = type(a) == "table" and getmetatable(a), type(b) == "table" and getmetatable(b)
    local call = type(meta_a) == "table" and rawget(meta_a, "__pow") or type(meta_b) == "table" and rawget(meta_b, "__pow")
    if call then return (call(a, b)) end
    local x, y = type(a) ~= "boolean" and tonumber(a), type(b) ~= "boolean" and tonumber(b)
    if x and y then return power(x, y) end
    local culprit = x and b or a
    raise("attempt to perform arithmetic on a " .. type(culprit) .. " value")
end
function tools.power(a, b)
    if type(a) ~= "number" or type(b) ~= "number" then return power_by_meta(a, b) end
    if b == 2 then return a * a end -- the same bits as pow
    return power(a, b)
end

-- What a == 0 is rewritten to, where a is a variable, a field or a call: of a handle Lua says false, without a word.
local function refuse_handle(value)
    local kind = type(value)
    if kind ~= "table" and kind ~= "userdata" or getmetatable(value) ~= "locked" then return end
    raise("this '==' or '~=' has no number on one side, so it always says the same: of a series write series[0], of a position " ..
        "position.qty or position.flat")
end
function same(a, b)
    if type(a) ~= "number" then refuse_handle(a) elseif type(b) ~= "number" then refuse_handle(b) end
    return a == b
end

-- What a call of a method `position` goes through where it is asked whether it is there: another method may well give nil.
local is_position = {}
tools.is_position = is_position
function given(value)
    if is_position[value] then
        raise("ctx:position: a position is always there, also a flat one, so this condition always says the same: write " ..
            "position.flat, position.long, position.short or position.qty")
    end
    return value
end

-- ---- tables ----

local function following(state)
    local keys, target = state.keys, state.target
    for i = state.at + 1, state.count do
        local key = keys[i]
        local value = rawget(target, key)
        if value ~= nil then
            state.at = i
            return key, value
        end
    end
    state.at = state.count
end

local function need_table(value, name)
    if type(value) ~= "table" then raise("bad argument #1 to '" .. name .. "' (table expected, got " .. type(value) .. ")") end
    return value
end

-- Numbers ascending, then strings by their bytes, then false and true. The keys are those at the beginning of the loop; one
-- that is removed meanwhile is passed over, one that is added is not visited.
local function pairs(target)
    local keys, count = sorted_keys(need_table(target, "pairs"))
    return following, { target = target, keys = keys, count = count, at = 0 }, nil
end

local function next(target, key) return key_after(need_table(target, "next"), key) end

local function joined(...)
    look()
    return concat(...)
end

-- A merge sort: equal elements keep their order, and a comparison that contradicts itself cannot make it run away.
local function less(a, b) return a < b end
local function merge(from, to, low, middle, high, before)
    local i, j = low, middle
    look()
    for k = low, high - 1 do
        if i < middle and (j >= high or not before(from[j], from[i])) then
            to[k], i = from[i], i + 1
        else
            to[k], j = from[j], j + 1
        end
    end
end
local function sort(target, before)
    local count = #need_table(target, "sort")
    if before == nil then before = less end
    if type(before) ~= "function" then raise("bad argument #2 to 'sort' (function expected, got " .. type(before) .. ")") end
    local from, to, width = {}, {}, 1
    for i = 1, count do from[i] = target[i] end
    while width < count do
        for low = 1, count, 2 * width do
            local middle, high = low + width, low + 2 * width
            if middle > count + 1 then middle = count + 1 end
            if high > count + 1 then high = count + 1 end
            merge(from, to, low, middle, high, before)
        end
        from, to, width = to, from, 2 * width
    end
    for i = 1, count do target[i] = from[i] end
end

-- ---- the stack: how deep calls get before it is full depends on how a script is compiled, so that what comes after must
-- not go on: as when its time or memory is over, the script ends, whatever it does with the error ----

local out_of_stack, end_of = host.out_of_stack, string_members.sub
local function fills_stack(why) return type(why) == "string" and end_of(why, -14) == "stack overflow" end
local function unless_full(fine, ...)
    if not fine and fills_stack((...)) then out_of_stack() end
    return fine, ...
end
local pcall_raw = pcall
local function pcall(...) return unless_full(pcall_raw(...)) end

-- ---- coroutines: each that is resumed from another takes a piece of the engine's own stack, which nobody counts ----

local create, resume_raw, running, status = coroutine.create, coroutine.resume, coroutine.running, coroutine.status
local deepest_resume, resumes = 100, 0

-- What an error may have left behind is forgotten as soon as no coroutine runs.
local function enter_resume()
    local outer = running() and resumes or 0
    if outer >= deepest_resume then raise("coroutines resume each other more than " .. deepest_resume .. " deep") end
    resumes = outer + 1
    return outer
end
local function leave_resume(outer, ...)
    resumes = outer
    return ...
end
local function need_coroutine(co)
    if type(co) ~= "thread" then raise("bad argument #1 to 'resume' (coroutine expected, got " .. type(co) .. ")") end
    return co
end
local function resume(co, ...)
    need_coroutine(co)
    return unless_full(leave_resume(enter_resume(), resume_raw(co, ...)))
end

local function results_of_wrap(fine, ...)
    if not fine then error((...), 0) end
    return ...
end
local function wrap(body)
    if type(body) ~= "function" then raise("bad argument #1 to 'wrap' (function expected, got " .. type(body) .. ")") end
    local co = create(body)
    return function(...)
        if status(co) ~= "suspended" then raise("cannot resume " .. (status(co) == "dead" and "dead" or "non-suspended") .. " coroutine") end
        return results_of_wrap(resume(co, ...))
    end
end

-- Weak tables show when the collector ran, which differs from run to run.
local function setmetatable_checked(target, meta)
    if type(meta) == "table" and rawget(meta, "__mode") ~= nil then raise "weak tables do not exist in scripts (__mode)" end
    if type(meta) == "table" and rawget(meta, "__gc") ~= nil then raise "finalisers do not exist in scripts (__gc)" end
    return setmetatable(target, meta)
end

-- ---- all of it ----

-- The library writes into tables past what guards them. A strategy is its script's own.
local function need_own(list, name)
    if type(list) == "table" and getmetatable(list) == "locked" and list ~= tools.strategy then
        raise("table." .. name .. ": what trd gives to a script cannot be changed")
    end
end
local remove = table.remove
local function insert_into(list, ...)
    need_own(list, "insert")
    return insert(list, ...)
end
local function remove_from(list, ...)
    need_own(list, "remove")
    return remove(list, ...)
end

local table_members = { concat = joined, insert = insert_into, remove = remove_from, maxn = table.maxn, sort = sort }
local libraries = { math = math_members, string = string_members, table = table_members }
local members = {
    assert = assert, error = error, ipairs = ipairs, next = next, pairs = pairs, pcall = pcall, rawequal = rawequal,
    select = select, tonumber = tonumber, tostring = tostring, type = type, unpack = unpack,
    getmetatable = getmetatable, setmetatable = setmetatable_checked,
    math = frozen("math", math_members),
    string = frozen("string", string_members),
    table = frozen("table", table_members),
    coroutine = frozen("coroutine", {
        create = create, resume = resume, running = running, status = status, wrap = wrap, yield = coroutine.yield,
    }),
    bit = frozen("bit", {
        arshift = bit.arshift, band = bit.band, bnot = bit.bnot, bor = bit.bor, bswap = bit.bswap, bxor = bit.bxor,
        lshift = bit.lshift, rol = bit.rol, ror = bit.ror, rshift = bit.rshift, tobit = bit.tobit, tohex = bit.tohex,
    }),
}

local string_meta = getmetatable ""
string_meta.__index = members.string
string_meta.__metatable = "locked"

-- What an undefined name was probably meant to be: what other languages call it, what stands in a library, or the nearest.
local elsewhere = {
    null = "nil", NULL = "nil", None = "nil", undefined = "nil", Nil = "nil", True = "true", TRUE = "true", False = "false",
    FALSE = "false", this = "self", len = "#x", length = "#x",
}
tools.elsewhere = elsewhere -- others add what their scripts' words are found in
local function meant_by(name)
    if name == "trd" then return " (a file begins with: local trd = require \"trd\")" end
    if find_raw(name, "\226\128[\152\153\156\157]") then return " (a text stands between straight quotes: \"so\")" end
    if elsewhere[name] then return " (write " .. elsewhere[name] .. ")" end
    for _, library in ipairs { "math", "string", "table" } do
        if rawget(libraries[library], name) then return " (write " .. library .. "." .. name .. ")" end
    end
    return suggest(name, members)
end
local function undefined(_, name)
    raise("undefined name '" .. text_of_key(name) .. "'" .. meant_by(name))
end
tools.methods_of = {} -- others add their scripts' own functions, each with the line that begins it
local function global_write_text(name)
    local method = tools.methods_of[name]
    if method then return "'" .. name .. "' is no function of its own: write " .. method end
    return "a script has no globals: write 'local " .. text_of_key(name) .. "', or keep it in self"
end
tools.global_write_text = global_write_text
local function global_write(_, name) raise(global_write_text(name)) end
setmetatable(members, { __index = undefined })

tools.environment = setmetatable({}, { __index = members, __newindex = global_write, __metatable = "locked" })
tools.members, tools.meant_by = members, meant_by
tools.read_only, tools.proxy = read_only, proxy
tools.frozen, tools.suggest, tools.pairs, tools.tostring = frozen, suggest, pairs, tostring
