// Methods that a script gives to its strategy and that are no hooks: whether the script calls them itself, and which
// hook was meant by one that nothing would ever call. Used when a strategy has been loaded; pure functions.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace trd {

// Whether the text says self:NAME, self.NAME or self["NAME"], or the same of another name for the strategy, anywhere
// but where the method is written. Where it says self[x], the method's name as any text counts.
bool uses_method(std::string_view source, std::string_view name);

// " (did you mean 'on_bar'?)" for a hook of another platform or a mistyped one, or nothing. Of an own method nobody
// says that it was meant as a hook, so only what is very near one counts.
std::string meant_hook(std::string_view name, std::span<const std::string_view> hooks);

}  // namespace trd
