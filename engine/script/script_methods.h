// Methods that a script gives to its strategy and that are no hooks: whether the script calls them itself, and which
// hook was meant by one that nothing would ever call. Used when a strategy has been loaded; pure functions.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "script/lua_tokens.h"

namespace trd {

// Whether the text names it as a member of anything, anywhere but where the method is written; or uses members that are
// not written out, and so may use any. A method that is not used is never called.
bool uses_method(const LuaTokens& tokens, std::string_view name);

// " (did you mean 'on_bar'?)" for a hook of another platform or a mistyped one, or nothing. Of an own method nobody
// says that it was meant as a hook, so only what is very near one counts.
std::string meant_hook(std::string_view name, std::span<const std::string_view> hooks);

}  // namespace trd
