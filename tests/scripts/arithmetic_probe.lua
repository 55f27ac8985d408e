-- Every operator and every function of the math library over many values, folded into one number. The answer must not
-- depend on who computes it: the interpreter, compiled traces, this processor or one without FMA.
-- The loops are hot on purpose. Each result enters the hash through its digits ("%.17g") or, in the loops that have to
-- compile, through a sum that keeps every bit that matters.
local values = {
    0, -0.0, 1, -1, 2, -2, 3, -3, 0.5, -0.5, 0.1, -0.1, 1 / 3, -1 / 3, 7, -7, 10, 1e-3, 1.5, -1.5, 2.5, -2.5, 255, 256, -256,
    65535, 2147483647, -2147483648, 2147483648, 4294967295, 4294967296, 9007199254740991, 9007199254740992, -9007199254740993,
    1e15, 1e16, 1e21, -1e21, 1e100, -1e100, 1.7976931348623157e308, -1.7976931348623157e308, 2.2250738585072014e-308,
    5e-324, -5e-324, 1e-310, 3.141592653589793, 2.718281828459045, 0.9999999999999999, 1.0000000000000002, 100.25,
    12345.678, -12345.678, 1 / 0, -1 / 0, 0 / 0,
}
local count = #values

local hash = 0
local function mix(x) hash = (hash * 31 + x) % 4503599627370449 end
local function mix_text(text) for i = 1, #text do mix(text:byte(i)) end end
local function mix_number(x) mix_text(string.format("%.17g", x)) if x == 0 then mix_text(tostring(1 / x)) end end
local function mix_boolean(x) mix(x and 1 or 2) end

-- Each operator in a loop of its own, compiled for that operator alone; the results are kept, then mixed.
local function over_pairs(operation)
    local results, n = {}, 0
    for i = 1, count do
        for j = 1, count do
            n = n + 1
            results[n] = operation(values[i], values[j])
        end
    end
    for i = 1, n do
        local r = results[i]
        if type(r) == "boolean" then mix_boolean(r) else mix_number(r) end
    end
end
local function over_values(operation)
    for round = 1, 3 do
        local results = {}
        for i = 1, count do results[i] = operation(values[i]) end
        for i = 1, count do
            local r = results[i]
            if type(r) == "string" then mix_text(r) elseif type(r) == "boolean" then mix_boolean(r) else mix_number(r) end
        end
    end
end

over_pairs(function(a, b) return a + b end)
over_pairs(function(a, b) return a - b end)
over_pairs(function(a, b) return a * b end)
over_pairs(function(a, b) return a / b end)
over_pairs(function(a, b) return a % b end)
over_pairs(function(a, b) return a ^ b end)
over_pairs(function(a, b) return a < b end)
over_pairs(function(a, b) return a <= b end)
over_pairs(function(a, b) return a > b end)
over_pairs(function(a, b) return a >= b end)
over_pairs(function(a, b) return a == b end)
over_pairs(function(a, b) return a ~= b end)
over_pairs(function(a, b) return -a + b * a - a / b end)
over_pairs(function(a, b) return (a + b) % 7 - (a - b) % -3 end)
over_pairs(function(a, b) return math.max(a, b) end)
over_pairs(function(a, b) return math.min(a, b) end)
over_pairs(function(a, b) return math.max(a, b, 1) - math.min(b, a, -1, 0) end)
over_pairs(function(a, b) return math.atan2(a, b) end)
over_pairs(function(a, b) return math.fmod(a, b) end)
over_pairs(function(a, b) return math.pow(a, b) end)
over_pairs(function(a, b) return math.log(a, b) end)
over_pairs(function(a, b) return math.ldexp(a, b) end)

-- Constant operands: the compiler folds these into other operations.
over_values(function(a) return a ^ 2 end)
over_values(function(a) return a ^ 3 end)
over_values(function(a) return a ^ 0.5 end)
over_values(function(a) return a ^ -1 end)
over_values(function(a) return 2 ^ a end)
over_values(function(a) return 10 ^ a end)
over_values(function(a) return a * 2 end)
over_values(function(a) return a * -1 end)
over_values(function(a) return a / 2 end)
over_values(function(a) return a / 3 end)
over_values(function(a) return a / 10 end)
over_values(function(a) return a + 0 end)
over_values(function(a) return a - 0 end)
over_values(function(a) return 0 - a end)
over_values(function(a) return a - a end)
over_values(function(a) return a % 1 end)
over_values(function(a) return a % 2 end)
over_values(function(a) return a % -2 end)
over_values(function(a) return a % 10 end)
over_values(function(a) return a % 0.1 end)
over_values(function(a) return -a end)
over_values(function(a) return -(-a) end)
mix_number(2 ^ 0.5 + 3 ^ -2 ^ 2 - 10 ^ -3)

-- Functions of one value.
for _, name in ipairs {
    "abs", "acos", "asin", "atan", "ceil", "cos", "cosh", "deg", "exp", "floor", "log", "log10", "rad", "sin", "sinh", "sqrt",
    "tan", "tanh",
} do
    local call = math[name]
    over_values(function(a) return call(a) end)
    for i = -300, 300 do mix_number(call(i * 0.037)) end
    local sum = 0
    for i = 1, 2000 do
        local r = call(i * 0.01)
        if r == r and r < 1e300 and r > -1e300 then sum = sum + r end
    end
    mix_number(sum)
end
over_values(function(a) return (math.modf(a)) end)
over_values(function(a) return (select(2, math.modf(a))) end)
over_values(function(a) return (math.frexp(a)) end)
over_values(function(a) return (select(2, math.frexp(a))) end)

-- Numbers and texts.
over_values(function(a) return tostring(a) end)
over_values(function(a) return a .. "" end)
over_values(function(a) return string.format("%.14g|%.3f|%e|%g|%a|%10.2f|%+d", a, a, a, a, a, a, a == a and math.min(math.max(a, -1e9), 1e9) or 0) end)
over_values(function(a) return (a .. "") + 0 end)
over_values(function(a) return tonumber(string.format("%.17g", a)) or 0 end)
for i = -500, 500 do
    mix_text(tostring(i / 7))
    mix_number(("" .. i * 0.1) * "2")
    mix_number(("0x" .. string.format("%x", i + 500)) + 0)
end

-- Loops whose counters the compiler narrows to integers, across the edges of 32 bits.
local function narrow(from, to, step)
    local a, b, c, d = 0, 0, 0, 1
    for i = from, to, step do
        a = a + i * 3
        b = b + i % 7 - i % -5
        c = (c + i * i) % 1000003
        d = -d + (i - 1) * 0
        if d == 0 then b = b + 1 / d % 3 end
    end
    mix_number(a) mix_number(b) mix_number(c) mix_number(d)
end
narrow(1, 3000, 1) narrow(-1500, 1500, 1) narrow(3000, 1, -1) narrow(2147483000, 2147484000, 1)
narrow(-2147484000, -2147483000, 1) narrow(0.5, 1500, 0.5) narrow(4294966000, 4294968000, 3) narrow(9007199254740000, 9007199254740990, 1)
local zero = 0
for i = 1, 300 do
    zero = zero * -1
    mix_number(zero) mix_number(-(i - i)) mix_number((i - 150) * 0) mix_number(math.floor(-i / 1000)) mix_number(math.ceil(-i / 1000))
end

-- Accumulations as strategies do them.
local x, ema, variance = 100, 100, 0
for i = 1, 20000 do
    x = x + (math.random() - 0.5) * 0.25
    ema = ema + (x - ema) * (2 / 13)
    variance = variance * 0.94 + 0.06 * (x - ema) ^ 2
end
mix_number(x) mix_number(ema) mix_number(variance) mix_number(math.sqrt(variance) / ema)

-- Bit operations inside 32 bits and around them.
for _, a in ipairs { 0, 1, -1, 255, 2147483647, -2147483648, 4294967295, 123456789, 1.5, -2.5, 4503599627370495 } do
    for shift = 0, 31, 5 do
        mix_number(bit.lshift(a, shift)) mix_number(bit.rshift(a, shift)) mix_number(bit.arshift(a, shift)) mix_number(bit.rol(a, shift))
    end
    mix_number(bit.band(a, 0xff00ff)) mix_number(bit.bxor(a, -1)) mix_number(bit.bnot(a)) mix_number(bit.tobit(a))
end

return string.format("%.0f", hash)
