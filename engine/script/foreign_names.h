// What a script's unknown word was probably meant to be: what other platforms call one of the names that can stand
// there, or the nearest. Used wherever a script says a field, a parameter, an indicator or a member. Hooks are looked
// for by script_methods.h. Pure functions, any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace trd {

// " (did you mean 'cross_up'?)" for crossover where cross_up is among the names, or what did_you_mean() says.
std::string meant_name(std::string_view word, std::span<const std::string_view> names);

// "onbar" of on_bar, OnBar and onBar.
std::string without_style(std::string_view name);

}  // namespace trd
