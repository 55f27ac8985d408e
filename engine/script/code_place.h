// Where the code lies that LuaJIT compiles.
//
// Of itself it takes a random place within a gigabyte for every machine. A processor keeps the way to few places so far
// apart: on a Zen 3, from the nineteenth script that takes its turn each bar cost 90 ns instead of 65. So the areas it
// asks for are put side by side, near the first one's random place, which it is still free to refuse.
#pragma once

namespace trd {

// Has to be called once before the first machine. Without it, or where the areas find no room (more than 256 of them),
// code goes where LuaJIT wants it.
void keep_compiled_code_together();

}  // namespace trd
