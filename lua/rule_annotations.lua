-- The part of the editor's definitions that is about risk rules, held against the tables of lua/risk.lua and lua_rule.cpp
-- as lua/annotations.lua does for strategies.
--   host   the C functions of engine/script
--   tools  what the files before this one gave
local host, tools = ...

local concat, sort, ipairs, pairs, error = table.concat, table.sort, ipairs, pairs, error
local api = tools.rule_api

local book = {}
for name, doc in pairs(host.rule_figure_docs) do book[name] = "number " .. doc end

-- Class: where its names come from, and for each name its type and a remark.
local classes = {
    { "trd.Intent", "intent", {
        action = "string submit or amend", symbol = "string", side = "string buy or sell", qty = "number", type = "string",
        tif = "string", purpose = "string", tag = "string?", account = "string", venue = "string", strategy = "string",
        limit = "number?", trigger = "number?", time = "number seconds since 1970 UTC",
        notional = "number in the account's currency, at the highest price at which it could trade",
    } },
    { "trd.Book", "book", book },
    { "trd.RuleDeclaration", "declaration", {
        name = "string", version = "string?", api = "integer?", params = "table<string, any>?",
        scope = "string? firm, account, venue, strategy or instrument: whose figures, and whom a halt stops",
        check = "fun(r: trd.Rule, intent: trd.Intent, book: trd.Book): trd.Answer",
        check_reduce = "nil|fun(r: trd.Rule, intent: trd.Intent, book: trd.Book): trd.Answer? told of orders that can only reduce",
        watch = "nil|fun(r: trd.Rule, book: trd.Book): trd.Answer? asked between orders; it may halt",
    } },
    { "trd.Rule", "rule", {
        name = "string", p = "table<string, any> its parameters", state = "table kept over a restart",
    } },
    { "trd", "trd", {
        risk_rule = "fun(declaration: trd.RuleDeclaration): any", allow = "fun(): trd.Answer",
        deny = "fun(why: string): trd.Answer", halt = "fun(why: string): trd.Answer",
        resize = "fun(qty: number, why?: string): trd.Answer",
    }, { int = 1, dec = 1, bool = 1, enum = 1 } }, -- which strategies have too
}

local function write_class(out, name, known, lines, elsewhere)
    for each in pairs(lines) do
        if not known[each] then error("annotations: " .. name .. "." .. each .. " does not exist", 0) end
    end
    local names = {}
    for each in pairs(known) do names[#names + 1] = each end
    sort(names)
    out[#out + 1] = "---@class " .. name
    for _, each in ipairs(names) do
        local line = lines[each]
        if line then
            out[#out + 1] = "---@field " .. each .. " " .. line
        elseif not (elsewhere and elsewhere[each]) then
            error("annotations: " .. name .. "." .. each .. " is missing", 0)
        end
    end
    out[#out + 1] = ""
end

-- Called by C++.
function tools.rule_annotations()
    local out = { "-- Risk rules.", "---@class trd.Answer", "" }
    for _, class in ipairs(classes) do write_class(out, class[1], api[class[2]], class[3], class[4]) end
    return concat(out, "\n")
end
