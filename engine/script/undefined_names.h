// Names that a script reads or writes and that are none of its own (lua/check.lua), and what it asks of ctx and of
// itself in vain (unknown_members.h); and what it says that can hardly be meant (script_slips.h).
#pragma once

#include <string>
#include <vector>

namespace trd {

class LuaMachine;

// Something to mend in a script that loads.
struct ScriptFinding {
    int line = 0;
    std::string message;  // file, line, source line and a caret
};

// Precondition: the machine has compiled a script, with the module "check".
std::vector<ScriptFinding> undefined_names(LuaMachine& machine);

}  // namespace trd
