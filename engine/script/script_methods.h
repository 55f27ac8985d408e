// Methods that a script gives to its strategy and that are no hooks: whether the script calls them itself, and which
// hook was meant by one that nothing would ever call. Used when a strategy has been loaded; pure functions.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace trd {

// Those of `names` that the text names as a member of nothing, anywhere but where the method is written: they are never
// called. None, when it uses members that are not written out and so may use any.
std::vector<std::string_view> unused_methods(std::string_view source, std::span<const std::string_view> names);

// " (did you mean 'on_bar'?)" for a hook of another platform or a mistyped one, or nothing. Of an own method nobody
// says that it was meant as a hook, so only what is very near one counts.
std::string meant_hook(std::string_view name, std::span<const std::string_view> hooks);

}  // namespace trd
