-- The editor's definitions (trd.d.lua), written from the tables that the bindings themselves are made of: a name without a
-- line here, or a line without a name, is an error, so the file cannot say anything else than the program does.
--   host   the C functions of engine/script
--   tools  what the files before this one gave
local host, tools = ...

local concat, sort, ipairs, pairs = table.concat, table.sort, ipairs, pairs
local error, rawget = error, rawget

local api = tools.api
for name in pairs(tools.methods) do api.ctx[name] = 1 end
api.order = host.order_fields
for call, fields in pairs(host.request_fields) do api["request_" .. call] = fields end

-- Class: where its names come from, and for each name its type and a remark.
local classes = {
    { "trd.Bar", "bar", {
        open = "number", high = "number", low = "number", close = "number", volume = "number",
        time = "number when it closed, seconds since 1970 UTC", open_time = "number when it opened",
        series = "string the name under which it was declared",
    } },
    { "trd.Data", "data", {
        open = "trd.Series", high = "trd.Series", low = "trd.Series", close = "trd.Series", volume = "trd.Series",
        hl2 = "trd.Series", hlc3 = "trd.Series", ohlc4 = "trd.Series",
    } },
    { "trd.Position", "position", {
        qty = "number negative when short", flat = "boolean", long = "boolean", short = "boolean",
        average_price = "number", mark = "number the last price seen", unrealized = "number", realized = "number",
        working = "number what orders under way will add",
    } },
    { "trd.Account", "account", { cash = "number", equity = "number" } },
    { "trd.Order", "order", {
        id = "integer", state = "string", done = "boolean", side = "string?", qty = "number", filled = "number",
        open = "number", tag = "string", reason = "string? why it was denied", symbol = "string?", type = "string",
        tif = "string", purpose = "string", limit = "number?", trigger = "number?", average_price = "number?",
        fees = "number", stop = "trd.Order? of a bracket's entry", take = "trd.Order? of a bracket's entry",
    } },
    { "trd.Fill", "fill", {
        order = "trd.Order", qty = "number", price = "number", fee = "number", side = "string", tag = "string",
        complete = "boolean the order is done", symbol = "string", liquidity = "string?",
    } },
    { "trd.PositionChange", "position_change", {
        symbol = "string", cause = "string fill, other, desk or split", qty = "number less than 0: less is held", price = "number",
        fee = "number", tag = "string of the order",
    } },
    { "trd.Funding", "funding", {
        symbol = "string", rate = "number", price = "number the mark", amount = "number what came in; less than 0: went out",
    } },
    { "trd.CorporateAction", "corporate_action", {
        symbol = "string", kind = "string split or dividend", ratio = "number of a split, else 1",
        per_unit = "number of a dividend, else 0", amount = "number what came in; less than 0: went out",
    } },
    { "trd.MarginCall", "margin_call", { equity = "number of the account that is short", maintenance = "number what it must not fall below" } },
    { "trd.Alarm", "alarm", {
        check = "string such as T02", kind = "string warning, acted, unreadable or released", action = "string",
        percent = "number of the limit that is used, when it warns", symbol = "string empty: of more than one",
    } },
    { "trd.Quote", "quote", {
        time = "number seconds since 1970 UTC", bid = "number?", ask = "number?", bid_size = "number", ask_size = "number",
        mid = "number?", spread = "number?", series = "string", symbol = "string",
    } },
    { "trd.Trade", "trade", {
        time = "number seconds since 1970 UTC", price = "number", size = "number", side = "string? buy or sell, of who took",
        series = "string", symbol = "string",
    } },
    { "trd.Level", "level", {
        time = "number seconds since 1970 UTC", price = "number", size = "number zero: gone", side = "string bid or ask",
        bid = "number? the best now", ask = "number?", bid_size = "number", ask_size = "number", mid = "number?",
        spread = "number?", series = "string", symbol = "string",
    } },
    { "trd.Log", "log", {
        debug = "fun(text: string, fields?: table)", info = "fun(text: string, fields?: table)",
        warn = "fun(text: string, fields?: table)", error = "fun(text: string, fields?: table)",
    } },
    { "trd.Size", "size", tools.size_signatures },
    { "trd.Context", "ctx", {
        data = "table<string, trd.Data> the declared series", ind = "trd.Indicators in init only",
        account = "trd.Account", log = "trd.Log", size = "trd.Size how large a position should be",
        now = "number seconds since 1970 UTC",
        account_of = "fun(self: trd.Context, symbol: string): trd.Account where the symbol is traded",
        position = "fun(self: trd.Context, symbol?: string, side?: string): trd.Position",
        cross_up = "fun(a: trd.Series|number, b: trd.Series|number): boolean",
        cross_down = "fun(a: trd.Series|number, b: trd.Series|number): boolean",
        buy = "fun(self: trd.Context, order: trd.OrderRequest): trd.Order",
        sell = "fun(self: trd.Context, order: trd.OrderRequest): trd.Order",
        close = "fun(self: trd.Context, order?: trd.CloseRequest): trd.Order",
        cancel = "fun(self: trd.Context, order: trd.Order)",
        bracket = "fun(self: trd.Context, orders: trd.BracketRequest): ...",
        oco = "fun(self: trd.Context, orders: trd.OcoRequest): ...",
        target = "fun(self: trd.Context, target: trd.TargetRequest): trd.Order",
        replace = "fun(self: trd.Context, order: trd.Order, changes: trd.ReplaceRequest)",
        cancel_all = "fun(self: trd.Context, which?: trd.CancelAllRequest)",
        flatten = "fun(self: trd.Context, which?: trd.FlattenRequest)",
        record = "fun(self: trd.Context, name: string, value: number)",
        plot = "fun(self: trd.Context, name: string, value: number|trd.Series, options?: { pane?: string, style?: string })",
        mark = "fun(self: trd.Context, text: string)",
        alert = "fun(self: trd.Context, level: string, text: string)",
        at = "fun(self: trd.Context, time: string, zone: string, name: string)",
        every = "fun(self: trd.Context, span: string, name: string)",
        after = "fun(self: trd.Context, span: string, name: string)",
    } },
    { "trd.Strategy", "hooks", {
        init = "fun(self, ctx: trd.Context)", on_start = "fun(self, ctx: trd.Context)",
        on_warm = "fun(self, ctx: trd.Context)", on_stop = "fun(self, ctx: trd.Context)",
        on_bar = "fun(self, ctx: trd.Context, bar: trd.Bar)",
        on_bars = "fun(self, ctx: trd.Context, bars: table<string, trd.Bar>)",
        on_margin_call = "fun(self, ctx: trd.Context, call: trd.MarginCall)",
        on_position = "fun(self, ctx: trd.Context, change: trd.PositionChange)",
        on_funding = "fun(self, ctx: trd.Context, funding: trd.Funding)",
        on_corporate_action = "fun(self, ctx: trd.Context, action: trd.CorporateAction)",
        on_risk = "fun(self, ctx: trd.Context, alarm: trd.Alarm)",
        on_timer = "fun(self, ctx: trd.Context, name: string)",
        on_session = "fun(self, ctx: trd.Context, what: string) what is open or close",
        on_order = "fun(self, ctx: trd.Context, order: trd.Order, event: string)",
        on_accept = "fun(self, ctx: trd.Context, order: trd.Order)",
        on_reject = "fun(self, ctx: trd.Context, order: trd.Order)",
        on_cancel = "fun(self, ctx: trd.Context, order: trd.Order)",
        on_deny = "fun(self, ctx: trd.Context, order: trd.Order)",
        on_expire = "fun(self, ctx: trd.Context, order: trd.Order)",
        on_replace = "fun(self, ctx: trd.Context, order: trd.Order)",
        on_fill = "fun(self, ctx: trd.Context, fill: trd.Fill)",
        on_save = "fun(self, ctx: trd.Context)",
        on_quote = "fun(self, ctx: trd.Context, quote: trd.Quote)",
        on_trade = "fun(self, ctx: trd.Context, trade: trd.Trade)",
        on_book = "fun(self, ctx: trd.Context, level: trd.Level)",
        on_load = "fun(self, ctx: trd.Context, state: table, from_version: integer): table?",
    }, "p table<string, any> the parameters", "state table what is kept over a restart" },
    { "trd", "trd", {
        strategy = "fun(declaration: trd.Declaration): trd.Strategy",
        bars = "fun(request: { symbol?: string, tf?: string }): any",
        quotes = "fun(request: { symbol?: string, tf?: string, optional?: boolean }): any",
        trades = "fun(request: { symbol?: string, optional?: boolean }): any",
        book = "fun(request: { symbol?: string, optional?: boolean }): any",
        int = "fun(parameter: { [1]: integer, min?: number, max?: number, step?: number, scale?: string, doc?: string }): any",
        dec = "fun(parameter: { [1]: number, min?: number, max?: number, step?: number, scale?: string, doc?: string }): any",
        bool = "fun(parameter: { [1]: boolean, doc?: string }): any",
        indicator = "fun(indicator: trd.Indicator): fun(source: trd.Source, ...: any): any",
        enum = "fun(parameter: { [1]: string, values: string[], doc?: string }): any",
    } },
    { "trd.Indicator", "indicator", {
        name = "string", params = "table<string, any>? made with trd.int, trd.dec, trd.bool and trd.enum",
        outputs = "string[]? the names of several", of = "string? bars: update gets bars; else it gets numbers",
        init = "(fun(self, source: trd.Source, ind: trd.Indicators))?",
        update = "fun(self, value: any): number?, ...",
    } },
    { "trd.Declaration", "declaration", {
        name = "string", version = "string?", api = "integer?", params = "table<string, any>?",
        constraint = "(fun(p: table): boolean)?", data = "table<string, any>?",
        state_version = "integer? of self.state, raised when what is in it changes",
    } },
}

local request_types = {
    qty = "number?", tag = "string? up to 22 bytes", symbol = "string? one of the strategy's", type = "string?",
    limit = "number?", trigger = "number?", trail = "number?", trail_percent = "number?", tif = "string?",
    expires = "any", post_only = "boolean?", reduce_only = "boolean?", display = "number?", bucket = "string?",
    after = "trd.Order?", side = "string?", stop = "any", take = "any", entry = "table?", weight = "number?",
    notional = "number?",
}
local requests = { buy = "Order", entry = "Entry", bracket = "Bracket", oco = "Oco", close = "Close", target = "Target",
    cancel_all = "CancelAll", replace = "Replace", flatten = "Flatten" }
for call in pairs(host.request_fields) do
    local name = requests[call] or error("annotations: the table of " .. call .. " has no name", 0)
    local lines = {}
    for field in pairs(host.request_fields[call]) do lines[field] = request_types[field] end
    classes[#classes + 1] = { "trd." .. name .. "Request", "request_" .. call, lines }
end
sort(classes, function(a, b) return a[1] < b[1] end)

local function sorted_names(from)
    local names = {}
    for name in pairs(from) do names[#names + 1] = name end
    sort(names)
    return names
end

local function write_class(out, class)
    local name, source, lines = class[1], class[2], class[3]
    local known = api[source]
    for each in pairs(lines) do
        if rawget(known, each) == nil then error("annotations: " .. name .. "." .. each .. " does not exist", 0) end
    end
    out[#out + 1] = "---@class " .. name
    for i = 4, #class do out[#out + 1] = "---@field " .. class[i] end
    for _, each in ipairs(sorted_names(known)) do
        local line = lines[each] or error("annotations: " .. name .. "." .. each .. " is missing", 0)
        local optional = source == "hooks" and "?" or ""
        out[#out + 1] = "---@field " .. each .. optional .. " " .. line
    end
    out[#out + 1] = ""
end

local function signature_of(traits, result)
    local names = { "source: trd.Source" }
    for i, parameter in ipairs(traits.parameters) do
        names[#names + 1] = parameter .. "?: number" .. (i == 1 and "|table<string, number>" or "")
    end
    return "fun(" .. concat(names, ", ") .. "): " .. result
end

local function write_indicators(out)
    local fields = {}
    for _, traits in ipairs(host.indicators) do
        local result = "trd.Series"
        if #traits.outputs > 1 then
            result = "trd.Indicators." .. traits.name
            out[#out + 1] = "---@class " .. result
            for _, output in ipairs(traits.outputs) do out[#out + 1] = "---@field " .. output .. " trd.Series" end
            out[#out + 1] = ""
        end
        fields[#fields + 1] = "---@field " .. traits.name .. " " .. signature_of(traits, result)
    end
    out[#out + 1] = "---@class trd.Indicators"
    sort(fields)
    out[#out + 1] = concat(fields, "\n")
    out[#out + 1] = ""
end

-- Called by C++: the text of trd.d.lua but its end.
function tools.annotations()
    local out = {
        "---@meta trd", "-- Written by trd: trd check --fix-annotations writes it again.", "",
        "---@class trd.Series", "---@field [integer] number [0] is the current value, [1] the one before", "",
        "---@alias trd.Source trd.Data|trd.Series", "",
    }
    write_indicators(out)
    for _, class in ipairs(classes) do write_class(out, class) end
    return concat(out, "\n")
end
