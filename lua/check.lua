-- The global names that a script reads and writes, wherever they stand, from its bytecode: what trd check reports before
-- a line of it has run.
--   host   the C functions of engine/script
--   tools  what the files before this one gave
local host, tools = ...

local util, band, rshift = require "jit.util", bit.band, bit.rshift
local type, rawget, meant_by, members = type, rawget, tools.meant_by, tools.members
local global_write_text = tools.global_write_text
local ipairs, loadstring = ipairs, loadstring

local function opcode(proto, pc) return band(util.funcbc(proto, pc), 0xFF) end
-- As the engine at hand numbers them: "return name" begins with a read, the second step of "name = 1" is the write.
local global_read = opcode(loadstring "return name", 1)
local global_write = opcode(loadstring "name = 1", 2)

local function visit(proto, found)
    local info = util.funcinfo(proto)
    for pc = 1, info.bytecodes - 1 do
        local op = opcode(proto, pc)
        if op == global_read or op == global_write then
            local name = util.funck(proto, -rshift(util.funcbc(proto, pc), 16) - 1)
            local known = op == global_read and rawget(members, name) ~= nil
            if not known then
                found[#found + 1] = {
                    name = name, line = util.funcinfo(proto, pc).currentline,
                    write = op == global_write, hint = meant_by(name), text = op == global_write and global_write_text(name) or nil,
                }
            end
        end
    end
    local index = -1
    local constant = util.funck(proto, index)
    while constant ~= nil do
        if type(constant) == "proto" then visit(constant, found) end
        index = index - 1
        constant = util.funck(proto, index)
    end
end

-- Called by C++ with the compiled script. Of a name that is written somewhere, only that is said.
function tools.global_names(chunk)
    local found, written, told = {}, {}, {}
    visit(chunk, found)
    for _, each in ipairs(found) do written[each.name] = written[each.name] or each.write end
    for _, each in ipairs(found) do
        if each.write or not written[each.name] then told[#told + 1] = each end
    end
    return told
end
