// Four changes to the text of a script before it is compiled, none of which changes a line's number:
// every `a ^ b` becomes a call of our own power function, because LuaJIT computes powers in three ways (parser,
// interpreter, compiled traces) that differ in the last bit, one of them with libm; for machines with the JIT,
// every loop, function and goto begins with a call that looks whether the script's time is over, because LuaJIT looks
// at no hook inside compiled code; and `position == 0`, a variable, field or call beside a number as it stands, becomes
// a call that refuses a handle there, because Lua would say false without a word; and where a call such as
// `ctx:position()` is asked whether it is there, by if, elseif, while, not or and, it goes through a call that refuses
// a position, because Lua would always say yes; so does a variable, where every one of its name in the script is
// given ctx:position() and nothing else, and one that begins without a value only where it has been given it on every
// way there. Called once for each script that is loaded; a pure
// function.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace trd {

struct ScanError {
    int line = 0;
    std::string message;
};

// Precondition: LuaJIT has compiled `source` without complaint. What the scanner cannot follow is an error, never a
// guess; so are 64-bit and complex literals (1LL, 2i), which would make cdata, and names that begin with __trd_. A text
// that was changed expects the power function and the check, which also knows the other two, as the chunk's arguments,
// which is why a script itself gets none.
Result<std::string, ScanError> rewrite_script(std::string_view source, bool with_checks);

}  // namespace trd
