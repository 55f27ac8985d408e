// Which field or method of a script was meant by one that is nil: the nearest name that the script itself writes after
// a point, of a method also after a colon. Used by LuaMachine when a script has failed; a pure function.
#pragma once

#include <string>
#include <string_view>

namespace trd {

// " (did you mean 'mean'?)" for a message of Lua's about "field 'maen' (a nil value)", or nothing.
std::string meant_field(std::string_view source, std::string_view message);

}  // namespace trd
