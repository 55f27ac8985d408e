-- A version that would paint the terminal.
-- refusal: load: version takes up to 64 printable ASCII characters
local trd = require "trd"
local S = trd.strategy { name = "hostile", version = "1\27[2J" }
return S
