// What a script keeps over a restart, self.state or r.state, as canonical bytes and back: numbers, texts, true, false
// and tables of them, whatever the order in which they were written.
#pragma once

#include <cstddef>

struct lua_State;

namespace trd {

inline constexpr size_t script_state_bytes_max = size_t{1} << 20;

// host.encode_state(table, what the script calls it) -> text, host.decode_state(text) -> table. Both raise an error
// that names what cannot be kept, or that the bytes are none of ours.
void add_state_functions(lua_State* state);

}  // namespace trd
