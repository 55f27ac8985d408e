// What an editor needs to know about scripts: definitions for the Lua language server, written from the tables that the
// bindings are made of. Called by the command line; pure.
#pragma once

#include <string>

namespace trd {

inline constexpr char annotations_file[] = "trd.d.lua";
inline constexpr char editor_settings_file[] = ".luarc.json";

std::string editor_annotations();  // the text of trd.d.lua
std::string editor_settings();     // the text of .luarc.json

}  // namespace trd
