-- What a script says besides its orders, and the timers that it sets: ctx.log, ctx:record, ctx:plot, ctx:mark, ctx:alert,
-- ctx:at, ctx:every, ctx:after, and print. Checks the arguments; engine/script/script_notes.cpp does the rest.
--   host   the C functions of engine/script
--   tools  what the files before this one gave
local host, tools = ...

local select, type = select, type
local find, match = string.find, string.match
local tostring, frozen, suggest, raise = tools.tostring, tools.frozen, tools.suggest, host.raise
local quoted, check_fields, check_type, optional = tools.quoted, tools.check_fields, tools.check_type, tools.optional
local notes, methods = host.notes, tools.methods

local name_bytes = 64
local function need_ctx(self, what)
    if self ~= tools.ctx then raise(what .. " is called with a colon: " .. what .. "(...)") end
end
local function check_name(what, name)
    check_type(what .. ": the name", name, "string")
    if #name == 0 or #name > name_bytes or find(name, "[^ -~]") then
        raise(what .. ": a name has 1 to " .. name_bytes .. " printable ASCII characters, not " .. quoted(name))
    end
    return name
end
local function check_text(what, text)
    if type(text) == "number" then return tostring(text) end
    return check_type(what .. ": the text", text, "string")
end

-- ---- ctx.log, print ----

local levels = { debug = 0, info = 1, warn = 2, error = 3 }
tools.api.log = levels
local log = {}
local function new_log(level)
    local what = "ctx.log." .. level
    return function(text, fields)
        if text == log then raise(what .. " is called with a dot: " .. what .. "(text, { name = value })") end
        notes.log(levels[level], check_text(what, text), optional(what .. ": the fields", fields, "table"))
    end
end
local loggers = {}
for level in tools.pairs(levels) do loggers[level] = new_log(level) end
log = frozen("ctx.log", loggers)
methods.log = log

tools.members.print = function(...)
    local line = ""
    for i = 1, select("#", ...) do line = line .. (i > 1 and "\t" or "") .. tostring((select(i, ...))) end
    notes.log(levels.info, line)
end

-- ---- record, plot, mark, alert ----

local RECORD, PLOT = 0, 1

function methods.record(self, name, value)
    need_ctx(self, "ctx:record")
    check_name("ctx:record", name)
    if type(value) ~= "number" or value - value ~= 0 and value == value then
        raise("ctx:record: " .. name .. " must be a finite number, not " .. quoted(value))
    end
    if value == value then notes.value(RECORD, name, "", value) end -- a NaN is no value
end

local plot_fields, styles = { pane = 1, style = 1 }, { line = 1, step = 1, points = 1, columns = 1, area = 1 }
local function plot_options(options)
    if options == nil then return "price\nline" end
    check_fields("ctx:plot", options, plot_fields)
    local pane = options.pane == nil and "price" or check_name("ctx:plot: pane", options.pane)
    local style = options.style == nil and "line" or options.style
    if type(style) ~= "string" or not styles[style] then
        raise("ctx:plot: style is line, step, points, columns or area, not " .. quoted(style) .. suggest(style, styles))
    end
    return pane .. "\n" .. style
end

function methods.plot(self, name, value, options)
    need_ctx(self, "ctx:plot")
    check_name("ctx:plot", name)
    options = plot_options(options)
    if type(value) == "number" and (value - value == 0 or value ~= value) then
        if value == value then notes.value(PLOT, name, options, value) end
        return
    end
    local address, index = tools.series_at(value)
    if not address then raise("ctx:plot: " .. name .. " must be a finite number or a series, not " .. quoted(value)) end
    if not tools.wiring() then raise("ctx:plot: a series is plotted from init on; give a number here, such as series[0]") end
    notes.plot_series(PLOT, name, options, address, index)
end

function methods.mark(self, text)
    need_ctx(self, "ctx:mark")
    notes.mark(check_text("ctx:mark", text))
end

function methods.alert(self, level, text)
    need_ctx(self, "ctx:alert")
    if type(level) ~= "string" or not levels[level] then
        raise("ctx:alert: the level is info, warn or error, not " .. quoted(level) .. suggest(level, levels))
    end
    notes.alert(levels[level], check_text("ctx:alert", text))
end

-- ---- timers ----

local AFTER, EVERY, DAILY = 0, 1, 2

local function span_of(what, text)
    local span = type(text) == "string" and host.parse_duration(text)
    return span or raise(what .. " needs a duration such as '30s', '5m' or '1h', not " .. quoted(text))
end
local function need_hook()
    if not tools.strategy.on_timer then raise "a timer needs a hook to call: function S:on_timer(ctx, name)" end
end

function methods.every(self, span, name)
    need_ctx(self, "ctx:every")
    need_hook()
    notes.timer("ctx:every", EVERY, span_of("ctx:every", span), "", check_name("ctx:every", name))
end
function methods.after(self, span, name)
    need_ctx(self, "ctx:after")
    need_hook()
    notes.timer("ctx:after", AFTER, span_of("ctx:after", span), "", check_name("ctx:after", name))
end
function methods.at(self, time, zone, name)
    need_ctx(self, "ctx:at")
    need_hook()
    local hours, minutes, rest = match(type(time) == "string" and time or "", "^(%d%d):(%d%d)(.*)$")
    local seconds = rest == "" and "00" or match(rest or "", "^:(%d%d)$")
    if not seconds or hours > "23" or minutes > "59" or seconds > "59" then
        raise("ctx:at needs a time of day such as '15:55', not " .. quoted(time))
    end
    check_type("ctx:at: the zone", zone, "string")
    notes.timer("ctx:at", DAILY, ((hours * 60 + minutes) * 60 + seconds) * 1e9, zone, check_name("ctx:at", name))
end
