-- What `require "trd"` gives to a risk rule, and how it is asked. A rule sees an order and figures, and answers; it sends
-- nothing and changes nothing but what it counts in r.state.
--   host   the C functions of engine/script/lua_host.cpp and lua_rule.cpp
--   tools  what lua/sandbox.lua and lua/declarations.lua gave us; what we give to C++ goes there too
local host, tools = ...

local setmetatable, rawget, type, find, pairs = setmetatable, rawget, type, string.find, tools.pairs
local frozen, proxy, suggest, raise, quoted = tools.frozen, tools.proxy, tools.suggest, host.raise, tools.quoted
local check_fields, check_type, optional, parameter = tools.check_fields, tools.check_type, tools.optional, tools.parameter

local funcinfo = require("jit.util").funcinfo

-- ---- trd.risk_rule ----

local rule_fields = { name = 1, version = 1, api = 1, scope = 1, params = 1, check = 1, check_reduce = 1, watch = 1 }
for name, given in pairs { check = "r, intent, book", check_reduce = "r, intent, book", watch = "r, book" } do
    tools.methods_of[name] = name .. " = function(" .. given .. ") ... end into the braces of trd.risk_rule"
end
local scopes = { firm = 1, account = 1, venue = 1, strategy = 1, instrument = 1 }
local declaration, mark

local function check_name(name)
    check_type("trd.risk_rule: name", name, "string")
    if find(name, "[^%w_-]") or #name == 0 or #name > host.rule_name_max then
        raise("trd.risk_rule: name takes up to " .. host.rule_name_max .. " letters, digits, '_' and '-', not " .. quoted(name))
    end
end
local function new_rule(given)
    check_fields("trd.risk_rule", given, rule_fields)
    if declaration then raise "trd.risk_rule is called once: a file is one rule" end
    check_name(given.name)
    local version = optional("trd.risk_rule: version", given.version, "string") or ""
    if find(version, "[^ -~]") or #version > 64 then raise "trd.risk_rule: version takes up to 64 printable ASCII characters" end
    if given.api ~= nil and given.api ~= 1 then raise("trd.risk_rule: api is 1 here, not " .. quoted(given.api)) end
    local scope = optional("trd.risk_rule: scope", given.scope, "string") or "account"
    if not rawget(scopes, scope) then
        raise("trd.risk_rule: scope is firm, account, venue, strategy or instrument, not " .. quoted(scope) .. suggest(scope, scopes))
    end
    check_type("trd.risk_rule: check", given.check, "function")
    declaration = {
        name = given.name, version = version, scope = scope, check = given.check,
        check_reduce = optional("trd.risk_rule: check_reduce", given.check_reduce, "function"),
        watch = optional("trd.risk_rule: watch", given.watch, "function"),
        check_line = funcinfo(given.check).linedefined,
        parameters = tools.parameters_in_order("params", optional("trd.risk_rule: params", given.params, "table") or {}),
    }
    mark = setmetatable({}, { __newindex = function() raise "a rule cannot be changed" end, __metatable = "locked" })
    return mark
end

-- ---- answers: good for the one question that is being asked ----

local said -- by the mark that the question gets; nothing: no question
local function answer(kind, quantity, reason)
    if not said then raise("trd." .. kind .. " is an answer: it belongs into check, check_reduce or watch") end
    local given = setmetatable({}, { __newindex = function() raise "an answer cannot be changed" end, __metatable = "locked" })
    said[given] = { kind = kind, quantity = quantity, reason = reason }
    return given
end
local function reason_of(call, why)
    check_type(call .. ": why", why, "string")
    if #why == 0 then raise(call .. ": why is empty") end
    return why
end
local function resize(quantity, why)
    tools.check_number("trd.resize: the quantity", quantity)
    return answer("resize", quantity, why == nil and "" or reason_of("trd.resize", why))
end

local trd_members = {
    risk_rule = new_rule, resize = resize,
    allow = function() return answer("allow", 0, "") end,
    deny = function(why) return answer("deny", 0, reason_of("trd.deny", why)) end,
    halt = function(why) return answer("halt", 0, reason_of("trd.halt", why)) end,
    int = parameter "integer", dec = parameter "decimal", bool = parameter "boolean", enum = parameter "choice",
}
local what_r_has = { name = 1, p = 1, state = 1 }
tools.rule_api = { trd = trd_members, declaration = rule_fields, rule = what_r_has, intent = host.intent_fields, book = host.rule_figures }
local trd = frozen("trd", trd_members)

tools.members.require = function(name)
    if name == "trd" then return trd end
    raise("require knows 'trd' only, not " .. quoted(name))
end

-- ---- after the file has run ----

-- Called by C++ with what the file returned.
local rule
function tools.finish(returned)
    if declaration == nil then raise "a rule's file calls trd.risk_rule { ... } and returns what it gets" end
    if returned ~= mark then raise "a rule's file ends by returning its rule: return trd.risk_rule { ... }" end
    local values = tools.parameter_values("the rule '" .. declaration.name .. "'", declaration.parameters)
    rule = frozen("the rule", { name = declaration.name, p = frozen("r.p", values), state = {} })
    host.take_manifest(declaration)
end

-- ---- r.state: what is kept over a restart ----

-- Called by C++: all of it as bytes, and with such bytes.
function tools.save_state() return host.encode_state(rule.state, "r.state") end
function tools.load_state(bytes)
    rule = frozen("the rule", { name = rule.name, p = rule.p, state = host.decode_state(bytes) })
end

-- ---- asking ----

local figures, figure = host.rule_figures, host.figure
local book = proxy("book", function(_, key)
    local number = rawget(figures, key)
    if not number then raise("book has no " .. quoted(key) .. suggest(key, figures)) end
    local value = figure(number)
    if value == nil then raise("book." .. key .. " is not known now") end
    return value
end)

-- What an order need not have.
local intent_fields, absent = host.intent_fields, { limit = 1, trigger = 1, tag = 1 }
local function new_intent(fields)
    return proxy("intent", function(_, key)
        local value = rawget(fields, key)
        if value ~= nil or rawget(absent, key) then return value end
        if not rawget(intent_fields, key) then raise("intent has no " .. quoted(key) .. suggest(key, intent_fields)) end
        raise("intent." .. key .. " is not known now")
    end)
end

-- What each question may be answered with. What reduces leaves whatever is said of it, and where there is no order there is
-- none to deny: both may say nothing at all.
local questions = {
    check = { allow = 1, deny = 1, resize = 1, halt = 1,
        fits = "trd.allow(), trd.deny(why), trd.resize(qty, why) or trd.halt(why)" },
    check_reduce = { allow = 1, halt = 1, silence = 1,
        fits = "nothing, trd.allow() or trd.halt(why), because what reduces is not for a rule to stop" },
    watch = { allow = 1, halt = 1, silence = 1, fits = "nothing, trd.allow() or trd.halt(why)" },
}

-- What a question got: kind, quantity, reason, and the line to show with it, if any.
local function result(name, given)
    local question, found = questions[name], type(given) == "table" and rawget(said, given)
    said = nil
    if given == nil and question.silence then return "allow", 0, "", 0 end
    if found and question[found.kind] then return found.kind, found.quantity, found.reason, 0 end
    local instead = found and "trd." .. found.kind or quoted(given)
    return "unfit", 0, name .. " has to return " .. question.fits .. ", not " .. instead, funcinfo(declaration[name]).linedefined
end

-- Called by C++ with "check" or "check_reduce", and the order.
function tools.judge(name, fields)
    said = {}
    return result(name, declaration[name](rule, new_intent(fields), book))
end

-- Called by C++.
function tools.watch()
    said = {}
    return result("watch", declaration.watch(rule, book))
end
