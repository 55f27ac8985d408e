-- No other module.
-- refusal: load: require knows 'trd' only
local ffi = require "ffi"
